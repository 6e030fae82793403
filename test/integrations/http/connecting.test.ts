// Which connections are made at all: TLS, and the addresses behind names.

import { createServer } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { resultOf } from '../support.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { type LoopbackServer, listening, openTask, serve } from './support.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  opened.push(one);
  return one;
}

describe('TLS', () => {
  function secureServer(): Promise<LoopbackServer> {
    const server = createServer({ cert: CERTIFICATE, key: KEY }, (_request, response) =>
      response.end('secure'),
    );
    return listening(server, [], 'https').then(keep);
  }

  test('is used with a certificate that Node trusts', async () => {
    const server = await secureServer();
    const { call } = keep(openTask({}, { ca: CERTIFICATE }));
    expect(resultOf(await call({ ApiEndpoint: server.url }))).toMatchObject({ ResponseBody: 'secure' });
  });

  test('fails with a certificate that signs itself, also when Node is told not to look', async () => {
    const server = await secureServer();
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect(await keep(openTask()).call({ ApiEndpoint: server.url })).toMatchObject({
        error: 'States.Http.Socket',
        cause: expect.stringMatching(/self-signed certificate/),
      });
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
  });

  test('fails with a certificate for another name', async () => {
    const server = await secureServer();
    const { call } = keep(
      openTask(
        {},
        { ca: CERTIFICATE, lookup: (_host, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) },
      ),
    );
    expect(await call({ ApiEndpoint: `https://other.test:${server.port}` })).toMatchObject({
      error: 'States.Http.Socket',
      cause: expect.stringMatching(/other\.test/),
    });
  });

  test('is not spoken by a plain server', async () => {
    const server = keep(await serve());
    const url = server.url.replace('http:', 'https:');
    expect(await keep(openTask()).call({ ApiEndpoint: url })).toMatchObject({ error: 'States.Http.Socket' });
  });
});

describe('a refused address', () => {
  const REFUSED = [
    'http://169.254.169.254/latest/meta-data',
    'http://[fd00:ec2::254]/latest',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::]/',
    'http://2852039166/',
    'http://0xa9.0xfe.0xa9.0xfe/',
    'http://0.0.0.0/',
    'http://[::]/',
    'http://[fe80::1]/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://168.63.129.16/',
    'http://8.8.8.8/',
  ];
  test.each(REFUSED)('%s is States.Runtime', async (ApiEndpoint) => {
    expect(await keep(openTask()).call({ ApiEndpoint })).toMatchObject({
      status: 'failed',
      error: 'States.Runtime',
      cause: expect.stringMatching(/http\.allow/),
    });
  });

  test('is refused also when a name stands for it', async () => {
    const { call } = keep(
      openTask({}, { lookup: (_host, done) => done(null, [{ address: '169.254.169.254', family: 4 }]) }),
    );
    expect(await call({ ApiEndpoint: 'http://metadata.google.internal/' })).toEqual({
      status: 'failed',
      error: 'States.Runtime',
      cause:
        "Connections to metadata.google.internal (169.254.169.254), a metadata address, are refused unless http.allow of Treadle's configuration lists it",
    });
  });

  test('is left out when a name stands for others too', async () => {
    const server = keep(await serve());
    const { call } = keep(
      openTask(
        {},
        {
          lookup: (_host, done) =>
            done(null, [
              { address: 'fd00:ec2::254', family: 6 },
              { address: '169.254.169.254', family: 4 },
              { address: '127.0.0.1', family: 4 },
            ]),
        },
      ),
    );
    const outcome = await call({ ApiEndpoint: `http://mixed.test:${server.port}` });
    expect(outcome.status).toBe('completed');
    expect(server.received[0]!.headers.host).toBe(`mixed.test:${server.port}`);
  });

  test('cannot be slipped in by a second answer: a name is looked up once for a connection', async () => {
    const server = keep(await serve());
    let lookups = 0;
    const { call } = keep(
      openTask(
        {},
        {
          lookup: (_host, done) => {
            lookups++;
            done(null, [{ address: lookups === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
          },
        },
      ),
    );
    expect((await call({ ApiEndpoint: `http://rebind.test:${server.port}` })).status).toBe('completed');
    expect(lookups).toBe(1);
  });

  test('is not reached through a redirect', async () => {
    const server = keep(
      await serve((_request, response) => {
        response.writeHead(307, { location: 'http://169.254.169.254/' });
        response.end();
      }),
    );
    expect(await keep(openTask()).call({ ApiEndpoint: server.url })).toMatchObject({
      error: 'States.Http.StatusCode.307',
    });
  });
});

describe('http.deny', () => {
  test.each([['loopback'], ['127.0.0.0/8'], ['127.0.0.1']])(
    'with %s refuses the loopback address',
    async (entry) => {
      const server = keep(await serve());
      const { call } = keep(openTask({}, { settings: { deny: [entry] } }));
      expect(await call({ ApiEndpoint: server.url })).toEqual({
        status: 'failed',
        error: 'States.Runtime',
        cause: "Connections to 127.0.0.1 are denied by http.deny of Treadle's configuration",
      });
      expect(server.received).toEqual([]);
    },
  );

  test('gives way to http.allow', async () => {
    const server = keep(await serve());
    const { call } = keep(openTask({}, { settings: { deny: ['loopback'], allow: ['127.0.0.1/32'] } }));
    expect((await call({ ApiEndpoint: server.url })).status).toBe('completed');
  });
});
