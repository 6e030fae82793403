// `*` and `**`: members of a value, and a value with all that lies below it.

import { valuesOf } from '../../base/json-object.ts';
import type { Exec } from './code.ts';
import { isFunction, isRaw, marksOf, OUTER, sequence } from './data.ts';
import { MAX_DATA_DEPTH, tooDeep } from './limits.ts';
import { type Run, SLOT, type Value } from './run.ts';

export function emitWildcard(): Exec {
  return (input, _frame, run) => {
    const value = Array.isArray(input) && (marksOf(input) & OUTER) !== 0 ? input[0] : input;
    if (typeof value !== 'object' || value === null || isFunction(value)) return sequence([]);
    if (!Array.isArray(value) && isRaw(value)) return sequence([]);
    const results: Value[] = [];
    // What a list has been joined to is a list, as in the reference, and no sequence any more.
    let joined = false;
    const items = Array.isArray(value) ? value : valuesOf(value);
    run.chargeItems(items.length, 2);
    for (const item of items) {
      if (Array.isArray(item)) {
        flatten(item, results, run, 0);
        joined = true;
      } else {
        results.push(item);
      }
    }
    return joined ? results : sequence(results);
  };
}

function flatten(list: readonly Value[], out: Value[], run: Run, depth: number): void {
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(1);
  run.chargeItems(list.length, 1);
  for (const item of list) {
    if (Array.isArray(item)) flatten(item, out, run, depth + 1);
    else out.push(item);
  }
}

export function emitDescendants(): Exec {
  return (input, _frame, run) => {
    if (input === undefined) return undefined;
    const results: Value[] = [];
    descend(input, results, run, 0);
    return results.length === 1 ? results[0] : sequence(results);
  };
}

function descend(value: Value, out: Value[], run: Run, depth: number): void {
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(2);
  if (Array.isArray(value)) {
    run.charge(value.length);
    for (const item of value) descend(item, out, run, depth + 1);
    return;
  }
  run.allocate(SLOT);
  out.push(value);
  if (typeof value !== 'object' || value === null || isFunction(value) || isRaw(value)) return;
  const items = valuesOf(value);
  run.charge(items.length);
  for (const item of items) descend(item, out, run, depth + 1);
}
