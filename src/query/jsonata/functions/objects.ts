// Objects, types, failures on purpose.

import { namesOf, withMember } from '../../../base/json-object.ts';
import { isObject, sequence } from '../data.ts';
import { clone } from '../emit-transform.ts';
import { fail } from '../errors.ts';
import { MAX_DATA_DEPTH, tooDeep } from '../limits.ts';
import { HEAD, MEMBER, type Run, type Value, type ValueObject } from '../run.ts';
import { symbolOf } from '../signature.ts';
import { emitName } from '../steps.ts';
import { constant, type Definitions } from './built-in.ts';

function keys(run: Run, value: Value): Value {
  const names = new Set<string>();
  collectKeys(run, value, names, 0);
  return sequence([...names]);
}

function collectKeys(run: Run, value: Value, names: Set<string>, depth: number): void {
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(1);
  if (Array.isArray(value)) {
    run.charge(value.length);
    for (const item of value) collectKeys(run, item, names, depth + 1);
  } else if (isObject(value)) {
    const found = namesOf(value);
    run.charge(3 * found.length);
    run.allocate(MEMBER * found.length);
    for (const name of found) names.add(name);
  }
}

function spread(run: Run, value: Value, depth = 0): Value {
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  if (Array.isArray(value)) {
    // Joined parts are an array, not a sequence: one of them stays an array.
    run.chargeItems(value.length, 2);
    const parts: Value[] = value.length === 0 ? sequence([]) : [];
    for (const item of value) {
      const part = spread(run, item, depth + 1);
      if (Array.isArray(part)) {
        run.chargeGrowth(parts.length + part.length, part.length);
        for (const each of part) parts.push(each);
      } else if (part !== undefined) parts.push(part);
    }
    return parts;
  }
  if (!isObject(value)) return value;
  const names = namesOf(value);
  run.chargeMembers(value, names.length);
  run.allocate(HEAD * names.length);
  return sequence(names.map((name) => withMember<Value>({}, name, value[name])));
}

function merge(run: Run, list: Value[] | undefined): Value {
  if (list === undefined) return undefined;
  let merged: ValueObject = {};
  run.charge(1 + list.length);
  for (const item of list) {
    if (!isObject(item)) continue;
    const names = namesOf(item);
    run.chargeMembers(item, names.length);
    for (const name of names) merged = withMember(merged, name, item[name]);
  }
  return merged;
}

const TYPES: Readonly<Record<string, string>> = {
  s: 'string',
  n: 'number',
  b: 'boolean',
  l: 'null',
  a: 'array',
  o: 'object',
  f: 'function',
};

export const OBJECTS: Definitions = {
  keys: ['<x-:a<s>>', 1, keys],
  lookup: [
    '<x-s:x>',
    2,
    (run: Run, value: Value, name: string | undefined) => {
      run.charge(4);
      return name === undefined ? undefined : emitName(name)(value, run);
    },
  ],
  spread: ['<x-:a<o>>', 1, (run: Run, value: Value) => spread(run, value)],
  merge: ['<a<o>:o>', 1, merge],
  exists: ['<x:b>', 1, constant(1, (value: Value) => value !== undefined)],
  type: ['<x:s>', 1, constant(1, (value: Value) => TYPES[symbolOf(value)])],
  clone: ['<(oa)-:o>', 1, (run: Run, value: Value) => clone(value, run)],
  error: [
    '<s?:x>',
    1,
    constant(1, (message: string | undefined) =>
      fail('D3137', { message: message ?? '$error() function evaluated' }),
    ),
  ],
  assert: [
    '<bs?:x>',
    2,
    constant(1, (condition: boolean | undefined, message: string | undefined) =>
      condition ? undefined : fail('D3141', { message: message ?? '$assert() statement failed' }),
    ),
  ],
};
