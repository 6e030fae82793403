import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { DEFINITION, OTHER_DEFINITION, openTestApi, PREFIX, ROLE, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const ARN = `${PREFIX}:stateMachine:m`;
const OTHER_ROLE = 'arn:aws:iam::123456789012:role/other';
const group = (name: string) => ({
  cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:us-east-1:123456789012:log-group:${name}:*` },
});
const create = (more: object = {}) => ({ name: 'm', definition: DEFINITION, roleArn: ROLE, ...more });

describe('CreateStateMachine', () => {
  test('answers ARN and creation date', async () => {
    const answer = await t.call('CreateStateMachine', create());
    expect(answer).toEqual({ stateMachineArn: ARN, creationDate: START / 1000 });
  });

  test.each<[string, object]>([
    ['the same content', {}],
    ['another role', { roleArn: OTHER_ROLE }],
    ['other tags', { tags: [{ key: 'a', value: 'b' }] }],
    [
      'its defaults spelled out',
      {
        type: 'STANDARD',
        publish: false,
        loggingConfiguration: { level: 'OFF' },
        tracingConfiguration: {},
        encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
      },
    ],
  ])('answers the machine that is there to a repetition with %s', async (_name, more) => {
    await t.machine();
    t.clock.now += 5_000;
    const again = await t.call('CreateStateMachine', create(more));
    expect(again).toEqual({ stateMachineArn: ARN, creationDate: START / 1000 });
    expect((await t.call('DescribeStateMachine', { stateMachineArn: ARN })).roleArn).toBe(ROLE);
  });

  test.each<[string, object]>([
    ['definition', { definition: OTHER_DEFINITION }],
    ['white space in the definition', { definition: ` ${DEFINITION}` }],
    ['type', { type: 'EXPRESS' }],
    ['logging', { loggingConfiguration: { level: 'ALL', destinations: [group('g')] } }],
    ['tracing', { tracingConfiguration: { enabled: true } }],
  ])('refuses a repetition with another %s', async (_name, more) => {
    await t.machine();
    const refusal = await t.refusal('CreateStateMachine', create(more));
    expect(refusal).toBe(`StateMachineAlreadyExists: State Machine Already Exists: '${ARN}'`);
  });

  test('makes one machine of concurrent creations', async () => {
    const same = Array.from({ length: 20 }, () => t.call('CreateStateMachine', create()));
    const answers = await Promise.all(same);
    expect(new Set(answers.map((answer) => answer.stateMachineArn))).toEqual(new Set([ARN]));
    const differing = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) =>
        t.call('CreateStateMachine', create({ name: 'n', definition: `${' '.repeat(i)}${DEFINITION}` })),
      ),
    );
    expect(differing.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect((await t.call('ListStateMachines')).stateMachines).toHaveLength(2);
  });

  test.each<[string, object, string]>([
    ['a name with a blank', { name: 'a b' }, "InvalidName: Invalid Name: 'a b'"],
    ['a name outside the BMP', { name: 'a😀' }, "InvalidName: Invalid Name: 'a😀'"],
    [
      'a long name',
      { name: 'n'.repeat(81) },
      `ValidationException: 1 validation error detected: Value '${'n'.repeat(81)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
    ],
    // As other ARNs of the wrong type (assumption).
    [
      'the ARN of a user as role',
      { roleArn: 'arn:aws:iam::123456789012:user/me' },
      "InvalidArn: Invalid Arn: 'Resource type not valid in this context: user'",
    ],
    ['a role that is no ARN', { roleArn: 'me' }, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: me'"],
    // IAM's API Reference, CreateRole: a path of visible characters, a name of letters, digits and _+=,.@-.
    ...[
      'arn:aws:iam::123456789012:role/',
      'arn:aws:iam::123456789012:role/a b',
      'arn:aws:iam::123456789012:role/<script>',
      `arn:aws:iam::123456789012:role/${'r'.repeat(65)}`,
      'arn:aws:iam::123456789012:role/r\n',
      'arn:aws:iam::12345678901:role/r',
      'arn:aws:iam:us-east-1:123456789012:role/r',
      'arn:aws:sts::123456789012:role/r',
      'arn:evil:iam::123456789012:role/r',
    ].map((roleArn): [string, object, string] => [
      `the role ${JSON.stringify(roleArn)}`,
      { roleArn },
      `InvalidArn: Invalid Arn: 'Invalid ARN: ${roleArn}'`,
    ]),
    [
      'a definition without states',
      { definition: '{}' },
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /'",
    ],
    [
      'logging without a destination',
      { loggingConfiguration: { level: 'ALL' } },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    [
      'logging to two destinations',
      { loggingConfiguration: { level: 'ERROR', destinations: [group('a'), group('b')] } },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    [
      'logging to something else',
      {
        loggingConfiguration: {
          level: 'ERROR',
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: 'x' } }],
        },
      },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not found.',
    ],
    [
      'a description without a version',
      { versionDescription: 'v' },
      'ValidationException: Version description can only be set when publish is true',
    ],
    [
      'a customer managed key without key',
      { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY' } },
      'InvalidEncryptionConfiguration: Invalid Encryption Configuration: Expected kmsKeyId for type CUSTOMER_MANAGED_KMS_KEY, but there is none',
    ],
    [
      'too many tags',
      { tags: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' })) },
      'TooManyTags: Expected at most 50 tags, but got 51',
    ],
    [
      'a reserved tag',
      { tags: [{ key: 'aws:x', value: '' }] },
      "ValidationException: Expected tag keys without the reserved prefix aws:, but got 'aws:x'",
    ],
  ])('refuses %s', async (_name, more, expected) => {
    expect(await t.refusal('CreateStateMachine', create(more))).toBe(expected);
    expect((await t.call('ListStateMachines')).stateMachines).toEqual([]);
  });

  test('takes the limits it is given', async () => {
    const small = openTestApi({ definitionCharacters: 10 });
    expect(await small.refusal('CreateStateMachine', create())).toContain(
      "Value at 'definition' failed to satisfy constraint: Member must have length less than or equal to 10",
    );
    await small.close();
  });
});

describe('DescribeStateMachine', () => {
  test('shows everything, with defaults for what was not sent', async () => {
    await t.machine();
    expect(await t.call('DescribeStateMachine', { stateMachineArn: ARN })).toEqual({
      stateMachineArn: ARN,
      name: 'm',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition: DEFINITION,
      roleArn: ROLE,
      creationDate: START / 1000,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
  });

  test('echoes what was sent, without members that nobody knows', async () => {
    await t.machine('m', {
      type: 'EXPRESS',
      loggingConfiguration: { level: 'ALL', includeExecutionData: true, destinations: [group('g')], more: 1 },
      tracingConfiguration: { enabled: true },
    });
    expect(await t.call('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      type: 'EXPRESS',
      loggingConfiguration: { level: 'ALL', includeExecutionData: true, destinations: [group('g')] },
      tracingConfiguration: { enabled: true },
    });
    await t.machine('off', { loggingConfiguration: { level: 'OFF', destinations: [] } });
    const off = await t.call('DescribeStateMachine', { stateMachineArn: `${PREFIX}:stateMachine:off` });
    expect(off.loggingConfiguration).toEqual({ level: 'OFF', includeExecutionData: false, destinations: [] });
  });

  test('hides the definition when only metadata is asked for', async () => {
    await t.machine();
    const input = { stateMachineArn: ARN, includedData: 'METADATA_ONLY' };
    expect(await t.call('DescribeStateMachine', input)).toMatchObject({ definition: '{}', roleArn: ROLE });
  });

  test('names the variables that states read', async () => {
    const definition = JSON.stringify({
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'B' },
        B: { Type: 'Pass', Parameters: { 'y.$': '$x' }, End: true },
      },
    });
    await t.machine('m', { definition });
    const { variableReferences } = await t.call('DescribeStateMachine', { stateMachineArn: ARN });
    expect(variableReferences).toEqual({ B: ['x'] });
  });
});

test.each<[OperationName, string, string]>([
  ['DescribeStateMachine', ARN, `StateMachineDoesNotExist: State Machine Does Not Exist: '${ARN}'`],
  ['DescribeStateMachine', `${ARN}:1`, `StateMachineDoesNotExist: State Machine Does Not Exist: '${ARN}:1'`],
  [
    'DescribeStateMachine',
    'arn:aws:states:eu-west-1:123456789012:stateMachine:m',
    "StateMachineDoesNotExist: State Machine Does Not Exist: 'arn:aws:states:eu-west-1:123456789012:stateMachine:m'",
  ],
  ['DescribeStateMachine', 'm', "InvalidArn: Invalid Arn: 'Invalid ARN prefix: m'"],
  ['DescribeStateMachine', 'arn:aws:states', "InvalidArn: Invalid Arn: 'Invalid ARN prefix: arn:aws:states'"],
  [
    'DescribeStateMachine',
    `${PREFIX}:express:m:x:y`,
    "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'",
  ],
  [
    'DescribeStateMachine',
    'arn:aws:sqs:us-east-1:123456789012:stateMachine:m',
    "InvalidArn: Invalid Arn: 'Invalid ARN: arn:aws:sqs:us-east-1:123456789012:stateMachine:m'",
  ],
  [
    'DescribeStateMachine',
    `${PREFIX}:stateMachine`,
    `InvalidArn: Invalid Arn: 'Invalid ARN: ${PREFIX}:stateMachine'`,
  ],
  [
    'DeleteStateMachine',
    `${ARN}:1`,
    `ValidationException: Expected the ARN of a state machine without a version or alias, but got '${ARN}:1'`,
  ],
  [
    'DeleteStateMachine',
    `${ARN}/label`,
    `ValidationException: Expected the ARN of a state machine without a label, but got '${ARN}/label' (API_DOES_NOT_SUPPORT_LABELED_ARNS)`,
  ],
])('%s of %s is refused', async (operation, stateMachineArn, expected) => {
  expect(await t.refusal(operation, { stateMachineArn })).toBe(expected);
});

describe('UpdateStateMachine', () => {
  test('gives a new revision when the definition or the role changes', async () => {
    await t.machine();
    t.clock.now += 1_500;
    const first = await t.call('UpdateStateMachine', { stateMachineArn: ARN, definition: OTHER_DEFINITION });
    expect(first).toEqual({
      updateDate: (START + 1_500) / 1000,
      revisionId: '00000000-0000-4000-8000-000000000001',
    });
    const second = await t.call('UpdateStateMachine', { stateMachineArn: ARN, roleArn: OTHER_ROLE });
    expect(second.revisionId).toBe('00000000-0000-4000-8000-000000000002');
    expect(await t.call('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      definition: OTHER_DEFINITION,
      roleArn: OTHER_ROLE,
      revisionId: second.revisionId,
      creationDate: START / 1000,
    });
  });

  test('keeps the revision when nothing of it changes', async () => {
    await t.machine();
    const same = { stateMachineArn: ARN, definition: DEFINITION, roleArn: ROLE };
    t.clock.now += 1_000;
    expect(await t.call('UpdateStateMachine', same)).toEqual({ updateDate: (START + 1_000) / 1000 });
    // The defaults spelled out are no change.
    const defaults = { tracingConfiguration: { enabled: false }, loggingConfiguration: { level: 'OFF' } };
    expect(await t.call('UpdateStateMachine', { stateMachineArn: ARN, ...defaults })).not.toHaveProperty(
      'revisionId',
    );
  });

  // Recorded from AWS: an update of the logging or tracing configuration alone answers a revisionId, and Describe shows it.
  test.each<[string, object]>([
    ['tracing', { tracingConfiguration: { enabled: true } }],
    ['a log group', { loggingConfiguration: { level: 'ALL', destinations: [group('g')] } }],
    ['a level', { loggingConfiguration: { level: 'ERROR', destinations: [group('g')] } }],
    ['data in the log', { loggingConfiguration: { level: 'OFF', includeExecutionData: true } }],
    [
      'tracing and logging',
      { tracingConfiguration: { enabled: true }, loggingConfiguration: { level: 'OFF' } },
    ],
  ])('gives a new revision when %s changes', async (_what, change) => {
    await t.machine();
    const { revisionId } = await t.call('UpdateStateMachine', { stateMachineArn: ARN, ...change });
    expect(revisionId).toBe('00000000-0000-4000-8000-000000000001');
    expect(await t.call('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      ...change,
      definition: DEFINITION,
      revisionId,
    });
    expect(await t.call('UpdateStateMachine', { stateMachineArn: ARN, ...change })).toMatchObject({
      revisionId,
    });
  });

  test('asks for a log group that CloudWatch Logs may not have', async () => {
    await t.close();
    const known = new Map([
      ['known', true],
      ['gone', false],
    ]);
    t = openTestApi({}, { hasLogGroup: async (arn) => known.get(arn.split(':').at(-2)!) });
    const logging = (name: string) => ({
      loggingConfiguration: { level: 'ALL', destinations: [group(name)] },
    });
    await t.machine();
    // Recorded: Create and Update with a log group that was deleted.
    const missing = expect.stringContaining('Log Destination not found.');
    expect(await t.refusal('CreateStateMachine', create({ name: 'n', ...logging('gone') }))).toEqual(missing);
    expect(await t.refusal('UpdateStateMachine', { stateMachineArn: ARN, ...logging('gone') })).toEqual(
      missing,
    );
    await t.call('UpdateStateMachine', { stateMachineArn: ARN, ...logging('known') });
    await t.call('CreateStateMachine', create({ name: 'o', ...logging('not told') }));
  });

  // As recorded for Standard machines at level ALL.
  test.each([
    ['STANDARD', 'ALL', true],
    ['STANDARD', 'ERROR', false],
    ['EXPRESS', 'ALL', false],
    ['EXPRESS', 'FATAL', true],
    ['STANDARD', 'OFF', true],
  ])('asks for the log group of a %s machine at level %s', async (type, level, includeExecutionData) => {
    await t.close();
    t = openTestApi({}, { hasLogGroup: async () => false });
    const loggingConfiguration = { level, includeExecutionData, destinations: [group('gone')] };
    expect(await t.refusal('CreateStateMachine', create({ name: 'n', type, loggingConfiguration }))).toBe(
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not found.',
    );
  });

  test('is seen by the next start at once', async () => {
    await t.machine();
    await t.call('StartExecution', { stateMachineArn: ARN, name: 'before' });
    await t.call('UpdateStateMachine', { stateMachineArn: ARN, definition: OTHER_DEFINITION });
    await t.call('StartExecution', { stateMachineArn: ARN, name: 'after' });
    const definitionOf = async (name: string) => {
      const executionArn = `${PREFIX}:execution:m:${name}`;
      return (await t.call('DescribeStateMachineForExecution', { executionArn })).definition;
    };
    expect(await definitionOf('before')).toBe(DEFINITION);
    expect(await definitionOf('after')).toBe(OTHER_DEFINITION);
  });

  test('loses none of concurrent changes', async () => {
    await t.machine();
    await Promise.all([
      t.call('UpdateStateMachine', { stateMachineArn: ARN, tracingConfiguration: { enabled: true } }),
      t.call('TagResource', { resourceArn: ARN, tags: [{ key: 'a', value: '1' }] }),
      t.call('UpdateStateMachine', { stateMachineArn: ARN, roleArn: OTHER_ROLE }),
      t.call('TagResource', { resourceArn: ARN, tags: [{ key: 'b', value: '2' }] }),
    ]);
    expect(await t.call('DescribeStateMachine', { stateMachineArn: ARN })).toMatchObject({
      roleArn: OTHER_ROLE,
      tracingConfiguration: { enabled: true },
    });
    expect((await t.call('ListTagsForResource', { resourceArn: ARN })).tags).toHaveLength(2);
  });

  test.each<[string, object, string]>([
    [
      'nothing to change',
      {},
      'MissingRequiredParameter: Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    ],
    [
      'a broken definition',
      { definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}' },
      expect.stringMatching(/^InvalidDefinition: .*MISSING_TRANSITION_TARGET/),
    ],
    [
      'broken logging',
      { loggingConfiguration: { level: 'ALL', destinations: [] } },
      'InvalidLoggingConfiguration: Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    ['a role that is no ARN', { roleArn: 'me' }, "InvalidArn: Invalid Arn: 'Invalid ARN prefix: me'"],
    [
      'a version ARN',
      { stateMachineArn: `${ARN}:1`, roleArn: ROLE },
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${ARN}:1'`,
    ],
  ])('refuses %s', async (_name, more, expected) => {
    await t.machine();
    expect(await t.refusal('UpdateStateMachine', { stateMachineArn: ARN, ...more })).toEqual(expected);
  });
});

describe('DeleteStateMachine', () => {
  test('marks the machine and refuses to start or change it', async () => {
    await t.machine();
    await t.call('StartExecution', { stateMachineArn: ARN });
    expect(await t.call('DeleteStateMachine', { stateMachineArn: ARN })).toEqual({});
    expect((await t.call('DescribeStateMachine', { stateMachineArn: ARN })).status).toBe('DELETING');
    const refusal = `StateMachineDeleting: State Machine Deleting: '${ARN}'`;
    expect(await t.refusal('StartExecution', { stateMachineArn: ARN })).toBe(refusal);
    expect(await t.refusal('CreateStateMachine', create())).toBe(refusal);
    expect(await t.refusal('UpdateStateMachine', { stateMachineArn: ARN, roleArn: ROLE })).toBe(refusal);
    await t.store.catalog.remove(ARN);
    await t.machine();
    expect((await t.call('DescribeStateMachine', { stateMachineArn: ARN })).status).toBe('ACTIVE');
  });

  test('succeeds when there is none', async () => {
    expect(await t.call('DeleteStateMachine', { stateMachineArn: ARN })).toEqual({});
  });
});

describe('ListStateMachines', () => {
  test('pages by name', async () => {
    for (const name of ['c', 'a', 'b']) await t.machine(name, name === 'b' ? { type: 'EXPRESS' } : {});
    const first = await t.call('ListStateMachines', { maxResults: 2 });
    expect(first.stateMachines).toEqual([
      {
        stateMachineArn: `${PREFIX}:stateMachine:a`,
        name: 'a',
        type: 'STANDARD',
        creationDate: START / 1000,
      },
      { stateMachineArn: `${PREFIX}:stateMachine:b`, name: 'b', type: 'EXPRESS', creationDate: START / 1000 },
    ]);
    const second = await t.call('ListStateMachines', { maxResults: 2, nextToken: first.nextToken });
    expect(second.stateMachines.map((machine) => machine.name)).toEqual(['c']);
    expect(second.nextToken).toBeUndefined();
    expect((await t.call('ListStateMachines', { maxResults: 0 })).stateMachines).toHaveLength(3);
  });

  test('refuses foreign tokens', async () => {
    const refusal = await t.refusal('ListStateMachines', { nextToken: 'x' });
    expect(refusal).toBe("InvalidToken: Invalid Token: 'Invalid token'");
  });
});

describe('tags', () => {
  test('may name a key twice: the last value counts', async () => {
    await t.machine('m');
    const tags = ['1', '1', '2'].map((value) => ({ key: 'a', value }));
    expect(await t.call('TagResource', { resourceArn: ARN, tags })).toEqual({});
    expect(await t.call('ListTagsForResource', { resourceArn: ARN })).toEqual({
      tags: [{ key: 'a', value: '2' }],
    });
  });

  test('are kept from creation, overwritten by key and removed', async () => {
    await t.machine('m', { tags: [{ key: 'a', value: '1' }, { key: 'b' }] });
    await t.call('TagResource', {
      resourceArn: ARN,
      tags: [
        { key: 'a', value: '2' },
        { key: 'c', value: '3' },
      ],
    });
    await t.call('TagResource', { resourceArn: ARN, tags: [] });
    await t.call('UntagResource', { resourceArn: ARN, tagKeys: ['b', 'unknown'] });
    expect(await t.call('ListTagsForResource', { resourceArn: ARN })).toEqual({
      tags: [
        { key: 'a', value: '2' },
        { key: 'c', value: '3' },
      ],
    });
  });

  test('stay within fifty', async () => {
    await t.machine('m', { tags: Array.from({ length: 49 }, (_, i) => ({ key: `k${i}`, value: '' })) });
    const tags = [{ key: 'x' }, { key: 'y' }];
    expect(await t.refusal('TagResource', { resourceArn: ARN, tags })).toBe(
      'TooManyTags: Expected at most 50 tags, but got 51',
    );
  });

  test.each([ARN, `${ARN}:1`])('belong to machines only: %s is not found', async (resourceArn) => {
    expect(await t.refusal('ListTagsForResource', { resourceArn })).toBe(
      `ResourceNotFound: Resource not found: '${resourceArn}'`,
    );
  });
});
