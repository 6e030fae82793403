// One call of a function and its answer, the same for local processes, URLs and the Invoke API.

export interface Invocation {
  /** Plain name: the key of local functions. */
  readonly name: string;
  readonly qualifier: string | undefined;
  /** As the definition names it: what a remote endpoint is asked for, without a qualifier. */
  readonly functionName: string;
  /** ARN with the qualifier, when one was given. */
  readonly arn: string;
  readonly region: string;
  /** JSON text. */
  readonly payload: string;
  readonly type: 'RequestResponse' | 'Event' | 'DryRun';
  /** Asks for the last 4 KB of the log. */
  readonly logTail: boolean;
  /** Base64 of a JSON object. */
  readonly clientContext: string | undefined;
  /** Role to assume for a remote call. */
  readonly role: string | undefined;
}

export type Answer =
  | {
      readonly kind: 'answered';
      readonly statusCode: number;
      readonly requestId: string;
      readonly executedVersion: string | undefined;
      /** True when `payload` is an error object of the function or its runtime (X-Amz-Function-Error). */
      readonly failed: boolean;
      /** Bytes of the answer as text; not necessarily JSON. */
      readonly payload: string;
      /** Base64. */
      readonly logResult: string | undefined;
      /** Response headers with AWS's spelling; undefined for local functions, which have no HTTP answer of Lambda's. */
      readonly headers: Readonly<Record<string, string>> | undefined;
    }
  /** Lambda's API refused the call. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly requestId: string;
    }
  /** No answer came. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** The caller's signal ended the wait. */
  | { readonly kind: 'aborted' };

export type Invoke = (invocation: Invocation, signal: AbortSignal) => Promise<Answer>;

/** Largest answer of a function in bytes (AWS: 6 MB and a little). */
export const MAX_RESPONSE_BYTES = 6_291_556;

/** The answer of a function that failed without an error object of its own. */
export function failedAnswer(requestId: string, payload: string): Answer {
  return {
    kind: 'answered',
    statusCode: 200,
    requestId,
    executedVersion: '$LATEST',
    failed: true,
    payload,
    logResult: undefined,
    headers: undefined,
  };
}

/** Error object as Lambda's own sandbox words it. */
export function sandboxError(errorType: string, requestId: string, message: string): string {
  return JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` });
}

export function timeoutError(requestId: string, seconds: number): string {
  return sandboxError('Sandbox.Timedout', requestId, `Task timed out after ${seconds.toFixed(2)} seconds`);
}

export function tooLargeError(): string {
  return JSON.stringify({
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
  });
}
