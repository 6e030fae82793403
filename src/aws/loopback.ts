// `aws-sdk:sfn:*` reaches Treadle itself unless the configuration names another Step Functions endpoint: the same request
// as over the wire, handed to the API in this process.

import type { Loopback } from './call.ts';
import type { WireResponse } from './protocol.ts';

/**
 * An operation of the Step Functions API (`StartExecution`) with its members as on the wire; the signal ends a long poll.
 * @throws an error with `code`, `message` and `status` for what the API refuses; anything else is a bug.
 */
export type Self = (operation: string, input: object, signal: AbortSignal) => Promise<object>;

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export function createLoopback(self: Self, requestId: () => string): Loopback {
  return async ({ headers, body, signal }) => {
    const operation = headers['x-amz-target']!.split('.').at(-1)!;
    const answered = (statusCode: number, answer: object): WireResponse => ({
      statusCode,
      headers: { 'x-amzn-requestid': requestId(), 'content-type': headers['content-type']! },
      body: new TextEncoder().encode(JSON.stringify(answer)),
    });
    try {
      return answered(200, await self(operation, JSON.parse(body) as object, signal));
    } catch (error) {
      const { status, code, message } = asRefusal(error);
      return answered(status, { __type: code, message });
    }
  };
}

/** What the API said against a request. @throws the error when it is none of the API's. */
export function asRefusal(error: unknown): Refusal {
  const { code, message, status } = Object(error) as Partial<Record<keyof Refusal, unknown>>;
  if (typeof code === 'string' && typeof message === 'string' && typeof status === 'number') {
    return { code, message, status };
  }
  throw error;
}
