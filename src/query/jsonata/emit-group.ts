// `{key: value, …}` as a constructor and as group-by: the same rule, applied to one item or to many.

import { isNaturalOrder, withMember } from '../../base/json-object.ts';
import type { Node, Pair } from './ast.ts';
import { type Bindings, branch, type Context, deeper, type Exec, type Frame } from './code.ts';
import { append } from './data.ts';
import { fail } from './errors.ts';
import type { Run, Value, ValueObject } from './run.ts';

/** An object constructor; an array as context item is grouped. */
export function emitObject(pairs: readonly Pair[], context: Context): Exec {
  const group = emitGroup(pairs, context);
  const literal = pairs.map(([key]) => literalKey(key));
  if (
    literal.some((key) => key === undefined || key === '__proto__') ||
    new Set(literal).size < literal.length
  ) {
    return (input, frame, run) => group(input, frame, run);
  }
  const names = literal as string[];
  if (!isNaturalOrder(names)) return emitOrderedObject(names, pairs, group, context);
  const values = pairs.map(([, value]) => branch(value, context));
  return (input, frame, run) => {
    if (Array.isArray(input)) return group(input, frame, run);
    const object: ValueObject = {};
    for (let i = 0; i < names.length; i++) {
      const value = (values[i] as Exec)(input, frame, run);
      if (value !== undefined) object[names[i] as string] = value;
    }
    return object;
  };
}

/** Names that look like array indexes, in an order of their own. */
function emitOrderedObject(
  names: readonly string[],
  pairs: readonly Pair[],
  group: Exec,
  context: Context,
): Exec {
  const values = pairs.map(([, value]) => branch(value, context));
  return (input, frame, run) => {
    if (Array.isArray(input)) return group(input, frame, run);
    let object: ValueObject = {};
    for (let i = 0; i < names.length; i++) {
      const value = (values[i] as Exec)(input, frame, run);
      if (value !== undefined) object = withMember(object, names[i] as string, value);
    }
    return object;
  };
}

function literalKey(key: Node): string | undefined {
  if (key.type !== 'literal' || key.predicates || key.group) return undefined;
  return typeof key.value === 'string' ? key.value : undefined;
}

interface Group {
  readonly pair: number;
  data: Value;
}

/** Group-by over the items of a value. */
export function emitGroup(pairs: readonly Pair[], context: Context) {
  const keys = pairs.map(([key]) => context.compile(key, deeper(context)));
  const values = pairs.map(([, value]) => branch(value, context));
  return (value: Value, frame: Frame | undefined, run: Run): Value => {
    const items: readonly Value[] = !Array.isArray(value)
      ? [value]
      : value.length === 0
        ? [undefined]
        : value;
    const groups = new Map<string, Group>();
    run.charge(items.length);
    for (const item of items) {
      keys.forEach((key, pair) => {
        addToGroup(groups, key(item, frame, run), pair, (data) => append(data, item), run);
      });
    }
    let object: ValueObject = {};
    for (const [name, { pair, data }] of groups) {
      const result = (values[pair] as Exec)(data, frame, run);
      if (result !== undefined) object = withMember(object, name, result);
    }
    return object;
  };
}

function addToGroup(
  groups: Map<string, Group>,
  key: Value,
  pair: number,
  add: (data: Value) => Value,
  run: Run,
): void {
  if (key === undefined) return;
  if (typeof key !== 'string') return fail('T1003', { value: key });
  const group = groups.get(key);
  if (group === undefined) {
    groups.set(key, { pair, data: add(undefined) });
    return;
  }
  if (group.pair !== pair) fail('D1009', { value: key });
  group.data = add(group.data);
  run.charge(Array.isArray(group.data) ? 1 + (group.data.length >> 4) : 1);
}

/** One row of a stream: its item and what was bound on the way. */
export interface Row {
  readonly item: Value;
  readonly bindings: Bindings;
}

/** Group-by over a stream: the rows of one group become one row, its bindings joined. */
export function emitStreamGroup(pairs: readonly Pair[], context: Context) {
  const keys = pairs.map(([key]) => context.compile(key, deeper(context)));
  const values = pairs.map(([, value]) => branch(value, context));
  return (rows: readonly Row[], frame: Frame | undefined, run: Run): Value => {
    const groups = new Map<string, { pair: number; rows: Row[] }>();
    for (const row of rows) {
      run.charge(1);
      keys.forEach((key, pair) => {
        const name = key(row.item, [frame, row.bindings], run);
        if (name === undefined) return;
        const text = typeof name === 'string' ? name : fail('T1003', { value: name });
        const group = groups.get(text);
        if (group === undefined) groups.set(text, { pair, rows: [row] });
        else if (group.pair !== pair) fail('D1009', { value: text });
        else group.rows.push(row);
      });
    }
    let object: ValueObject = {};
    for (const [name, group] of groups) {
      const { item, bindings } = joinRows(group.rows, run);
      const result = (values[group.pair] as Exec)(item, [frame, bindings], run);
      if (result !== undefined) object = withMember(object, name, result);
    }
    return object;
  };
}

function joinRows(rows: readonly Row[], run: Run): Row {
  let item = rows[0]?.item;
  const bindings: Bindings = Object.assign(Object.create(null), rows[0]?.bindings);
  for (const row of rows.slice(1)) {
    run.charge(1 + (Array.isArray(item) ? item.length >> 4 : 0));
    item = append(item, row.item);
    for (const [name, value] of Object.entries(row.bindings)) bindings[name] = append(bindings[name], value);
  }
  return { item, bindings };
}
