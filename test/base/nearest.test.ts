import { expect, test } from 'vitest';
import { nearest } from '../../src/base/nearest.ts';

test.each([
  ['listn', 'listen'],
  ['lisetn', 'listen'],
  ['statemachines', 'stateMachines'],
  ['stateMachine', 'stateMachines'],
  ['logging', undefined],
  ['x', undefined],
  ['', undefined],
])('%j means %j', (word, meant) => {
  expect(nearest(word, ['listen', 'data', 'stateMachines', 'region', 'logs'])).toBe(meant);
});
