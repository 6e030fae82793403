import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { parseJson } from '../../../src/base/json.ts';
import { encodePairs, FormTooLarge, formPairs, withQuery } from '../../../src/integrations/http/encoding.ts';
import { checkHttpParameters, httpCall } from '../../../src/integrations/http/parameters.ts';
import { connectionArn, HTTP_INVOKE } from './support.ts';

const SOUND = {
  ApiEndpoint: 'https://api.example.com/v1/customers',
  Method: 'GET',
  Authentication: { ConnectionArn: connectionArn('Stripe') },
};

function check(changes: Record<string, Json>): readonly string[] {
  return checkHttpParameters(HTTP_INVOKE, { ...SOUND, ...changes });
}

describe('the check of Parameters', () => {
  test.each<[Record<string, Json>]>([
    [{}],
    [{ Headers: { a: 'b', 'X-Many': ['c', 1] }, QueryParameters: { a: ['1', 2, true], b: 'c' } }],
    [{ Transform: { RequestBodyEncoding: 'URL_ENCODED' }, RequestBody: { a: 1 } }],
    [{ Transform: { RequestBodyEncoding: 'NONE', RequestEncodingOptions: {} }, RequestBody: [1] }],
    [{ QueryParameters: { big: parseJson('12345678901234567890') } }],
    [{ ApiEndpoint: 'http://127.0.0.1:8080/' }],
  ])('has nothing against %j', (changes) => {
    expect(check(changes)).toEqual([]);
  });

  const invalid = (field: string) => `The value of the field '${field}' has an invalid format`;
  test.each<[Record<string, Json>, string]>([
    [{ ApiEndpoint: 'api.example.com' }, invalid('ApiEndpoint')],
    [{ ApiEndpoint: 7 }, invalid('ApiEndpoint')],
    [{ ApiEndpoint: 'ftp://example.com' }, "The value of the field 'ApiEndpoint' must have the scheme https"],
    [
      { ApiEndpoint: 'https://me:secret@example.com' },
      "The value of the field 'ApiEndpoint' must not contain a user name or a password",
    ],
    [{ Method: 'get' }, invalid('Method')],
    [{ Method: 'TRACE' }, invalid('Method')],
    [{ Url: 'x' }, 'The field "Url" is not supported by Step Functions'],
    [{ Authentication: {} }, 'The field "ConnectionArn" is required but was missing'],
    [{ Authentication: 'x' }, invalid('Authentication')],
    [{ Authentication: { ConnectionArn: 'arn:aws:events:x' } }, invalid('ConnectionArn')],
    [{ InvocationConfig: { ConnectionArn: connectionArn('../x') } }, invalid('ConnectionArn')],
    [{ Headers: 'x' }, invalid('Headers')],
    [{ Headers: { a: null } }, invalid('Headers')],
    [{ Headers: { a: { b: 'c' } } }, invalid('Headers')],
    [{ Headers: { 'a b': 'c' } }, invalid('Headers')],
    [{ Headers: { a: 'b\r\nX-Evil: 1' } }, invalid('Headers')],
    [{ Headers: { a: '☃' } }, invalid('Headers')],
    [{ QueryParameters: ['a'] }, invalid('QueryParameters')],
    [{ QueryParameters: { a: { b: 1 } } }, invalid('QueryParameters')],
    [{ Transform: 'URL_ENCODED' }, invalid('Transform')],
    [{ Transform: { RequestBodyEncoding: 'XML' } }, invalid('RequestBodyEncoding')],
    [{ Transform: { RequestEncodingOptions: { ArrayFormat: 'indices' } } }, invalid('ArrayFormat')],
    [{ Transform: { Other: 1 } }, 'The field "Other" is not supported by Step Functions'],
    [{ Transform: { RequestBodyEncoding: 'URL_ENCODED' }, RequestBody: [1] }, invalid('RequestBody')],
  ])('objects to %j', (changes, reason) => {
    expect(check(changes)).toEqual([reason]);
  });

  test('names every required field', () => {
    expect(checkHttpParameters(HTTP_INVOKE, {})).toEqual([
      'The field "ApiEndpoint" is required but was missing',
      'The field "Method" is required but was missing',
      'The field "Authentication" is required but was missing',
    ]);
  });

  test.each([
    'A-IM Accept-Charset Accept-Datetime Accept-Encoding Authorization Cache-Control Connection Content-Encoding',
    'Content-MD5 Date Expect Forwarded From Host HTTP2-Settings If-Match If-Modified-Since If-None-Match If-Range',
    'If-Unmodified-Since Max-Forwards Origin Pragma Proxy-Authorization Referer Server TE Trailer Transfer-Encoding',
    'Upgrade Via Warning X-Forwarded-For X-Amz-Date x-amzn-trace-id content-length',
  ])('forbids the headers %s', (names) => {
    for (const name of names.split(' ')) {
      expect(check({ Headers: { [name]: 'x' } })).toEqual([
        `The header "${name}" is not supported by Step Functions`,
      ]);
    }
  });

  test('takes anything without throwing, and what it passes makes a request', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(SOUND), 'Headers', 'Transform'), fc.jsonValue()),
        (value) => {
          const input = { ...SOUND, ...(value as JsonObject) };
          if (checkHttpParameters(HTTP_INVOKE, input).length === 0)
            expect(httpCall(input).url).toBeInstanceOf(URL);
        },
      ),
    );
  });
});

describe('a form', () => {
  const decoded = (body: JsonObject, format: Parameters<typeof formPairs>[1]): string =>
    formPairs(body, format)
      .map((pair) => pair.join('='))
      .join('&');

  test.each<[Parameters<typeof formPairs>[1], JsonObject, string]>([
    ['INDICES', { a: 1, b: null, c: true, d: '' }, 'a=1&b=&c=true&d='],
    ['INDICES', { a: { b: { c: 1 } } }, 'a[b][c]=1'],
    ['INDICES', { a: [{ b: 1 }, [2]] }, 'a[0][b]=1&a[1][0]=2'],
    ['BRACKETS', { a: [{ b: 1 }, 2] }, 'a[][b]=1&a[]=2'],
    ['REPEAT', { a: [{ b: 1 }, 2] }, 'a[b]=1&a=2'],
    ['COMMAS', { a: [1, 'x', true], b: [] }, 'a=1,x,true'],
    ['COMMAS', { a: [{ b: 1 }] }, 'a[0][b]=1'],
  ])('with lists as %s writes %j as %s', (format, body, expected) => {
    expect(decoded(body, format)).toBe(expected);
  });

  test('encodes names and values', () => {
    expect(encodePairs(formPairs({ 'ä b': ['x&y=z+'] }, 'INDICES'))).toBe('%C3%A4+b%5B0%5D=x%26y%3Dz%2B');
  });

  test('has bounds that a small body cannot escape', () => {
    const long = { ['k'.repeat(100_000)]: Array(50_000).fill(1) as Json[] };
    const deep = parseJson(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as JsonObject;
    for (const body of [long, deep]) {
      expect(() => formPairs(body, 'INDICES')).toThrow(FormTooLarge);
      expect(check({ Transform: { RequestBodyEncoding: 'URL_ENCODED' }, RequestBody: body })).toEqual([
        "The value of the field 'RequestBody' has an invalid format",
      ]);
    }
  });

  test('keeps numbers and members that plain objects lose', () => {
    const body = parseJson('{"n":12345678901234567890,"__proto__":{"a":1}}') as JsonObject;
    expect(decoded(body, 'INDICES')).toBe('n=12345678901234567890&__proto__[a]=1');
  });
});

test.each<[string, [string, string][], [string, string][], string]>([
  ['https://h/p', [], [], 'https://h/p'],
  ['https://h/p?x=%20&y#f', [['a', ' ']], [], 'https://h/p?x=%20&y&a=%20#f'],
  [
    'https://h/?a=1&b=2&a=3',
    [
      ['b', '4'],
      ['c', '5'],
    ],
    [
      ['a', '6'],
      ['b', '7'],
    ],
    'https://h/?c=5&a=6&b=7',
  ],
  ['https://h/?%61=1', [], [['a', '2']], 'https://h/?a=2'],
])('%s with the query %j and, winning, %j is %s', (url, own, winning, expected) => {
  expect(withQuery(new URL(url), own, winning).href).toBe(expected);
});
