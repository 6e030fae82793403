// Every state is checked, whatever comes before it, and every place in it.

import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../../src/asl/validate.ts';
import { check, checkStates, DONE, FUNCTION, map, task } from '../check.ts';

const PASS = { P: { Type: 'Pass', Next: 'W' } };
const WAIT = { W: { Type: 'Wait', Seconds: 1, Next: 'T' } };

describe('rules go on', () => {
  it('to a Choice behind other states, and to each of its rules', () => {
    const C = {
      Type: 'Choice',
      Choices: [
        { Variable: '$.a', IsNull: true, Next: 'Done' },
        { Variable: '$.a', IsNull: 1, Next: 'Done' },
        {
          And: [
            { Variable: '$.a', IsNull: true },
            { Variable: '$.a', IsNull: 2 },
          ],
          Next: 'Done',
        },
      ],
    };
    expect(checkStates({ P: { Type: 'Pass', Next: 'C' }, C, ...DONE })).toEqual([
      'Expected value of type [BOOLEAN] at /States/C/Choices[1]/IsNull',
      'Expected value of type [BOOLEAN] at /States/C/Choices[2]/And[1]/IsNull',
    ]);
  });

  it('to the retriers and catchers of a task behind other states', () => {
    const all = { ErrorEquals: ['States.ALL'] };
    const states = {
      ...PASS,
      ...WAIT,
      ...task({
        Retry: [{ ErrorEquals: ['A'] }, all, { ErrorEquals: ['B'] }],
        Catch: [{ ErrorEquals: ['A', 'States.ALL'], Next: 'Done' }],
        End: undefined,
        Next: 'Done',
      }),
      ...DONE,
    };
    expect(checkStates(states)).toEqual([
      "'States.ALL' must be in the last entry at /States/T/Retry[1]/ErrorEquals",
      "'States.ALL' must be the only error name in its list at /States/T/Catch[0]/ErrorEquals",
    ]);
  });

  it('to a Map behind other states, and to the same label in another', () => {
    const second = map({ Label: 'rows' }, 'DISTRIBUTED', { End: { Type: 'Succeed' } })['M'];
    const states = {
      P: { Type: 'Pass', Next: 'M' },
      ...map({ Label: 'rows', End: undefined, Next: 'N' }),
      N: second,
    };
    expect(checkStates(states as Record<string, object>)).toEqual([
      'DUPLICATE_LABEL_NAME Duplicate Label name: rows at /States/N/Label',
    ]);
  });

  it('to a task behind other states', () => {
    expect(checkStates({ ...PASS, ...WAIT, ...task({ Resource: 'nothing' }) })[0]).toContain(
      '/States/T/Resource',
    );
    expect(
      checkStates({ ...PASS, ...WAIT, ...task({ TimeoutSeconds: 5, HeartbeatSeconds: 9 }) })[0],
    ).toContain('HeartbeatSeconds');
  });
});

it('names the field of the other query language, in a reader and a writer with its place', () => {
  const reader = {
    Resource: 'arn:aws:states:::s3:getObject',
    Arguments: {},
    ReaderConfig: { InputType: 'JSON' },
  };
  const words =
    "The QueryLanguage is set to 'JSONPath', but field 'Arguments' is only supported for the 'JSONata' QueryLanguage";
  expect(checkStates(map({ ItemReader: reader }))).toContain(`${words} at /States/M/ItemReader/Arguments`);
  expect(checkStates(task({ Arguments: {} }))).toContain(`${words} at /States/T`);
});

describe('what a reader and a writer of a Map take', () => {
  const Parameters = { Bucket: 'b', Key: 'k' };
  const getObject = 'arn:aws:states:::s3:getObject';
  const reader = (ReaderConfig: object | undefined, Resource = getObject, more: object = { Parameters }) =>
    checkStates(map({ ItemReader: { Resource, ...more, ReaderConfig } }));
  const at = '/States/M/ItemReader';
  const unknown = (arn: string, place: string) =>
    `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/M/${place}/Resource`;

  it('a resource of any partition, and no other', () => {
    const json = { InputType: 'JSON' };
    expect(reader(json, 'arn:aws-cn:states:::s3:getObject')).toEqual([]);
    expect(reader(json, 'arn:aws-us-gov:states:::s3:getObject')).toEqual([]);
    for (const arn of ['arn:aws1:states:::s3:getObject', `x${getObject}`, 'arn:aws:states:::s3:putObject'])
      expect(reader(json, arn)).toEqual([unknown(arn, 'ItemReader')]);
    const writer = (Resource: string) => checkStates(map({ ResultWriter: { Resource, Parameters } }));
    expect(writer('arn:aws-cn:states:::s3:putObject')).toEqual([]);
    expect(writer(getObject)).toEqual([unknown(getObject, 'ResultWriter')]);
  });

  it('a configuration, but for a listing', () => {
    expect(reader(undefined)).toEqual([`These fields are required: [ReaderConfig] at ${at}`]);
    expect(reader(undefined, 'arn:aws:states:::s3:listObjectsV2')).toEqual([]);
  });

  it('fields that belong to the kind of input', () => {
    const config = `${at}/ReaderConfig`;
    const cases: [object, string[]][] = [
      [{ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }, []],
      [
        { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVHeaders: ['a'] },
        [`Field 'CSVHeaders' is not supported with CSVHeaderLocation 'FIRST_ROW' at ${config}`],
      ],
      [
        { InputType: 'JSON', CSVDelimiter: 'TAB' },
        [`Field 'CSVDelimiter' is not supported with InputType 'JSON' at ${config}`],
      ],
      [
        { InputType: 'JSONL', CSVHeaderLocation: 'FIRST_ROW' },
        [`Field 'CSVHeaderLocation' is not supported with InputType 'JSONL' at ${config}`],
      ],
      [
        { InputType: 'JSONL', CSVHeaders: ['a'] },
        [`Field 'CSVHeaders' is not supported with InputType 'JSONL' at ${config}`],
      ],
      [
        { InputType: 'JSONL', ItemsPointer: '/a' },
        [`Field 'ItemsPointer' is not supported with InputType 'JSONL' at ${config}`],
      ],
      [{ InputType: 'CSV', ManifestType: 'ATHENA_DATA' }, []],
      [{ InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY' }, []],
      [
        { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', ManifestType: 'S3_INVENTORY' },
        [`Field 'InputType' is not supported with ManifestType 'S3_INVENTORY' at ${config}`],
      ],
      [
        { InputType: 'CSV', CSVHeaderLocation: 'TOP' },
        [`Value should be one of the following: [FIRST_ROW, GIVEN] at ${config}/CSVHeaderLocation`],
      ],
      [
        { InputType: 'XML' },
        [
          `Value should be one of the following: [CSV, JSON, JSONL, PARQUET, MANIFEST] at ${config}/InputType`,
        ],
      ],
    ];
    for (const [fields, lines] of cases) expect([fields, reader(fields)]).toEqual([fields, lines]);
  });

  it('texts in the request, unless they are computed', () => {
    const json = { InputType: 'JSON' };
    expect(reader(json, getObject, { Parameters: { Bucket: 1, Key: [], Prefix: {}, Other: 2 } })).toEqual([
      `Expected value of type [STRING] at ${at}/Parameters/Bucket`,
      `Expected value of type [STRING] at ${at}/Parameters/Key`,
      `Expected value of type [STRING] at ${at}/Parameters/Prefix`,
    ]);
    expect(reader(json, getObject, { Parameters: { 'Bucket.$': '$.b', Key: 'k' } })).toEqual([]);
  });

  it('a batcher with one of its limits', () => {
    const batcher = (fields: object) => checkStates(map({ ItemBatcher: fields }));
    for (const name of ['MaxItemsPerBatch', 'MaxInputBytesPerBatch']) {
      expect(batcher({ [name]: 2 })).toEqual([]);
      expect(batcher({ [`${name}Path`]: '$.n' })).toEqual([]);
    }
    expect(batcher({ BatchInput: {} })).toEqual([
      'One of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch] at /States/M/ItemBatcher',
    ]);
  });

  it('a label of 1 to 40 characters', () => {
    const label = (Label: string) => checkStates(map({ Label }));
    for (const good of ['a', 'a'.repeat(40), '\u{1f600}'.repeat(40), 'a-b_c.d'])
      expect(label(good)).toEqual([]);
    for (const bad of [
      'a'.repeat(41),
      ...'? *<>{}[]:;,\\|^~$#%&`"\u0000\u001f\u007f\u009f'.split('').map((c) => `a${c}b`),
    ])
      expect(label(bad)[0]).toMatch(/^INVALID_LABEL_NAME/);
  });
});

describe('expressions', () => {
  it('that are broken are underlined from the mistake to the end of their text', () => {
    const marked = (expression: string) => {
      const text = JSON.stringify({
        StartAt: 'A',
        QueryLanguage: 'JSONata',
        States: { A: { Type: 'Succeed', Output: expression } },
      });
      const [wrong] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
      return [wrong?.code, text.slice(wrong?.from, wrong?.to)];
    };
    expect(marked('{% 1 + ) %}')).toEqual(['INVALID_JSONATA_EXPRESSION', ') %}"']);
    expect(marked('{% 1 + %}')[1]?.endsWith('"')).toBe(true);
  });

  it('of a role are checked where they stand', () => {
    const role = (value: unknown) => checkStates(task({ Credentials: { 'RoleArn.$': value } }));
    expect(role('$.role')).toEqual([]);
    expect(role('$x').filter((line) => line.startsWith('POSSIBLY'))).toHaveLength(1);
    expect(role('not a path')).toHaveLength(1);
    expect(role('not a path')[0]).toContain('/States/T/Credentials');
  });

  it('of one field are told beside those of another', () => {
    const A = { Type: 'Pass', InputPath: '$y', Parameters: { 'a.$': '$x' }, OutputPath: '$y', End: true };
    expect(checkStates({ A }).map((line) => line.replace(/ may .* at /, ' at '))).toEqual([
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'y' at /States/A/InputPath",
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'y' at /States/A/OutputPath",
      "POSSIBLY_UNDEFINED_VARIABLE The variable 'x' at /States/A/Parameters",
    ]);
  });

  it.each([
    ['Fail', { ErrorPath: '$.e' }],
    ['Fail', { CausePath: '$.c' }],
    ['Wait', { SecondsPath: '$.s', Next: 'Done' }],
    ['Wait', { TimestampPath: '$.t', Next: 'Done' }],
    ['Pass', { InputPath: '$.i', Next: 'Done' }],
    ['Pass', { OutputPath: '$.o', Next: 'Done' }],
    ['Pass', { ResultPath: '$.r', Next: 'Done' }],
    ['Pass', { Parameters: {}, Next: 'Done' }],
    ['Pass', { Result: 1, Next: 'Done' }],
  ])('of JSONPath have no place in a JSONata %s: %j', (Type, fields) => {
    const seconds = Type === 'Wait' ? { Seconds: 1 } : {};
    const [name] = Object.keys(fields);
    const lines = checkStates({ A: { Type, QueryLanguage: 'JSONata', ...seconds, ...fields }, ...DONE });
    expect(lines.filter((line) => line.includes(`'${name}'`) || line.includes(`/${name}`))).not.toEqual([]);
    const other = checkStates({ A: { Type, ...fields }, ...DONE });
    expect(other.filter((line) => line.includes(`'${name}'`))).toEqual([]);
  });

  it('that are no text are refused for their type alone', () => {
    expect(checkStates({ A: { Type: 'Pass', InputPath: 5, End: true } })).toEqual([
      'Expected value of type [STRING] at /States/A/InputPath',
    ]);
    expect(checkStates({ W: { Type: 'Wait', Timestamp: 5, End: true } })).toEqual([
      'Expected value of type [STRING] at /States/W/Timestamp',
    ]);
  });
});

it('an unknown start is told with its place', () => {
  expect(
    check({ StartAt: 'X', States: { T: { Type: 'Task', Resource: FUNCTION, End: true } } })[0],
  ).toContain('X');
});
