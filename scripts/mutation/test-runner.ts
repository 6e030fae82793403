// The process that runs tests, seen from outside: asks it for runs, kills it when one takes too long, starts it again.

import { type ChildProcess, spawn } from 'node:child_process';
import type { RunAnswer, RunRequest } from './test-process.ts';

export interface TestRunner {
  /** Answers 'time-out' when the run was killed. */
  run(request: RunRequest, limitMs: number): Promise<RunAnswer | 'time-out'>;
  /** Kills whatever runs, at once. */
  kill(): void;
}

const START_LIMIT_MS = 60_000;

export function openTestRunner(root: string): TestRunner {
  let child: ChildProcess | undefined;

  const kill = (): void => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  const start = async (): Promise<ChildProcess> => {
    const started = spawn(process.execPath, [`${root}/scripts/mutation/test-process.ts`], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, NODE_ENV: 'test', NO_COLOR: '1' },
    });
    let said = '';
    started.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
    });
    child = started;
    if ((await nextMessage(started, START_LIMIT_MS)) !== 'ready')
      throw new Error(`Expected the test process to start, but it said: ${said}`);
    return started;
  };

  return {
    kill,
    run: async (request, limitMs) => {
      const running = child ?? (await start());
      running.send(request);
      const answer = await nextMessage(running, limitMs);
      if (answer !== undefined) return answer as RunAnswer;
      kill();
      return 'time-out';
    },
  };
}

/** Undefined when the process ended, or said nothing in time. */
function nextMessage(child: ChildProcess, limitMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const settle = (message?: unknown): void => {
      clearTimeout(limit);
      child.off('message', settle);
      child.off('exit', end);
      resolve(message);
    };
    const end = (): void => settle();
    const limit = setTimeout(end, limitMs);
    child.on('message', settle);
    child.on('exit', end);
  });
}
