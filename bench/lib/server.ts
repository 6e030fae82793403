// Servers under test, each a process of its own on the loopback address with fresh data: Treadle, and the ceiling.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';
import { createClient } from './client.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
/** Kernel clock ticks of /proc/PID/stat are hundredths of a second on Linux. */
const TICK_MS = 10;

export interface ServerUnderTest {
  readonly name: string;
  readonly url: string;
  /** Milliseconds from spawn to the first answered request. */
  readonly startMs: number;
  /** Milliseconds of processor time so far. */
  cpuMs(): number;
  /** Resident MiB. */
  residentMiB(): number;
  signal(signal: NodeJS.Signals): void;
  /** Ends the process with the signal and starts it again on the same data. @returns milliseconds to the first answer. */
  restart(signal: NodeJS.Signals): Promise<number>;
  stop(): Promise<void>;
}

export type Kind = 'treadle' | 'ceiling';

/** @param env more environment for Treadle, such as lifted limits. */
export async function startUnderTest(
  kind: Kind,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerUnderTest> {
  const folder = mkdtempSync(join(process.env['TREADLE_BENCH_FOLDER'] ?? tmpdir(), 'treadle-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  const run = async (): Promise<number> => {
    const before = performance.now();
    const args =
      kind === 'treadle'
        ? [
            '--max-semi-space-size=4',
            join(ROOT, 'src/cli/main.ts'),
            'start',
            '--listen',
            `127.0.0.1:${port}`,
            '--data',
            join(folder, 'data'),
          ]
        : [join(ROOT, 'bench/ceiling.ts'), String(port), join(folder, 'ceiling.db')];
    child = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const client = createClient(url, 1);
    for (;;) {
      try {
        await client.call('ListStateMachines', { maxResults: 1 });
        client.close();
        return performance.now() - before;
      } catch (error) {
        if (child.exitCode !== null)
          throw new Error(`${kind} ended with ${child.exitCode}`, { cause: error });
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
  };
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  const startMs = await run();
  return {
    name: kind,
    url,
    startMs,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    },
    residentMiB() {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
    },
    signal(signal) {
      child.kill(signal);
    },
    async restart(signal) {
      await end(signal);
      return run();
    },
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
