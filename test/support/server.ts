// A real server in this process over a temporary folder, as clients meet it; it can be closed and started again.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationName, Outputs } from '../../src/api/model.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type RunningServer, startServer } from '../../src/server.ts';
import { until } from './until.ts';

export interface TestServer {
  readonly url: string;
  readonly folder: string;
  /** @throws Error `Code: message` for what the API refuses. */
  call<Name extends OperationName>(
    operation: Name,
    input: object,
    signal?: AbortSignal,
  ): Promise<Outputs[Name]>;
  /** The refusal of a call that must fail. */
  refusal(operation: OperationName, input: object): Promise<string>;
  /** Creates a machine of these states, the first one starting. @returns its ARN. */
  machine(name: string, states: Readonly<Record<string, object>>, more?: object): Promise<string>;
  /** Waits for the end of a Standard execution. */
  ended(executionArn: string): Promise<Outputs['DescribeExecution']>;
  /** `TaskScheduled`, … from the given id on. */
  types(executionArn: string, from?: number): Promise<string[]>;
  /** Closes it and starts it on the same data. */
  restart(): Promise<void>;
  /** Closes it and removes its data. */
  dispose(): Promise<void>;
}

const ROLE = 'arn:aws:iam::123456789012:role/r';

/** @param files written into its folder; @param env further configuration. */
export async function openTestServer(
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'treadle-server-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const open = (): Promise<RunningServer> => {
    const more = {
      TREADLE_LISTEN: '127.0.0.1:0',
      TREADLE_DATA: join(folder, 'data'),
      TREADLE_LOGS_LEVEL: 'silent',
    };
    return startServer(loadConfig({ folder, env: { ...more, ...env } }));
  };
  let server = await open();

  const t: TestServer = {
    get url() {
      return server.url;
    },
    folder,
    async call(operation, input, signal) {
      const response = await fetch(server.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `AWSStepFunctions.${operation}`,
        },
        body: JSON.stringify(input),
        ...(signal === undefined ? {} : { signal }),
      });
      const answer = (await response.json()) as { __type?: string; message?: string };
      if (!response.ok) throw new Error(`${answer.__type}: ${answer.message}`);
      return answer as never;
    },
    async refusal(operation, input) {
      try {
        await t.call(operation, input);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error(`Expected ${operation} to be refused`);
    },
    async machine(name, states, more = {}) {
      const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
      const input = { name, definition, roleArn: ROLE, ...more };
      return (await t.call('CreateStateMachine', input)).stateMachineArn;
    },
    async ended(executionArn) {
      let execution: Outputs['DescribeExecution'] | undefined;
      await until(`the end of ${executionArn}`, async () => {
        execution = await t.call('DescribeExecution', { executionArn });
        return execution.status !== 'RUNNING';
      });
      return execution!;
    },
    async types(executionArn, from = 1) {
      const { events } = await t.call('GetExecutionHistory', { executionArn });
      return events.filter(({ id }) => id >= from).map(({ type }) => type);
    },
    async restart() {
      await server.close();
      server = await open();
    },
    async dispose() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return t;
}
