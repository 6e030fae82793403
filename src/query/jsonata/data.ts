// What can be done with any value of an evaluation. Lists carry a mark that says how they came about; marks never leave
// the evaluation, and data given by the caller is never marked or changed.

import { isRawNumber, type RawNumber } from '../../base/json.ts';
import { doubleOf } from '../../base/json-number.ts';
import { JsonataFunction, MARK, type Run, type Value, type ValueList, type ValueObject } from './run.ts';

/** Results gathered by the language: none is nothing, a single one is itself. */
export const SEQUENCE = 1;
/** A sequence that stays an array even with one item (`[]`). */
export const KEEP = 2;
/** An array constructor in a path: one item, not a list of items. */
export const CONS = 4;
/** The array around an input that is itself an array. */
export const OUTER = 8;

export function isFunction(value: unknown): value is JsonataFunction {
  return value instanceof JsonataFunction;
}

export function marksOf(list: readonly Value[]): number {
  return (list as ValueList)[MARK] ?? 0;
}

export function mark(list: Value[], bits: number): ValueList {
  (list as ValueList)[MARK] = marksOf(list) | bits;
  return list;
}

/** A new sequence of these items. */
export function sequence(items: Value[]): ValueList {
  (items as ValueList)[MARK] = SEQUENCE;
  return items;
}

/** What a sequence is worth as a value. */
export function unwrap(value: Value): Value {
  if (!Array.isArray(value) || value.length > 1) return value;
  const bits = marksOf(value);
  if ((bits & SEQUENCE) === 0) return value;
  if (value.length === 0) return undefined;
  return (bits & KEEP) === 0 ? value[0] : value;
}

/** An object with members: no array, function, raw number or null. */
export function isObject(value: Value): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !isFunction(value) &&
    !isRaw(value)
  );
}

/** Like `isRawNumber`, but quick for everything else. */
export function isRaw(value: object): value is RawNumber {
  return (value as { rawJSON?: unknown }).rawJSON !== undefined && isRawNumber(value);
}

/** The double of a number; `undefined` for anything else. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && value !== null && isRaw(value) ? doubleOf(value) : undefined;
}

/** Raw numbers as doubles, everything else as it is. */
export function plain(value: Value): Value {
  return typeof value === 'object' && value !== null && isRaw(value) ? doubleOf(value) : value;
}

/** Own member, whatever its name. */
export function member(object: ValueObject, name: string): Value {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Members of objects are read without `hasOwn` unless every object inherits something under that name. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** Joins two values into one list, as `$append` does. */
export function append(a: Value, b: Value): Value {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (!Array.isArray(a)) return Array.isArray(b) ? ([a] as Value[]).concat(b) : [a, b];
  return Array.isArray(b) ? a.concat(b) : a.concat([b]);
}

/** Many values joined one after the other as by `append`, without a new list for each. */
export class Appended {
  value: Value = undefined;
  /** `value` is a list that was made here. */
  #own = false;

  add(next: Value, run: Run): void {
    const added = Array.isArray(next) ? next.length : 1;
    if (!this.#own) {
      this.#own = this.value !== undefined && next !== undefined;
      if (this.#own) run.chargeList(added + (Array.isArray(this.value) ? this.value.length : 1));
      this.value = append(this.value, next);
    } else if (next !== undefined) {
      const list = this.value as Value[];
      run.chargeGrowth(list.length + added, added);
      if (Array.isArray(next)) for (const item of next) list.push(item);
      else list.push(next);
    }
  }
}
