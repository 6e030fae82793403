// Calls of S3, made again while what failed may be over soon: an answer of 500 and above, SlowDown and its like, no answer.

import type { JsonObject } from '../base/json.ts';
import type { AwsAnswer, AwsCall, Caller } from './call.ts';
import { ATTEMPTS, pause, type RetryParts, retryDelay, TimedOut } from './retry.ts';
import { type FailureKind, S3Failure } from './s3-objects.ts';

export interface S3Parts extends RetryParts {
  readonly aws: Caller;
}

type Done = Extract<AwsAnswer, { ok: true }>;
type Refused = Extract<AwsAnswer, { ok: false }>;

export interface S3Calls extends RetryParts {
  /** @throws S3Failure, or the signal's reason. */
  call(action: string, input: JsonObject, more: CallOptions, signal: AbortSignal): Promise<Done>;
}

export type CallOptions = Pick<AwsCall, 'payload' | 'streamBody'>;

/** Until an answer begins, or is there when it is not streamed. */
const ANSWER_MS = 60_000;

/** Refusals below status 500 that are over soon. */
const PASSING = new Set([
  // Of a long operation, which answers 200 at once.
  'InternalError',
  'RequestTimeout',
  'RequestTimeoutException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

const ABSENT = new Set(['NoSuchKey', 'NoSuchVersion', 'NoSuchUpload']);

export function createS3Calls({ aws, clock, random }: S3Parts): S3Calls {
  async function attempt(request: AwsCall): Promise<AwsAnswer | TimedOut> {
    const timer = new AbortController();
    const cancel = clock.after(ANSWER_MS, () => timer.abort(new TimedOut(ANSWER_MS)));
    // The outer signal counts for the whole of a body that is streamed, the time only for its head.
    const signal = AbortSignal.any([request.signal, timer.signal]);
    try {
      const answer = await aws.call({ ...request, signal });
      return timer.signal.aborted ? (timer.signal.reason as TimedOut) : answer;
    } finally {
      cancel();
    }
  }

  return {
    clock,
    random,
    async call(action, input, more, signal) {
      const faults = aws.checkInput('s3', action, input);
      if (faults.length > 0) throw new S3Failure(`${action}: ${faults.join(', ')}`);
      const request: AwsCall = {
        service: 's3',
        action,
        input,
        outputTimestamps: 'epochMillis',
        ...more,
        signal,
      };
      for (let failures = 1; ; failures++) {
        signal.throwIfAborted();
        const answer = await attempt(request);
        signal.throwIfAborted();
        const timedOut = answer instanceof TimedOut;
        if (!timedOut && answer.ok) return answer;
        if (failures >= ATTEMPTS || !(timedOut || isPassing(answer))) {
          throw timedOut ? new S3Failure(answer.message) : failureOf(answer);
        }
        await pause(retryDelay(failures, random), clock, signal);
      }
    },
  };
}

function isPassing({ noAnswer, httpStatus = 0, error }: Refused): boolean {
  return noAnswer === 'unreachable' || httpStatus >= 500 || httpStatus === 429 || PASSING.has(error);
}

function failureOf(answer: Refused): S3Failure {
  return new S3Failure(causeOf(answer), kindOf(answer));
}

function kindOf({ httpStatus, error }: Refused): FailureKind | undefined {
  if (httpStatus === 412) return 'changed';
  if (httpStatus === 416) return 'beyond the end';
  return ABSENT.has(error) ? 'absent' : undefined;
}

function causeOf(answer: Refused): string {
  if (answer.httpStatus === undefined) return answer.message;
  const facts = [
    'Service: S3',
    `Status Code: ${answer.httpStatus}`,
    `Request ID: ${answer.requestId ?? 'null'}`,
    ...(answer.extendedRequestId === undefined ? [] : [`Extended Request ID: ${answer.extendedRequestId}`]),
  ];
  return `${answer.message} (${facts.join(', ')})`;
}
