// The order-by clause: stable, several keys, nothing last.

import { plain } from './data.ts';
import { fail } from './errors.ts';
import { HEAD, type Run, SLOT, type Value } from './run.ts';

export interface SortKey<T> {
  readonly descending: boolean;
  readonly keyOf: (item: T) => Value;
}

/** @returns the list itself when there is nothing to sort, else a new one. */
export function sortItems<T>(items: T[], keys: readonly SortKey<T>[], run: Run): T[] {
  if (items.length < 2) return items;
  run.charge(items.length * (2 + 2 * keys.length));
  run.allocate(items.length * (2 * HEAD + SLOT * keys.length));
  const rows = items.map((item) => ({ item, values: keys.map(({ keyOf }) => plain(keyOf(item))) }));
  rows.sort((a, b) => {
    run.charge(2);
    for (let i = 0; i < keys.length; i++) {
      const order = compareKeys(a.values[i], b.values[i], run);
      if (order !== 0)
        return order === MISSING_LAST || order === MISSING_FIRST
          ? order
          : (keys[i] as SortKey<T>).descending
            ? -order
            : order;
    }
    return 0;
  });
  return rows.map((row) => row.item);
}

// Missing keys go last in either direction, so they are told apart from an ordinary order.
const MISSING_LAST = 2;
const MISSING_FIRST = -2;

function compareKeys(a: Value, b: Value, run: Run): number {
  if (a === undefined) return b === undefined ? 0 : MISSING_LAST;
  if (b === undefined) return MISSING_FIRST;
  const sortable = (v: Value) => typeof v === 'number' || typeof v === 'string';
  if (!sortable(a) || !sortable(b)) return fail('T2008', { value: sortable(a) ? b : a });
  // The engine's sort hands over the later item first; the reference names the earlier one first.
  if (typeof a !== typeof b) return fail('T2007', { value: b, value2: a });
  run.charge(1 + (typeof a === 'string' ? Math.min(a.length, (b as string).length) >> 6 : 0));
  if (a === b) return 0;
  return (a as number) < (b as number) ? -1 : 1;
}
