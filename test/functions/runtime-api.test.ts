// The Runtime API as a runtime sees it (AWS: "Using the Lambda runtime API for custom runtimes"), and as others do.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_RESPONSE_BYTES } from '../../src/functions/invocation.ts';
import { type Delivery, RuntimeApi } from '../../src/functions/runtime-api.ts';
import { until } from '../support/until.ts';

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
let refused: string[];
let ready: PromiseWithResolvers<void>;

beforeEach(async () => {
  events = [];
  ready = Promise.withResolvers();
  const say = (kind: string) => (body: Buffer | undefined) => {
    events.push(`${kind} ${body === undefined ? 'too large' : body.toString()}`);
  };
  refused = [];
  api = await RuntimeApi.open(
    {
      ready() {
        events.push('ready');
        ready.resolve();
        ready = Promise.withResolvers();
      },
      responded: say('responded'),
      failed: say('failed'),
      initFailed: say('initFailed'),
      refused: (what) => refused.push(what),
    },
    { kind: 'port', user: process.getuid?.() },
  );
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
    expect(refused).toEqual(['an answer to an invocation that the process does not have']);
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
    expect(refused).toEqual(['a second request for an invocation']);
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

describe('a port', () => {
  test.each([
    ['GET', 'invocation/next'],
    ['POST', 'invocation/id-1/response'],
    ['POST', 'init/error'],
  ])('takes no %s %s without the secret of its address', async (method, route) => {
    const base = `http://${api.address.split('/')[0]}`;
    const secret = api.address.split('/')[1]!;
    expect(secret).toMatch(/^[0-9a-f]{48}$/);
    for (const prefix of ['', `/${'0'.repeat(48)}`, `/${secret.slice(0, -1)}`, `/${secret.toUpperCase()}x`]) {
      const response = await fetch(`${base}${prefix}/2018-06-01/runtime/${route}`, {
        method,
        ...(method === 'POST' && { body: '{}' }),
      });
      expect(await refusal(response), prefix).toEqual([403, 'Forbidden']);
    }
    expect(events).toEqual([]);
    expect(refused).toEqual(new Array(4).fill('a request without the secret of the address'));
  });

  test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
    'is closed to processes of another user, even with the secret (on Linux, as root)',
    async () => {
      const isReady = ready.promise;
      const held = ask('GET', 'invocation/next');
      await isReady;
      api.deliver(DELIVERY);
      await held;
      const url = `http://${api.address}/2018-06-01/runtime/invocation/id-1/response`;
      // Sends and leaves at once, too: the kernel shows an end that is closed as root's.
      for (const program of [
        `fetch('${url}', { method: 'POST', body: '"forged"' }).then((r) => process.exit(r.status === 202 ? 0 : 3), () => process.exit(4))`,
        `const { host, pathname } = new URL('${url}'); const [at, port] = host.split(':');
         const s = require('net').connect(Number(port), at, () => s.end('POST ' + pathname + ' HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 1\\r\\n\\r\\n1', () => process.exit(4)))`,
      ]) {
        const code = await exitCode(program, 65_534);
        expect(code).not.toBe(0);
      }
      expect(events).toEqual(['ready']);
      expect(refused.length).toBeGreaterThan(0);
      for (const what of refused) expect(what).toMatch(/^a connection of (user 65534|nobody)$/);
    },
  );
});

describe.skipIf(process.platform === 'win32')('a socket', () => {
  let folder: string;
  let own: RuntimeApi;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'treadle-api-'));
    own = await RuntimeApi.open(
      {
        ready: () => events.push('ready'),
        responded() {},
        failed() {},
        initFailed() {},
        refused() {},
      },
      { kind: 'socket', folder },
    );
  });
  afterEach(() => {
    own.close();
    rmSync(folder, { recursive: true });
  });

  test('is its user’s alone, and gives out invocations', async () => {
    const path = own.address.replace(/^unix:/, '');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const socket = connect({ path });
    socket.write('GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n');
    await until('the request for an invocation', () => events.includes('ready'));
    own.deliver(DELIVERY);
    const text = await new Promise<string>((resolve) => {
      socket.once('data', (chunk) => resolve(String(chunk)));
    });
    socket.destroy();
    expect(text).toContain('Lambda-Runtime-Aws-Request-Id: id-1');
  });

  test.skipIf(process.getuid?.() !== 0)('cannot be reached by another user (as root)', async () => {
    const path = own.address.replace(/^unix:/, '');
    const program = `require('net').connect({ path: '${path}' }).on('connect', () => process.exit(0)).on('error', () => process.exit(4))`;
    expect(await exitCode(program, 65_534)).toBe(4);
  });
});

function exitCode(program: string, uid: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['-e', program], { uid, gid: uid, stdio: 'ignore', cwd: '/' });
    child.on('exit', resolve);
    child.on('error', () => resolve(-1));
  });
}
