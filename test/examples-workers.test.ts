// The examples that need a server: their worker programs run as processes against one, as a user starts them.

import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from './support/server.ts';
import { until } from './support/until.ts';

const EXAMPLES = join(import.meta.dirname, '..', 'examples');
const read = (path: string): string => readFileSync(join(EXAMPLES, path), 'utf8');
const run = promisify(execFile);

let t: TestServer;
beforeEach(async () => {
  t = await openTestServer(
    { 'payment.mjs': read('callback-order/functions/payment.mjs') },
    {
      TREADLE_FUNCTIONS: JSON.stringify({ 'request-payment': { handler: './payment.handler', timeout: 20 } }),
    },
  );
});
afterEach(() => t.dispose());

/** Runs a program of an example against the server. @returns what it printed. */
async function program(command: string, path: string, ...parameters: string[]): Promise<string> {
  const env = { ...process.env, AWS_ENDPOINT_URL: t.url };
  const options = { env, timeout: 30_000 };
  return (await run(command, [join(EXAMPLES, path), ...parameters], options)).stdout;
}

async function start(example: string, name: string, input: string): Promise<string> {
  const { stateMachineArn } = await t.call('CreateStateMachine', {
    name: example,
    definition: read(`${example}/workflow.asl.json`),
    roleArn: 'arn:aws:iam::123456789012:role/r',
  });
  return (await t.call('StartExecution', { stateMachineArn, name, input })).executionArn;
}

function hasBoto3(): boolean {
  try {
    execFileSync('python3', ['-c', 'import boto3'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('activity-approval', { timeout: 40_000 }, () => {
  test.each([
    [process.execPath, 'worker.mjs', true],
    ['python3', 'worker.py', hasBoto3()],
  ])('%s %s decides both expenses', async (command, worker, there) => {
    if (!there) return expect(hasBoto3()).toBe(false);
    await t.call('CreateActivity', { name: 'approve-expense' });
    const small = await start('activity-approval', 'small', read('activity-approval/input.json'));
    const large = await start('activity-approval', 'large', read('activity-approval/large.json'));
    const printed = await program(command, `activity-approval/${worker}`, '2');
    expect(printed).toContain('approved 80 for Ada\ndeclined 8000 for Ada\n');
    expect((await t.ended(small)).output).toBe('{"message":"Ada: approved"}');
    expect((await t.ended(large)).output).toBe('{"message":"Ada: declined"}');
  });
});

describe('callback-order', { timeout: 40_000 }, () => {
  let order: string;
  const note = (): string => join(tmpdir(), 'treadle-callback-order', `${order}.json`);
  beforeEach(() => {
    order = `test-${randomUUID()}`;
  });
  afterEach(() => rmSync(note(), { force: true }));

  async function begin(): Promise<string> {
    const executionArn = await start('callback-order', 'one', JSON.stringify({ order, amount: 42 }));
    await attempts(executionArn, 1);
    return executionArn;
  }

  /** Waits until so many attempts have been submitted. */
  async function attempts(executionArn: string, count: number): Promise<void> {
    await until(`${count} submitted attempts`, async () => {
      const types = await t.types(executionArn);
      return types.filter((type) => type === 'TaskSubmitted').length === count;
    });
  }

  test('pay.mjs pays an order', async () => {
    const executionArn = await begin();
    await program(process.execPath, 'callback-order/pay.mjs', order);
    expect(JSON.parse((await t.ended(executionArn)).output!)).toEqual({
      order,
      state: 'shipped',
      reference: `paid-${order}`,
    });
  });

  test('pay.mjs fails an order, and an expired card is asked for again', async () => {
    const executionArn = await begin();
    await program(process.execPath, 'callback-order/pay.mjs', order, 'CardExpired');
    await attempts(executionArn, 2);
    await program(process.execPath, 'callback-order/pay.mjs', order, 'Declined');
    expect(JSON.parse((await t.ended(executionArn)).output!)).toEqual({
      order,
      state: 'cancelled',
      reason: 'Declined',
    });
  });
});
