// Who gets into the next batch, and in which order.

import { expect, test } from 'vitest';
import type { Resident } from '../../src/engine/resident.ts';
import { ResidentQueue } from '../../src/engine/resident-queue.ts';
import type { Command } from '../../src/interpreter/command.ts';

const STOP: Command = { type: 'StopExecution', error: undefined, cause: undefined };

function resident(name: string, command: Command, mapRunArn?: string): Resident {
  const requests = [{ command, arrivedAt: 0, done: undefined, failed: undefined }];
  return { record: { name, mapRunArn }, requests } as unknown as Resident;
}
const other = (name: string): Resident => resident(name, STOP);
const child = (name: string): Resident => resident(name, STOP, 'run');
const names = (residents: readonly Resident[]): string =>
  residents.map(({ record }) => record.name).join(' ');

function queueOf(...residents: Resident[]): ResidentQueue {
  const queue = new ResidentQueue();
  for (const each of residents) queue.push(each);
  return queue;
}

test('a caller does not wait for the children of a Map Run that came before', () => {
  const queue = queueOf(...['c1', 'c2', 'c3', 'c4', 'c5'].map(child), other('a'), other('b'));
  expect(names(queue.take(4))).toBe('c1 a b c2');
  expect(names(queue.take(4))).toBe('c3 c4 c5');
  expect(queue.length).toBe(0);
});

test('an execution that used up its turn and goes on stands behind those that begin', () => {
  const queue = queueOf(
    resident('loop', { type: 'Continue' }),
    other('a'),
    other('b'),
    other('c'),
    other('d'),
  );
  expect(names(queue.take(4))).toBe('loop a b c');
  expect(names(queue.take(4))).toBe('d');
});

test('bulk work goes on however many others there are', () => {
  const queue = queueOf(child('c1'), child('c2'), ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(other));
  expect(names(queue.take(4))).toBe('c1 a b c');
  expect(names(queue.take(4))).toBe('c2 d e f');
});

test('what there was no time for is the first of its line', () => {
  const queue = queueOf(child('c1'), child('c2'), child('c3'), other('a'), other('b'), other('c'));
  const taken = queue.take(5);
  expect(names(taken)).toBe('c1 a b c c2');
  queue.putBack(taken.slice(2));
  queue.push(other('d'));
  expect(names(queue.take(5))).toBe('c2 b c d c3');
});
