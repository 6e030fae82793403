import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import {
  at,
  encodeMembers,
  sortMembers,
  textAt,
  without,
} from '../../../src/integrations/services/json-members.ts';

const VALUE = { Tasks: [{ LastStatus: 'STOPPED', Ports: [80] }] };

test.each<[string, Json | undefined]>([
  ['Tasks.0.LastStatus', 'STOPPED'],
  ['Tasks.0.Ports.0', 80],
  ['Tasks.1.LastStatus', undefined],
  ['Tasks.0.LastStatus.Deeper', undefined],
  ['constructor', undefined],
])('%s leads to %j', (path, value) => {
  expect(at(VALUE, path)).toEqual(value);
});

test('text is asked for by name: a number is none', () => {
  expect(textAt(VALUE, 'Tasks.0.Ports.0')).toBeUndefined();
  expect(textAt(VALUE, 'Tasks.0.LastStatus')).toBe('STOPPED');
});

test.each<[Json, string, Json]>([
  [{ Body: { a: 1 } }, 'Body', { Body: '{"a":1}' }],
  [{ Body: 'text' }, 'Body', { Body: 'text' }],
  [{ Body: null }, 'Body', { Body: null }],
  [{ Body: [1, true] }, 'Body', { Body: '[1,true]' }],
  // Numbers are refused: Step Functions asks for a text (Stack Overflow 76373088).
  [{ Body: 5 }, 'Body', { Body: 5 }],
  [{ Body: false }, 'Body', { Body: false }],
  [{}, 'Body', {}],
  [
    { Entries: [{ Detail: { a: 1 } }, 7, {}] },
    'Entries.*.Detail',
    { Entries: [{ Detail: '{"a":1}' }, 7, {}] },
  ],
  [{ Entries: 'none' }, 'Entries.*.Detail', { Entries: 'none' }],
])('%j with %s as text is %j', (value, path, encoded) => {
  expect(encodeMembers(value as never, [path])).toEqual(encoded);
});

test('members are sorted and left out without touching the original', () => {
  const value = { b: 1, a: { d: 1, c: 2 } };
  expect(Object.keys(sortMembers(value))).toEqual(['a', 'b']);
  expect(without(value, ['b'])).toEqual({ a: { d: 1, c: 2 } });
  expect(Object.keys(value)).toEqual(['b', 'a']);
});
