// Sources of what is AWS's: recordings of versions against AWS (2023), the API reference's pages of
// PublishStateMachineVersion, ListStateMachineVersions, DeleteStateMachineVersion and DescribeStateMachine.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { DEFINITION, OTHER_DEFINITION, openTestApi, PREFIX, ROLE, START, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const MACHINE = `${PREFIX}:stateMachine:m`;
const NOBODY = `${PREFIX}:stateMachine:nobody`;
const EXECUTION = `${PREFIX}:execution:nobody:x`;

const create = (more: object = {}) =>
  t.call('CreateStateMachine', { name: 'm', definition: DEFINITION, roleArn: ROLE, ...more });
const update = (more: object) => t.call('UpdateStateMachine', { stateMachineArn: MACHINE, ...more });
const publish = (more: object = {}) =>
  t.call('PublishStateMachineVersion', { stateMachineArn: MACHINE, ...more });
const listed = async () =>
  (await t.call('ListStateMachineVersions', { stateMachineArn: MACHINE })).stateMachineVersions;

describe('publish on creation', () => {
  test('answers the ARN of version 1', async () => {
    expect(await create({ publish: true, versionDescription: 'first' })).toEqual({
      stateMachineArn: MACHINE,
      creationDate: START / 1000,
      stateMachineVersionArn: `${MACHINE}:1`,
    });
    expect(await t.call('DescribeStateMachine', { stateMachineArn: `${MACHINE}:1` })).toMatchObject({
      stateMachineArn: `${MACHINE}:1`,
      name: 'm',
      description: 'first',
      definition: DEFINITION,
    });
    expect(await t.call('DescribeStateMachine', { stateMachineArn: MACHINE })).not.toHaveProperty(
      'description',
    );
  });

  test('is the same creation when it is repeated', async () => {
    const first = await create({ publish: true, versionDescription: 'first' });
    t.clock.now += 1_000;
    expect(await create({ publish: true, versionDescription: 'first' })).toEqual(first);
    expect(await listed()).toHaveLength(1);
  });

  test.each([
    ['without publishing', {}],
    ['with another description', { publish: true, versionDescription: 'second' }],
    ['without a description', { publish: true }],
  ])('is another creation %s', async (_name, more) => {
    await create({ publish: true, versionDescription: 'first' });
    expect(
      await t.refusal('CreateStateMachine', { name: 'm', definition: DEFINITION, roleArn: ROLE, ...more }),
    ).toBe(`StateMachineAlreadyExists: State Machine Already Exists: '${MACHINE}'`);
  });

  test('is another creation than one that did not publish', async () => {
    await create();
    const again = { name: 'm', definition: DEFINITION, roleArn: ROLE, publish: true };
    expect(await t.refusal('CreateStateMachine', again)).toContain('StateMachineAlreadyExists');
  });
});

describe('publish on update', () => {
  test('publishes the revision that the update makes', async () => {
    await create();
    const first = await update({ definition: OTHER_DEFINITION, publish: true, versionDescription: 'd' });
    expect(first.stateMachineVersionArn).toBe(`${MACHINE}:1`);
    const version = await t.call('DescribeStateMachine', { stateMachineArn: `${MACHINE}:1` });
    expect(version).toMatchObject({
      definition: OTHER_DEFINITION,
      revisionId: first.revisionId,
      description: 'd',
    });
  });

  test('alone is an update: a machine that was never updated has no revisionId', async () => {
    await create();
    t.clock.now += 1_000;
    expect(await update({ publish: true })).toEqual({
      updateDate: START / 1000 + 1,
      stateMachineVersionArn: `${MACHINE}:1`,
    });
  });

  test('answers the version that the revision has already', async () => {
    await create({ publish: true });
    const again = await update({ definition: DEFINITION, publish: true, versionDescription: 'later' });
    expect(again.stateMachineVersionArn).toBe(`${MACHINE}:1`);
    expect(await t.call('DescribeStateMachine', { stateMachineArn: `${MACHINE}:1` })).not.toHaveProperty(
      'description',
    );
  });

  test('refuses a description without it', async () => {
    await create();
    expect(await t.refusal('UpdateStateMachine', { stateMachineArn: MACHINE, versionDescription: 'd' })).toBe(
      'ValidationException: Version description can only be set when publish is true',
    );
  });

  test('refuses the ARN of a version', async () => {
    await create({ publish: true });
    const input = { stateMachineArn: `${MACHINE}:1`, definition: OTHER_DEFINITION, publish: true };
    expect(await t.refusal('UpdateStateMachine', input)).toBe(
      `StateMachineDoesNotExist: State Machine Does Not Exist: '${MACHINE}:1'`,
    );
  });
});

describe('PublishStateMachineVersion', () => {
  test('keeps what was current: definition, role, logging, tracing', async () => {
    const before = { loggingConfiguration: { level: 'OFF', includeExecutionData: true } };
    await create({ ...before, tracingConfiguration: { enabled: true } });
    t.clock.now += 1_000;
    expect(await publish({ description: 'one' })).toEqual({
      stateMachineVersionArn: `${MACHINE}:1`,
      creationDate: START / 1000 + 1,
    });
    const role = 'arn:aws:iam::123456789012:role/other';
    await update({ definition: OTHER_DEFINITION, roleArn: role, tracingConfiguration: { enabled: false } });
    expect(await t.call('DescribeStateMachine', { stateMachineArn: `${MACHINE}:1` })).toMatchObject({
      definition: DEFINITION,
      roleArn: ROLE,
      creationDate: START / 1000 + 1,
      loggingConfiguration: { includeExecutionData: true },
      tracingConfiguration: { enabled: true },
    });
  });

  test('is the same version until the machine changes', async () => {
    await create();
    const first = await publish({ description: 'one' });
    t.clock.now += 1_000;
    expect(await publish({ description: 'two' })).toEqual(first);
    await update({ roleArn: 'arn:aws:iam::123456789012:role/other' });
    expect((await publish()).stateMachineVersionArn).toBe(`${MACHINE}:2`);
  });

  test('takes the revision that is current, INITIAL before the first update', async () => {
    await create();
    expect((await publish({ revisionId: 'INITIAL' })).stateMachineVersionArn).toBe(`${MACHINE}:1`);
    const { revisionId } = await update({ definition: OTHER_DEFINITION });
    expect((await publish({ revisionId })).stateMachineVersionArn).toBe(`${MACHINE}:2`);
    expect(
      await t.refusal('PublishStateMachineVersion', { stateMachineArn: MACHINE, revisionId: 'INITIAL' }),
    ).toBe(
      `ConflictException: Failed to publish the State Machine version for revision INITIAL. The current State Machine revision is ${revisionId}.`,
    );
  });

  test('never gives a number twice', async () => {
    await create({ publish: true });
    await update({ definition: OTHER_DEFINITION, publish: true });
    await t.call('DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:2` });
    expect((await publish()).stateMachineVersionArn).toBe(`${MACHINE}:3`);
  });

  test('stops at 1,000 versions, and still answers the one that the revision has', async () => {
    await create();
    for (let n = 1; n <= 1_000; n++) {
      await t.store.catalog.update(MACHINE, {
        updatedAt: START,
        revision: { revisionId: `r${n}`, definition: DEFINITION, roleArn: ROLE },
        settings: {},
        publish: {},
      });
    }
    expect((await publish()).stateMachineVersionArn).toBe(`${MACHINE}:1000`);
    expect((await update({ publish: true })).stateMachineVersionArn).toBe(`${MACHINE}:1000`);
    await update({ definition: OTHER_DEFINITION });
    expect(await t.refusal('PublishStateMachineVersion', { stateMachineArn: MACHINE })).toContain(
      'ServiceQuotaExceededException: Expected at most 1000 versions',
    );
  });
});

describe('ListStateMachineVersions', () => {
  test('has the highest number first, in pages', async () => {
    await create({ publish: true });
    for (const definition of [OTHER_DEFINITION, DEFINITION, OTHER_DEFINITION])
      await update({ definition, publish: true });
    const numbers: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await t.call('ListStateMachineVersions', {
        stateMachineArn: MACHINE,
        maxResults: 3,
        nextToken,
      });
      numbers.push(...page.stateMachineVersions.map((version) => version.stateMachineVersionArn.slice(-1)));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(numbers).toEqual(['4', '3', '2', '1']);
  });

  test('is empty for a machine that is not there, and for one that has none', async () => {
    await create();
    expect(await listed()).toEqual([]);
    expect(await t.call('ListStateMachineVersions', { stateMachineArn: NOBODY })).toEqual({
      stateMachineVersions: [],
    });
  });
});

describe('DeleteStateMachineVersion', () => {
  test('removes the version, twice if need be', async () => {
    await create({ publish: true });
    const stateMachineVersionArn = `${MACHINE}:1`;
    await t.call('DescribeStateMachine', { stateMachineArn: stateMachineVersionArn });
    expect(await t.call('DeleteStateMachineVersion', { stateMachineVersionArn })).toEqual({});
    expect(await t.call('DeleteStateMachineVersion', { stateMachineVersionArn })).toEqual({});
    for (const operation of ['DescribeStateMachine', 'StartExecution', 'ListExecutions'] as const) {
      expect(await t.refusal(operation, { stateMachineArn: stateMachineVersionArn })).toBe(
        `StateMachineDoesNotExist: State Machine Does Not Exist: '${stateMachineVersionArn}'`,
      );
    }
  });

  test('is refused while aliases route to it', async () => {
    await create({ publish: true });
    const routingConfiguration = [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }];
    for (const name of ['live', 'beta'])
      await t.call('CreateStateMachineAlias', { name, routingConfiguration });
    expect(await t.refusal('DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:1` })).toBe(
      'ConflictException: Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live, beta]',
    );
    expect(await listed()).toHaveLength(1);
  });
});

describe('a version', () => {
  test('is what StartExecution runs, whatever the machine is now', async () => {
    await create({ publish: true });
    await update({ definition: OTHER_DEFINITION });
    const { executionArn } = await t.call('StartExecution', { stateMachineArn: `${MACHINE}:1`, name: 'e' });
    expect(executionArn).toBe(`${PREFIX}:execution:m:e`);
    const described = await t.call('DescribeExecution', { executionArn });
    expect(described).toMatchObject({ stateMachineArn: MACHINE, stateMachineVersionArn: `${MACHINE}:1` });
    expect(described).not.toHaveProperty('stateMachineAliasArn');
    expect(await t.call('DescribeStateMachineForExecution', { executionArn })).toMatchObject({
      stateMachineArn: MACHINE,
      definition: DEFINITION,
    });
  });

  test("shows its own settings for its executions, also when it is deleted meanwhile: then the machine's", async () => {
    await create({ publish: true, tracingConfiguration: { enabled: true } });
    await update({ tracingConfiguration: { enabled: false } });
    const { executionArn } = await t.call('StartExecution', { stateMachineArn: `${MACHINE}:1` });
    const tracing = async () =>
      (await t.call('DescribeStateMachineForExecution', { executionArn })).tracingConfiguration;
    expect(await tracing()).toEqual({ enabled: true });
    await t.call('DeleteStateMachineVersion', { stateMachineVersionArn: `${MACHINE}:1` });
    expect(await tracing()).toEqual({ enabled: false });
  });

  test('lists its executions apart from those of the machine', async () => {
    await create({ publish: true });
    await t.call('StartExecution', { stateMachineArn: MACHINE, name: 'plain' });
    await t.call('StartExecution', { stateMachineArn: `${MACHINE}:1`, name: 'versioned' });
    const names = async (stateMachineArn: string) =>
      (await t.call('ListExecutions', { stateMachineArn })).executions.map(({ name }) => name);
    expect(await names(`${MACHINE}:1`)).toEqual(['versioned']);
    expect(await names(MACHINE)).toEqual(['versioned', 'plain']);
    const { nextToken } = await t.call('ListExecutions', { stateMachineArn: MACHINE, maxResults: 1 });
    const foreign = { stateMachineArn: `${MACHINE}:1`, maxResults: 1, nextToken };
    expect(await t.refusal('ListExecutions', foreign)).toContain('InvalidToken');
  });

  test('of an Express machine is started as well, waited for or not', async () => {
    await create({ publish: true, type: 'EXPRESS' });
    await update({ definition: OTHER_DEFINITION });
    await t.call('StartExecution', { stateMachineArn: `${MACHINE}:1` });
    await t.call('StartSyncExecution', { stateMachineArn: `${MACHINE}:1` });
    expect(t.engine.express).toHaveLength(2);
    for (const request of t.engine.express) {
      expect(request.machine.revision.definition).toBe(DEFINITION);
      expect(request.stateMachineVersionArn).toBe(`${MACHINE}:1`);
    }
  });

  test('of a deleted machine is not that of its successor', async () => {
    await create({ publish: true });
    await t.call('StartExecution', { stateMachineArn: `${MACHINE}:1` });
    await t.call('DeleteStateMachine', { stateMachineArn: MACHINE });
    await t.store.catalog.remove(MACHINE);
    t.clock.now += 1;
    await create();
    expect(await t.refusal('StartExecution', { stateMachineArn: `${MACHINE}:1` })).toContain(
      'StateMachineDoesNotExist',
    );
  });

  test('carries no tags', async () => {
    await create({ publish: true });
    expect(await t.refusal('ListTagsForResource', { resourceArn: `${MACHINE}:1` })).toBe(
      `ResourceNotFound: Resource not found: '${MACHINE}:1'`,
    );
  });
});

const REFUSALS: [OperationName, object, string][] = [
  ['ListStateMachineVersions', { stateMachineArn: EXECUTION }, 'InvalidArn'],
  ['ListStateMachineVersions', { stateMachineArn: NOBODY, nextToken: 'x.y' }, 'InvalidToken'],
  [
    'PublishStateMachineVersion',
    { stateMachineArn: 'm' },
    "InvalidArn: Invalid Arn: 'Invalid ARN prefix: m'",
  ],
  ['PublishStateMachineVersion', { stateMachineArn: NOBODY }, 'StateMachineDoesNotExist'],
  ['PublishStateMachineVersion', { stateMachineArn: `${NOBODY}:1` }, 'StateMachineDoesNotExist'],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: NOBODY }, 'ValidationException'],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: `${NOBODY}:live` }, 'ValidationException'],
  ['DeleteStateMachineVersion', { stateMachineVersionArn: EXECUTION }, 'InvalidArn'],
];

test.each(REFUSALS)('%s of %j is %s', async (operation, input, error) => {
  expect(await t.refusal(operation, input)).toContain(error);
});
