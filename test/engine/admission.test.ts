import { expect, test } from 'vitest';
import { Admission, MAX_WAITING, MAX_WAITING_CHARACTERS } from '../../src/engine/admission.ts';
import { outcomeOf } from './virtual-engine.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const never = () => new Promise<never>(() => {});
const started = async () => 'started';

test('as many starts as the bound are let in, and the next is refused', async () => {
  const admission = new Admission(() => 0);
  for (let i = 1; i < MAX_WAITING; i++) void admission.admit(0, never);
  expect(await admission.admit(0, started)).toBe('started');
  void admission.admit(0, never);
  await expect(admission.admit(0, started)).rejects.toThrow('More than 20000 starts are waiting');
});

test('Express executions that run count as starts that wait', async () => {
  let running = MAX_WAITING - 1;
  const admission = new Admission(() => running);
  expect(await admission.admit(0, started)).toBe('started');
  running++;
  await expect(admission.admit(0, started)).rejects.toThrow('More than 20000 starts are waiting');
});

test('inputs are let in up to the bound of their characters together', async () => {
  const admission = new Admission(() => 0);
  void admission.admit(MAX_WAITING_CHARACTERS - 1, never);
  await expect(admission.admit(2, started)).rejects.toThrow('characters of input are waiting');
  expect(await admission.admit(1, started)).toBe('started');
});

test.each([
  ['succeeded', async () => 'started'],
  ['failed', async () => Promise.reject(new Error('disk full'))],
])('a start that %s makes room for the next', async (_how, start) => {
  const admission = new Admission(() => 0);
  for (let i = 1; i < MAX_WAITING; i++) void admission.admit(0, never);
  for (let i = 0; i < 3; i++) {
    outcomeOf(admission.admit(MAX_WAITING_CHARACTERS, start));
    await settled();
  }
  expect(await admission.admit(MAX_WAITING_CHARACTERS, started)).toBe('started');
});

test('once closed nothing is let in', async () => {
  const admission = new Admission(() => 0);
  admission.close();
  await expect(admission.admit(0, started)).rejects.toMatchObject({
    name: 'Overloaded',
    message: 'The server is stopping',
  });
});
