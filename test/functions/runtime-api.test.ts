// The Runtime API as a runtime sees it (AWS: "Using the Lambda runtime API for custom runtimes").

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_RESPONSE_BYTES } from '../../src/functions/invocation.ts';
import { type Delivery, RuntimeApi } from '../../src/functions/runtime-api.ts';

const DELIVERY: Delivery = {
  requestId: 'id-1',
  deadlineMs: 1_700_000_000_000,
  arn: 'arn:f',
  traceId: 'Root=1',
  clientContext: '{"custom":1}',
  payload: '{"ü":1}',
};
let api: RuntimeApi;
let events: string[];
let ready: PromiseWithResolvers<void>;

beforeEach(async () => {
  events = [];
  ready = Promise.withResolvers();
  const say = (kind: string) => (body: Buffer | undefined) => {
    events.push(`${kind} ${body === undefined ? 'too large' : body.toString()}`);
  };
  api = await RuntimeApi.open({
    ready() {
      events.push('ready');
      ready.resolve();
      ready = Promise.withResolvers();
    },
    responded: say('responded'),
    failed: say('failed'),
    initFailed: say('initFailed'),
  });
});
afterEach(() => api.close());

function ask(
  method: string,
  route: string,
  body?: string,
  headers?: Record<string, string>,
): Promise<Response> {
  return fetch(`http://${api.address}/2018-06-01/runtime/${route}`, {
    method,
    ...(body === undefined ? {} : { body }),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** Asks for the next invocation and is given `delivery`. */
async function next(delivery: Delivery = DELIVERY): Promise<Response> {
  const isReady = ready.promise;
  const response = ask('GET', 'invocation/next');
  await isReady;
  api.deliver(delivery);
  return response;
}

const refusal = async (response: Response) => [
  response.status,
  ((await response.json()) as { errorType: string }).errorType,
];

describe('an invocation', () => {
  test('comes with Lambda’s headers and the payload as text', async () => {
    const response = await next();
    expect(await response.text()).toBe(DELIVERY.payload);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': 'id-1',
      'lambda-runtime-deadline-ms': '1700000000000',
      'lambda-runtime-invoked-function-arn': 'arn:f',
      'lambda-runtime-trace-id': 'Root=1',
      'lambda-runtime-client-context': '{"custom":1}',
    });
  });

  test('without a client context has no header of it', async () => {
    const response = await next({ ...DELIVERY, clientContext: undefined });
    expect(response.headers.has('lambda-runtime-client-context')).toBe(false);
  });

  test.each([
    ['response', 'responded'],
    ['error', 'failed'],
  ])('is answered by %s', async (verb, kind) => {
    await next();
    const response = await ask('POST', `invocation/id-1/${verb}`, '{"a":1}');
    expect([response.status, await response.json()]).toEqual([202, { status: 'OK' }]);
    expect(events).toEqual(['ready', `${kind} {"a":1}`]);
  });

  test('is answered once, and by its own id', async () => {
    await next();
    expect(await refusal(await ask('POST', 'invocation/other/response', '1'))).toEqual([
      400,
      'InvalidRequestID',
    ]);
    expect((await ask('POST', 'invocation/id-1/response', '1')).status).toBe(202);
    expect(await refusal(await ask('POST', 'invocation/id-1/response', '2'))).toEqual([
      400,
      'InvalidRequestID',
    ]);
    expect(events).toEqual(['ready', 'responded 1']);
  });

  test('is not followed by another before it is answered', async () => {
    await next();
    expect(await refusal(await ask('GET', 'invocation/next'))).toEqual([403, 'InvalidStateTransition']);
  });

  test('may have an answer of Lambda’s limit, but not of a byte more', async () => {
    await next();
    expect((await ask('POST', 'invocation/id-1/response', 'x'.repeat(MAX_RESPONSE_BYTES))).status).toBe(202);
    await next({ ...DELIVERY, requestId: 'id-2' });
    const over = await ask('POST', 'invocation/id-2/response', 'x'.repeat(MAX_RESPONSE_BYTES + 1));
    expect(await refusal(over)).toEqual([413, 'RequestEntityTooLarge']);
    expect(events.at(-1)).toBe('responded too large');
  });
});

test('a runtime that cannot start says so', async () => {
  expect((await ask('POST', 'init/error', '{"errorType":"X"}')).status).toBe(202);
  expect(events).toEqual(['initFailed {"errorType":"X"}']);
});

describe('a request', () => {
  test.each([
    ['GET', 'invocation/id-1/response'],
    ['PUT', 'init/error'],
    ['POST', 'invocation/id-1/other'],
    ['POST', 'exit/error'],
  ])('%s %s has no route', async (method, route) => {
    expect(await refusal(await ask(method, route))).toEqual([404, 'InvalidRoute']);
  });

  test.each([{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
    'of a browser (%j) takes no invocation away',
    async (headers) => {
      // `fetch` does not send these two itself.
      const { request } = await import('node:http');
      const status = await new Promise((resolve, reject) => {
        request(`http://${api.address}/2018-06-01/runtime/invocation/next`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(403);
      expect(events).toEqual([]);
    },
  );
});
