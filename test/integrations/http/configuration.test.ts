// `connections` and `http` of treadle.yaml: what is read, what is refused, and that no secret is shown on the way.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { showConfig } from '../../../src/cli/commands/config.ts';
import { outputTo } from '../../../src/cli/output.ts';
import { type Config, loadConfig } from '../../../src/config/load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-connections-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(yaml: string, env: Record<string, string> = {}): Config {
  const file = join(folder, 'treadle.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ file, folder, env });
}

const SHOP = `
connections:
  shop:
    apiKey: { name: X-Api-Key, value: TOP-SECRET }
    headers: { X-Tenant: TOP-SECRET, X-Other: { env: OTHER } }
  bank:
    oauth:
      endpoint: https://login.example.com/token
      clientId: TOP-SECRET
      clientSecret: { secretsManager: bank/client, key: secret }
`;

describe('connections', () => {
  test('are read, from the environment as JSON', () => {
    expect(load(SHOP).connections['shop']).toMatchObject({
      apiKey: { name: 'X-Api-Key', value: 'TOP-SECRET' },
    });
    const env = { TREADLE_CONNECTIONS: '{"other":{"basic":{"username":"u","password":{"env":"P"}}}}' };
    expect(load(SHOP, env).connections).toEqual({
      other: { basic: { username: 'u', password: { env: 'P' } } },
    });
  });

  test.each([[true], [false]])('are shown by treadle config without their values (JSON: %s)', (json) => {
    load(SHOP);
    const lines: string[] = [];
    const out = { ...outputTo(process.stdout), line: (text = '') => lines.push(text) };
    showConfig({ config: join(folder, 'treadle.yaml'), json }, out, out);
    const text = lines.join('\n');
    expect(text).toContain('connections.shop');
    expect(text).toContain('https://login.example.com/token');
    expect(text).toContain('OTHER');
    expect(text).not.toContain('TOP-SECRET');
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'connections: TOP-SECRET',
      {},
      /treadle\.yaml:1:14: connections is "•••", expected a mapping from name to connection/,
    ],
    ['connections: { a: TOP-SECRET }', {}, /treadle\.yaml:1:19: connections\.a is "•••", expected a mapping/],
    [
      'connections: { a: { apiKey: { name: X, valu: TOP-SECRET } } }',
      {},
      /:1:40: connections\.a\.apiKey\.valu is not a known key; did you mean connections\.a\.apiKey\.value/,
    ],
    ['', { TREADLE_CONNECTIONS: '{"a": "TOP-SECRET' }, /TREADLE_CONNECTIONS: connections is not JSON/],
  ])('%s with %j are refused without being shown', (yaml, env, message) => {
    const attempt = () => load(yaml, env);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect(String(error)).not.toContain('TOP-SECRET');
    }
  });
});

test('two functions cannot answer for the same resource', () => {
  const one = 'handler: a.b, resources: "arn:aws:states:::acme:sendFax"';
  expect(() => load(`functions:\n  a: { ${one} }\n  b: { ${one} }\n`)).toThrow(
    /treadle\.yaml:3:22: functions\.b\.resources names arn:aws:states:::acme:sendFax, which functions\.a answers for already/,
  );
});

describe('http', () => {
  test('is AWS’s by default', () => {
    expect(load('').http).toEqual({ allow: [], deny: [], timeout: 60, revealSecrets: false });
  });

  test('is read from the file and from the environment', () => {
    const yaml = 'http:\n  allow: [10.0.0.0/8, "*.internal"]\n  deny: [loopback]\n  timeout: 300\n';
    expect(load(yaml).http).toEqual({
      allow: ['10.0.0.0/8', '*.internal'],
      deny: ['loopback'],
      timeout: 300,
      revealSecrets: false,
    });
    const env = { TREADLE_HTTP_DENY: 'private, ::1', TREADLE_HTTP_TIMEOUT: '5' };
    expect(load(yaml, env).http).toMatchObject({ deny: ['private', '::1'], timeout: 5 });
  });

  test.each([
    ['http: { allow: ["http://a"] }', /:1:17: http\.allow\[0\] is "http:\/\/a", expected a host, \*\.domain/],
    ['http: { deny: [7] }', /http\.deny\[0\] is 7, expected a host/],
    ['http: { timeout: 0 }', /http\.timeout is 0, expected a number of seconds/],
    ['http: { alow: [] }', /http\.alow is not a known key; did you mean http\.allow/],
  ])('%s is refused', (yaml, message) => {
    expect(() => load(yaml)).toThrow(message);
  });
});
