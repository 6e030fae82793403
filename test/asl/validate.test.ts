import { describe, expect, it } from 'vitest';
import { validateDefinition, validateState } from '../../src/asl/validate.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const DONE = { Done: { Type: 'Succeed' } };

/** What is said of a machine, one line each. */
function check(definition: object | string, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): string[] {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  return validateDefinition(text, { type }).diagnostics.map(
    ({ code, message, location }) =>
      `${code === 'SCHEMA_VALIDATION_FAILED' ? '' : `${code} `}${message} at ${location}`,
  );
}

/** The same for a machine of these states. */
function checkStates(states: Record<string, object>, type?: 'STANDARD' | 'EXPRESS'): string[] {
  return check({ StartAt: Object.keys(states)[0], States: states }, type);
}

function task(fields: object): Record<string, object> {
  return { T: { Type: 'Task', Resource: FUNCTION, End: true, ...fields } };
}

function map(
  fields: object,
  mode: 'INLINE' | 'DISTRIBUTED' = 'DISTRIBUTED',
  states: object = DONE,
): Record<string, object> {
  const ProcessorConfig = mode === 'INLINE' ? { Mode: mode } : { Mode: mode, ExecutionType: 'STANDARD' };
  const StartAt = Object.keys(states)[0];
  return {
    M: { Type: 'Map', ItemProcessor: { ProcessorConfig, StartAt, States: states }, End: true, ...fields },
  };
}

describe('the shape of a definition', () => {
  it('collects every mistake', () => {
    expect(
      check({ States: { A: { Type: 'Pass', Foo: 1, End: 'yes' }, B: 5, C: {} }, Extra: 1, Version: '2.0' }),
    ).toEqual([
      "Field 'Extra' is not supported at /",
      'Value should be one of the following: [1.0] at /Version',
      'These fields are required: [StartAt] at /',
      'Expected value of type [OBJECT] at /States/B',
      "Field 'Foo' is not supported at /States/A",
      'Expected value of type [BOOLEAN] at /States/A/End',
      'These fields are required: [Type] at /States/C',
      'One of these fields is required: [Next, End] at /States/A',
      'MISSING_END_STATE Workflow has no terminal state at undefined',
    ]);
  });

  it('says of Credentials without a role only that the role is missing', () => {
    const missing = "The field 'RoleArn' is required but was missing at /States/T/Credentials";
    expect(checkStates(task({ Credentials: {} }))).toEqual([missing]);
    expect(checkStates(task({ Credentials: { Role: 'r' } }))).toEqual([missing]);
    expect(checkStates(task({ Credentials: { RoleArn: 'r', Role: 'r' } }))).toEqual([
      "Field 'Role' is not supported at /States/T/Credentials",
    ]);
  });

  it('underlines the member that is wrong', () => {
    const text = '{"StartAt":"A","States":{"A":{"Type":"Pass","InputPath":"x","End":true}}}';
    const [wrong] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
    expect(text.slice(wrong!.from, wrong!.to)).toBe('x"');
  });

  it('does not take End: false for an end, nor refuse it beside Next', () => {
    expect(checkStates({ A: { Type: 'Pass', End: false, Next: 'Done' }, ...DONE })).toEqual([]);
    expect(checkStates({ A: { Type: 'Pass', End: false }, ...DONE })).toContain(
      'One of these fields is required: [Next, End] at /States/A',
    );
  });

  it.each<[string, Record<string, object>]>([
    ['ResultSelector of a Pass', { A: { Type: 'Pass', ResultSelector: {}, End: true } }],
    ['ResultPath of a Wait', { A: { Type: 'Wait', Seconds: 1, ResultPath: '$', End: true } }],
    ['Assign of a Succeed', { A: { Type: 'Succeed', Assign: {} } }],
    [
      'Next of a Choice',
      {
        A: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'Done' }], Next: 'Done' },
        ...DONE,
      },
    ],
    ['Catch of a Pass', { A: { Type: 'Pass', Catch: [], End: true } }],
    ['InputPath of a Fail', { A: { Type: 'Fail', InputPath: '$' } }],
    [
      'QueryLanguage of an ItemProcessor',
      {
        M: {
          Type: 'Map',
          ItemProcessor: { QueryLanguage: 'JSONata', StartAt: 'Done', States: DONE },
          End: true,
        },
      },
    ],
  ])('refuses the %s', (_, states) => {
    expect(checkStates(states)).toHaveLength(1);
    expect(checkStates(states)[0]).toMatch(/^Field '\w+' is not supported at /);
  });

  it('accepts empty Retry and Catch, and a retrier with everything', () => {
    const Retry = [
      {
        ErrorEquals: ['A'],
        IntervalSeconds: 1,
        MaxAttempts: 0,
        BackoffRate: 1,
        MaxDelaySeconds: 5,
        JitterStrategy: 'FULL',
        Comment: 'c',
      },
      { ErrorEquals: ['States.ALL'] },
    ];
    expect(checkStates(task({ Retry: [], Catch: [] }))).toEqual([]);
    expect(checkStates(task({ Retry }))).toEqual([]);
  });

  it('takes expressions for numbers in JSONata only', () => {
    expect(checkStates(task({ QueryLanguage: 'JSONata', TimeoutSeconds: '{% 5 %}' }))).toEqual([]);
    expect(checkStates(task({ TimeoutSeconds: '{% 5 %}' }))).toEqual([
      'Expected value of type [INTEGER] at /States/T/TimeoutSeconds',
    ]);
    expect(checkStates(task({ QueryLanguage: 'JSONata', TimeoutSeconds: '5' }))).toEqual([
      'Expected value of type [INTEGER] at /States/T/TimeoutSeconds',
    ]);
  });
});

describe('query languages', () => {
  it('reports the downgrade of a state but not its fields', () => {
    const A = { Type: 'Pass', QueryLanguage: 'JSONPath', Output: 1, End: true };
    expect(check({ StartAt: 'A', QueryLanguage: 'JSONata', States: { A } })).toEqual([
      "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/A",
    ]);
  });

  it('gives states inside a JSONata state the language of the machine', () => {
    const inner = { I: { Type: 'Pass', Parameters: { 'a.$': '$.b' }, End: true } };
    expect(
      checkStates(map({ QueryLanguage: 'JSONata', Items: '{% $states.input %}' }, 'INLINE', inner)),
    ).toEqual([]);
  });

  it('leaves {% … %} alone in JSONPath, but not where a timestamp belongs', () => {
    expect(checkStates({ A: { Type: 'Pass', Parameters: { a: '{% oops' }, End: true } })).toEqual([]);
    expect(checkStates({ A: { Type: 'Wait', Timestamp: '{% $now() %}', End: true } })).toEqual([
      'String does not match RFC3339 timestamp at /States/A/Timestamp',
    ]);
  });
});

describe('transitions', () => {
  it('finds missing targets in every place, each with its location', () => {
    expect(
      checkStates({
        C: {
          Type: 'Choice',
          Choices: [
            { Variable: '$', IsNull: true, Next: 'X' },
            { Variable: '$', IsNull: true, Next: 'T' },
          ],
          Default: 'Y',
        },
        ...task({ Catch: [{ ErrorEquals: ['A'], Next: 'Z' }] }),
      }),
    ).toEqual([
      "MISSING_TRANSITION_TARGET Missing 'Next' target: X at /States/C/Choices[0]/Next",
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Y at /States/C/Default",
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Z at /States/T/Catch[0]/Next",
    ]);
  });

  it('keeps inside and outside of a processor apart', () => {
    const inner = { I: { Type: 'Pass', Next: 'Done' }, J: { Type: 'Succeed' } };
    const found = checkStates({ ...map({ Next: 'I', End: undefined }, 'INLINE', inner), ...DONE });
    expect(found).toContain("MISSING_TRANSITION_TARGET Missing 'Next' target: I at /States/M/Next");
    expect(found).toContain(
      "MISSING_TRANSITION_TARGET Missing 'Next' target: Done at /States/M/ItemProcessor/States/I/Next",
    );
  });

  it('looks for unreachable states unless the machine has no end or no start', () => {
    const [A, B] = [
      { Type: 'Pass', Next: 'A' },
      { Type: 'Pass', Next: 'B' },
    ];
    expect(checkStates({ A: { Type: 'Succeed' }, B })).toEqual([
      'MISSING_TRANSITION_TARGET State "B" is not reachable. at /States/B',
    ]);
    expect(checkStates({ A, B })).toEqual(['MISSING_END_STATE Workflow has no terminal state at undefined']);
    expect(check({ StartAt: 'X', States: { A: { Type: 'Succeed' } } })).toEqual([
      "MISSING_TRANSITION_TARGET Missing 'Next' target: X at /StartAt",
    ]);
  });

  it('accepts a loop without an exit inside a processor', () => {
    expect(checkStates(map({}, 'INLINE', { I: { Type: 'Pass', Next: 'I' } }))).toEqual([]);
  });

  it('does not follow the transitions of a state on its own', () => {
    const validate = (state: object) =>
      validateState(JSON.stringify(state), { type: 'STANDARD' }).diagnostics;
    expect(validate({ Type: 'Pass', Next: 'Elsewhere' })).toEqual([]);
    expect(validate({ Type: 'Parallel', Branches: [], End: true })).toMatchObject([
      { message: 'Value cannot be empty', location: '/States/StateName/Branches' },
    ]);
  });
});

describe('Choice', () => {
  const choice = (rule: object) =>
    checkStates({ C: { Type: 'Choice', Choices: [{ Next: 'Done', ...rule }] }, ...DONE });

  it.each<[object]>([
    [{ Variable: '$.a', StringMatches: 'a*\\*' }],
    [{ Variable: '$$.Execution.Name', StringEqualsPath: '$x' }],
    [{ Variable: '$.a', TimestampLessThan: '2026-01-01T00:00:00+01:00' }],
    [{ Not: { Variable: '$.a', IsPresent: false } }],
    [{ And: [{ Or: [{ Variable: '$.a', NumericEquals: 1.5 }] }], Assign: { 'a.$': '$.a' }, Comment: 'c' }],
  ])('accepts %j', (rule) => {
    expect(choice(rule).filter((line) => !line.startsWith('POSSIBLY'))).toEqual([]);
  });

  it.each<[object, string]>([
    [
      { Variable: '$.a', StringEquals: 1 },
      'Expected value of type [STRING] at /States/C/Choices[0]/StringEquals',
    ],
    [
      { Variable: '$.a', NumericEquals: '1' },
      'Expected value of type [NUMBER] at /States/C/Choices[0]/NumericEquals',
    ],
    [{ Variable: '$.a', IsNull: 'true' }, 'Expected value of type [BOOLEAN] at /States/C/Choices[0]/IsNull'],
    [
      { Variable: '$.a', TimestampEquals: 'now' },
      'String does not match RFC3339 timestamp at /States/C/Choices[0]/TimestampEquals',
    ],
    [
      { Variable: '$.a', StringEqualsPath: 'x' },
      'Value is not a Path at /States/C/Choices[0]/StringEqualsPath',
    ],
    [
      { Variable: '$.a', IsNull: true, IsString: true },
      'Only one of these fields is allowed: [IsNull, IsString] at /States/C/Choices[0]',
    ],
    [
      { Variable: '$.a', And: [{ Variable: '$.a', IsNull: true }] },
      'Only one of these fields is allowed: [Variable, And] at /States/C/Choices[0]',
    ],
    [{ IsNull: true }, 'These fields are required: [Variable] at /States/C/Choices[0]'],
    [{ And: [] }, 'Value cannot be empty at /States/C/Choices[0]/And'],
    [
      { Not: { Variable: '$.a', IsNull: true, Next: 'Done' } },
      "Field 'Next' is not supported at /States/C/Choices[0]/Not",
    ],
    [
      { Variable: '$.a', StringMatchesPath: '$.b' },
      "Field 'StringMatchesPath' is not supported at /States/C/Choices[0]",
    ],
  ])('refuses %j', (rule, message) => {
    expect(choice(rule)).toContain(message);
  });

  it('takes Condition in JSONata, and nothing of JSONPath', () => {
    const C = (rule: object) => ({
      C: { Type: 'Choice', QueryLanguage: 'JSONata', Choices: [{ Next: 'Done', ...rule }] },
      ...DONE,
    });
    expect(checkStates(C({ Condition: '{% $states.input.a = 1 %}', Output: 1 }))).toEqual([]);
    expect(checkStates(C({ Condition: true }))).toEqual([]);
    expect(checkStates(C({ Condition: 'true' }))).toEqual([
      'Expected value of type [BOOLEAN] at /States/C/Choices[0]/Condition',
    ]);
    expect(checkStates(C({}))).toEqual(['These fields are required: [Condition] at /States/C/Choices[0]']);
  });
});

describe('Map', () => {
  const Bucket = { Bucket: 'b', Key: 'k' };
  const reader = (ReaderConfig: object, action = 'getObject') =>
    map({ ItemReader: { Resource: `arn:aws:states:::s3:${action}`, Parameters: Bucket, ReaderConfig } });

  it.each<[Record<string, object>]>([
    [
      reader({
        InputType: 'CSV',
        CSVHeaderLocation: 'GIVEN',
        CSVHeaders: ['a'],
        CSVDelimiter: 'TAB',
        MaxItems: 100_000_001,
      }),
    ],
    [reader({ InputType: 'JSON', ItemsPointer: '/a', MaxItemsPath: '$.n' })],
    [reader({ ManifestType: 'S3_INVENTORY' })],
    [reader({ InputType: 'PARQUET', ManifestType: 'ATHENA_DATA' })],
    [reader({ MaxItems: 1 }, 'listObjectsV2')],
    [map({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } } })],
    [
      map(
        {
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            Parameters: Bucket,
            ReaderConfig: { InputType: 'JSON' },
          },
        },
        'INLINE',
      ),
    ],
    [map({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'a.$': '$.a' } }, Label: 'rows-1' })],
    [map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: Bucket } })],
    [map({ ResultWriter: { WriterConfig: { OutputType: 'JSON', Transformation: 'FLATTEN' } } })],
    [map({ MaxConcurrency: 99_999_999_999 }, 'INLINE')],
  ])('accepts %j', (states) => {
    expect(checkStates(states)).toEqual([]);
  });

  it.each<[Record<string, object>, string]>([
    [reader({}), 'These fields are required: [InputType] at /States/M/ItemReader/ReaderConfig'],
    [
      reader({ InputType: 'CSV' }),
      'These fields are required: [CSVHeaderLocation] at /States/M/ItemReader/ReaderConfig',
    ],
    [
      reader({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN' }),
      'These fields are required: [CSVHeaders] at /States/M/ItemReader/ReaderConfig',
    ],
    [
      reader({ Transformation: 'LOAD_AND_FLATTEN' }, 'listObjectsV2'),
      'These fields are required: [InputType] at /States/M/ItemReader/ReaderConfig',
    ],
    [
      reader({ InputType: 'JSON' }, 'headObject'),
      'The resource provided arn:aws:states:::s3:headObject is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/M/ItemReader/Resource',
    ],
    [
      map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 5 } } }),
      'Expected value of type [STRING] at /States/M/ResultWriter/Parameters/Bucket',
    ],
    [map({ ResultWriter: {} }), 'Value cannot be empty at /States/M/ResultWriter'],
    [
      map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }),
      'These fields are required: [Parameters] at /States/M/ResultWriter',
    ],
    [
      map({ ResultWriter: { WriterConfig: { OutputType: 'JSON' } } }),
      'These fields are required: [Transformation] at /States/M/ResultWriter/WriterConfig',
    ],
    [
      map({ MaxConcurrency: 1, MaxConcurrencyPath: '$.n' }),
      'Only one of these fields is allowed: [MaxConcurrency, MaxConcurrencyPath] at /States/M',
    ],
    [map({ MaxConcurrencyPath: '$.n[*]' }), 'Value is not a Reference Path at /States/M/MaxConcurrencyPath'],
    [map({ MaxConcurrency: -1 }), 'Minimum value is 0 at /States/M/MaxConcurrency'],
    [
      map({ Label: '' }),
      "INVALID_LABEL_NAME Expected a label of 1 to 40 characters without whitespace, wildcards, brackets, control and special characters, but got '' at /States/M/Label",
    ],
    [
      map({ QueryLanguage: 'JSONata', Items: 'x' }),
      'Expected value of type [ARRAY, OBJECT] at /States/M/Items',
    ],
    [
      map({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'Done', States: DONE } }),
      'These fields are required: [ExecutionType] at /States/M/ItemProcessor/ProcessorConfig',
    ],
  ])('refuses %j', (states, message) => {
    expect(checkStates(states)).toEqual([message]);
  });

  it('holds the children of a distributed Map to their own type', () => {
    const inner = task({ Resource: 'arn:aws:states:::ecs:runTask.sync' });
    expect(checkStates(map({}, 'DISTRIBUTED', inner))).toEqual([]);
    const M = {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'T',
        States: inner,
      },
      End: true,
    };
    expect(checkStates({ M })).toEqual([
      "Express state machine does not support '.sync' service integration at /States/M/ItemProcessor/States/T/Resource",
    ]);
  });
});

describe('variables', () => {
  const pass = (Assign: object, fields: object = { End: true }) => ({ Type: 'Pass', Assign, ...fields });
  const branch = (state: object, name = 'I') => ({ StartAt: name, States: { [name]: state } });

  it('lets siblings share names, and a Parallel share names with its branches', () => {
    const Branches = [branch(pass({ x: 1 })), branch(pass({ x: 2 }), 'J')];
    expect(checkStates({ P: { Type: 'Parallel', Branches, Assign: { x: 3 }, End: true } })).toEqual([]);
  });

  it('refuses an outer name at any depth, in catchers and Choice rules too', () => {
    const inner = { Type: 'Parallel', Branches: [branch(pass({ 'x.$': '$.a' }), 'K')], End: true };
    const P = { Type: 'Parallel', Branches: [branch(inner)], End: true };
    const T = {
      ...task({ Catch: [{ ErrorEquals: ['A'], Assign: { x: 1 }, Next: 'P' }], Next: 'P' })['T'],
      End: undefined,
    };
    expect(checkStates({ T, P })).toEqual([
      "DUPLICATE_VARIABLE_NAME The variable name 'x' was already defined in a parent scope. at /States/P/Branches[0]/States/I/Branches[0]/States/K/Assign",
    ]);
  });

  it('starts the children of a distributed Map with none', () => {
    const inner = { I: { Type: 'Pass', Assign: { x: 2 }, Parameters: { 'y.$': '$x' }, End: true } };
    expect(checkStates({ A: pass({ x: 1 }, { Next: 'M' }), ...map({}, 'DISTRIBUTED', inner) })).toEqual([
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'x' may not have been assigned a value when this state is entered. at /States/M/ItemProcessor/States/I/Parameters",
    ]);
  });

  it('warns of a read that one way reaches without an assignment', () => {
    const R = { Type: 'Pass', Parameters: { 'a.$': '$x.b' }, End: true };
    const rule = (fields: object) => ({
      Type: 'Choice',
      Choices: [{ Variable: '$', IsNull: true, Next: 'R', ...fields }],
      Default: 'A',
    });
    expect(checkStates({ C: rule({}), A: pass({ x: 1 }, { Next: 'R' }), R })).toEqual([
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'x' may not have been assigned a value when this state is entered. at /States/R/Parameters",
    ]);
    expect(checkStates({ C: rule({ Assign: { x: 2 } }), A: pass({ x: 1 }, { Next: 'R' }), R })).toEqual([]);
  });

  it('reads outer variables inside branches', () => {
    const read = { Type: 'Pass', Parameters: { 'a.$': '$x' }, End: true };
    expect(
      checkStates({
        A: pass({ x: 1 }, { Next: 'P' }),
        P: { Type: 'Parallel', Branches: [branch(read)], End: true },
      }),
    ).toEqual([]);
  });

  it.each(['1x', 'a.b', 'a-b', '', 'a'.repeat(81)])('refuses the name %s', (name) => {
    expect(checkStates({ A: pass({ [name]: 1 }) })[0]).toMatch(
      /^Expected a variable name to be an identifier/,
    );
  });

  it('accepts letters of any script', () => {
    expect(checkStates({ A: pass({ größe: 1, 数: 2, _a1: 3 }) })).toEqual([]);
  });
});

describe('expressions', () => {
  it('points into an expression', () => {
    const text =
      '{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","Output":{"v":["{% 1 + \\" %}"]},"End":true}}}';
    const [found] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
    expect(found).toMatchObject({ code: 'INVALID_JSONATA_EXPRESSION', location: '/States/A/Output/v[0]' });
    expect(found!.from).toBeGreaterThan(text.indexOf('{% 1'));
  });

  it('knows where a result and an error output exist', () => {
    const at = (fields: object) =>
      checkStates({
        ...task({ QueryLanguage: 'JSONata', Next: 'Done', End: undefined, ...fields }),
        ...DONE,
      });
    const both = '{% [$states.result, $states.errorOutput] %}';
    expect(at({ Output: '{% $states.result %}', Assign: { a: '{% $states.result %}' } })).toEqual([]);
    expect(at({ Arguments: both })).toHaveLength(2);
    expect(at({ Catch: [{ ErrorEquals: ['A'], Output: both, Next: 'Done' }] })).toEqual([
      "UNSUPPORTED_JSONATA_EXPRESSION Field '$states.result' does not exist. at /States/T/Catch[0]/Output",
    ]);
  });

  it('does not scan what is no expression', () => {
    const fields = { QueryLanguage: 'JSONata', Comment: '{% oops', Retry: [{ ErrorEquals: ['{% oops'] }] };
    expect(checkStates(task(fields))).toEqual([]);
  });

  it.each(['States.Nope(1)', 'States.Format(', '$.a b', 'a', "$['a"])(
    'refuses the template value %s',
    (value) => {
      expect(checkStates({ A: { Type: 'Pass', Parameters: { a: [{ 'x.$': value }] }, End: true } })).toEqual([
        "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call at /States/A/Parameters",
      ]);
    },
  );

  it('refuses intrinsic functions where only a path may stand', () => {
    expect(checkStates({ A: { Type: 'Pass', InputPath: "States.Format('a')", End: true } })).toEqual([
      'Value is not a Path at /States/A/InputPath',
    ]);
    expect(
      checkStates({ A: { Type: 'Fail', ErrorPath: "States.Format('a')", CausePath: '$.cause' } }),
    ).toEqual([]);
    expect(checkStates({ A: { Type: 'Fail', ErrorPath: 'States.Array(1)' } })).toHaveLength(1);
  });

  it.each(['$$.a', '$x', '$.a[*]', '$..a', 'a', ''])('refuses the ResultPath %s', (ResultPath) => {
    expect(checkStates(task({ ResultPath }))).toEqual([
      'Value is not a Reference Path at /States/T/ResultPath',
    ]);
  });
});
