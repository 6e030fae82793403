import { describe, expect, it } from 'vitest';
import { painter } from '../../../src/cli/render/paint.ts';
import { endLines, stageLines } from '../../../src/cli/render/stages.ts';

const paint = painter(false);

describe('the stages of a state', () => {
  it('stand in the order of its way, with short values beside their names', () => {
    const lines = stageLines(
      { result: '{"a":1.0}', input: '"x"', maxConcurrency: 0, errorDetails: { catchIndex: 1 } },
      paint,
    );
    expect(lines.join('\n')).toBe(
      [
        'input "x"',
        'maxConcurrency 0',
        'result',
        '  {',
        '    "a": 1.0',
        '  }',
        'errorDetails',
        '  {',
        '    "catchIndex": 1',
        '  }',
      ].join('\n'),
    );
  });

  it('are not printed again where nothing has changed', () => {
    const same = { input: '[1]', afterInputPath: '[1]', afterParameters: '[ 1 ]', afterResultPath: '2' };
    expect(stageLines(same, paint)).toEqual([
      'input',
      '  [',
      '    1',
      '  ]',
      'afterInputPath as input',
      'afterParameters as input',
      'afterResultPath 2',
    ]);
  });

  it('show an HTTP exchange as it is', () => {
    const request = { method: 'GET', url: 'https://a/', headers: '[]' };
    expect(stageLines({ input: '1', request }, paint)[1]).toBe('request');
    expect(stageLines({ input: '1', request }, paint)).toContain('    "method": "GET",');
  });
});

describe('the end of a state', () => {
  it('says where it goes, and what went wrong', () => {
    expect(endLines({ status: 'SUCCEEDED', nextState: 'N' }, paint)).toEqual(['SUCCEEDED → N']);
    expect(endLines({ status: 'SUCCEEDED' }, paint)).toEqual(['SUCCEEDED ends here']);
    expect(endLines({ status: 'CAUGHT_ERROR', nextState: 'N', error: 'E', cause: 'why' }, paint)).toEqual([
      'CAUGHT_ERROR → N',
      'E: why',
    ]);
    expect(endLines({ status: 'RETRIABLE', error: 'E' }, paint)).toEqual(['RETRIABLE', 'E']);
    expect(endLines({ status: 'FAILED' }, paint)).toEqual(['FAILED']);
  });
});
