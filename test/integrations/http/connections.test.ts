import { describe, expect, test } from 'vitest';
import {
  type Connection,
  checkConnection,
  maskedConnection,
} from '../../../src/integrations/http/connections.ts';

const OAUTH = { endpoint: 'https://a.example.com/token', clientId: 'i', clientSecret: 'TOP' };

describe('the check of a connection', () => {
  test.each<[unknown]>([
    [{}],
    [{ basic: { username: 'u', password: { env: 'P' } } }],
    [{ apiKey: { name: 'Authorization', value: { secretsManager: 'arn', key: 'k' } } }],
    [{ oauth: OAUTH, headers: { a: 'b' }, query: { c: { file: 'd' } }, body: { e: 'f' } }],
    [{ oauth: { ...OAUTH, method: 'GET', clientAuthentication: 'header', body: { scope: 'a' } } }],
  ])('takes %j', (value) => {
    expect(checkConnection('shop', value)).toEqual([]);
  });

  const secret = 'a text (in quotes), { env: NAME }, { file: path } or { secretsManager: name, key: member }';
  test.each<[unknown, string]>([
    ['TOP', 'connections.shop: expected an object with basic, apiKey, oauth or headers'],
    [
      { basik: {} },
      'connections.shop.basik: unknown key; expected one of basic, apiKey, oauth, headers, query, body',
    ],
    [
      { basic: { username: 'u', password: 'TOP' }, apiKey: { name: 'a', value: 'TOP' } },
      'connections.shop: expected one of basic, apiKey, oauth, but got basic and apiKey',
    ],
    [{ basic: { username: 'u' } }, `connections.shop.basic.password: expected ${secret}`],
    [{ basic: { username: 'u', password: 1234 } }, `connections.shop.basic.password: expected ${secret}`],
    [
      { basic: { username: 'u', password: { enf: 'TOP' } } },
      `connections.shop.basic.password: expected ${secret}`,
    ],
    [
      { basic: { username: 'u', password: { env: 'A', file: 'b' } } },
      `connections.shop.basic.password: expected ${secret}`,
    ],
    [{ basic: 'TOP' }, 'connections.shop.basic: expected an object with username and password'],
    [
      { apiKey: { name: 'a b', value: 'TOP' } },
      'connections.shop.apiKey.name: expected the name of a header',
    ],
    [
      { apiKey: { name: 'Host', value: 'TOP' } },
      'connections.shop.apiKey.name: this header is set by Treadle itself',
    ],
    [
      { headers: { 'content-length': 'TOP' } },
      'connections.shop.headers.content-length: this header is set by Treadle itself',
    ],
    [{ query: 'TOP' }, 'connections.shop.query: expected an object from name to value'],
    [
      { oauth: { ...OAUTH, endpoint: 'a' } },
      'connections.shop.oauth.endpoint: expected an https:// URL without user name and password',
    ],
    [
      { oauth: { ...OAUTH, endpoint: 'https://u:TOP@h' } },
      'connections.shop.oauth.endpoint: expected an https:// URL without user name and password',
    ],
    [{ oauth: { ...OAUTH, method: 'TOP' } }, 'connections.shop.oauth.method: expected POST, PUT or GET'],
    [
      { oauth: { ...OAUTH, clientAuthentication: 'TOP' } },
      'connections.shop.oauth.clientAuthentication: expected parameters or header',
    ],
    [
      { oauth: { endpoint: OAUTH.endpoint, clientId: 'i' } },
      `connections.shop.oauth.clientSecret: expected ${secret}`,
    ],
  ])('objects to %j without showing values', (value, message) => {
    expect(checkConnection('shop', value)).toEqual([message]);
    expect(message).not.toContain('TOP');
  });

  test('objects to a name that no ARN can hold', () => {
    expect(checkConnection('a/b', {})).toHaveLength(1);
  });
});

test('a connection is shown without its literal values', () => {
  const connection: Connection = {
    oauth: { ...OAUTH, method: 'POST', headers: { env: 'TOP' }, body: { scope: { env: 'SCOPE' } } },
    headers: { file: 'TOP', a: { file: 'a.txt' } },
    query: { q: 'TOP' },
    body: { b: 'TOP' },
  };
  const shown = maskedConnection(connection);
  expect(JSON.stringify(shown)).not.toContain('TOP');
  expect(shown).toMatchObject({
    oauth: { endpoint: OAUTH.endpoint, method: 'POST', body: { scope: { env: 'SCOPE' } } },
    headers: { file: '•••', a: { file: 'a.txt' } },
  });
  expect(maskedConnection({ basic: { username: 'TOP', password: 'TOP' } })).toEqual({
    basic: { username: '•••', password: '•••' },
  });
  expect(maskedConnection({ apiKey: { name: 'X-Key', value: 'TOP' } })).toEqual({
    apiKey: { name: 'X-Key', value: '•••' },
  });
});
