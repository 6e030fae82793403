// `*` and `**`: members of a value, and a value with all that lies below it.

import type { Exec } from './code.ts';
import { append, isFunction, isRaw, marksOf, OUTER, sequence } from './data.ts';
import { MAX_DATA_DEPTH, tooDeep } from './limits.ts';
import type { Run, Value } from './run.ts';

export function emitWildcard(): Exec {
  return (input, _frame, run) => {
    const value = Array.isArray(input) && (marksOf(input) & OUTER) !== 0 ? input[0] : input;
    if (typeof value !== 'object' || value === null || isFunction(value)) return sequence([]);
    if (!Array.isArray(value) && isRaw(value)) return sequence([]);
    let results: Value = sequence([]);
    for (const item of Object.values(value)) {
      run.charge(1);
      if (Array.isArray(item)) {
        const flat: Value[] = [];
        flatten(item, flat, run, 0);
        results = append(results, flat);
      } else {
        (results as Value[]).push(item);
      }
    }
    return results;
  };
}

function flatten(list: readonly Value[], out: Value[], run: Run, depth: number): void {
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(1 + (list.length >> 2));
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
  run.charge(1);
  if (Array.isArray(value)) {
    for (const item of value) descend(item, out, run, depth + 1);
    return;
  }
  out.push(value);
  if (typeof value !== 'object' || value === null || isFunction(value) || isRaw(value)) return;
  for (const item of Object.values(value)) descend(item, out, run, depth + 1);
}
