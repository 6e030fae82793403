// Numbers: casts, rounding, aggregates.

import { numberOf } from '../data.ts';
import { fail } from '../errors.ts';
import { RAW, truth } from '../operators.ts';
import type { Run, Value } from '../run.ts';
import { constant, type Definitions } from './built-in.ts';
import { formatInteger, parseInteger } from './integer-picture.ts';
import { formatNumber } from './number-picture.ts';
import { round } from './rounding.ts';

/** The double of a checked argument; `undefined` stays. */
function num(value: Value): number | undefined {
  return value === undefined ? undefined : numberOf(value);
}

function unary(compute: (x: number) => Value) {
  return (run: Run, value: Value): Value => {
    run.charge(1);
    const x = num(value);
    return x === undefined ? undefined : compute(x);
  };
}

/** Units for rounding through the decimal text. */
const SHIFTED = 30;
/** Units for the digits of a number of any size in any base. */
const DIGITS = 300;

const DECIMAL = /^-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?$/;
const RADIX = /^(?:0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+)$/;

export function castToNumber(run: Run, value: Value): Value {
  run.charge(2);
  if (value === undefined || numberOf(value) !== undefined) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = value as string;
  run.charge(1 + (text.length >> 2));
  const number = DECIMAL.test(text) || RADIX.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : fail('D3030', { value: text });
}

function formatBase(value: number, radix: number): string {
  if (!(radix >= 2 && radix <= 36)) fail('D3100', { value: radix });
  return round(value).toString(radix);
}

function power(base: number, exponent: number): number {
  const result = base ** exponent;
  return Number.isFinite(result) ? result : fail('D3061', { value: base, exp: exponent });
}

export const NUMBERS: Definitions = {
  number: ['<(nsb)-:n>', 1, castToNumber],
  abs: ['<n-:n>', 1, unary(Math.abs)],
  floor: ['<n-:n>', 1, unary(Math.floor)],
  ceil: ['<n-:n>', 1, unary(Math.ceil)],
  round: [
    '<n-n?:n>',
    2,
    (run: Run, value: Value, precision: Value) => {
      run.charge(precision === undefined ? 1 : SHIFTED);
      const x = num(value);
      return x === undefined ? undefined : round(x, num(precision) ?? 0);
    },
  ],
  sqrt: ['<n-:n>', 1, unary((x) => (x < 0 ? fail('D3060', { value: x }) : Math.sqrt(x)))],
  power: [
    '<n-n:n>',
    2,
    (run: Run, base: Value, exponent: Value) => {
      run.charge(3);
      const x = num(base);
      const y = num(exponent);
      return x === undefined || y === undefined ? undefined : power(x, y);
    },
  ],
  formatBase: [
    '<n-n?:s>',
    2,
    (run: Run, value: Value, radix: Value) => {
      run.charge(DIGITS);
      const x = num(value);
      return x === undefined ? undefined : formatBase(round(x), round(num(radix) ?? 10));
    },
  ],
  formatNumber: [
    '<n-so?:s>',
    3,
    (run: Run, value: Value, picture: string | undefined, options: Value) => {
      const x = num(value);
      return x === undefined || picture === undefined ? undefined : formatNumber(x, picture, options, run);
    },
  ],
  formatInteger: [
    '<n-s:s>',
    2,
    (run: Run, value: Value, picture: string | undefined) => {
      const x = num(value);
      return x === undefined || picture === undefined ? undefined : formatInteger(x, picture, run);
    },
  ],
  parseInteger: [
    '<s-s:n>',
    2,
    (run: Run, text: string | undefined, picture: string | undefined) =>
      text === undefined || picture === undefined ? undefined : parseInteger(text, picture, run),
  ],
  boolean: [
    '<x-:b>',
    1,
    (run: Run, value: Value) => {
      run.charge(1);
      return value === undefined ? undefined : truth(value, run);
    },
  ],
  not: [
    '<x-:b>',
    1,
    (run: Run, value: Value) => {
      run.charge(1);
      return value === undefined ? undefined : !truth(value, run);
    },
  ],
};

function fold(
  run: Run,
  list: Value,
  combine: (total: number, x: number) => number,
  first: number,
): number | undefined {
  if (list === undefined) return undefined;
  const items = list as Value[];
  run.charge(1 + (items.length >> 1));
  let total = first;
  for (const item of items) {
    if (typeof item !== 'number') run.charge(RAW);
    total = combine(total, numberOf(item) as number);
  }
  return total;
}

function extreme(run: Run, list: Value, choose: (a: number, b: number) => number, first: number): Value {
  run.charge(1);
  return Array.isArray(list) && list.length > 0 ? fold(run, list, choose, first) : undefined;
}

export const AGGREGATES: Definitions = {
  sum: ['<a<n>:n>', 1, (run: Run, list: Value[] | undefined) => fold(run, list, (a, b) => a + b, 0)],
  count: ['<a:n>', 1, constant(1, (list: Value[] | undefined) => (list === undefined ? 0 : list.length))],
  max: [
    '<a<n>:n>',
    1,
    (run: Run, list: Value[] | undefined) => extreme(run, list, Math.max, Number.NEGATIVE_INFINITY),
  ],
  min: [
    '<a<n>:n>',
    1,
    (run: Run, list: Value[] | undefined) => extreme(run, list, Math.min, Number.POSITIVE_INFINITY),
  ],
  average: [
    '<a<n>:n>',
    1,
    (run: Run, list: Value[] | undefined) => {
      run.charge(1);
      if (!Array.isArray(list) || list.length === 0) return undefined;
      return (fold(run, list, (a, b) => a + b, 0) as number) / list.length;
    },
  ],
};
