import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import type { LocalFunction } from '../../src/config/functions.ts';
import {
  errorOf,
  type Functions,
  isAlive,
  openFunctions,
  resultOf,
  tempFolder,
  writeFiles,
} from '../integrations/support.ts';
import { until } from '../support/until.ts';

const APP = `
  import { setTimeout as wait } from 'node:timers/promises';
  import { spawn } from 'node:child_process';
  import { existsSync, readdirSync, writeFileSync } from 'node:fs';
  process.chdir(import.meta.dirname);
  export const pid = async (ms) => { await wait(ms); return process.pid; };
  export const meet = async (others) => {
    writeFileSync(process.pid + '.in', '');
    while (readdirSync('.').filter((name) => name.endsWith('.in')).length < others) await wait(5);
    return process.pid;
  };
  export const leavesLater = async () => {
    setInterval(() => existsSync('leave') && process.exit(1), 5);
    return process.pid;
  };
  export const withChild = async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    return [process.pid, child.pid];
  };
  export const failsToLoad = 1;`;

const open: Functions[] = [];
afterEach(async () => {
  for (const functions of open.splice(0)) await functions.close();
});

function start(
  local: LocalFunction,
  options: Parameters<typeof openFunctions>[2] = {},
  app = APP,
): Functions {
  const functions = openFunctions({ 'app.mjs': app }, { f: local }, options);
  open.push(functions);
  return functions;
}

/** Makes calls at the same time that go on until so many processes have been in one. */
async function pids(functions: Functions, calls: number, processes: number): Promise<Set<number>> {
  const outcomes = await Promise.all(Array.from({ length: calls }, () => functions.call('f', processes)));
  return new Set(outcomes.map((outcome) => resultOf(outcome) as number));
}

test('calls at the same time run in processes of their own, up to the concurrency, and the rest waits', async () => {
  const functions = start({ handler: 'app.meet', concurrency: 3 });
  expect((await pids(functions, 2, 2)).size).toBe(2);
  expect((await pids(functions, 9, 3)).size).toBe(3);
});

test('a full queue refuses as Lambda throttles', async () => {
  const functions = start({ handler: 'app.pid', concurrency: 1 }, { maxQueued: 2 });
  await functions.call('f', 0);
  const running = functions.call('f', 100);
  const waiting = [functions.call('f', 0), functions.call('f', 0)];
  const refused = await functions.call('f', 0);
  expect(refused).toMatchObject({ status: 'failed', error: 'Lambda.TooManyRequestsException' });
  expect(refused).toHaveProperty(
    'cause',
    expect.stringMatching(
      /^Rate Exceeded\. \(Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    ),
  );
  for (const outcome of await Promise.all([running, ...waiting])) expect(outcome.status).toBe('completed');
});

test('an abandoned call gives up its place in the queue; one under way runs on', async () => {
  const functions = start({ handler: 'app.pid', concurrency: 1 });
  const first = resultOf(await functions.call('f', 0));
  const abandon = new AbortController();
  const running = functions.call('f', 60, abandon.signal);
  const queued = functions.call('f', 60_000, abandon.signal);
  abandon.abort();
  for (const outcome of [await running, await queued]) {
    expect(outcome).toMatchObject({ status: 'failed', error: 'Lambda.ClientExecutionTimeoutException' });
  }
  expect(resultOf(await functions.call('f', 0))).toBe(first);
});

test('a process that dies between calls is noticed and replaced', async () => {
  const functions = start({ handler: 'app.leavesLater' });
  const first = resultOf(await functions.call('f', 0)) as number;
  writeFiles(functions.root, { leave: '' });
  await until('its end', () =>
    functions.records.some((record) => record.msg.includes('ended between calls')),
  );
  expect(isAlive(first)).toBe(false);
  rmSync(join(functions.root, 'leave'));
  expect(resultOf(await functions.call('f', 0))).not.toBe(first);
});

test('idle processes are ended after a while', async () => {
  const functions = start({ handler: 'app.pid' }, { idleMs: 40 });
  const pid = resultOf(await functions.call('f', 0)) as number;
  await until('the end of the idle process', () => !isAlive(pid));
  expect(resultOf(await functions.call('f', 0))).not.toBe(pid);
});

/** The code is looked at no more often than every 200 ms. */
const beforeTheNextLook = () => new Promise((resolve) => setTimeout(resolve, 250));

test('a change of a file beside the handler replaces the processes, after the call they are in', async () => {
  const app = (answer: string): string =>
    `import { text } from './text.mjs';
     import { existsSync } from 'node:fs';
     export const f = async (file) => {
       while (file && !existsSync(file)) await new Promise((go) => setTimeout(go, 5));
       return text + ${answer};
     };`;
  const functions = start({ handler: 'app.f' }, {}, 'export const f = 0;');
  writeFiles(functions.root, { 'text.mjs': `export const text = 'old';`, 'app.mjs': app("' one'") });
  await beforeTheNextLook();
  expect(resultOf(await functions.call('f', ''))).toBe('old one');
  const under = functions.call('f', join(functions.root, 'go'));
  writeFiles(functions.root, { 'text.mjs': `export const text = 'new, longer';` });
  await beforeTheNextLook();
  expect(resultOf(await functions.call('f', ''))).toBe('new, longer one');
  writeFiles(functions.root, { go: '', 'data.txt': 'no code' });
  expect(resultOf(await under)).toBe('old one');
  expect(resultOf(await functions.call('f', ''))).toBe('new, longer one');
});

test('every waiting call learns of a handler that cannot be loaded', async () => {
  const functions = start({ handler: 'app.failsToLoad', concurrency: 2 });
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => functions.call('f', 0)));
  for (const outcome of outcomes) expect(errorOf(outcome).error).toBe('Runtime.HandlerNotFound');
});

test('closing ends every process and what it started, and calls under way', async () => {
  const functions = start({ handler: 'app.withChild' });
  const ended = resultOf(await functions.call('f', 0)) as number[];
  expect(ended.map(isAlive)).toEqual([true, true]);
  await functions.close();
  await until('the end of the group', () => !ended.some(isAlive));
  expect(await functions.call('f', 0)).toMatchObject({ status: 'failed' });
});

test.each([
  ['nodejs', `export const f = async () => process.pid;`, 'app.mjs', 'app.f'],
  [
    'a busy loop',
    `export const f = async () => { setTimeout(() => { for (;;); }, 20); return process.pid; };`,
    'app.mjs',
    'app.f',
  ],
  [
    'provided',
    '#!/bin/sh\ncurl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next" >/dev/null\nsleep 60',
    'run.sh',
    'run.sh',
  ],
])('function processes do not outlive a Treadle that is killed: %s', async (_kind, code, file, handler) => {
  const root = tempFolder({ [file]: code });
  const host = join(import.meta.dirname, 'host.ts');
  const parent = spawn(process.execPath, [host, root, handler], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
  const pid = Number((await lines.next()).value);
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await until('the end of the orphan', () => !isAlive(pid));
  rmSync(root, { recursive: true });
});

test('a call for which the system has no descriptors fails alone, as retriers know it; the server and later calls go on', async () => {
  const root = tempFolder({ 'f.mjs': 'export const handler = () => 42;' });
  const script = join(import.meta.dirname, 'no-descriptors.ts');
  const limited = ['-c', 'ulimit -n 100; exec "$0" "$@"', process.execPath, script, root];
  const child = spawn('/bin/sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] });
  const { value } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
  const answers = JSON.parse(String(value)) as string[];
  expect(answers[0]).toMatch(/"error":"Lambda\.ServiceException"/);
  expect(answers.filter((answer) => /EMFILE/.test(answer)).length).toBeGreaterThan(1);
  expect(answers.at(-1)).toMatch(/"status":"completed","outputText":"42"/);
  rmSync(root, { recursive: true });
});
