import { describe, expect, test } from 'vitest';
import { CONNECTIONS, type Connection, maskedConnection } from '../../src/config/connections.ts';
import { complaintsOf } from './complaints.ts';

const complaints = (value: unknown, name = 'shop') =>
  complaintsOf(CONNECTIONS, { [name]: value }, ['connections']);

const OAUTH = { endpoint: 'https://a.example.com/token', clientId: 'i', clientSecret: 'TOP' };

describe('the check of a connection', () => {
  test.each<[unknown]>([
    [{}],
    [{ basic: { username: 'u', password: { env: 'P' } } }],
    [{ apiKey: { name: 'Authorization', value: { secretsManager: 'arn', key: 'k' } } }],
    [{ oauth: OAUTH, headers: { a: 'b' }, query: { c: { file: 'd' } }, body: { e: 'f' } }],
    [{ oauth: { ...OAUTH, method: 'GET', clientAuthentication: 'header', body: { scope: 'a' } } }],
  ])('takes %j', (value) => {
    expect(complaints(value)).toEqual([]);
  });

  const secret = 'a text (in quotes), { env: NAME }, { file: path } or { secretsManager: name, key: member }';
  test.each<[unknown, string]>([
    ['TOP', 'connections.shop is "•••", expected a mapping with basic, apiKey, oauth or headers'],
    [{ basik: {} }, 'connections.shop.basik is not a known key; did you mean connections.shop.basic?'],
    [
      { basic: { username: 'u', password: 'TOP' }, apiKey: { name: 'a', value: 'TOP' } },
      'connections.shop has basic and apiKey, expected one of basic, apiKey, oauth',
    ],
    [{ basic: { username: 'u' } }, 'connections.shop.basic.password is missing'],
    [
      { basic: { username: 'u', password: 1234 } },
      `connections.shop.basic.password is "•••", expected ${secret}`,
    ],
    [
      { basic: { username: 'u', password: { enf: 'TOP' } } },
      `connections.shop.basic.password is "•••", expected ${secret}`,
    ],
    [
      { basic: { username: 'u', password: { env: 'A', file: 'b' } } },
      'connections.shop.basic.password.file is not a known key; known are env',
    ],
    [{ basic: 'TOP' }, 'connections.shop.basic is "•••", expected a mapping with username and password'],
    [
      { apiKey: { name: 'a b', value: 'TOP' } },
      'connections.shop.apiKey.name is "•••", expected the name of a header that Treadle does not set itself',
    ],
    [
      { apiKey: { name: 'Host', value: 'TOP' } },
      'connections.shop.apiKey.name is "•••", expected the name of a header that Treadle does not set itself',
    ],
    [
      { headers: { 'content-length': 'TOP' } },
      'connections.shop.headers.content-length is a header that Treadle sets itself',
    ],
    [{ query: 'TOP' }, 'connections.shop.query is "•••", expected a mapping from name to value'],
    [
      { oauth: { ...OAUTH, endpoint: 'a' } },
      'connections.shop.oauth.endpoint is "•••", expected an https:// URL without user name and password',
    ],
    [
      { oauth: { ...OAUTH, endpoint: 'https://u:TOP@h' } },
      'connections.shop.oauth.endpoint is "•••", expected an https:// URL without user name and password',
    ],
    [
      { oauth: { ...OAUTH, method: 'TOP' } },
      'connections.shop.oauth.method is "•••", expected POST, PUT or GET',
    ],
    [
      { oauth: { ...OAUTH, clientAuthentication: 'TOP' } },
      'connections.shop.oauth.clientAuthentication is "•••", expected parameters or header',
    ],
    [
      { oauth: { endpoint: OAUTH.endpoint, clientId: 'i' } },
      'connections.shop.oauth.clientSecret is missing',
    ],
  ])('objects to %j without showing values', (value, message) => {
    expect(complaints(value)).toEqual([message]);
    expect(message).not.toContain('TOP');
  });

  test('objects to a name that no ARN can hold', () => {
    expect(complaints({}, 'a/b')).toHaveLength(1);
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
