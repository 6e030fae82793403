// What `import 'treadle'` gives: Treadle inside one's own process, without a port. For tests and for programs that run
// workflows themselves. Types that others see are written out here, so that they need no types of our dependencies.

/// <reference lib="esnext.disposable" preserve="true" />

import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { ApiError } from './api/wire/errors.ts';
import { loadConfig } from './config/load.ts';
import { defaultRole } from './config/state-machines.ts';
import { startLocalEngine } from './server.ts';
import { VERSION } from './version.ts';

export { VERSION };

export interface TreadleOptions {
  /** Path of a treadle.yaml, whose functions, endpoints, connections and limits count; default: none is read. */
  readonly config?: string;
  /** Folder of the data; default: memory, and nothing is left behind. */
  readonly data?: string;
  /** Default: `error`. The log goes to standard error. */
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
}

export interface RunOptions {
  readonly input?: unknown;
  readonly type?: 'STANDARD' | 'EXPRESS';
  /** Name of the execution; default: a random one. */
  readonly name?: string;
}

export interface RunResult {
  readonly executionArn: string;
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Of an execution that succeeded. */
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
}

/** An answer of the API that is an error: `name` is AWS's, such as `StateMachineDoesNotExist`. */
export class TreadleError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface Treadle {
  /**
   * An operation of the Step Functions API, `CreateStateMachine` for instance, with its members as JSON. Times are seconds
   * since 1970, as on the wire. @throws TreadleError
   */
  call(operation: string, input?: object): Promise<Record<string, unknown>>;
  /**
   * Runs a definition once, to its end, as a state machine that is gone afterwards.
   * @param definition an object, or JSON text. @throws TreadleError when it is refused
   */
  run(definition: object | string, options?: RunOptions): Promise<RunResult>;
  /** Ends local functions and closes the data. Executions in a folder go on when it is opened again. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @throws an Error with every problem of the configuration, or when the folder is in use. */
export async function createTreadle(options: TreadleOptions = {}): Promise<Treadle> {
  const file = options.config === undefined ? undefined : resolve(options.config);
  const folder = file === undefined ? process.cwd() : dirname(file);
  const data = options.data === undefined ? ':memory:' : resolve(options.data);
  const config = loadConfig({
    file,
    folder,
    env: process.env,
    options: { 'logs.level': options.logLevel ?? 'error', data },
  });
  const local = await startLocalEngine(config, { data: config.data });

  async function call(operation: string, input: object = {}): Promise<Record<string, unknown>> {
    try {
      return JSON.parse(JSON.stringify(await local.api.handle(operation, input)));
    } catch (error) {
      if (error instanceof ApiError) throw new TreadleError(error.code, error.message);
      throw error;
    }
  }

  async function run(definition: object | string, options: RunOptions = {}): Promise<RunResult> {
    const { stateMachineArn } = await call('CreateStateMachine', {
      name: `run-${randomUUID()}`,
      definition: typeof definition === 'string' ? definition : JSON.stringify(definition),
      roleArn: defaultRole(config),
      type: options.type ?? 'STANDARD',
    });
    try {
      const request = { stateMachineArn, name: options.name, input: JSON.stringify(options.input ?? {}) };
      return resultOf(
        options.type === 'EXPRESS'
          ? await call('StartSyncExecution', request)
          : await ended(await call('StartExecution', request)),
      );
    } finally {
      await call('DeleteStateMachine', { stateMachineArn });
    }
  }

  async function ended({ executionArn }: Record<string, unknown>): Promise<Record<string, unknown>> {
    await local.engine.waitForEnd(String(executionArn));
    return call('DescribeExecution', { executionArn });
  }

  const close = () => local.close();
  return { call, run, close, [Symbol.asyncDispose]: close };
}

function resultOf(answer: Record<string, unknown>): RunResult {
  const { executionArn, status, output, error, cause } = answer as Record<string, string | undefined>;
  return {
    executionArn: executionArn!,
    status: status as RunResult['status'],
    ...(output !== undefined && { output: JSON.parse(output) }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
