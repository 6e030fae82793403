import { describe, expect, it } from 'vitest';
import { analyzeDefinition, DefinitionCache } from '../../src/asl/analysis.ts';

const VALID = JSON.stringify({
  StartAt: 'A',
  States: {
    A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
    B: { Type: 'Pass', Parameters: { 'y.$': '$x' }, End: true },
  },
});
const BROKEN = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"Nowhere"}}}';
const ACTIVITY = JSON.stringify({
  StartAt: 'A',
  States: {
    A: { Type: 'Task', Resource: 'arn:aws:states:us-east-1:123456789012:activity:a', End: true },
  },
});
const STANDARD = { type: 'STANDARD' } as const;

describe('analyzing a definition', () => {
  it('gives the program and the variables of one without errors', () => {
    const { diagnostics, errors, program } = analyzeDefinition(VALID, STANDARD);
    expect([diagnostics, errors]).toEqual([[], []]);
    expect([...program!.states.keys()]).toEqual(['A', 'B']);
    expect([...program!.variableReferences]).toEqual([['B', ['x']]]);
  });

  it.each<[string, object]>([
    [
      'TimeoutSeconds of a Task',
      { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:1:function:f', TimeoutSeconds: '{% $x %}' },
    ],
    ['Seconds of a Wait', { Type: 'Wait', Seconds: '{% $x %}' }],
    [
      'MaxConcurrency of a Map',
      {
        Type: 'Map',
        MaxConcurrency: '{% $x %}',
        ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Succeed' } } },
      },
    ],
  ])('finds the variables in %s', (_name, state) => {
    const states = { A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' }, B: { ...state, End: true } };
    const text = JSON.stringify({ QueryLanguage: 'JSONata', StartAt: 'A', States: states });
    expect([...analyzeDefinition(text, STANDARD).program!.variableReferences]).toEqual([['B', ['x']]]);
  });

  it('gives what is wrong, and no program, of one with errors', () => {
    const { errors, program } = analyzeDefinition(BROKEN, STANDARD);
    expect(errors.map(({ code }) => code)).toContain('MISSING_TRANSITION_TARGET');
    expect(program).toBeUndefined();
    expect(analyzeDefinition('nonsense', STANDARD).program).toBeUndefined();
  });

  it('compiles one that has warnings only', () => {
    const text = VALID.replace('"y.$":"$x"', '"y":"$.x"');
    const { diagnostics, errors, program } = analyzeDefinition(text, STANDARD);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(['WARNING']);
    expect(errors).toEqual([]);
    expect(program?.states.size).toBe(2);
  });

  it('compiles YAML to the program of the same JSON', () => {
    const map = {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'I',
        States: { I: { Type: 'Pass', Result: 1.5, End: true } },
      },
      End: true,
    };
    const json = JSON.stringify({ StartAt: 'M', States: { M: map } });
    const yaml = `StartAt: M\nStates:\n  M: ${JSON.stringify(map)}\n`;
    const programs = [
      analyzeDefinition(json, STANDARD).program,
      analyzeDefinition(yaml, { ...STANDARD, format: 'yaml' }).program,
    ];
    const [ofJson, ofYaml] = programs.map((program) => program?.states.get('M'));
    expect(ofYaml?.type === 'Map' && ofYaml.distributed?.definition).toBe(
      ofJson?.type === 'Map' && ofJson.distributed?.definition,
    );
    expect([...programs[1]!.states.keys()]).toEqual([...programs[0]!.states.keys()]);
  });
});

describe('the cache of definitions', () => {
  it('keeps what it found for the same text, whoever asks', () => {
    const cache = new DefinitionCache();
    const analysis = cache.analyze(VALID, 'STANDARD');
    const again = JSON.stringify(JSON.parse(VALID));
    expect(cache.analyze(again, 'STANDARD')).toBe(analysis);
    expect(cache.program(again)).toBe(analysis.program);
    expect(new DefinitionCache().program(VALID)).not.toBe(analysis.program);
  });

  it('keeps a program that was asked for before the definition was checked', () => {
    const cache = new DefinitionCache();
    expect(cache.program(VALID)).toBe(cache.program(VALID));
  });

  it('checks a text for each type of state machine', () => {
    const cache = new DefinitionCache();
    const standard = cache.analyze(ACTIVITY, 'STANDARD');
    expect(standard.errors).toEqual([]);
    expect(cache.analyze(ACTIVITY, 'EXPRESS').errors).not.toEqual([]);
    expect(cache.analyze(ACTIVITY, 'STANDARD')).toBe(standard);
  });

  it('asks who answers for resources', () => {
    const text = ACTIVITY.replace('activity:a', 'unknown:a');
    expect(new DefinitionCache().analyze(text, 'STANDARD').errors).not.toEqual([]);
    expect(new DefinitionCache({ answersFor: () => true }).analyze(text, 'STANDARD').errors).toEqual([]);
  });

  it('does not keep a text with errors', () => {
    const cache = new DefinitionCache();
    const analysis = cache.analyze(BROKEN, 'STANDARD');
    expect(cache.analyze(BROKEN, 'STANDARD')).not.toBe(analysis);
    expect(() => cache.program('{"StartAt":"A","States":{"A":{"Type":"Pas"}}}')).toThrow(
      'Expected a valid definition',
    );
  });

  it('takes YAML for another text than JSON', () => {
    const cache = new DefinitionCache();
    expect(cache.analyze('StartAt: A', 'STANDARD', 'yaml').errors[0]?.code).not.toBe(
      cache.analyze('StartAt: A', 'STANDARD').errors[0]?.code,
    );
  });
});
