// `{key: value, …}` as a constructor and as group-by: the same rule, applied to one item or to many.

import { isNaturalOrder, withMember } from '../../base/json-object.ts';
import type { Node, Pair } from './ast.ts';
import { type Bindings, branch, type Context, deeper, type Exec, type Frame } from './code.ts';
import { Appended } from './data.ts';
import { fail } from './errors.ts';
import type { Price, Run, Value, ValueObject } from './run.ts';
import { priceOf, priceOfAll } from './weight.ts';

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
  readonly data: Appended;
}

/** Units and bytes of a group, from its key to its member in the result. */
const GROUP = 12;
/** Units of finding the group of an item. */
const ITEM = 2;
const GROUP_BYTES = 512;

/** What each item pays for the keys, and each group for its value. */
function pricesOf(pairs: readonly Pair[]): { readonly item: Price; readonly group: readonly Price[] } {
  return {
    item: priceOfAll(pairs.map(([key]) => key)),
    group: pairs.map(([, value]) => priceOf(value)),
  };
}

/** Group-by over the items of a value. */
export function emitGroup(pairs: readonly Pair[], context: Context) {
  const keys = pairs.map(([key]) => context.compile(key, deeper(context)));
  const values = pairs.map(([, value]) => branch(value, context));
  const prices = pricesOf(pairs);
  return (value: Value, frame: Frame | undefined, run: Run): Value => {
    const items: readonly Value[] = !Array.isArray(value)
      ? [value]
      : value.length === 0
        ? [undefined]
        : value;
    const groups = new Map<string, Group>();
    run.charge(items.length * ITEM * pairs.length);
    run.chargeTimes(items.length, prices.item);
    for (const item of items) {
      keys.forEach((key, pair) => {
        addToGroup(groups, key(item, frame, run), pair, item, run);
      });
    }
    let object: ValueObject = {};
    for (const [name, { pair, data }] of groups) {
      run.chargeTimes(1, prices.group[pair] as Price);
      const result = (values[pair] as Exec)(data.value, frame, run);
      if (result !== undefined) object = withMember(object, name, result);
    }
    return object;
  };
}

function addToGroup(groups: Map<string, Group>, key: Value, pair: number, item: Value, run: Run): void {
  if (key === undefined) return;
  if (typeof key !== 'string') return fail('T1003', { value: key });
  run.charge(1 + (key.length >> 5));
  let group = groups.get(key);
  if (group === undefined) {
    run.pay(GROUP, GROUP_BYTES);
    group = { pair, data: new Appended() };
    groups.set(key, group);
  }
  if (group.pair !== pair) fail('D1009', { value: key });
  group.data.add(item, run);
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
  const prices = pricesOf(pairs);
  return (rows: readonly Row[], frame: Frame | undefined, run: Run): Value => {
    const groups = new Map<string, { pair: number; rows: Row[] }>();
    run.charge(rows.length * ITEM * pairs.length);
    run.chargeTimes(rows.length, prices.item);
    for (const row of rows) {
      keys.forEach((key, pair) => {
        const name = key(row.item, [frame, row.bindings], run);
        if (name === undefined) return;
        const text = typeof name === 'string' ? name : fail('T1003', { value: name });
        run.charge(1 + (text.length >> 5));
        run.allocate(16);
        const group = groups.get(text);
        if (group === undefined) {
          run.pay(GROUP, GROUP_BYTES);
          groups.set(text, { pair, rows: [row] });
        } else if (group.pair !== pair) fail('D1009', { value: text });
        else group.rows.push(row);
      });
    }
    let object: ValueObject = {};
    for (const [name, group] of groups) {
      run.chargeTimes(1, prices.group[group.pair] as Price);
      const { item, bindings } = joinRows(group.rows, run);
      const result = (values[group.pair] as Exec)(item, [frame, bindings], run);
      if (result !== undefined) object = withMember(object, name, result);
    }
    return object;
  };
}

function joinRows(rows: readonly Row[], run: Run): Row {
  const item = new Appended();
  const joined = new Map<string, Appended>();
  for (const row of rows) {
    item.add(row.item, run);
    const names = Object.keys(row.bindings);
    run.charge(1 + 4 * names.length);
    for (const name of names) {
      let values = joined.get(name);
      if (values === undefined) {
        values = new Appended();
        joined.set(name, values);
      }
      values.add(row.bindings[name], run);
    }
  }
  const bindings: Bindings = Object.create(null);
  for (const [name, { value }] of joined) bindings[name] = value;
  return { item: item.value, bindings };
}
