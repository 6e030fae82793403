// What a connection adds: authorization of every kind, tokens, and secrets from every place. Nothing of it may be seen.

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Connection, OAuth } from '../../../src/config/connections.ts';
import { type Answer, json, type LoopbackServer, openTask, serve } from './support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  opened.push(one);
  return one;
}

async function start(answer?: Answer): Promise<LoopbackServer> {
  return keep(await serve(answer));
}

function task(...parameters: Parameters<typeof openTask>): ReturnType<typeof openTask> {
  return keep(openTask(...parameters));
}

describe('authorization', () => {
  test('by name and password', async () => {
    const server = await start();
    await task({ basic: { username: 'mé', password: 'p:w' } }).call({ ApiEndpoint: server.url });
    const { authorization } = server.received[0]!.headers;
    expect(Buffer.from(authorization!.replace('Basic ', ''), 'base64').toString()).toBe('mé:p:w');
  });

  test('by a key in a header, which wins over the task', async () => {
    const server = await start();
    await task({ apiKey: { name: 'X-Api-Key', value: 'k' } }).call({
      ApiEndpoint: server.url,
      Headers: { 'x-api-key': 'task' },
    });
    expect(server.received[0]!.headers['x-api-key']).toBe('k');
  });
});

describe('OAuth', () => {
  interface Party {
    readonly api: LoopbackServer;
    readonly tokens: LoopbackServer;
    readonly oauth: OAuth;
  }

  /** A token server that hands out t1, t2, …, and an API that takes what `takes` says. */
  async function parties(takes: (token: string) => boolean = () => true, answer?: Answer): Promise<Party> {
    let count = 0;
    const tokens = await start(
      answer ??
        ((_request, response) =>
          json(response, { access_token: `t${++count}`, token_type: 'bearer', expires_in: 3600 })),
    );
    const api = await start(({ headers }, response) => {
      const token = headers.authorization?.replace('Bearer ', '') ?? '';
      json(response, {}, takes(token) ? 200 : 401);
    });
    const oauth: OAuth = { endpoint: `${tokens.url}/token`, clientId: 'id', clientSecret: 'se cret' };
    return { api, tokens, oauth };
  }

  test('asks for a token once, by POST', async () => {
    const { api, tokens, oauth } = await parties();
    const { call } = task({ oauth });
    await Promise.all([1, 2, 3].map(() => call({ ApiEndpoint: api.url })));
    await call({ ApiEndpoint: api.url });
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer t1'));
    expect(tokens.received).toHaveLength(1);
    expect(tokens.received[0]).toMatchObject({
      method: 'POST',
      path: '/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=client_credentials&client_id=id&client_secret=se+cret',
    });
  });

  test('with own parameters, and the client in the header', async () => {
    const { api, tokens, oauth } = await parties();
    await task({
      oauth: {
        ...oauth,
        clientAuthentication: 'header',
        headers: { 'X-Tenant': 'a' },
        query: { audience: 'x y' },
        body: { scope: 'read', grant_type: 'other' },
      },
    }).call({ ApiEndpoint: api.url });
    const [request] = tokens.received;
    expect(request).toMatchObject({
      path: '/token?audience=x%20y',
      headers: { 'x-tenant': 'a' },
      body: 'scope=read&grant_type=other',
    });
    const basic = request!.headers.authorization!.replace('Basic ', '');
    expect(Buffer.from(basic, 'base64').toString()).toBe('id:se+cret');
  });

  test('by GET has everything in the query', async () => {
    const { api, tokens, oauth } = await parties();
    await task({ oauth: { ...oauth, method: 'GET' } }).call({ ApiEndpoint: api.url });
    expect(tokens.received[0]).toMatchObject({
      method: 'GET',
      path: '/token?grant_type=client_credentials&client_id=id&client_secret=se%20cret',
      body: '',
    });
  });

  test('renews a token that the API does not take, once, and calls again', async () => {
    const { api, tokens, oauth } = await parties((token) => token !== 't1');
    const { call } = task({ oauth });
    expect(await call({ ApiEndpoint: api.url })).toMatchObject({ status: 'completed' });
    expect(await call({ ApiEndpoint: api.url })).toMatchObject({ status: 'completed' });
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t2',
      'Bearer t2',
    ]);
    expect(tokens.received).toHaveLength(2);
  });

  test('gives up when the new token is not taken either', async () => {
    const { api, oauth } = await parties(() => false);
    expect(await task({ oauth }).call({ ApiEndpoint: api.url })).toEqual({
      status: 'failed',
      error: 'States.Http.StatusCode.401',
      cause: 'Unauthorized',
    });
    expect(api.received).toHaveLength(2);
  });

  test('renews a token before it ends', async () => {
    const { api, tokens, oauth } = await parties();
    let now = 0;
    const { call } = task({ oauth }, { now: () => now });
    for (now of [0, 3_569_000, 3_571_000]) await call({ ApiEndpoint: api.url });
    expect(tokens.received).toHaveLength(2);
    expect(api.received.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t1',
      'Bearer t2',
    ]);
  });

  test.each<[string, Answer, string, RegExp]>([
    [
      'a refusal',
      (_request, response) => json(response, { error: 'invalid_client', error_description: 'SECRET' }, 401),
      'Events.ConnectionResource.InvalidConnectionState',
      /^connections\.test\.oauth\.endpoint: answered with status 401 \(invalid_client\)$/,
    ],
    [
      'an overload',
      (_request, response) => json(response, 'SECRET', 503),
      'Events.ConnectionResource.InternalError',
      /answered with status 503$/,
    ],
    [
      'an answer without a token',
      (_request, response) => json(response, { token: 'SECRET' }),
      'Events.ConnectionResource.InvalidConnectionState',
      /has no access_token$/,
    ],
    [
      'a token that is no header',
      (_request, response) => json(response, { access_token: 'SECRET\r\nX: y' }),
      'Events.ConnectionResource.InvalidConnectionState',
      /has no access_token$/,
    ],
    [
      'no JSON',
      (_request, response) => response.end('SECRET'),
      'Events.ConnectionResource.InvalidConnectionState',
      /has no access_token$/,
    ],
    [
      'an endless answer',
      (_request, response) => response.end('x'.repeat(100_000)),
      'Events.ConnectionResource.InvalidConnectionState',
      /has no access_token$/,
    ],
    [
      'a broken connection',
      (_request, response) => response.destroy(),
      'Events.ConnectionResource.InternalError',
      /failed to respond|reset/,
    ],
  ])('fails by %s', async (_name, answer, error, cause) => {
    const { api, oauth } = await parties(undefined, answer);
    const outcome = await task({ oauth }).call({ ApiEndpoint: api.url });
    expect(outcome).toMatchObject({ status: 'failed', error, cause: expect.stringMatching(cause) });
    expect(JSON.stringify(outcome)).not.toMatch(/SECRET|se cret/);
    expect(api.received).toEqual([]);
  });

  test('asks again after a failure', async () => {
    let count = 0;
    const { api, oauth } = await parties(undefined, (_request, response) =>
      json(response, { access_token: 't' }, ++count === 1 ? 500 : 200),
    );
    const { call } = task({ oauth });
    expect((await call({ ApiEndpoint: api.url })).status).toBe('failed');
    expect((await call({ ApiEndpoint: api.url })).status).toBe('completed');
  });

  test('does not ask a refused address', async () => {
    const { api, oauth } = await parties();
    const outcome = await task({ oauth: { ...oauth, endpoint: 'http://169.254.169.254/token' } }).call({
      ApiEndpoint: api.url,
    });
    expect(outcome).toMatchObject({ error: 'Events.ConnectionResource.InvalidConnectionState' });
  });

  test('does not hold up a task that is out of time', async () => {
    const { api, oauth } = await parties(undefined, () => {});
    const { call } = task({ oauth }, { settings: { timeout: 0.05 } });
    expect(await call({ ApiEndpoint: api.url })).toMatchObject({ error: 'States.Http.Socket' });
  });
});

describe('a secret', () => {
  const keyOf = (value: NonNullable<Connection['apiKey']>['value']): Connection => ({
    apiKey: { name: 'X-Api-Key', value },
  });

  test('comes from a variable of the environment', async () => {
    const server = await start();
    await task(keyOf({ env: 'KEY' }), { env: { KEY: 'k1' } }).call({ ApiEndpoint: server.url });
    expect(server.received[0]!.headers['x-api-key']).toBe('k1');
  });

  test('comes from a file, read anew each time and without its last line end', async () => {
    const server = await start();
    const root = mkdtempSync(join(tmpdir(), 'treadle-secret-'));
    try {
      const { call } = task(keyOf({ file: 'key.txt' }), { root });
      for (const text of ['k1\n', 'k2\r\n', 'k3']) {
        writeFileSync(join(root, 'key.txt'), text);
        await call({ ApiEndpoint: server.url });
      }
      expect(server.received.map(({ headers }) => headers['x-api-key'])).toEqual(['k1', 'k2', 'k3']);
      writeFileSync(join(root, 'key.txt'), 'x'.repeat(70_000));
      expect(await call({ ApiEndpoint: server.url })).toMatchObject({
        error: 'Events.ConnectionResource.InvalidConnectionState',
        cause: expect.stringMatching(/too large/),
      });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test.skipIf(process.getuid?.() === 0)('in a file that may not be read is AccessDenied', async () => {
    const root = mkdtempSync(join(tmpdir(), 'treadle-secret-'));
    try {
      writeFileSync(join(root, 'key.txt'), 'k');
      chmodSync(join(root, 'key.txt'), 0o000);
      expect(
        await task(keyOf({ file: 'key.txt' }), { root }).call({ ApiEndpoint: 'http://127.0.0.1:1' }),
      ).toMatchObject({ error: 'Events.ConnectionResource.AccessDenied' });
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test('comes from Secrets Manager, kept for a minute', async () => {
    const server = await start();
    let count = 0;
    const manager = await start((_request, response) =>
      json(response, { SecretString: JSON.stringify({ key: `k${++count}` }) }),
    );
    let now = 0;
    const { call } = task(keyOf({ secretsManager: 'shop/api', key: 'key' }), {
      endpoints: { secretsmanager: manager.url },
      now: () => now,
    });
    for (now of [0, 59_000, 61_000]) await call({ ApiEndpoint: server.url });
    expect(server.received.map(({ headers }) => headers['x-api-key'])).toEqual(['k1', 'k1', 'k2']);
    expect(manager.received[0]).toMatchObject({
      headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: '{"SecretId":"shop/api"}',
    });
  });

  test.each<[string, Answer, string]>([
    [
      'does not exist',
      (_r, response) => json(response, { __type: 'ResourceNotFoundException' }, 400),
      'InvalidConnectionState',
    ],
    [
      'may not be read',
      (_r, response) => json(response, { __type: 'AccessDeniedException' }, 400),
      'AccessDenied',
    ],
    ['cannot be had now', (_r, response) => json(response, {}, 500), 'InternalError'],
    [
      'is throttled',
      (_r, response) => json(response, { __type: 'x#ThrottlingException' }, 400),
      'InternalError',
    ],
    ['is not JSON', (_r, response) => json(response, { SecretString: 'SECRET' }), 'InvalidConnectionState'],
    [
      'lacks the key',
      (_r, response) => json(response, { SecretString: '{"other":"SECRET"}' }),
      'InvalidConnectionState',
    ],
    [
      'is no text',
      (_r, response) => json(response, { SecretString: '{"key":["SECRET"]}' }),
      'InvalidConnectionState',
    ],
    ['has no value', (_r, response) => json(response, {}), 'InvalidConnectionState'],
    ['breaks off', (_r, response) => response.destroy(), 'InternalError'],
  ])('of Secrets Manager that %s fails the task', async (_name, answer, kind) => {
    const manager = await start(answer);
    const outcome = await task(keyOf({ secretsManager: 'shop/api', key: 'key' }), {
      endpoints: { secretsmanager: manager.url },
    }).call({ ApiEndpoint: 'http://127.0.0.1:1' });
    expect(outcome).toMatchObject({
      error: `Events.ConnectionResource.${kind}`,
      cause: expect.stringMatching(/^connections\.test\.apiKey\.value: /),
    });
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
  });

  test('may be binary', async () => {
    const server = await start();
    const manager = await start((_r, response) => json(response, { SecretBinary: btoa('k') }));
    await task(keyOf({ secretsManager: 'a' }), { endpoints: { secretsmanager: manager.url } }).call({
      ApiEndpoint: server.url,
    });
    expect(server.received[0]!.headers['x-api-key']).toBe('k');
  });

  test.each<[NonNullable<Connection['apiKey']>['value'], RegExp]>([
    [{ env: 'NONE' }, /^connections\.test\.apiKey\.value: the variable NONE is not set$/],
    [{ file: 'none.txt' }, /cannot read .*none\.txt \(ENOENT\)$/],
    ['SECRET\nX-Evil: 1', /^connections\.test\.apiKey\.value: has characters that a header cannot carry$/],
  ])('%j that cannot be used fails the task', async (value, cause) => {
    const outcome = await task(keyOf(value)).call({ ApiEndpoint: 'http://127.0.0.1:1' });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: 'Events.ConnectionResource.InvalidConnectionState',
      cause: expect.stringMatching(cause),
    });
    expect(JSON.stringify(outcome)).not.toContain('SECRET');
  });
});
