import { expect, test } from 'vitest';
import { assert, Bug, unreachable } from '../../src/base/assert.ts';
import { StateError } from '../../src/base/state-error.ts';

test('what does not hold is a bug that says what', () => {
  expect(() => assert(1 < 2, 'numbers rise')).not.toThrow();
  expect(() => assert(0, 'it is set')).toThrow(new Bug('it is set'));
});

test('a case that the compiler excludes is a bug that shows it', () => {
  expect(() => unreachable({ type: 'new' } as never)).toThrow(Bug);
  expect(() => unreachable({ type: 'new' } as never)).toThrow('{"type":"new"}');
});

test('an error of the language has name, cause and place, and its name when there is no cause', () => {
  const error = new StateError('States.QueryEvaluationError', 'because', 'Output/a[0]');
  expect({ ...error, message: error.message }).toMatchObject({
    error: 'States.QueryEvaluationError',
    cause: 'because',
    location: 'Output/a[0]',
    message: 'because',
  });
  expect(new StateError('States.Runtime').message).toBe('States.Runtime');
});

test('errors have the names of their kinds, which logs show', () => {
  expect([new Bug('x').name, new StateError('x').name]).toEqual(['Bug', 'StateError']);
});
