// Functions over functions.

import { namesOf, withMember } from '../../../base/json-object.ts';
import { isObject, sequence } from '../data.ts';
import { fail } from '../errors.ts';
import { truth } from '../operators.ts';
import type { JsonataFunction, Run, Value, ValueObject } from '../run.ts';
import type { Definitions } from './built-in.ts';

/** Units for handing an item to a function, whatever that does. */
const CALL = 3;

/** Calls with value, index (or key) and whole, as many as the function takes. */
function callWith(run: Run, fn: JsonataFunction, value: Value, index: Value, whole: Value): Value {
  const { arity } = fn;
  const args = arity >= 3 ? [value, index, whole] : arity === 2 ? [value, index] : [value];
  return fn.invoke(args, null, run);
}

function map(run: Run, list: Value[] | undefined, fn: JsonataFunction): Value {
  if (list === undefined) return undefined;
  run.chargeItems(list.length, CALL);
  const results: Value[] = sequence([]);
  for (let i = 0; i < list.length; i++) {
    const value = callWith(run, fn, list[i], i, list);
    if (value !== undefined) results.push(value);
  }
  return results;
}

function filter(run: Run, list: Value[] | undefined, fn: JsonataFunction): Value {
  if (list === undefined) return undefined;
  run.chargeItems(list.length, CALL);
  const results: Value[] = sequence([]);
  for (let i = 0; i < list.length; i++) {
    if (truth(callWith(run, fn, list[i], i, list), run)) results.push(list[i]);
  }
  return results;
}

function single(run: Run, list: Value[] | undefined, fn: JsonataFunction | undefined): Value {
  if (list === undefined) return undefined;
  let found = false;
  let result: Value;
  run.charge(CALL * list.length);
  list.forEach((item, i) => {
    if (fn !== undefined && !truth(callWith(run, fn, item, i, list), run)) return;
    if (found) fail('D3138', { index: i });
    found = true;
    result = item;
  });
  return found ? result : fail('D3139');
}

function reduce(run: Run, list: Value[] | undefined, fn: JsonataFunction, initial: Value): Value {
  if (list === undefined) return undefined;
  const { arity } = fn;
  if (arity < 2) return fail('D3050', { index: 1 });
  run.charge(1 + CALL * list.length);
  let from = 0;
  let result = initial;
  if (initial === undefined && list.length > 0) {
    result = list[0];
    from = 1;
  }
  for (let i = from; i < list.length; i++) {
    const args = [result, list[i]];
    if (arity >= 3) args.push(i);
    if (arity >= 4) args.push(list);
    result = fn.invoke(args, null, run);
  }
  return result;
}

function each(run: Run, object: Value, fn: JsonataFunction): Value {
  if (!isObject(object)) return undefined;
  const results: Value[] = sequence([]);
  const names = namesOf(object);
  run.chargeItems(names.length, CALL);
  for (const name of names) {
    const value = callWith(run, fn, object[name], name, object);
    if (value !== undefined) results.push(value);
  }
  return results;
}

function sift(run: Run, object: Value, fn: JsonataFunction | undefined): Value {
  if (!isObject(object) || fn === undefined) return undefined;
  let kept: ValueObject = {};
  let some = false;
  const names = namesOf(object);
  run.chargeItems(names.length, CALL);
  run.chargeMembers(object, names.length);
  for (const name of names) {
    const value = object[name];
    if (!truth(callWith(run, fn, value, name, object), run)) continue;
    kept = withMember(kept, name, value);
    some = true;
  }
  return some ? kept : undefined;
}

export const HIGHER_ORDER: Definitions = {
  map: ['<af>', 2, map],
  filter: ['<af>', 2, filter],
  single: ['<af?>', 2, single],
  reduce: ['<afj?:j>', 3, reduce],
  each: ['<o-f:a>', 2, each],
  sift: ['<o-f?:o>', 2, sift],
};
