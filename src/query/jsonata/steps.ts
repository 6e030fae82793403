// What the steps of a path share, in ordinary paths, in streams and in `$lookup`: reading a member, judging a
// predicate, keeping a single result in an array.

import {
  CONS,
  isFunction,
  isInherited,
  isRaw,
  KEEP,
  mark,
  marksOf,
  member,
  SEQUENCE,
  sequence,
} from './data.ts';
import { MAX_DATA_DEPTH, tooDeep } from './limits.ts';
import { numeric, RAW, truth } from './operators.ts';
import type { Run, Value, ValueObject } from './run.ts';

const OWN_FIELDS = new Set(['rawJSON', 'arity', 'invoke', 'enter']);

type Lookup = (value: Value, run: Run) => Value;

/** Reads a member of an object, or of every object in an array (a sequence then). */
export function emitName(name: string): Lookup {
  const careful = isInherited(name) || OWN_FIELDS.has(name);
  const ofObject = careful
    ? (object: ValueObject): Value => (isFunction(object) || isRaw(object) ? undefined : member(object, name))
    : (object: ValueObject): Value => object[name];
  const ofList = (list: readonly Value[], run: Run, depth: number): Value[] => {
    if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
    run.chargeItems(list.length, 1);
    const results: Value[] = sequence([]);
    for (const item of list) {
      if (typeof item !== 'object' || item === null) continue;
      const found = Array.isArray(item) ? ofList(item, run, depth + 1) : ofObject(item as ValueObject);
      if (Array.isArray(found)) {
        run.chargeGrowth(results.length + found.length, found.length);
        for (const each of found) results.push(each);
      } else if (found !== undefined) results.push(found);
    }
    return results;
  };
  return (value, run) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return Array.isArray(value) ? ofList(value, run, 0) : ofObject(value as ValueObject);
  };
}

/** Does a predicate's value choose the item at `index`? Numbers choose by position, all else by truth. */
export function holds(value: Value, index: number, length: number, run: Run): boolean {
  if (typeof value === 'boolean') return value;
  const number = numeric(value);
  if (number !== undefined) return at(number, length) === index;
  if (Array.isArray(value)) {
    run.charge(value.length * (typeof value[0] === 'number' ? 2 : 2 * RAW));
    if (value.every((item) => numeric(item) !== undefined)) {
      return value.some((item) => at(numeric(item) as number, length) === index);
    }
  }
  return truth(value, run);
}

function at(position: number, length: number): number {
  const whole = Math.floor(position);
  return whole < 0 ? length + whole : whole;
}

/** `[]` somewhere in the path: the result is an array, whatever its length. */
export function keep(value: Value): Value {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return mark(sequence([value]), KEEP);
  if ((marksOf(value) & SEQUENCE) !== 0) return mark(value, KEEP);
  return (marksOf(value) & CONS) !== 0 ? mark(sequence([value]), KEEP) : value;
}
