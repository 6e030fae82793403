// `arn:aws:states:::http:invoke`: a call of any HTTP API with the authorization of a connection. The connection's values
// are merged over the task's, and never come near the task's parameters, which the history shows.

import type { Aws } from '../../aws/aws.ts';
import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';
import { AWS_LIMITS } from '../../base/quotas.ts';
import type { Connection } from '../../config/connections.ts';
import { type AddressPolicy, createGuard, Refused } from '../../net/addresses.ts';
import type { ConnectorOptions } from '../../net/guarded-connector.ts';
import { createGuardedHttp, type GuardedRequest } from '../../net/guarded-http.ts';
import { Unreachable } from '../../net/http-client.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../integration.ts';
import { failure } from '../outcome.ts';
import { unusableParameters } from '../parameters.ts';
import { type Additions, ConnectionFailed, createAuthorizer, mergeHeaders } from './authorization.ts';
import { encodePairs, FormTooLarge, formPairs, type Pair, withQuery } from './encoding.ts';
import { checkHttpParameters, type HttpCall, httpCall } from './parameters.ts';
import { outcomeOf } from './response.ts';
import { createSecrets } from './secrets.ts';
import { exchangeOf, traced } from './trace.ts';

/** `http` of the configuration. */
export interface HttpSettings extends AddressPolicy {
  /** Seconds one call may take; AWS: 60. */
  readonly timeout: number;
}

export const HTTP_DEFAULTS: HttpSettings = { allow: [], deny: [], timeout: 60 };

export interface HttpTaskOptions extends Pick<ConnectorOptions, 'ca' | 'lookup'> {
  readonly connections: Readonly<Record<string, Connection>>;
  readonly settings: HttpSettings;
  /** Folder of treadle.yaml: secret files are relative to it. */
  readonly root: string;
  /** Gets secrets of Secrets Manager. */
  readonly aws: Aws;
  /** Bytes of a response; default: AWS's payload limit. */
  readonly maxBytes?: number | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly now?: () => number;
}

export interface HttpTask {
  readonly invoke: Integration;
  close(): Promise<void>;
}

export function createHttpTask(options: HttpTaskOptions): HttpTask {
  const { connections, settings, root, aws, maxBytes = AWS_LIMITS.payloadBytes, env = process.env } = options;
  const clock = options.now === undefined ? {} : { now: options.now };
  const http = createGuardedHttp({ ...options, guard: createGuard(settings) });
  const secrets = createSecrets({ root, env, aws, ...clock });
  const authorizer = createAuthorizer({ secrets, http, ...clock });

  async function call(parameters: HttpCall, task: TaskRequest, signal: AbortSignal): Promise<TaskOutcome> {
    const name = parameters.connectionName;
    const connection = Object.hasOwn(connections, name) ? connections[name] : undefined;
    if (connection === undefined) {
      const cause = `Connection ${name} does not exist: it is not among the connections of Treadle's configuration`;
      return failure('Events.ConnectionResource.ResourceNotFound', cause);
    }
    const send = async (additions: Additions) => {
      const request = requestOf(parameters, additions, task.region, maxBytes, signal);
      if (request === undefined) return undefined;
      const { trace } = task;
      if (trace === undefined) return http.send(request);
      // Who may not see secrets sees the request as the task alone would make it.
      const visible = trace.revealSecrets ? additions : NO_ADDITIONS;
      const shown = requestOf(parameters, visible, task.region, maxBytes, signal);
      if (shown === undefined) return http.send(request);
      trace.exchange(exchangeOf(shown));
      return traced(await http.send(request), shown, trace);
    };
    const additions = await authorizer.additions(name, connection);
    let response = await send(additions);
    if (response !== undefined && additions.token !== undefined && [401, 407].includes(response.status)) {
      response.discard();
      response = await send(await authorizer.additions(name, connection, additions.token));
    }
    if (response === undefined) {
      const cause =
        "The connection's body parameters can only be added to a RequestBody that is a JSON object";
      return failure('States.Runtime', cause);
    }
    return outcomeOf(response, maxBytes);
  }

  const invoke: Integration = {
    check: checkHttpParameters,
    async start(task, signal) {
      const reasons = checkHttpParameters(task.resource, task.input);
      if (reasons.length > 0) return unusableParameters(task.input, reasons);
      const limit = AbortSignal.timeout(Math.ceil(settings.timeout * 1000));
      const either = AbortSignal.any([signal, limit]);
      try {
        return await orAborted(call(httpCall(task.input as JsonObject), task, either), either);
      } catch (error) {
        if (error instanceof ConnectionFailed) return failure(error.error, error.message);
        if (error instanceof Refused || error instanceof FormTooLarge) {
          return failure('States.Runtime', error.message);
        }
        if (error instanceof Unreachable) return failure('States.Http.Socket', error.message);
        if (!either.aborted) throw error;
        return failure('States.Http.Socket', `Request timed out after ${settings.timeout} seconds`);
      }
    },
  };
  return { invoke, close: () => http.close() };
}

/** Secrets and tokens are fetched for all tasks alike; one that is out of time does not wait for them. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}

const NO_ADDITIONS: Additions = { headers: [], query: [], body: [], token: undefined };

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json; charset=UTF-8';
const WITH_BODY: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** @returns undefined when the connection's body parameters do not go with the task's body. */
function requestOf(
  call: HttpCall,
  additions: Additions,
  region: string,
  maxBytes: number,
  signal: AbortSignal,
): GuardedRequest | undefined {
  const { url, method, form } = call;
  const body = mergeBody(call, additions);
  if (body === 'unmergeable') return undefined;
  const service: Pair[] = [
    ['User-Agent', `Amazon|StepFunctions|HttpInvoke|${region}`],
    ['Range', `bytes=0-${maxBytes}`],
    ...(body.value === undefined
      ? []
      : ([['Content-Type', form === undefined ? JSON_TYPE : FORM]] satisfies Pair[])),
  ];
  return {
    url: withQuery(url, call.query, additions.query),
    method,
    headers: mergeHeaders(mergeHeaders(service, call.headers), additions.headers),
    body: body.value === undefined ? undefined : bodyText(body.value, call),
    signal,
  };
}

function mergeBody(
  { body, method }: HttpCall,
  additions: Additions,
): { readonly value: Json | undefined } | 'unmergeable' {
  const wanted = body !== undefined || WITH_BODY.includes(method);
  if (additions.body.length === 0 || !wanted) return { value: body };
  if (body !== undefined && !isJsonObject(body)) return 'unmergeable';
  return { value: objectOf([...Object.entries(body ?? {}), ...additions.body]) };
}

function bodyText(body: Json, { form }: HttpCall): string {
  if (typeof body === 'string') return body;
  return form !== undefined && isJsonObject(body) ? encodePairs(formPairs(body, form)) : stringifyJson(body);
}
