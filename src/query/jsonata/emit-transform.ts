// `| pattern | update, delete |`: a function that changes a copy of its argument.

import { namesOf, unordered, withMember } from '../../base/json-object.ts';
import type { NodeOf } from './ast.ts';
import { branch, type Context, type Exec } from './code.ts';
import { isFunction, isObject, isRaw } from './data.ts';
import { fail } from './errors.ts';
import { MAX_DATA_DEPTH, tooDeep } from './limits.ts';
import { CLOSURE, HEAD, JsonataFunction, type Run, type Value, type ValueObject } from './run.ts';
import { checkArguments, parseSignature } from './signature.ts';
import { priceOf, priceOfAll } from './weight.ts';

/** Units for setting a member whose name comes from data, or deleting it. */
const SET_MEMBER = 4;

const SIGNATURE = parseSignature('<(oa):o>');

export function emitTransform(node: NodeOf<'transform'>, context: Context): Exec {
  const pattern = branch(node.pattern, context);
  const update = branch(node.update, context);
  const remove = node.delete && branch(node.delete, context);
  const price = priceOfAll(node.delete ? [node.update, node.delete] : [node.update]);
  const once = priceOf(node.pattern);
  return (_input, frame, maker) => {
    maker.allocate(CLOSURE);
    return new JsonataFunction(1, (args, caller, run) => {
      run.chargeTimes(1, once);
      const [given] = checkArguments(SIGNATURE, args, caller, 'transform', run);
      if (given === undefined) return undefined;
      const copy = clone(given, run);
      const found = pattern(copy, frame, run);
      if (found === undefined) return copy;
      // Objects whose order has to be kept from now on are others than those found.
      const ordered = new Map<ValueObject, ValueObject>();
      for (const match of Array.isArray(found) ? found : [found]) {
        run.charge(4);
        run.chargeTimes(1, price);
        if (!isObject(match)) continue;
        const before = ordered.get(match) ?? match;
        const after = change(before, update(before, frame, run), run);
        if (after !== before) ordered.set(match, after);
        if (remove) strip(after, remove(after, frame, run), run);
      }
      return ordered.size === 0 ? copy : exchange(copy, ordered, run);
    });
  };
}

/** @returns the object, or another in its place. */
function change(match: ValueObject, update: Value, run: Run): ValueObject {
  if (update === undefined) return match;
  if (!isObject(update)) return fail('T2011', { value: update });
  let changed = match;
  const names = namesOf(update);
  run.chargeMembers(update, names.length);
  for (const name of names) changed = withMember(changed, name, update[name]);
  return changed;
}

/** Puts other objects in the place of some, anywhere in a copy. */
function exchange(value: Value, others: ReadonlyMap<ValueObject, ValueObject>, run: Run, depth = 0): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(4);
  if (Array.isArray(value)) run.charge(value.length);
  const inner = (item: Value) => exchange(item, others, run, depth + 1);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = inner(value[i]);
    return value;
  }
  if (!isObject(value)) return value;
  const object = others.get(value) ?? value;
  const names = namesOf(object);
  run.charge(2 * names.length);
  for (const name of names) {
    const changed = inner(object[name]);
    if (changed !== object[name]) object[name] = changed;
  }
  return object;
}

function strip(match: ValueObject, names: Value, run: Run): void {
  if (names === undefined) return;
  const list = Array.isArray(names) ? names : [names];
  run.charge(SET_MEMBER * list.length);
  for (const name of list) {
    if (typeof name !== 'string') fail('T2012', { value: names });
  }
  for (const name of list) delete match[name as string];
}

/** A deep copy without marks; functions become nothing, as in JSON. */
export function clone(value: Value, run: Run, depth = 0): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DATA_DEPTH) tooDeep(depth, MAX_DATA_DEPTH);
  run.charge(4);
  run.allocate(HEAD);
  if (Array.isArray(value)) run.chargeItems(value.length, 1);
  if (Array.isArray(value)) return value.map((item) => clone(item, run, depth + 1));
  if (isFunction(value)) return '';
  if (isRaw(value)) return value;
  let copy: ValueObject = {};
  const names = namesOf(value);
  const members = unordered(value as ValueObject);
  run.chargeMembers(value, names.length);
  for (const name of names) copy = withMember(copy, name, clone(members[name], run, depth + 1));
  return copy;
}
