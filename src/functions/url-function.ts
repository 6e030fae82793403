// A local function that is a URL: the payload is posted as JSON, the answer's body is the result. For functions that
// already run somewhere (a dev server, a container with the Lambda Runtime Interface Emulator). docs/guide/lambda.md
// describes the contract.

import { randomUUID } from 'node:crypto';
import { FUNCTION_LIMITS } from '../base/quotas.ts';
import type { LocalFunction } from '../config/functions.ts';
import { type Guard, Refused } from '../net/addresses.ts';
import { createHttp, type Http, ResponseTooLarge, Unreachable } from '../net/http-client.ts';
import {
  type Answer,
  failedAnswer,
  type Invocation,
  MAX_RESPONSE_BYTES,
  timeoutError,
  tooLargeError,
} from './invocation.ts';
import { MAX_QUEUED } from './pool.ts';

export interface UrlFunction {
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** @param local one with a `url`. @param guard of the addresses that may be connected to */
export function createUrlFunction(local: LocalFunction, guard: Guard): UrlFunction {
  const timeoutSeconds = local.timeout ?? FUNCTION_LIMITS.timeoutSeconds.usual;
  const concurrency = local.concurrency ?? FUNCTION_LIMITS.concurrency.usual;
  const url = new URL(local.url!);
  let http: Http | undefined;
  let running = 0;
  const waiting: Array<() => void> = [];

  async function post(invocation: Invocation, requestId: string, signal: AbortSignal): Promise<Answer> {
    const timeout = AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000));
    http ??= createHttp({ connections: concurrency, guard });
    try {
      const response = await http.send({
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'lambda-runtime-aws-request-id': requestId,
          'lambda-runtime-deadline-ms': String(Date.now() + timeoutSeconds * 1000),
          'lambda-runtime-invoked-function-arn': invocation.arn,
          ...(invocation.clientContext === undefined
            ? {}
            : { 'x-amz-client-context': invocation.clientContext }),
        },
        body: invocation.payload,
        maxBytes: MAX_RESPONSE_BYTES,
        signal: AbortSignal.any([signal, timeout]),
      });
      const failed = response.status >= 300 || response.headers['x-amz-function-error'] !== undefined;
      const payload = new TextDecoder().decode(response.body);
      return { ...failedAnswer(requestId, payload), failed } as Answer;
    } catch (error) {
      if (signal.aborted) return { kind: 'aborted' };
      if (timeout.aborted) return failedAnswer(requestId, timeoutError(requestId, timeoutSeconds));
      if (error instanceof ResponseTooLarge) return failedAnswer(requestId, tooLargeError());
      if (error instanceof Unreachable || error instanceof Refused)
        return { kind: 'unreachable', reason: error.message };
      throw error;
    }
  }

  return {
    async invoke(invocation, signal) {
      const requestId = randomUUID();
      if (signal.aborted) return { kind: 'aborted' };
      if (waiting.length >= MAX_QUEUED) {
        const message = 'Rate Exceeded.';
        return { kind: 'refused', status: 429, code: 'TooManyRequestsException', message, requestId };
      }
      if (running < concurrency) running++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await post(invocation, requestId, signal);
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
    async close() {
      await http?.close();
    },
  };
}
