import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { Bus } from '../../src/observe/bus.ts';

let logged: string[];
let bus: Bus;
beforeEach(() => {
  logged = [];
  bus = new Bus(pino({ level: 'error' }, { write: (line) => void logged.push(line) }));
});

const removed = (stateMachineArn: string) => bus.publish('stateMachineRemoved', { stateMachineArn });

test('listeners hear the kind of message they asked for, until they end it', () => {
  const heard: string[] = [];
  const end = bus.on('stateMachineRemoved', ({ stateMachineArn }) => heard.push(stateMachineArn));
  bus.on('executionStarted', ({ executionArn }) => heard.push(executionArn));
  removed('first');
  end();
  removed('second');
  expect(heard).toEqual(['first']);
});

test('whether anybody listens is known for each kind', () => {
  const end = bus.on('events', () => {});
  expect([bus.hears('events'), bus.hears('executionEnded')]).toEqual([true, false]);
  end();
  expect(bus.hears('events')).toBe(false);
});

test('a listener that subscribed twice hears twice, and each subscription ends on its own', () => {
  let heard = 0;
  const listener = (): void => void heard++;
  const end = bus.on('stateMachineRemoved', listener);
  bus.on('stateMachineRemoved', listener);
  removed('a');
  end();
  removed('b');
  expect(heard).toBe(3);
});

test('a listener that throws is logged and keeps nobody from hearing', () => {
  const heard: string[] = [];
  bus.on('stateMachineRemoved', () => {
    throw new Error('no disk for the audit');
  });
  bus.on('stateMachineRemoved', ({ stateMachineArn }) => heard.push(stateMachineArn));
  removed('a');
  expect(heard).toEqual(['a']);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('no disk for the audit');
});
