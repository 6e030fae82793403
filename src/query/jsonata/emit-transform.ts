// `| pattern | update, delete |`: a function that changes a copy of its argument.

import type { NodeOf } from './ast.ts';
import { branch, type Context, type Exec } from './code.ts';
import { isFunction, isObject, isRaw, put } from './data.ts';
import { fail } from './errors.ts';
import { MAX_DATA_DEPTH, tooDeep } from './limits.ts';
import { JsonataFunction, type Run, type Value, type ValueObject } from './run.ts';
import { checkArguments, parseSignature } from './signature.ts';

const SIGNATURE = parseSignature('<(oa):o>');

export function emitTransform(node: NodeOf<'transform'>, context: Context): Exec {
  const pattern = branch(node.pattern, context);
  const update = branch(node.update, context);
  const remove = node.delete && branch(node.delete, context);
  return (_input, frame) =>
    new JsonataFunction(1, (args, caller, run) => {
      const [given] = checkArguments(SIGNATURE, args, caller, 'transform');
      if (given === undefined) return undefined;
      const copy = clone(given, run);
      const found = pattern(copy, frame, run);
      if (found === undefined) return copy;
      for (const match of Array.isArray(found) ? found : [found]) {
        run.charge(1);
        if (!isObject(match)) continue;
        change(match, update(match, frame, run));
        if (remove) strip(match, remove(match, frame, run));
      }
      return copy;
    });
}

function change(match: ValueObject, update: Value): void {
  if (update === undefined) return;
  if (!isObject(update)) return fail('T2011', { value: update });
  for (const name of Object.keys(update)) put(match, name, update[name]);
}

function strip(match: ValueObject, names: Value): void {
  if (names === undefined) return;
  const list = Array.isArray(names) ? names : [names];
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
  if (Array.isArray(value)) return value.map((item) => clone(item, run, depth + 1));
  if (isFunction(value)) return '';
  if (isRaw(value)) return value;
  const copy: ValueObject = {};
  for (const name of Object.keys(value)) put(copy, name, clone(value[name], run, depth + 1));
  return copy;
}
