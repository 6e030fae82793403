import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { buildConnector } from 'undici';
import { expect, test } from 'vitest';
import { createGuard, Refused } from '../../src/net/addresses.ts';
import { type ConnectorOptions, guardedConnector } from '../../src/net/guarded-connector.ts';

const GUARD = createGuard({ allow: [], deny: [] });

function connect(url: string, options: Partial<ConnectorOptions> = {}): Promise<unknown> {
  const { protocol, hostname, port } = new URL(url);
  return new Promise((resolve) => {
    guardedConnector(buildConnector, { guard: GUARD, ...options })(
      { protocol, hostname, port, host: hostname },
      (error, socket) => {
        socket?.destroy();
        resolve(error);
      },
    );
  });
}

test('a name that leads to a refused address is refused like the address', async () => {
  for (const address of ['169.254.169.254', '0.0.0.0', 'fe80::1', '::ffff:169.254.170.2']) {
    const lookup: ConnectorOptions['lookup'] = (_, done) =>
      done(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
    expect(await connect('https://harmless.example', { lookup }), address).toBeInstanceOf(Refused);
  }
});

test('an address in the URL is refused without a look-up', async () => {
  const lookup: ConnectorOptions['lookup'] = () => {
    throw new Error('Expected no look-up');
  };
  expect(await connect('https://[fd00:ec2::254]:8443', { lookup })).toBeInstanceOf(Refused);
});

test('no file of Treadle opens a connection to the outside but by the guarded connector', () => {
  const root = join(import.meta.dirname, '../../src');
  const opens =
    /from 'undici'|import\('undici'\)|\bfetch\(|https?\.(request|get)\(|from 'node:(https|tls|http2|dgram)'|\bnet\.connect|createConnection\(/;
  const found = globSync('**/*.ts', { cwd: root })
    .filter((path) => opens.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => path.split(sep).join('/'))
    .sort();
  // cli/remote.ts asks the server that its user names.
  expect(found).toEqual([
    'cli/remote.ts',
    'net/guarded-connector.ts',
    'net/guarded-http.ts',
    'net/http-client.ts',
  ]);
});
