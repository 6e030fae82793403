import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/asl/diagnostic.ts';
import { diagnosticLines, tally } from '../../../src/cli/render/diagnostics.ts';
import { painter } from '../../../src/cli/render/paint.ts';

const TEXT = '{\n  "StartAt": "A",\n\t"States": {}\n}\n';

function diagnostic(place: string, text = TEXT): Diagnostic {
  const from = text.indexOf(place);
  return {
    severity: 'ERROR',
    code: 'MISSING_TRANSITION_TARGET',
    message: 'Missing target',
    location: '/StartAt',
    from,
    to: from + place.length,
  };
}

const print = (text: string, ...list: Diagnostic[]) =>
  `\n${diagnosticLines('a.asl.json', text, list, painter(false)).join('\n')}`;

test('the place is underlined, with its line and column', () => {
  expect(print(TEXT, diagnostic('"A"'))).toBe(`
error MISSING_TRANSITION_TARGET: Missing target
 --> a.asl.json:2:14  at /StartAt
  |
2 |   "StartAt": "A",
  |              ^^^
`);
});

test('what a parser says of its place is left out, with the definition that it quotes', () => {
  const source = `at [Source: (String)"${TEXT}"; line: 2, column: 15]`;
  const text = print(TEXT, { ...diagnostic('"A"'), message: `Unexpected\n ${source}`, location: source });
  expect(text).toBe(`
error MISSING_TRANSITION_TARGET: Unexpected
 --> a.asl.json:2:14
  |
2 |   "StartAt": "A",
  |              ^^^
`);
});

test('they come in the order of the text; a place over several lines is underlined to the end of its first', () => {
  const text = print(
    TEXT,
    { ...diagnostic('"States"'), to: TEXT.length },
    { ...diagnostic('"A"'), severity: 'WARNING' },
  );
  expect(text.indexOf('warning')).toBeLessThan(text.indexOf('error'));
  expect(text).toContain(`3 |  "States": {}\n  |  ^^^^^^^^^^^^`);
});

test('a long line is shown around the place', () => {
  const text = `{"Comment": "${'x'.repeat(500)}", "StartAt": "A", "States": {"${'y'.repeat(500)}": {}}}`;
  const lines = print(text, diagnostic('"A"', text)).split('\n');
  const source = lines.find((line) => line.startsWith('1 |'))!;
  expect(source.length).toBeLessThan(120);
  const mark = lines.find((line) => line.includes('^'))!;
  expect(source.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('"A"');
});

test('an empty text has no line to show', () => {
  expect(print('', { ...diagnostic('x', ''), from: 0, to: 0 })).toBe(
    '\nerror MISSING_TRANSITION_TARGET: Missing target\n --> a.asl.json:1:1  at /StartAt\n',
  );
});

test('the tally counts errors and warnings', () => {
  const error = diagnostic('"A"');
  expect(tally([error, { ...error, severity: 'WARNING' }, error])).toBe('2 errors, 1 warning');
  expect(tally([])).toBe('');
});
