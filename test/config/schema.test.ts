// The JSON Schema for editors must accept what Treadle accepts, and refuse what it refuses, as far as JSON Schema can say
// it: what concerns several keys, or files, or the inside of URLs and addresses, is for Treadle alone.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { SCHEMA } from '../../src/config/schema.ts';
import { matches } from '../support/json-schema.ts';
import { complaintsOf } from './complaints.ts';

const editor = JSON.parse(readFileSync(new URL('../../treadle.schema.json', import.meta.url), 'utf8'));

const refused = (value: unknown) => complaintsOf(SCHEMA, value, []).length > 0;

test.each<[unknown]>([
  [{}],
  [{ region: 'eu-west-1', account: '000000000012', listen: 8083, data: ':memory:', retention: 7 }],
  [{ listen: '[::1]:80', logs: { level: 'debug' }, waitTimeScale: 0.5, mocks: 'none' }],
  [{ http: { allow: ['10.0.0.0/8', 'private'], timeout: 10 }, limits: { payloadBytes: 2048 } }],
  [{ stateMachines: ['flows/*.asl.json'] }],
  [{ stateMachines: { a: 'a.asl.json', b: { definition: 'b.asl.yaml', type: 'express' } } }],
  [{ functions: { pay: { handler: 'a.b', env: { A: '' }, resources: ['arn:aws:states:::a:*'] } } }],
  [{ connections: { 'my.shop': { apiKey: { name: 'X', value: { env: 'KEY' } } }, open: {} } }],
  [{ connections: { a: { basic: { username: 'u', password: { secretsManager: 's', key: 'k' } } } } }],
  [{ endpoints: { sqs: 'http://127.0.0.1:9324' } }],
])('Treadle and editors accept %j', (value) => {
  expect(complaintsOf(SCHEMA, value, [])).toEqual([]);
  expect(matches(value, editor)).toBe(true);
});

test.each<[unknown]>([
  [[]],
  ['listen'],
  [{ listn: 1 }],
  [{ region: 'europe' }],
  [{ account: '12' }],
  [{ listen: 'here' }],
  [{ retention: 0 }],
  [{ retention: 1.5 }],
  [{ waitTimeScale: 0 }],
  [{ logs: { level: 'loud' } }],
  [{ logs: 'loud' }],
  [{ limits: { payloadByte: 1 } }],
  [{ limits: { payloadBytes: 1 } }],
  [{ http: { allow: [7] } }],
  [{ stateMachines: 7 }],
  [{ stateMachines: { 'a b': 'x' } }],
  [{ stateMachines: { a: { type: 'EXPRESS' } } }],
  [{ stateMachines: { a: { definition: 'x', role: 'r' } } }],
  [{ functions: { a: { handler: 'a.b', timeout: 1000 } } }],
  [{ functions: { a: { handler: 'a.b', env: { 'A.B': '' } } } }],
  [{ functions: { a: { handler: 'a.b', resources: ['sqs'] } } }],
  [{ connections: { a: { basic: { username: 'u' } } } }],
  [{ connections: { a: { apiKey: { name: 'X', value: { enf: 'K' } } } } }],
  [{ endpoints: { sqs: 'here' } }],
])('Treadle and editors refuse %j', (value) => {
  expect(refused(value)).toBe(true);
  expect(matches(value, editor)).toBe(false);
});

describe('what this repository shows', () => {
  const blocks = [
    ...readdirSync(new URL('../../docs', import.meta.url), { recursive: true, encoding: 'utf8' }),
  ]
    .filter((path) => path.endsWith('.md'))
    .flatMap((path) => {
      const page = readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
      return [...page.matchAll(/^```yaml treadle\.yaml\n(.*?)^```/gms)].map(
        ([, text]) => [path, text!] as const,
      );
    });
  const own = readFileSync(new URL('../../treadle.yaml', import.meta.url), 'utf8');

  test.each([['treadle.yaml', own] as const, ...blocks])('of %s is right:\n%s', (_path, text) => {
    const value: unknown = parse(text);
    expect(complaintsOf(SCHEMA, value, [])).toEqual([]);
    expect(matches(value, editor)).toBe(true);
  });
});
