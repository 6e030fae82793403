// Source of the rules: ASL specification, "Errors" and "Retrying after error"; AWS, "Handling errors in Step Functions
// workflows".

import { describe, expect, it, test } from 'vitest';
import type { Retrier } from '../../src/asl/program.ts';
import {
  errorFields,
  errorOutput,
  failureOf,
  findCatcher,
  findRetrier,
  matches,
  retryDelayMs,
  timeoutFailure,
} from '../../src/interpreter/failure.ts';

const retrier = (fields: Partial<Retrier> = {}): Retrier => ({
  errorEquals: ['E'],
  intervalSeconds: 1,
  maxAttempts: 3,
  backoffRate: 2,
  maxDelaySeconds: undefined,
  jitter: 'NONE',
  ...fields,
});

describe('matches', () => {
  test.each([
    ['E', ['E'], true],
    ['E', ['F', 'E'], true],
    ['E', ['F'], false],
    ['E', [], false],
    ['E', ['States.ALL'], true],
    ['E', ['States.TaskFailed'], true],
    ['States.Timeout', ['States.TaskFailed'], false],
    ['States.Timeout', ['States.Timeout'], true],
    ['States.Timeout', ['States.ALL'], true],
    ['States.Runtime', ['States.ALL'], false],
    ['States.Runtime', ['States.Runtime'], false],
    ['States.Runtime', ['States.TaskFailed'], false],
    [undefined, ['States.ALL'], true],
    [undefined, ['States.TaskFailed'], true],
    [undefined, ['E'], false],
  ])('%s is one of %j: %s', (error, names, expected) => {
    expect(matches(names, failureOf(error, undefined))).toBe(expected);
  });

  it('takes an alias for the error, also where States.Runtime itself is not caught', () => {
    const failure = failureOf('States.Runtime', undefined, 'States.NoChoiceMatched');
    expect(matches(['X', 'States.NoChoiceMatched'], failure)).toBe(true);
    expect(matches(['States.ALL'], failure)).toBe(false);
  });

  it('knows a missed heartbeat by two names, another timeout by one', () => {
    expect(matches(['States.HeartbeatTimeout'], timeoutFailure(true))).toBe(true);
    expect(matches(['States.Timeout'], timeoutFailure(true))).toBe(true);
    expect(matches(['States.HeartbeatTimeout'], timeoutFailure(false))).toBe(false);
  });
});

describe('findRetrier', () => {
  const retriers = [retrier({ errorEquals: ['A'], maxAttempts: 1 }), retrier({ errorEquals: ['A', 'B'] })];

  it('gives the first one that names the error, with how often it was used', () => {
    expect(findRetrier(retriers, [], failureOf('A', undefined))).toMatchObject({ index: 0, retries: 0 });
    expect(findRetrier(retriers, [0, 2], failureOf('B', undefined))).toEqual({
      retrier: retriers[1],
      index: 1,
      retries: 2,
    });
  });

  it('does not go on to another one when the attempts of the first are used up', () => {
    expect(findRetrier(retriers, [1], failureOf('A', undefined))).toBeUndefined();
    expect(findRetrier(retriers, [0, 3], failureOf('B', undefined))).toBeUndefined();
  });

  it('gives none for an error that none names', () => {
    expect(findRetrier(retriers, [], failureOf('C', undefined))).toBeUndefined();
  });
});

describe('findCatcher', () => {
  const catcher = (name: string) => ({
    errorEquals: [name],
    next: name,
    resultPath: 'replace' as const,
    assign: undefined,
    output: undefined,
  });

  it('gives the first one that names the error', () => {
    const catchers = [catcher('A'), catcher('States.ALL'), catcher('B')];
    expect(findCatcher(catchers, failureOf('B', undefined))?.next).toBe('States.ALL');
    expect(findCatcher(catchers, failureOf('A', undefined))?.next).toBe('A');
    expect(findCatcher([catcher('A')], failureOf('B', undefined))).toBeUndefined();
  });
});

describe('retryDelayMs', () => {
  const half = () => 0.5;

  test.each([
    [{}, 0, 1000],
    [{}, 1, 2000],
    [{}, 3, 8000],
    [{ intervalSeconds: 3, backoffRate: 1.5 }, 1, 4500],
    [{ intervalSeconds: 1, backoffRate: 1.0001 }, 1, 1000],
    [{ maxDelaySeconds: 5 }, 2, 4000],
    [{ maxDelaySeconds: 5 }, 3, 5000],
    [{ jitter: 'FULL' as const }, 2, 2000],
    [{ jitter: 'FULL' as const, maxDelaySeconds: 3 }, 2, 1500],
  ])('%j after %i retries is %i', (fields, retries, expected) => {
    expect(retryDelayMs(retrier(fields), retries, half)).toBe(expected);
  });

  it('stays a number that can be added to a date', () => {
    expect(retryDelayMs(retrier({ backoffRate: 10 }), 400, half)).toBe(31_622_400 * 4 * 1000);
  });
});

describe('what is told of a failure', () => {
  it('leaves out of an event what is not known', () => {
    expect(errorFields(failureOf(undefined, undefined))).toStrictEqual({});
    expect(errorFields(failureOf('E', undefined))).toStrictEqual({ error: 'E' });
    expect(errorFields(failureOf(undefined, 'c'))).toStrictEqual({ cause: 'c' });
    expect(errorFields(failureOf('', ''))).toStrictEqual({ error: '', cause: '' });
  });

  it('gives Catch null for what is not known, but a timeout the empty cause', () => {
    expect(errorOutput(failureOf(undefined, undefined))).toEqual({ Error: null, Cause: null });
    expect(errorOutput(failureOf('E', 'c'))).toEqual({ Error: 'E', Cause: 'c' });
    expect(errorOutput(timeoutFailure(false))).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(errorOutput(failureOf('States.Timeout', 'late'))).toEqual({
      Error: 'States.Timeout',
      Cause: 'late',
    });
  });
});
