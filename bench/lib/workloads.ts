// What is run: definitions and the loops that drive them. A payload is 1 KiB of JSON unless said otherwise.

import type { Client } from './client.ts';

export const ROLE = 'arn:aws:iam::123456789012:role/bench';
let names = 0;
export const unique = (): string => `b${process.pid}-${names++}`;

/** An order with its lines, filled up with a note to the size wanted. */
export function payload(bytes = 1024): string {
  const lines = Array.from({ length: 10 }, (_, i) => ({
    sku: `SKU-${1000 + i}`,
    quantity: i + 1,
    cents: 995 * (i + 1),
    gift: i % 3 === 0,
  }));
  const order = { id: 12_345, customer: { name: 'Ada', country: 'GB' }, lines, note: '' };
  const missing = bytes - JSON.stringify(order).length;
  return JSON.stringify({ ...order, note: 'x'.repeat(Math.max(0, missing)) });
}

/** Pass states in sequence. */
export function sequence(states: number): object {
  const name = (i: number) => `Step${i}`;
  const States = Object.fromEntries(
    Array.from({ length: states }, (_, i) => [
      name(i),
      { Type: 'Pass', ...(i + 1 < states ? { Next: name(i + 1) } : { End: true }) },
    ]),
  );
  return { StartAt: name(0), States };
}

/** A Choice loop that counts to `times`: four states a round, one of them with an intrinsic function. */
export function loop(times: number): object {
  return {
    StartAt: 'Start',
    States: {
      Start: { Type: 'Pass', Result: { n: 0 }, Next: 'Add' },
      Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Enough' },
      Enough: {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericLessThan: times, Next: 'Add' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
}

/** An inline Map with two Pass states for each item. */
export const inlineMap: object = {
  StartAt: 'Each',
  States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: sequence(2), End: true } },
};

export const waiting: object = {
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', TimestampPath: '$.until', Next: 'Done' },
    Done: { Type: 'Pass', End: true },
  },
};

export async function createMachine(client: Client, definition: object, type = 'STANDARD'): Promise<string> {
  const made = await client.call<{ stateMachineArn: string }>('CreateStateMachine', {
    name: unique(),
    definition: JSON.stringify(definition),
    roleArn: ROLE,
    type,
  });
  return made.stateMachineArn;
}

export async function start(client: Client, stateMachineArn: string, input: string): Promise<string> {
  const started = await client.call<{ executionArn: string }>('StartExecution', {
    stateMachineArn,
    name: unique(),
    input,
  });
  return started.executionArn;
}

/** Asks until the execution has succeeded. @throws Error when it ended otherwise. */
export async function succeeded(
  client: Client,
  executionArn: string,
): Promise<{ startDate: number; stopDate: number }> {
  for (;;) {
    const execution = await client.call<{ status: string; startDate: number; stopDate: number }>(
      'DescribeExecution',
      {
        executionArn,
      },
    );
    if (execution.status === 'SUCCEEDED') return execution;
    if (execution.status !== 'RUNNING') throw new Error(`The execution ended ${execution.status}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export interface Load {
  readonly perSecond: number;
  /** Milliseconds of each piece of work as the client sees it. */
  readonly latencies: readonly number[];
}

/** Runs `work` `times` times, `clients` at once. */
export async function drive(times: number, clients: number, work: () => Promise<unknown>): Promise<Load> {
  const latencies: number[] = [];
  let left = times;
  const before = performance.now();
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const begun = performance.now();
      await work();
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return { perSecond: (times * 1000) / (performance.now() - before), latencies };
}
