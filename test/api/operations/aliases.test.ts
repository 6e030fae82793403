// Sources of what is AWS's: recordings of aliases against AWS (2023), the API reference's pages of the operations of aliases, and
// "Creating a state machine alias" in the developer guide.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { DEFINITION, OTHER_DEFINITION, openTestApi, PREFIX, ROLE, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(async () => {
  t = openTestApi();
  await t.call('CreateStateMachine', { name: 'm', definition: DEFINITION, roleArn: ROLE, publish: true });
  await t.call('UpdateStateMachine', {
    stateMachineArn: MACHINE,
    definition: OTHER_DEFINITION,
    publish: true,
  });
});
afterEach(() => t.close());

const MACHINE = `${PREFIX}:stateMachine:m`;
const ALIAS = `${MACHINE}:live`;
const NOBODY = `${PREFIX}:stateMachine:nobody`;
const EXECUTION = `${PREFIX}:execution:nobody:x`;

const route = (...weights: [number | string, number][]) =>
  weights.map(([version, weight]) => ({ stateMachineVersionArn: `${MACHINE}:${version}`, weight }));
const create = (name = 'live', routingConfiguration = route([1, 100]), more: object = {}) =>
  t.call('CreateStateMachineAlias', { name, routingConfiguration, ...more });
const describeAlias = () => t.call('DescribeStateMachineAlias', { stateMachineAliasArn: ALIAS });

describe('CreateStateMachineAlias', () => {
  test('makes a name for versions', async () => {
    const routingConfiguration = route([1, 90], [2, 10]);
    expect(await create('live', routingConfiguration, { description: 'd' })).toEqual({
      stateMachineAliasArn: ALIAS,
      creationDate: START / 1000,
    });
    expect(await describeAlias()).toEqual({
      stateMachineAliasArn: ALIAS,
      name: 'live',
      description: 'd',
      routingConfiguration,
      creationDate: START / 1000,
      updateDate: START / 1000,
    });
  });

  test('is the same when it is repeated, and a conflict with other content', async () => {
    const first = await create('live', route([1, 50], [2, 50]), { description: 'd' });
    t.clock.now += 1_000;
    expect(await create('live', route([2, 50], [1, 50]), { description: 'd' })).toEqual(first);
    const conflict =
      'ConflictException: Failed to create alias because an alias with the same name and a different routing configuration already exists.';
    for (const [routingConfiguration, more] of [
      [route([1, 60], [2, 40]), { description: 'd' }],
      [route([1, 50], [2, 50]), {}],
    ] as const) {
      const input = { name: 'live', routingConfiguration, ...more };
      expect(await t.refusal('CreateStateMachineAlias', input)).toBe(conflict);
    }
  });

  test('stops at 100 aliases of a machine, and still answers the one that is there', async () => {
    for (let n = 1; n <= 100; n++) await create(`a${n}`);
    expect((await create('a7')).stateMachineAliasArn).toBe(`${MACHINE}:a7`);
    expect(
      await t.refusal('CreateStateMachineAlias', { name: 'more', routingConfiguration: route([1, 100]) }),
    ).toContain('ServiceQuotaExceededException: Expected at most 100 aliases');
  });

  const PLAIN = [{ stateMachineVersionArn: MACHINE, weight: 100 }];
  test.each<[string, unknown, string]>([
    [
      'the ARN of the machine',
      PLAIN,
      `ValidationException: Routing configuration must contain state machine version ARNs. Received: [${MACHINE}] (INVALID_ROUTING_CONFIGURATION)`,
    ],
    [
      'the ARN of an alias',
      route(['live', 100]),
      `ValidationException: Routing configuration must contain state machine version ARNs. Received: [${ALIAS}] (INVALID_ROUTING_CONFIGURATION)`,
    ],
    [
      'the same version twice',
      route([1, 50], [1, 50]),
      `ValidationException: Routing configuration must contain distinct state machine version ARNs. Received: [${MACHINE}:1, ${MACHINE}:1] (INVALID_ROUTING_CONFIGURATION)`,
    ],
    [
      'weights that are not 100 together',
      route([1, 70], [2, 29]),
      'ValidationException: Sum of routing configuration weights must equal 100. Received: [70, 29] (INVALID_ROUTING_CONFIGURATION)',
    ],
    [
      'versions of two machines',
      [...route([1, 50]), { stateMachineVersionArn: `${NOBODY}:1`, weight: 50 }],
      `ValidationException: Routing configuration must contain versions of the same state machine. Received: [${MACHINE}, ${NOBODY}] (INVALID_ROUTING_CONFIGURATION)`,
    ],
    [
      'a version that is not there',
      route([1, 50], [3, 50]),
      'ResourceNotFound: Request references a resource that does not exist.',
    ],
    [
      'a machine that is not there',
      [{ stateMachineVersionArn: `${NOBODY}:1`, weight: 100 }],
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${NOBODY}'`,
    ],
    [
      'no ARN',
      [{ stateMachineVersionArn: 'v', weight: 100 }],
      "InvalidArn: Invalid Arn: 'Invalid ARN prefix: v'",
    ],
    [
      'a weight above 100',
      route([1, 101]),
      "ValidationException: 1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
  ])('refuses %s', async (_name, routingConfiguration, expected) => {
    expect(await t.refusal('CreateStateMachineAlias', { name: 'live', routingConfiguration })).toBe(expected);
  });

  test('refuses a name of digits', async () => {
    expect(
      await t.refusal('CreateStateMachineAlias', { name: '12', routingConfiguration: route([1, 100]) }),
    ).toContain(
      "Value '12' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern",
    );
  });
});

describe('UpdateStateMachineAlias', () => {
  test('changes what is sent', async () => {
    await create('live', route([1, 100]), { description: 'd' });
    t.clock.now += 1_000;
    const routingConfiguration = route([1, 1], [2, 99]);
    const updated = await t.call('UpdateStateMachineAlias', {
      stateMachineAliasArn: ALIAS,
      routingConfiguration,
    });
    expect(updated).toEqual({ updateDate: START / 1000 + 1 });
    await t.call('UpdateStateMachineAlias', { stateMachineAliasArn: ALIAS, description: 'e' });
    expect(await describeAlias()).toMatchObject({
      description: 'e',
      routingConfiguration,
      creationDate: START / 1000,
    });
  });

  test('is seen by the next start', async () => {
    await create();
    const versionOf = async () => {
      const { executionArn } = await t.call('StartExecution', { stateMachineArn: ALIAS });
      return (await t.call('DescribeExecution', { executionArn })).stateMachineVersionArn;
    };
    expect(await versionOf()).toBe(`${MACHINE}:1`);
    const routingConfiguration = route([2, 100]);
    await t.call('UpdateStateMachineAlias', { stateMachineAliasArn: ALIAS, routingConfiguration });
    expect(await versionOf()).toBe(`${MACHINE}:2`);
  });

  test('refuses versions of another machine', async () => {
    await create();
    const other = { name: 'o', definition: DEFINITION, roleArn: ROLE, publish: true };
    const { stateMachineVersionArn } = await t.call('CreateStateMachine', other);
    const input = {
      stateMachineAliasArn: ALIAS,
      routingConfiguration: [{ stateMachineVersionArn, weight: 100 }],
    };
    expect(await t.refusal('UpdateStateMachineAlias', input)).toContain('versions of the same state machine');
  });
});

describe('ListStateMachineAliases', () => {
  test('has the oldest first, in pages', async () => {
    for (const name of ['b', 'a', 'c']) await create(name);
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await t.call('ListStateMachineAliases', {
        stateMachineArn: MACHINE,
        maxResults: 2,
        nextToken,
      });
      names.push(...page.stateMachineAliases.map((alias) => alias.stateMachineAliasArn.slice(-1)));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(names).toEqual(['b', 'a', 'c']);
  });

  test('of a version has only those that route to it', async () => {
    await create('one', route([1, 100]));
    await create('both', route([1, 50], [2, 50]));
    await create('two', route([2, 100]));
    const { stateMachineAliases } = await t.call('ListStateMachineAliases', {
      stateMachineArn: `${MACHINE}:2`,
    });
    expect(stateMachineAliases.map((alias) => alias.stateMachineAliasArn)).toEqual([
      `${MACHINE}:both`,
      `${MACHINE}:two`,
    ]);
  });
});

describe('an alias', () => {
  test('is what StartExecution draws a version of, and lists its executions', async () => {
    await create();
    const { executionArn } = await t.call('StartExecution', { stateMachineArn: ALIAS, name: 'e' });
    expect(executionArn).toBe(`${PREFIX}:execution:m:e`);
    expect(await t.call('DescribeExecution', { executionArn })).toMatchObject({
      stateMachineArn: MACHINE,
      stateMachineVersionArn: `${MACHINE}:1`,
      stateMachineAliasArn: ALIAS,
    });
    const { executions } = await t.call('ListExecutions', { stateMachineArn: ALIAS });
    expect(executions).toMatchObject([{ name: 'e', stateMachineAliasArn: ALIAS }]);
  });

  test('shares 10,000 starts out by weight, to within one in a hundred', async () => {
    await t.call('CreateStateMachine', {
      name: 'x',
      definition: DEFINITION,
      roleArn: ROLE,
      type: 'EXPRESS',
      publish: true,
    });
    const stateMachineArn = `${PREFIX}:stateMachine:x`;
    await t.call('UpdateStateMachine', { stateMachineArn, definition: OTHER_DEFINITION, publish: true });
    const routingConfiguration = [
      { stateMachineVersionArn: `${stateMachineArn}:1`, weight: 27 },
      { stateMachineVersionArn: `${stateMachineArn}:2`, weight: 73 },
    ];
    await t.call('CreateStateMachineAlias', { name: 'live', routingConfiguration });
    for (let n = 0; n < 10_000; n++)
      await t.api.handle('StartExecution', { stateMachineArn: `${stateMachineArn}:live` });
    const first = t.engine.express.filter(
      ({ stateMachineVersionArn }) => stateMachineVersionArn === `${stateMachineArn}:1`,
    );
    expect(first.length).toBeGreaterThan(2_600);
    expect(first.length).toBeLessThan(2_800);
  });

  test('with a weight of nothing never runs that version', async () => {
    await create('live', route([1, 0], [2, 100]));
    for (let n = 0; n < 50; n++) {
      const { executionArn } = await t.call('StartExecution', { stateMachineArn: ALIAS });
      const { stateMachineVersionArn } = await t.call('DescribeExecution', { executionArn });
      expect(stateMachineVersionArn).toBe(`${MACHINE}:2`);
    }
  });

  test('is described as the version that gets most of the starts', async () => {
    await create('live', route([1, 40], [2, 60]));
    expect(await t.call('DescribeStateMachine', { stateMachineArn: ALIAS })).toMatchObject({
      stateMachineArn: `${MACHINE}:2`,
      definition: OTHER_DEFINITION,
    });
  });

  test('is gone after its deletion, which may be repeated', async () => {
    await create();
    await t.call('StartExecution', { stateMachineArn: ALIAS });
    for (let n = 0; n < 2; n++)
      expect(await t.call('DeleteStateMachineAlias', { stateMachineAliasArn: ALIAS })).toEqual({});
    expect(await t.refusal('StartExecution', { stateMachineArn: ALIAS })).toBe(
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${ALIAS}'`,
    );
  });

  test('goes with its machine', async () => {
    await create();
    await t.call('DeleteStateMachine', { stateMachineArn: MACHINE });
    expect(await t.refusal('StartExecution', { stateMachineArn: ALIAS })).toBe(
      `StateMachineDeleting: State Machine Deleting: '${ALIAS}'`,
    );
    expect(
      await t.refusal('CreateStateMachineAlias', { name: 'n', routingConfiguration: route([1, 100]) }),
    ).toBe(`StateMachineDeleting: State Machine Deleting: '${MACHINE}'`);
  });
});

const GONE = 'ResourceNotFound: Request references a resource that does not exist.';
const REFUSALS: [OperationName, object, string][] = [
  ['DescribeStateMachineAlias', { stateMachineAliasArn: ALIAS }, GONE],
  ['UpdateStateMachineAlias', { stateMachineAliasArn: ALIAS, description: 'd' }, GONE],
  ['UpdateStateMachineAlias', { stateMachineAliasArn: ALIAS }, '(MISSING_REQUIRED_PARAMETER)'],
  ['DescribeStateMachineAlias', { stateMachineAliasArn: `${MACHINE}:1` }, 'ValidationException'],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: MACHINE }, 'ValidationException'],
  ['DeleteStateMachineAlias', { stateMachineAliasArn: EXECUTION }, 'InvalidArn'],
  ['ListStateMachineAliases', { stateMachineArn: NOBODY }, 'StateMachineDoesNotExist'],
  ['ListStateMachineAliases', { stateMachineArn: EXECUTION }, 'InvalidArn'],
  ['ListStateMachineAliases', { stateMachineArn: MACHINE, nextToken: 'x.y' }, 'InvalidToken'],
];

test.each(REFUSALS)('%s of %j is %s', async (operation, input, error) => {
  expect(await t.refusal(operation, input)).toContain(error);
});
