import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

interface Execution {
  readonly status: string;
  readonly output?: string;
  readonly stopDate?: number;
}
interface History {
  readonly events: readonly {
    readonly id: number;
    readonly previousEventId: number;
    readonly type: string;
  }[];
}

const ROLE = 'arn:aws:iam::123456789012:role/treadle';

describe('after kill -9 and a restart', () => {
  let server: ServerProcess;
  afterEach(() => server.dispose());

  async function begin(definition: object): Promise<string> {
    await server.start();
    const { stateMachineArn } = await server.call<{ stateMachineArn: string }>('CreateStateMachine', {
      name: 'machine',
      definition: JSON.stringify(definition),
      roleArn: ROLE,
    });
    const { executionArn } = await server.call<{ executionArn: string }>('StartExecution', {
      stateMachineArn,
      name: 'one',
      input: '{"n":1}',
    });
    return executionArn;
  }

  async function ended(executionArn: string): Promise<Execution> {
    let execution: Execution | undefined;
    await until('the end of the execution', async () => {
      execution = await server.call<Execution>('DescribeExecution', { executionArn });
      return execution.status !== 'RUNNING';
    });
    return execution!;
  }

  async function types(executionArn: string): Promise<string[]> {
    const { events } = await server.call<History>('GetExecutionHistory', { executionArn });
    expect(events.map((event) => event.id)).toEqual(events.map((_, i) => i + 1));
    return events.map((event) => event.type);
  }

  it('a Wait goes on, and ends at once when its time has passed meanwhile', async () => {
    server = await createServerProcess();
    const arn = await begin({
      StartAt: 'W',
      States: { W: { Type: 'Wait', Seconds: 1, Next: 'P' }, P: { Type: 'Pass', End: true } },
    });
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await server.start();
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '{"n":1}' });
    expect(await types(arn)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('a task that was under way is called again, and its result counts once', async () => {
    server = await createServerProcess({
      TREADLE_FUNCTIONS: JSON.stringify({ slow: { handler: './slow.handler' } }),
    });
    writeFileSync(
      join(server.folder, 'slow.mjs'),
      `import { existsSync, writeFileSync } from 'node:fs';
       export const handler = async (event) => {
         if (existsSync('called')) return event.n + 1;
         writeFileSync('called', '');
         await new Promise((resolve) => setTimeout(resolve, 600_000));
       };`,
    );
    const arn = await begin({
      StartAt: 'T',
      States: {
        T: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:slow', End: true },
      },
    });
    await until('the call', () => existsSync(join(server.folder, 'called')));
    await server.kill();
    await server.start();
    expect(await ended(arn)).toMatchObject({ status: 'SUCCEEDED', output: '2' });
    expect(await types(arn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });
});
