// AWS JSON 1.0, in this file alone: headers and body bytes in, status and body text out.
// Target and body are read here; what an operation means is the business of `handle`.

import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { Log } from '../../base/log.ts';
import { StoreDamaged, StoreUnavailable } from '../../store/store.ts';
import { jacksonMessage } from '../../text/jackson.ts';
import type { Api } from '../api.ts';
import type { ClientSignal } from '../context.ts';
import { TARGET_PREFIX } from '../model.ts';
import { ApiError, apiError } from './errors.ts';

export const CONTENT_TYPE = 'application/x-amz-json-1.0';

export interface WireAnswer {
  readonly status: number;
  readonly body: string;
}

/** One exchange. Never throws: a store that fails is ServiceUnavailable; what else is no ApiError, InternalFailure. Both are logged. */
export async function answer(
  handle: Api['handle'],
  headers: IncomingHttpHeaders,
  body: Buffer,
  requestId: string,
  log: Log,
  signal?: ClientSignal,
): Promise<WireAnswer> {
  try {
    const operation = operationOf(headers);
    const input = parseBody(body);
    const trace = headers['x-amzn-trace-id'];
    // The header wins over the member; operations without that member ignore it.
    if (trace !== undefined) input['traceHeader'] = trace;
    return { status: 200, body: JSON.stringify(await handle(operation, input, signal)) };
  } catch (error) {
    if (error instanceof ApiError) return errorAnswer(error);
    const target = headers['x-amz-target'];
    if (error instanceof StoreUnavailable) {
      const met = error instanceof StoreDamaged ? 'met damage in the store' : 'failed on the store';
      log.error({ err: error, requestId, target }, `API request ${met}`);
      return errorAnswer(apiError('ServiceUnavailable', error.message));
    }
    log.error({ err: error, requestId, target }, 'API request failed on a bug');
    return errorAnswer(apiError('InternalFailure', requestId));
  }
}

export function errorAnswer(error: ApiError): WireAnswer {
  return {
    status: error.status,
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
  };
}

function operationOf(headers: IncomingHttpHeaders): string {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string' || !target.startsWith(TARGET_PREFIX)) {
    throw apiError(
      'UnknownOperationException',
      `Expected the header X-Amz-Target to be ${TARGET_PREFIX}<Operation>, but ${
        target === undefined ? 'it is missing' : `got '${target}'`
      }`,
    );
  }
  const type = headers['content-type'];
  if (
    type !== undefined &&
    type !== CONTENT_TYPE &&
    !/^application\/(x-amz-json-1\.0|json) *(;|$)/i.test(type)
  ) {
    throw apiError('SerializationException', `Expected Content-Type ${CONTENT_TYPE}, but got '${type}'`);
  }
  return target.slice(TARGET_PREFIX.length);
}

/** An empty body counts as `{}`: some clients send none for operations without members. */
function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  if (!isUtf8(body)) throw apiError('SerializationException', 'Expected the request body to be UTF-8');
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw apiError(
      'SerializationException',
      `Expected the request body to be JSON: ${jacksonMessage(text) ?? 'it cannot be parsed'}`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw apiError('SerializationException', 'Expected the request body to be a JSON object');
  }
  return value as Record<string, unknown>;
}
