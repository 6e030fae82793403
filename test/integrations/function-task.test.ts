// Functions in the place of services, through the whole engine: from treadle.yaml to the end of an execution.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiError } from '../../src/api/wire/errors.ts';
import { type Json, parseJson } from '../../src/base/json.ts';
import { validate } from '../../src/cli/commands/validate.ts';
import { outputTo } from '../../src/cli/output.ts';
import { loadConfig } from '../../src/config/load.ts';
import { deploy } from '../../src/deploy.ts';
import { type LocalEngine, startLocalEngine } from '../../src/server.ts';
import { until } from '../support/until.ts';

const S = 'arn:aws:states:::';
const FILES: Record<string, string> = {
  'treadle.yaml': `
functions:
  table:
    handler: table.handler
    resources: ["${S}dynamodb:*", "${S}aws-sdk:s3:getObject"]
  fax:
    handler: fax.send
    resources: ${S}acme:sendFax
logs: { level: silent }
`,
  'table.mjs': `
export const handler = async (event, context) => {
  if (event.fail) throw Object.assign(new Error('No such table'), { name: 'NoSuchTable' });
  return { event, resource: context.clientContext.custom.resource };
};`,
  'fax.mjs': `
export const send = async (event, { clientContext: { custom } }) => ({ pages: event.pages, state: custom.stateName,
  keys: Object.keys(custom) });`,
  'fax.asl.json': definition(`${S}acme:sendFax`, { pages: 2 }),
};

let folder: string;
let local: LocalEngine;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-own-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  local = await startLocalEngine(loadConfig({ file: join(folder, 'treadle.yaml'), folder, env: {} }));
});

afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

function definition(Resource: string, Parameters: Json): string {
  return JSON.stringify({ StartAt: 'S', States: { S: { Type: 'Task', Resource, Parameters, End: true } } });
}

let count = 0;

async function create(text: string, type = 'STANDARD'): Promise<string> {
  const answer = await local.api.handle('CreateStateMachine', {
    name: `m${++count}`,
    definition: text,
    roleArn: 'arn:aws:iam::123456789012:role/r',
    type,
  });
  return (answer as { stateMachineArn: string }).stateMachineArn;
}

async function started(resource: string, parameters: Json): Promise<string> {
  const stateMachineArn = await create(definition(resource, parameters));
  const answer = await local.api.handle('StartExecution', { stateMachineArn });
  return (answer as { executionArn: string }).executionArn;
}

async function outcome(
  executionArn: string,
): Promise<{ status?: string; output?: Json; error?: string; cause?: string }> {
  const ended = await local.engine.waitForEnd(executionArn);
  return {
    ...(ended?.status && { status: ended.status }),
    ...(ended?.output && { output: parseJson(ended.output.text) }),
    ...(ended?.error && { error: ended.error }),
    ...(ended?.cause && { cause: ended.cause }),
  };
}

async function eventTypes(executionArn: string): Promise<string[]> {
  const answer = await local.api.handle('GetExecutionHistory', { executionArn });
  return (answer as { events: { type: string }[] }).events.map(({ type }) => type);
}

describe('a function with resources', () => {
  test.each([`${S}dynamodb:getItem`, `${S}aws-sdk:s3:getObject`])('answers for %s', async (resource) => {
    expect(await outcome(await started(resource, { a: 1 }))).toEqual({
      status: 'SUCCEEDED',
      output: { event: { a: 1 }, resource },
    });
  });

  test('takes parameters that the service would refuse, and its error is the error', async () => {
    expect(await outcome(await started(`${S}dynamodb:getItem`, { fail: true }))).toMatchObject({
      status: 'FAILED',
      error: 'NoSuchTable',
      cause: expect.stringContaining('No such table'),
    });
  });

  test('may answer for a resource that AWS does not know', async () => {
    const execution = await started(`${S}acme:sendFax`, { pages: 3 });
    expect(await outcome(execution)).toMatchObject({ status: 'SUCCEEDED', output: { pages: 3, state: 'S' } });
    expect(await eventTypes(execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('is told which task it is', async () => {
    const { output } = await outcome(await started(`${S}acme:sendFax`, {}));
    expect((output as { keys: string[] }).keys).toEqual([
      'resource',
      'executionArn',
      'stateMachineArn',
      'stateName',
      'idempotencyToken',
      'region',
      'account',
    ]);
  });

  test.each(['sync', 'sync:2'])('has done the job of .%s when it answers', async (pattern) => {
    const execution = await started(`${S}acme:sendFax.${pattern}`, { pages: 4 });
    expect(await outcome(execution)).toMatchObject({ status: 'SUCCEEDED', output: { pages: 4 } });
    expect(await eventTypes(execution)).toContain('TaskSubmitted');
  });

  test('of .waitForTaskToken passes the token on', async () => {
    const execution = await started(`${S}dynamodb:putItem.waitForTaskToken`, { 'token.$': '$$.Task.Token' });
    let token: string | undefined;
    await until('the submission', async () => {
      const answer = await local.api.handle('GetExecutionHistory', { executionArn: execution });
      const { events } = answer as { events: { taskSubmittedEventDetails?: { output: string } }[] };
      const submitted = events.find((event) => event.taskSubmittedEventDetails !== undefined);
      token = submitted && JSON.parse(submitted.taskSubmittedEventDetails!.output).event.token;
      return token !== undefined;
    });
    await local.api.handle('SendTaskSuccess', { taskToken: token, output: '"done"' });
    expect(await outcome(execution)).toEqual({ status: 'SUCCEEDED', output: 'done' });
  });
});

describe('a resource that nobody answers for', () => {
  test('is refused when it is created', async () => {
    await expect(create(definition(`${S}acme:sendPost`, {}))).rejects.toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining('acme:sendPost is not recognized'),
    } satisfies Partial<Record<keyof ApiError, unknown>>);
  });

  test.each([
    ['sendFax', 'OK'],
    ['sendPost', 'FAIL'],
  ])('shows when the definition is validated: acme:%s is %s', async (action, result) => {
    const answer = await local.api.handle('ValidateStateMachineDefinition', {
      definition: definition(`${S}acme:${action}`, {}),
    });
    expect(answer).toMatchObject({ result });
  });

  test('has no patterns in an Express machine either', async () => {
    await expect(create(definition(`${S}acme:sendFax.sync`, {}), 'EXPRESS')).rejects.toMatchObject({
      message: expect.stringContaining("Express state machine does not support '.sync' service integration"),
    });
  });
});

test('a definition file with such a resource is deployed', async () => {
  const source = {
    name: 'fax',
    file: join(folder, 'fax.asl.json'),
    type: 'STANDARD',
    roleArn: 'arn:aws:iam::123456789012:role/r',
    origin: { from: 'default' },
  } as const;
  expect(await deploy(local, source)).toMatchObject({ change: 'created' });
});

test('treadle validate asks the configuration beside the definition', () => {
  const lines: string[] = [];
  const quiet = { ...outputTo(process.stdout), line: (text = '') => lines.push(text) };
  expect(validate([join(folder, 'fax.asl.json')], { type: 'STANDARD' }, quiet, quiet)).toBe(0);
  expect(lines.join('\n')).toContain('✓');
});
