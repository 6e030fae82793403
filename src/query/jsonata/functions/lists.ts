// Arrays: joining, order, duplicates.

import { namesOf } from '../../../base/json-object.ts';
import { append, isFunction, numberOf, plain, sequence } from '../data.ts';
import { fail } from '../errors.ts';
import { chargeComparison, equal, isSequence, RAW, truth } from '../operators.ts';
import { HEAD, type Run, type Value, type ValueObject } from '../run.ts';
import type { Definitions } from './built-in.ts';

function sort(run: Run, list: Value[] | undefined, comparator: Value): Value {
  if (list === undefined || list.length < 2) return list;
  if (isFunction(comparator)) {
    return mergeSort(list, (a, b) => truth(comparator.invoke([a, b], undefined, run), run), run);
  }
  run.chargeItems(list.length, 4);
  if (list.every((item) => numberOf(item) !== undefined)) {
    run.chargeItems(list.length, RAW);
    const keyed = list.map((item) => ({ item, key: numberOf(item) as number }));
    keyed.sort((a, b) => {
      run.charge(1);
      return a.key - b.key;
    });
    return keyed.map(({ item }) => item);
  }
  if (list.every((item) => typeof item === 'string')) {
    return ([...list] as string[]).sort((a, b) => {
      run.charge(1);
      chargeComparison(a, b, run);
      return a < b ? -1 : a > b ? 1 : 0;
    });
  }
  return fail('D3070', { value: list });
}

/** Stable; `after(a, b)` says that `a` belongs behind `b`. */
function mergeSort(list: readonly Value[], after: (a: Value, b: Value) => boolean, run: Run): Value[] {
  run.chargeItems(list.length, 2);
  if (list.length < 2) return [...list];
  const middle = Math.floor(list.length / 2);
  const left = mergeSort(list.slice(0, middle), after, run);
  const right = mergeSort(list.slice(middle), after, run);
  const merged: Value[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) merged.push(after(left[l], right[r]) ? right[r++] : left[l++]);
  while (l < left.length) merged.push(left[l++]);
  while (r < right.length) merged.push(right[r++]);
  return merged;
}

function distinct(run: Run, value: Value): Value {
  if (!Array.isArray(value) || value.length < 2) return value;
  const scalars = new Set<Value>();
  /** Objects and arrays by a text that those which are equal share: few are compared with one another. */
  const others = new Map<string, Value[]>();
  const results: Value[] = isSequence(value) ? sequence([]) : [];
  for (const item of value) {
    run.charge(3);
    run.allocate(HEAD);
    const key = plain(item);
    if (typeof key === 'string') run.charge(key.length >> 4);
    if (typeof key !== 'object' || key === null) {
      if (scalars.has(key)) continue;
      scalars.add(key);
    } else {
      const sketch = sketchOf(item, run, SKETCH_DEPTH);
      const alike = others.get(sketch) ?? [];
      if (alike.some((other) => equal(other, item, run))) continue;
      alike.push(item);
      others.set(sketch, alike);
    }
    results.push(item);
  }
  return results;
}

/** Levels, members and characters that a sketch tells of; what differs only beyond them is compared. */
const SKETCH_DEPTH = 3;
const SKETCH_MEMBERS = 16;
const SKETCH_CHARACTERS = 64;

/** A short text that equal values share, whatever the order of their members. */
function sketchOf(value: Value, run: Run, depth: number): string {
  run.charge(4);
  const number = numberOf(value);
  if (number !== undefined) return String(number);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SKETCH_CHARACTERS));
  if (typeof value !== 'object' || value === null) return String(value);
  if (isFunction(value)) return 'function';
  if (Array.isArray(value)) {
    const first = depth === 0 ? [] : value.slice(0, SKETCH_MEMBERS);
    return `${value.length}[${first.map((item) => sketchOf(item, run, depth - 1)).join(',')}]`;
  }
  const names = namesOf(value as ValueObject);
  run.charge(8 * names.length);
  const first = depth === 0 ? [] : names.sort().slice(0, SKETCH_MEMBERS);
  const members = first.map(
    (name) => `${JSON.stringify(name)}:${sketchOf((value as ValueObject)[name], run, depth - 1)}`,
  );
  return `${names.length}{${members.join(',')}}`;
}

function reverse(run: Run, list: Value[] | undefined): Value {
  if (list === undefined || list.length < 2) return list;
  run.chargeList(list.length);
  return list.slice().reverse();
}

function shuffle(run: Run, list: Value[] | undefined): Value {
  if (list === undefined || list.length < 2) return list;
  run.chargeItems(list.length, 3);
  const result = list.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const k = Math.floor(run.scope.random() * (i + 1));
    [result[i], result[k]] = [result[k], result[i]];
  }
  return result;
}

function zip(run: Run, ...lists: Value[][]): Value {
  const length = Math.min(...lists.map((list) => (Array.isArray(list) ? list.length : 0)));
  run.chargeList(length * lists.length);
  run.chargeItems(length, 3 + lists.length);
  run.allocate(length * HEAD);
  const rows: Value[] = [];
  for (let i = 0; i < length; i++) rows.push(lists.map((list) => list[i]));
  return rows;
}

function join(run: Run, a: Value, b: Value): Value {
  const lengthOf = (value: Value) => (Array.isArray(value) ? value.length : 1);
  if (a !== undefined && b !== undefined) run.chargeList(lengthOf(a) + lengthOf(b));
  return append(a, b);
}

export const LISTS: Definitions = {
  append: ['<xx:a>', 2, join],
  sort: ['<af?:a>', 2, sort],
  reverse: ['<a:a>', 1, reverse],
  shuffle: ['<a:a>', 1, shuffle],
  distinct: ['<x:x>', 1, distinct],
  zip: ['<a+>', 0, zip],
};
