// Every operation of Step Functions once through the AWS CLI, as one story against a real server.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationName, Outputs } from '../../src/api/model.ts';
import { HANDLERS, NOT_YET } from '../../src/api/operations.ts';
import { openTestServer, type TestServer } from '../support/server.ts';
import { answers, clientEnvironment, run } from './programs.ts';

const cli = answers('aws', '--version');

test('the AWS CLI is installed where it must be', () => {
  expect(cli || process.env['CI'] === undefined, 'Expected the command aws on the PATH').toBe(true);
});

const PREFIX = 'arn:aws:states:us-east-1:123456789012';
const ROLE = 'arn:aws:iam::123456789012:role/r';
const definition = (states: object): string =>
  JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
const PASS = definition({ P: { Type: 'Pass', Next: 'S' }, S: { Type: 'Succeed' } });
const CALLBACK = definition({
  T: { Type: 'Task', Resource: `${PREFIX}:activity:work`, HeartbeatSeconds: 600, End: true },
});
const FAIL = definition({ F: { Type: 'Fail', Error: 'E' } });
const EACH = definition({
  M: {
    Type: 'Map',
    Label: 'each',
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 600, End: true } },
    },
    End: true,
  },
});

/** A command takes a second, and on a busy machine ten. */
const TIMEOUT_MS = 600_000;
const title = `AWS CLI${cli ? '' : ' (skipped: the command aws is not on the PATH)'}`;

describe.skipIf(!cli)(title, { timeout: TIMEOUT_MS }, () => {
  let t: TestServer;
  const called = new Set<OperationName>();

  beforeAll(async () => {
    t = await openTestServer();
  });
  afterAll(() => t.dispose());

  /** @param args options of the command, without the dashes; an empty value is a switch. */
  async function aws<Name extends OperationName>(
    operation: Name,
    args: Readonly<Record<string, string>> = {},
  ): Promise<Outputs[Name]> {
    called.add(operation);
    const options = Object.entries(args).flatMap(([name, value]) =>
      value === '' ? [`--${name}`] : [`--${name}`, value],
    );
    const command = operation.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    const printed = await run('aws', ['stepfunctions', command, '--output', 'json', ...options], {
      env: clientEnvironment(t.url),
    });
    return (printed === '' ? {} : JSON.parse(printed)) as Outputs[Name];
  }

  const create = (name: string, text: string, more: Readonly<Record<string, string>> = {}) =>
    aws('CreateStateMachine', { name, definition: text, 'role-arn': ROLE, ...more });

  test('state machines, tags and definitions', async () => {
    expect(await aws('ValidateStateMachineDefinition', { definition: PASS })).toMatchObject({
      result: 'OK',
    });
    const { stateMachineArn } = await create('plain', PASS, { tags: 'key=a,value=b' });
    const named = { 'state-machine-arn': stateMachineArn };
    expect(await aws('DescribeStateMachine', named)).toMatchObject({ name: 'plain', definition: PASS });
    expect(await aws('UpdateStateMachine', { ...named, definition: FAIL })).toHaveProperty('revisionId');
    const resource = { 'resource-arn': stateMachineArn };
    await aws('TagResource', { ...resource, tags: 'key=c,value=d' });
    await aws('UntagResource', { ...resource, 'tag-keys': 'a' });
    expect(await aws('ListTagsForResource', resource)).toEqual({ tags: [{ key: 'c', value: 'd' }] });
    expect((await aws('ListStateMachines')).stateMachines).toMatchObject([{ name: 'plain' }]);
    await aws('DeleteStateMachine', named);
  });

  test('executions, histories and a redrive', async () => {
    const { stateMachineArn } = await create('runs', FAIL);
    const { executionArn } = await aws('StartExecution', {
      'state-machine-arn': stateMachineArn,
      name: 'e',
    });
    await t.ended(executionArn);
    const named = { 'execution-arn': executionArn };
    expect(await aws('DescribeExecution', named)).toMatchObject({ status: 'FAILED', error: 'E' });
    expect(await aws('RedriveExecution', named)).toHaveProperty('redriveDate');
    await t.ended(executionArn);
    const { events } = await aws('GetExecutionHistory', named);
    expect(events.map(({ type }) => type)).toContain('ExecutionRedriven');
    expect(await aws('DescribeStateMachineForExecution', named)).toMatchObject({ definition: FAIL });
    const list = { 'state-machine-arn': stateMachineArn, 'redrive-filter': 'REDRIVEN' };
    expect((await aws('ListExecutions', list)).executions).toMatchObject([{ name: 'e', redriveCount: 1 }]);
  });

  test('a synchronous Express execution', async () => {
    const { stateMachineArn } = await create('express', PASS, { type: 'EXPRESS' });
    const answer = await aws('StartSyncExecution', {
      'state-machine-arn': stateMachineArn,
      input: '{"a":1}',
    });
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  });

  test('versions and aliases', async () => {
    const { stateMachineArn, stateMachineVersionArn } = await create('versioned', PASS, { publish: '' });
    const named = { 'state-machine-arn': stateMachineArn };
    await aws('UpdateStateMachine', { ...named, definition: FAIL });
    const second = (await aws('PublishStateMachineVersion', named)).stateMachineVersionArn;
    const routing = (arn: string) => ({
      'routing-configuration': JSON.stringify([{ stateMachineVersionArn: arn, weight: 100 }]),
    });
    const alias = await aws('CreateStateMachineAlias', {
      name: 'live',
      ...routing(stateMachineVersionArn!),
    });
    const aliased = { 'state-machine-alias-arn': alias.stateMachineAliasArn };
    await aws('UpdateStateMachineAlias', { ...aliased, ...routing(second) });
    expect(await aws('DescribeStateMachineAlias', aliased)).toMatchObject({
      routingConfiguration: [{ stateMachineVersionArn: second, weight: 100 }],
    });
    expect((await aws('ListStateMachineAliases', named)).stateMachineAliases).toHaveLength(1);
    expect((await aws('ListStateMachineVersions', named)).stateMachineVersions).toHaveLength(2);
    await aws('DeleteStateMachineVersion', { 'state-machine-version-arn': stateMachineVersionArn! });
    await aws('DeleteStateMachineAlias', aliased);
  });

  test('activities and task tokens', async () => {
    const { activityArn } = await aws('CreateActivity', { name: 'work' });
    const named = { 'activity-arn': activityArn };
    const { stateMachineArn } = await create('asks', CALLBACK);
    const start = async () =>
      (await aws('StartExecution', { 'state-machine-arn': stateMachineArn, input: '{"n":1}' })).executionArn;
    const taken = async () => ({ 'task-token': (await aws('GetActivityTask', named)).taskToken as string });

    const first = await start();
    const token = await taken();
    await aws('SendTaskHeartbeat', token);
    await aws('SendTaskSuccess', { ...token, 'task-output': '{"n":2}' });
    expect(await t.ended(first)).toMatchObject({ status: 'SUCCEEDED', output: '{"n":2}' });

    const second = await start();
    await aws('SendTaskFailure', { ...(await taken()), error: 'Refused', cause: 'no' });
    expect(await t.ended(second)).toMatchObject({ status: 'FAILED', error: 'Refused' });

    expect(await aws('DescribeActivity', named)).toMatchObject({ name: 'work' });
    expect((await aws('ListActivities')).activities).toHaveLength(1);
    await aws('DeleteActivity', named);
  });

  test('Map Runs', async () => {
    const { stateMachineArn } = await create('maps', EACH);
    const { executionArn } = await aws('StartExecution', {
      'state-machine-arn': stateMachineArn,
      input: '[1,2]',
    });
    const { mapRuns } = await aws('ListMapRuns', { 'execution-arn': executionArn });
    const named = { 'map-run-arn': mapRuns[0]!.mapRunArn };
    await aws('UpdateMapRun', { ...named, 'max-concurrency': '7' });
    expect(await aws('DescribeMapRun', named)).toMatchObject({ status: 'RUNNING', maxConcurrency: 7 });
    await aws('StopExecution', { 'execution-arn': executionArn, error: 'Enough' });
    expect(await t.ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Enough' });
  });

  test('TestState', async () => {
    if (HANDLERS.TestState === NOT_YET) return void called.add('TestState');
    const state = JSON.stringify({ Type: 'Pass', Result: { a: 1 }, End: true });
    const tested = await aws('TestState', { definition: state, 'role-arn': ROLE, input: '{}' });
    expect(tested).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  });

  test('have each operation once', () => {
    expect([...called].toSorted()).toEqual(Object.keys(HANDLERS).toSorted());
  });
});
