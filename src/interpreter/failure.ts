// An error as Retry and Catch see it, and the rules by which they take it.

import type { Catcher, Retrier } from '../asl/program.ts';
import type { JsonObject } from '../base/json.ts';

export interface ErrorAndCause {
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

export interface Failure extends ErrorAndCause {
  /** Other names that ErrorEquals may use for it. */
  readonly aliases: readonly string[];
  /** JSONata: field that failed; makes an EvaluationFailed event. `null`: no field is responsible. */
  readonly evaluation: string | null | undefined;
}

export function failureOf(
  error: string | undefined,
  cause: string | undefined,
  ...aliases: string[]
): Failure {
  return { error, cause, aliases, evaluation: undefined };
}

/** A timed-out task. AWS's events say States.Timeout also for a missed heartbeat; ErrorEquals may name either. */
export function timeoutFailure(heartbeat: boolean): Failure {
  return failureOf('States.Timeout', undefined, ...(heartbeat ? ['States.HeartbeatTimeout'] : []));
}

/**
 * Source: ASL specification, "Retrying after error"; AWS, "Handling errors in Step Functions workflows":
 * States.ALL and States.TaskFailed are the only wildcards, States.Runtime is never caught or retried.
 */
export function matches(errorEquals: readonly string[], failure: Failure): boolean {
  if (failure.aliases.some((name) => errorEquals.includes(name))) return true;
  if (failure.error === 'States.Runtime') return false;
  return errorEquals.some(
    (name) =>
      name === 'States.ALL' ||
      name === failure.error ||
      (name === 'States.TaskFailed' && failure.error !== 'States.Timeout'),
  );
}

/** @returns the first retrier that names the error, if it has attempts left, with how often it was used before. */
export function findRetrier(
  retriers: readonly Retrier[],
  attempts: readonly number[],
  failure: Failure,
): { readonly retrier: Retrier; readonly index: number; readonly retries: number } | undefined {
  const index = retriers.findIndex((retrier) => matches(retrier.errorEquals, failure));
  const retrier = retriers[index];
  const retries = attempts[index] ?? 0;
  return retrier !== undefined && retries < retrier.maxAttempts ? { retrier, index, retries } : undefined;
}

export function findCatcher(catchers: readonly Catcher[], failure: Failure): Catcher | undefined {
  return catchers.find((catcher) => matches(catcher.errorEquals, failure));
}

/**
 * Milliseconds until the next attempt.
 * @param retries how often this retrier was used before.
 * @param random uniform in [0, 1), for JitterStrategy FULL.
 */
export function retryDelayMs(retrier: Retrier, retries: number, random: () => number): number {
  const grown = retrier.intervalSeconds * retrier.backoffRate ** retries;
  const seconds = Math.min(grown, retrier.maxDelaySeconds ?? Number.POSITIVE_INFINITY, MAX_DELAY_SECONDS);
  return Math.round((retrier.jitter === 'FULL' ? random() * seconds : seconds) * 1000);
}

/** Beyond any execution's life; keeps arithmetic with dates finite. */
const MAX_DELAY_SECONDS = 31_622_400 * 4;

/** The fields of an event: what is not known is left out. */
export function errorFields({ error, cause }: ErrorAndCause): { error?: string; cause?: string } {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

/** `{"Error": …, "Cause": …}` as Catch sees it; a timeout has the empty cause, other missing parts are null. */
export function errorOutput(failure: Failure): JsonObject {
  const cause = failure.cause ?? (failure.error === 'States.Timeout' ? '' : null);
  return { Error: failure.error ?? null, Cause: cause };
}
