// A folder of handlers and a registry over it, for tests that run real function processes.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import type { TaskResource } from '../../src/asl/program.ts';
import { createAws } from '../../src/aws/aws.ts';
import type { AwsAccess } from '../../src/aws/endpoints.ts';
import type { Json } from '../../src/base/json.ts';
import type { Log } from '../../src/base/log.ts';
import type { LocalFunction } from '../../src/config/functions.ts';
import type { TaskOutcome, TaskRequest } from '../../src/integrations/integration.ts';
import { createLambda, type Lambda, type LambdaOptions } from '../../src/integrations/lambda/lambda.ts';
import { createGuard } from '../../src/net/addresses.ts';

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';

export interface LogRecord {
  readonly msg: string;
  readonly level: number;
  readonly function?: string;
  readonly requestId?: string;
}

/** A log whose records can be read back. */
export function memoryLog(level = 'debug'): { log: Log; records: LogRecord[] } {
  const records: LogRecord[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString().split('\n'))
      if (line !== '') records.push(JSON.parse(line) as LogRecord);
  });
  return { log: pino({ level, base: undefined }, stream), records };
}

export function tempFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'treadle-lambda-'));
  // What a module is must not depend on a package.json that somebody left in the folder above.
  writeFiles(folder, { 'package.json': '{}', ...files });
  return folder;
}

/** Files that begin with `#!` are made executable. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (text.startsWith('#!')) chmodSync(path, 0o755);
  }
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
}

export function taskOf(resource: TaskResource, input: Json): TaskRequest {
  return {
    resource,
    input,
    executionArn: `arn:aws:states:${REGION}:${ACCOUNT}:execution:m:e`,
    stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`,
    stateName: 'S',
    region: REGION,
    account: ACCOUNT,
    idempotencyToken: 't',
    credentials: undefined,
  };
}

export const INVOKE: TaskResource = {
  kind: 'service',
  arn: 'arn:aws:states:::lambda:invoke',
  service: 'lambda',
  action: 'invoke',
  pattern: 'request-response',
  resource: 'invoke',
};

export const NEVER = new AbortController().signal;

export interface Functions {
  readonly root: string;
  readonly records: LogRecord[];
  readonly lambda: Lambda;
  /** Task with the function's ARN as its Resource. */
  call(name: string, input: Json, signal?: AbortSignal): Promise<TaskOutcome>;
  /** Task lambda:invoke. */
  invoke(parameters: Json, signal?: AbortSignal): Promise<TaskOutcome>;
  close(): Promise<void>;
}

export function openFunctions(
  files: Readonly<Record<string, string>>,
  functions: Readonly<Record<string, LocalFunction>>,
  options: Partial<LambdaOptions> & { endpoints?: Record<string, string>; access?: AwsAccess } = {},
): Functions {
  const root = options.root ?? tempFolder(files);
  const { log, records } = memoryLog();
  const aws = createAws({
    region: REGION,
    endpoints: options.endpoints ?? {},
    access: options.access,
    credentials: () => Promise.reject(new Error('none in tests')),
  });
  const guard = createGuard({ allow: [], deny: [] });
  const lambda = createLambda({ guard, functions, root, region: REGION, log, aws, ...options });
  return {
    root,
    records,
    lambda,
    call(name, input, signal = NEVER) {
      return lambda.byArn.start(taskOf({ kind: 'lambda', arn: functionArn(name) }, input), signal);
    },
    invoke: (parameters, signal = NEVER) => lambda.invoke.start(taskOf(INVOKE, parameters), signal),
    async close() {
      await lambda.close();
      await aws.close();
      if (options.root === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The result of a task that succeeded. */
export function resultOf(outcome: TaskOutcome): unknown {
  if (outcome.status !== 'completed')
    throw new Error(`Expected completed, but got ${JSON.stringify(outcome)}`);
  return JSON.parse(outcome.outputText);
}

/** Error name and, parsed, the error object of a function that failed. */
export function errorOf(outcome: TaskOutcome): { error: string; cause: Record<string, unknown> } {
  if (outcome.status !== 'failed') throw new Error(`Expected failed, but got ${JSON.stringify(outcome)}`);
  return { error: outcome.error, cause: JSON.parse(outcome.cause ?? '{}') as Record<string, unknown> };
}

/** A process that has ended but that its new parent has not asked about yet (a zombie) counts as ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    // No such process; where there is no /proc, the signal alone has to say it.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}
