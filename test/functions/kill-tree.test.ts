import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { killTree } from '../../src/functions/kill-tree.ts';
import { openReaper } from '../../src/functions/reaper.ts';

/** Starts a process that starts another; both hold the pipe. Resolves when both are there. */
async function startTwo(): Promise<{ child: ChildProcess; closed: Promise<unknown> }> {
  const wait = 'setInterval(() => {}, 1000)';
  const script = `
    const { spawn } = require('node:child_process');
    const inner = spawn(process.execPath, ['-e', ${JSON.stringify(`console.log('up');${wait}`)}], { stdio: 'inherit' });
    ${wait}`;
  const child = spawn(process.execPath, ['-e', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  await once(createInterface(child.stdout), 'line');
  return { child, closed };
}

test.skipIf(process.platform === 'win32')('ends a process and what it started', async () => {
  const { child, closed } = await startTwo();
  killTree(child.pid!);
  // The pipe closes when nobody holds it any more.
  expect(await closed).toEqual([null, 'SIGKILL']);
  expect(() => killTree(child.pid!)).not.toThrow();
});

test.skipIf(process.platform === 'win32')(
  'ends the process alone where the command of Windows for its descendants is missing',
  async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
    const ended = once(child, 'exit');
    killTree(child.pid!, 'win32');
    expect(await ended).toEqual([null, 'SIGKILL']);
  },
);

test('starts no shell to watch processes on Windows', () => {
  const errors: Error[] = [];
  const reaper = openReaper((error) => errors.push(error), 'win32');
  reaper.add(1);
  reaper.remove(1);
  reaper.close();
  expect(errors).toEqual([]);
});
