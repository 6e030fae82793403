import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Arns, openArns } from '../../../src/store/sqlite/arns.ts';
import { migrate } from '../../../src/store/sqlite/migrations.ts';

let database: DatabaseSync;
let arns: Arns;
beforeEach(() => {
  database = new DatabaseSync(':memory:');
  migrate(database);
  arns = openArns(database);
});
afterEach(() => database.close());

it('gives each ARN one number, and the ARN back for it', () => {
  const [one, other] = [arns.intern('arn:one'), arns.intern('arn:other')];
  expect(one).not.toBe(other);
  expect(arns.intern('arn:one')).toBe(one);
  expect(arns.find('arn:one')).toBe(one);
  expect([arns.text(one), arns.text(other)]).toEqual(['arn:one', 'arn:other']);
});

it('knows no number of an ARN that was never named', () => {
  expect(arns.find('arn:never')).toBeUndefined();
  expect(() => arns.text(99)).toThrow('Expected ARN number 99 in the database, but it is missing');
});

it('finds what another opening of the database named', () => {
  const one = arns.intern('arn:one');
  const again = openArns(database);
  expect(again.find('arn:one')).toBe(one);
  expect(again.text(one)).toBe('arn:one');
  expect(again.intern('arn:one')).toBe(one);
});

it('does not take the numbers of a transaction that was rolled back for given', () => {
  database.exec('begin');
  arns.intern('arn:one');
  database.exec('rollback');
  arns.forget();
  expect(arns.find('arn:one')).toBeUndefined();
  const one = arns.intern('arn:one');
  expect(arns.text(one)).toBe('arn:one');
});

it('stays right beyond what it remembers', () => {
  const names = Array.from({ length: 10_050 }, (_, i) => `arn:${i}`);
  database.exec('begin');
  const numbers = names.map((name) => arns.intern(name));
  database.exec('commit');
  expect(new Set(numbers).size).toBe(names.length);
  expect(numbers.map((number) => arns.text(number))).toEqual(names);
  expect(names.map((name) => arns.find(name))).toEqual(numbers);
});

it('has a family: the ARN itself and what goes on after a slash', () => {
  const [machine, each, other] = ['arn:m', 'arn:m/Each', 'arn:m/Other'].map((arn) => arns.intern(arn));
  for (const stranger of ['arn:m2', 'arn:m.', 'arn:m0', 'arn:', 'arn:M/Each']) arns.intern(stranger);
  expect(arns.family('arn:m').sort()).toEqual([machine, each, other].sort());
});
