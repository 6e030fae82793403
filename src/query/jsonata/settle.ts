// Results of an expression → plain JSON: no marks, no functions, no numbers that JSON does not have. Data that the
// expression merely passes on is returned as it is, without a look inside.

import type { Json, JsonObject } from '../../base/json.ts';
import { computedNumber } from '../../base/json-number.ts';
import { namesOf, unordered, withMember } from '../../base/json-object.ts';
import type { Node } from './ast.ts';
import { isFunction, isRaw, marksOf } from './data.ts';
import { MAX_DATA_DEPTH, outOfMemory, tooDeep } from './limits.ts';
import type { Run, Value, ValueObject } from './run.ts';

/** Thrown for a function in a result. */
export const NO_JSON = Symbol('function in a result');

/** @throws NO_JSON; EvaluationError when the result is too large or too deep. */
export type Settle = (value: Exclude<Value, undefined>, run: Run) => Json;

/** Units for looking at an object, whatever is in it. */
const OBJECT = 8;
/** So many members may be data that is passed on without a look at its size: each can be the whole input. */
const SHARED = 16;

/** How results of this node become JSON. */
export function settlerOf(node: Node): Settle {
  if (isPassedOn(node)) return passOn;
  if (node.type === 'object' && !node.predicates && !node.group) {
    const members = node.pairs.map(([key, value]) => [key, settlerOf(value)] as const);
    const names = new Set(members.map(([key]) => (key.type === 'literal' ? key.value : undefined)));
    const quick =
      members.length <= SHARED &&
      members.every(([, settle]) => settle === passOn) &&
      names.size === members.length;
    if (quick && members.every(([key]) => key.type === 'literal')) return settleMembers;
  }
  return (value, run) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value !== 0) return value;
    return settle(value, { left: run.bounds.valueSize, run }, 0);
  };
}

/** A path from `$states` or a variable over names only: its result is data, or a list of data. */
function isPassedOn(node: Node): boolean {
  if (node.type === 'literal') return typeof node.value !== 'number' || Number.isSafeInteger(node.value);
  if (node.type !== 'path' || node.group !== undefined) return false;
  const [first, ...rest] = node.steps;
  if (first?.type !== 'variable' || first.name !== 'states' || first.predicates || first.group) return false;
  return rest.every((step) => step.type === 'name' && step.focus === undefined && step.index === undefined);
}

function passOn(value: Exclude<Value, undefined>, run: Run): Json {
  if (Array.isArray(value) && marksOf(value) !== 0) return unmarked(value, run);
  return value as Json;
}

function unmarked(list: readonly Value[], run: Run): Json[] {
  run.chargeList(list.length);
  return list.slice() as Json[];
}

function settleMembers(value: Exclude<Value, undefined>, run: Run): Json {
  if (Array.isArray(value)) return passOn(value, run);
  const object = value as ValueObject;
  for (const name of namesOf(object)) {
    const item = object[name];
    if (Array.isArray(item) && marksOf(item) !== 0) object[name] = unmarked(item, run);
  }
  return object as JsonObject;
}

interface Budget {
  left: number;
  readonly run: Run;
}

function spend(budget: Budget, size: number): void {
  budget.left -= size;
  if (budget.left < 0) outOfMemory();
}

function settle(value: Exclude<Value, undefined>, budget: Budget, depth: number): Json {
  switch (typeof value) {
    case 'string':
      spend(budget, value.length);
      return value;
    case 'number':
      spend(budget, 8);
      budget.run.charge(Number.isSafeInteger(value) ? 1 : 30);
      return Number.isFinite(value) ? computedNumber(value) : String(value);
    case 'boolean':
      spend(budget, 1);
      return value;
    default:
  }
  spend(budget, 1);
  budget.run.charge(1);
  if (value === null) return null;
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  if (Array.isArray(value)) return settleList(value, budget, depth);
  if (isFunction(value)) throw NO_JSON;
  if (isRaw(value)) {
    budget.run.charge(OBJECT);
    return value;
  }
  return settleObject(value, budget, depth);
}

/** Copies only when something in the list changes. */
function settleList(list: readonly Value[], budget: Budget, depth: number): Json[] {
  budget.run.charge(1 + list.length);
  let copy = marksOf(list) === 0 ? undefined : unmarked(list, budget.run);
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    const settled = item === undefined ? null : settle(item, budget, depth + 1);
    if (settled === item) continue;
    copy ??= unmarked(list, budget.run);
    copy[i] = settled;
  }
  return copy ?? (list as Json[]);
}

function settleObject(object: ValueObject, budget: Budget, depth: number): JsonObject {
  let copy: JsonObject | undefined;
  const names = namesOf(object);
  const members = unordered(object);
  budget.run.charge(OBJECT + 4 * names.length);
  for (const name of names) {
    spend(budget, name.length);
    const item = members[name];
    const settled = item === undefined ? undefined : settle(item, budget, depth + 1);
    if (settled === item && item !== undefined) continue;
    copy ??= copyOf(object, names, budget.run);
    if (settled === undefined) delete copy[name];
    else copy = withMember(copy, name, settled);
  }
  return copy ?? (object as JsonObject);
}

function copyOf(object: ValueObject, names: readonly string[], run: Run): JsonObject {
  run.chargeMembers(object, names.length);
  let copy: JsonObject = {};
  for (const name of names) copy = withMember(copy, name, object[name] as Json);
  return copy;
}
