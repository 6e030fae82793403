import { expect, test } from 'vitest';
import { Admission, MAX_WAITING, MAX_WAITING_CHARACTERS } from '../../src/engine/admission.ts';
import { Memory } from '../../src/engine/memory.ts';
import { outcomeOf } from './virtual-engine.ts';

const UNBOUNDED = { executionBytes: Number.POSITIVE_INFINITY, totalBytes: Number.POSITIVE_INFINITY };
const settled = () => new Promise((resolve) => setImmediate(resolve));
const never = () => new Promise<never>(() => {});
const started = async () => 'started';

test('as many starts as the bound are let in, and the next is refused', async () => {
  const admission = new Admission(() => 0, new Memory(UNBOUNDED));
  for (let i = 1; i < MAX_WAITING; i++) void admission.admit(0, never);
  expect(await admission.admit(0, started)).toBe('started');
  void admission.admit(0, never);
  await expect(admission.admit(0, started)).rejects.toThrow('More than 20000 starts are waiting');
});

test('Express executions that run count as starts that wait', async () => {
  let running = MAX_WAITING - 1;
  const admission = new Admission(() => running, new Memory(UNBOUNDED));
  expect(await admission.admit(0, started)).toBe('started');
  running++;
  await expect(admission.admit(0, started)).rejects.toThrow('More than 20000 starts are waiting');
});

test('inputs are let in up to the bound of their characters together', async () => {
  const admission = new Admission(() => 0, new Memory(UNBOUNDED));
  void admission.admit(MAX_WAITING_CHARACTERS - 1, never);
  await expect(admission.admit(2, started)).rejects.toThrow('characters of input are waiting');
  expect(await admission.admit(1, started)).toBe('started');
});

test.each([
  ['succeeded', async () => 'started'],
  ['failed', async () => Promise.reject(new Error('disk full'))],
])('a start that %s makes room for the next', async (_how, start) => {
  const admission = new Admission(() => 0, new Memory(UNBOUNDED));
  for (let i = 1; i < MAX_WAITING; i++) void admission.admit(0, never);
  for (let i = 0; i < 3; i++) {
    outcomeOf(admission.admit(MAX_WAITING_CHARACTERS, start));
    await settled();
  }
  expect(await admission.admit(MAX_WAITING_CHARACTERS, started)).toBe('started');
});

test('once closed nothing is let in', async () => {
  const admission = new Admission(() => 0, new Memory(UNBOUNDED));
  admission.close();
  await expect(admission.admit(0, started)).rejects.toMatchObject({
    name: 'Overloaded',
    message: 'The server is stopping',
  });
});

test('while executions in memory hold as much as they may, no start is let in', async () => {
  const memory = new Memory({ executionBytes: 100, totalBytes: 100_000 });
  const admission = new Admission(() => 0, memory);
  memory.change(90_000);
  await expect(admission.admit(20_000, started)).rejects.toThrow('hold 90000 bytes of data');
  // What is small has a part of its own.
  expect(await admission.admit(16_000, started)).toBe('started');
  memory.change(-90_000);
  expect(await admission.admit(20_000, started)).toBe('started');
});
