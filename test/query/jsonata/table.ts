// Tables of expressions: each row is checked against our engine and against the reference implementation.

import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { evaluateStandalone } from './standalone.ts';

const DATA: Json = {
  shop: {
    name: 'Corner',
    orders: [
      {
        id: 'o1',
        lines: [
          { sku: 'pen', price: 2, qty: 3 },
          { sku: 'ink', price: 7.5, qty: 1 },
        ],
      },
      {
        id: 'o2',
        lines: [
          { sku: 'pen', price: 2, qty: 10 },
          { sku: 'pad', price: 4, qty: 2 },
        ],
      },
    ],
  },
  one: [7],
  none: [],
  nested: [[1, 2], [3]],
  deep: { a: { b: { c: [{ d: 1 }, { d: [2, 3] }] } } },
  text: 'hello',
  n: 5,
  yes: true,
  nil: null,
};

/** Nothing, written so that a table can show it. */
export const NOTHING = Symbol('nothing');
type Row = readonly [source: string, wanted: Json | typeof NOTHING | { readonly code: string }];

function isFailure(wanted: Row[1]): wanted is { readonly code: string } {
  return typeof wanted === 'object' && wanted !== null && Object.keys(wanted).join() === 'code';
}

function ours(source: string): unknown {
  const outcome = evaluateStandalone(source, DATA, {});
  if ('error' in outcome) return { code: outcome.code };
  return outcome.value === undefined ? NOTHING : outcome.value;
}

async function reference(source: string): Promise<unknown> {
  try {
    const value = await jsonata(source).evaluate(structuredClone(DATA));
    return value === undefined ? NOTHING : JSON.parse(JSON.stringify(value));
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
}

export function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows)('%s', async (source, wanted) => {
      expect(ours(source)).toEqual(isFailure(wanted) ? { code: wanted.code } : wanted);
      expect(await reference(source)).toEqual(wanted);
    });
  });
}
