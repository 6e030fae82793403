// A real Treadle in a process of its own, with its data in a temporary folder: to be killed and started again.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

export interface ServerProcess {
  readonly url: string;
  readonly folder: string;
  /** Starts it on the same data and address. Resolves when it answers. */
  start(): Promise<void>;
  /** Process id of the server itself, whatever stands before it. Undefined while it does not run. */
  pid(): number | undefined;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop. @returns its exit code. */
  stop(): Promise<number | null>;
  call<T>(operation: string, input: object): Promise<T>;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

export class ApiFailure extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * @param env more environment, for example `TREADLE_FUNCTIONS`. @param fixedPort undefined: a free one.
 * @param command starts the server in another way; signals go to this process.
 */
export async function createServerProcess(
  env: Readonly<Record<string, string>> = {},
  fixedPort?: number,
  command: readonly string[] = [process.execPath, MAIN, 'start'],
): Promise<ServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'treadle-'));
  const port = fixedPort ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let output = '';

  const gone = (): Promise<number | null> =>
    new Promise((resolve) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null)
        resolve(child?.exitCode ?? null);
      else child.once('exit', (code) => resolve(code));
    });

  const server: ServerProcess = {
    url,
    folder,
    async start() {
      output = '';
      child = spawn(command[0]!, command.slice(1), {
        cwd: folder,
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: folder,
          TREADLE_LISTEN: `127.0.0.1:${port}`,
          TREADLE_DATA: join(folder, 'data'),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      await until('an answer of the server', async () => {
        if (child?.exitCode !== null) throw new Error(`The server ended with ${child?.exitCode}:\n${output}`);
        const status = await request(`${url}/health`).then(
          async (response) => {
            await response.body.dump();
            return response.statusCode;
          },
          () => 0,
        );
        return status === 200;
      });
    },
    pid() {
      const file = join(folder, 'data', 'lock.pid');
      return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : undefined;
    },
    async kill() {
      child?.kill('SIGKILL');
      await gone();
    },
    async stop() {
      child?.kill('SIGTERM');
      return gone();
    },
    async call<T>(operation: string, input: object) {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `AWSStepFunctions.${operation}`,
        },
        body: JSON.stringify(input),
      });
      const answer = (await body.json()) as { __type?: string; message?: string };
      if (statusCode !== 200) throw new ApiFailure(answer.__type ?? '', answer.message ?? '');
      return answer as T;
    },
    async dispose() {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}
