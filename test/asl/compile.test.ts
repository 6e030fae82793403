import { describe, expect, it } from 'vitest';
import { compile, compileDefinition } from '../../src/asl/compile.ts';
import type { MapState, Program, State } from '../../src/asl/program.ts';
import { validateDefinition } from '../../src/asl/validate.ts';
import { Bug } from '../../src/base/assert.ts';
import type { Json } from '../../src/base/json.ts';
import { Meter } from '../../src/base/meter.ts';
import type { Evaluate, Scope } from '../../src/query/scope.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const DONE = { Done: { Type: 'Succeed' } };

function program(states: Record<string, object>, more: object = {}): Program {
  return compileDefinition(JSON.stringify({ ...more, StartAt: Object.keys(states)[0], States: states }));
}

function state<T extends State['type']>(
  states: Record<string, object>,
  type: T,
  more?: object,
): Extract<State, { type: T }> {
  const found = program(states, more).states.get(Object.keys(states)[0]!);
  if (found?.type !== type) throw new Error(`expected a ${type}`);
  return found as Extract<State, { type: T }>;
}

function scope(document: Json): Scope {
  return {
    document,
    states: { input: document },
    context: () => ({ Execution: { Name: 'e' } }),
    variable: (name) => (name === 'v' ? 7 : undefined),
    now: 0,
    random: () => 0.5,
    uuid: () => 'u',
    meter: new Meter(),
  };
}

function evaluated(evaluate: Evaluate | undefined, document: Json = {}): Json | undefined {
  return evaluate?.(scope(document));
}

describe('compiling', () => {
  it('gathers the states of all workflows under their names', () => {
    const { root, states, language, timeoutSeconds } = program(
      {
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'I', States: { I: { Type: 'Pass', End: true } } }],
          Next: 'M',
        },
        M: { Type: 'Map', Iterator: { StartAt: 'J', States: { J: { Type: 'Succeed' } } }, End: true },
      },
      { TimeoutSeconds: 60 },
    );
    expect([...states.keys()].sort()).toEqual(['I', 'J', 'M', 'P']);
    expect({ root, language, timeoutSeconds }).toEqual({
      root: { startAt: 'P' },
      language: 'JSONPath',
      timeoutSeconds: 60,
    });
    const P = states.get('P');
    expect(P?.type === 'Parallel' && P.branches[0]).toBe(states.get('I')?.workflow);
    expect(states.get('M')?.workflow).toBe(root);
  });

  it('fills the defaults of JSONPath', () => {
    const T = {
      Type: 'Task',
      Resource: FUNCTION,
      Retry: [{ ErrorEquals: ['A'] }],
      Catch: [{ ErrorEquals: ['A'], Next: 'Done' }],
      Next: 'Done',
    };
    expect(state({ T, ...DONE }, 'Task')).toMatchObject({
      next: 'Done',
      inputPath: undefined,
      outputPath: undefined,
      parameters: undefined,
      resultPath: 'replace',
      timeoutSeconds: undefined,
      retry: [
        {
          errorEquals: ['A'],
          intervalSeconds: 1,
          maxAttempts: 3,
          backoffRate: 2,
          maxDelaySeconds: undefined,
          jitter: 'NONE',
        },
      ],
      catch: [{ errorEquals: ['A'], next: 'Done', resultPath: 'replace' }],
      resource: { kind: 'lambda', arn: FUNCTION },
    });
  });

  it('tells null from absent in paths', () => {
    const pass = state(
      { A: { Type: 'Pass', InputPath: null, OutputPath: '$.a', ResultPath: null, End: true } },
      'Pass',
    );
    expect(pass.inputPath).toBe('empty');
    expect(pass.outputPath).toMatchObject({ source: '$.a' });
    expect(pass.resultPath).toBe('discard');
  });

  it('leaves Result as it stands, and evaluates Parameters', () => {
    const pass = state(
      { A: { Type: 'Pass', Result: { 'a.$': '$.b' }, Parameters: { 'a.$': '$.b' }, End: true } },
      'Pass',
    );
    expect(pass.result).toEqual({ 'a.$': '$.b' });
    expect(evaluated(pass.parameters, { b: 1 })).toEqual({ a: 1 });
  });

  it('keeps numbers a double cannot carry', () => {
    const text =
      '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":[12345678901234567890,1.0],"End":true}}}';
    const A = compileDefinition(text).states.get('A');
    expect(A?.type === 'Pass' && JSON.stringify(A.result)).toBe('[12345678901234567890,1.0]');
  });

  it('compiles conditions', () => {
    const choices = [
      {
        And: [{ Not: { Variable: '$.a', IsPresent: true } }, { Variable: '$$.x', NumericEqualsPath: '$v' }],
        Next: 'Done',
      },
    ];
    expect(
      state({ C: { Type: 'Choice', Choices: choices, Default: 'Done' }, ...DONE }, 'Choice'),
    ).toMatchObject({
      default: 'Done',
      choices: [
        {
          next: 'Done',
          condition: {
            kind: 'and',
            of: [
              {
                kind: 'not',
                of: { kind: 'compare', operator: 'IsPresent', operand: { from: 'literal', value: true } },
              },
              {
                kind: 'compare',
                operator: 'NumericEquals',
                variable: { root: 'context' },
                operand: { from: 'path', path: { variable: 'v' } },
              },
            ],
          },
        },
      ],
    });
  });

  it.each([
    [{ Seconds: 5 }, { kind: 'seconds', seconds: { from: 'literal', value: 5 } }],
    [{ SecondsPath: '$.s' }, { kind: 'seconds', seconds: { from: 'path', field: 'SecondsPath' } }],
    [
      { Timestamp: '2026-01-01T00:00:00Z' },
      { kind: 'timestamp', timestamp: { from: 'literal', value: '2026-01-01T00:00:00Z' } },
    ],
    [
      { QueryLanguage: 'JSONata', Seconds: '{% 5 %}' },
      { kind: 'seconds', seconds: { from: 'jsonata', field: 'Seconds' } },
    ],
  ])('compiles Wait with %j', (fields, until) => {
    expect(state({ W: { Type: 'Wait', ...fields, End: true } }, 'Wait').until).toMatchObject(until);
  });

  it('evaluates Credentials to the role', () => {
    const role = (Credentials: object, more: object = {}) =>
      state({ T: { Type: 'Task', Resource: FUNCTION, Credentials, End: true, ...more } }, 'Task').credentials;
    expect(evaluated(role({ RoleArn: 'r' }))).toBe('r');
    expect(evaluated(role({ 'RoleArn.$': '$.r' }), { r: 's' })).toBe('s');
    expect(
      evaluated(role({ RoleArn: '{% $states.input.r %}' }, { QueryLanguage: 'JSONata' }), { r: 't' }),
    ).toBe('t');
  });

  it('compiles Fail, with literals, paths and calls', () => {
    expect(state({ F: { Type: 'Fail', Error: 'E' } }, 'Fail')).toMatchObject({
      error: { from: 'literal', value: 'E' },
      cause: undefined,
    });
    const { cause } = state({ F: { Type: 'Fail', CausePath: "States.Format('{}!', $.c)" } }, 'Fail');
    expect(cause?.from === 'evaluate' && evaluated(cause.evaluate, { c: 'x' })).toBe('x!');
  });

  it('names the variables each state reads', () => {
    const { variableReferences } = program({
      A: {
        Type: 'Pass',
        Parameters: { 'x.$': '$b.c', 'y.$': "States.Format('{}', $a)" },
        OutputPath: '$c',
        Next: 'B',
      },
      B: { Type: 'Pass', QueryLanguage: 'JSONata', Output: '{% $states.input & $v %}', End: true },
    });
    expect([...variableReferences]).toEqual([
      ['A', ['a', 'b', 'c']],
      ['B', ['v']],
    ]);
  });

  it('compiles values of JSONata', () => {
    const A = {
      Type: 'Pass',
      Output: { a: ['{% $v + 1 %}', 2] },
      Assign: { n: '{% $states.input.n %}' },
      End: true,
    };
    const pass = state({ A }, 'Pass', { QueryLanguage: 'JSONata' });
    expect(evaluated(pass.output)).toEqual({ a: [8, 2] });
    expect(evaluated(pass.assign, { n: 3 })).toEqual({ n: 3 });
  });

  it('compiles a state on its own', () => {
    const text = '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A"},"B":{"Type":"Succeed"}}}';
    const { definition } = validateDefinition(text, { type: 'STANDARD' });
    expect(compile(definition!).states.get('A')?.next).toBe('A');
  });

  it('throws a Bug with the first error for a text that was never valid', () => {
    expect(() => compileDefinition('{"StartAt":"A","States":{"A":{"Type":"Pas"}}}')).toThrow(Bug);
    expect(() => compileDefinition('{"StartAt":"A","States":{"A":{"Type":"Pas"}}}')).toThrow(
      "The field 'Type' should have one of these values",
    );
    expect(() => compileDefinition('{')).toThrow(Bug);
  });
});

describe('compiling Map', () => {
  const map = (fields: object, more?: object): MapState =>
    state(
      { M: { Type: 'Map', ItemProcessor: { StartAt: 'Done', States: DONE }, End: true, ...fields } },
      'Map',
      more,
    );

  it('fills the defaults of an inline Map', () => {
    expect(map({})).toMatchObject({
      maxConcurrency: { from: 'literal', value: 0 },
      items: undefined,
      itemSelector: undefined,
      parameters: undefined,
      distributed: undefined,
    });
  });

  it("takes Map's Parameters for its ItemSelector", () => {
    expect(evaluated(map({ Parameters: { 'a.$': '$.b' } }).itemSelector, { b: 1 })).toEqual({ a: 1 });
  });

  it('tells literal, computed and mixed Items apart', () => {
    const items = (Items: unknown) => map({ Items }, { QueryLanguage: 'JSONata' }).items;
    expect(items('{% [1, 2] %}')).toMatchObject({ from: 'jsonata', field: 'Items' });
    const mixed = items([1, '{% $v %}']);
    expect(mixed?.from === 'evaluate' && evaluated(mixed.evaluate)).toEqual([1, 7]);
    expect(map({ ItemsPath: '$.i' }).items).toMatchObject({ from: 'path', field: 'ItemsPath' });
  });

  it('makes the processor of a distributed Map a machine of its own', () => {
    const ItemProcessor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
      Comment: 'c',
      StartAt: 'Done',
      States: DONE,
    };
    const { distributed } = map(
      {
        ItemProcessor,
        Label: 'rows',
        ToleratedFailurePercentage: '{% 5 %}',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          Arguments: { Bucket: 'b' },
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'], MaxItems: 3 },
        },
        ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { a: '{% $v %}' } },
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'b' } },
      },
      { QueryLanguage: 'JSONata' },
    );
    expect(distributed).toMatchObject({
      executionType: 'EXPRESS',
      label: 'rows',
      toleratedFailurePercentage: { from: 'jsonata', field: 'ToleratedFailurePercentage' },
      itemReader: {
        resource: 'arn:aws:states:::s3:getObject',
        config: { inputType: 'CSV', csvHeaders: ['a'], maxItems: { value: 3 } },
      },
      itemBatcher: { maxItemsPerBatch: { value: 2 } },
      resultWriter: { outputType: 'JSON', transformation: 'NONE' },
    });
    expect(evaluated(distributed?.itemBatcher?.batchInput)).toEqual({ a: 7 });
    expect(distributed?.definition).toBe(
      JSON.stringify({ Comment: 'c', QueryLanguage: 'JSONata', StartAt: 'Done', States: DONE }),
    );
    expect(compileDefinition(distributed!.definition).language).toBe('JSONata');
  });
});
