// Function signatures such as `<s-nn?:s>`: which arguments fit, which one the context stands in for, which single
// values become arrays. Matching is by memoised search, so no signature can make a call slow.

import { isRawNumber } from '../../base/json.ts';
import { isFunction, marksOf, OUTER } from './data.ts';
import { fail, JsonataSyntaxError } from './errors.ts';
import type { Run, Value } from './run.ts';

interface Param {
  /** Symbols this parameter takes. */
  readonly accepts: string;
  readonly array: boolean;
  /** Item type of an array parameter. */
  readonly item: string;
  optional: boolean;
  many: boolean;
  context: boolean;
}

export interface Signature {
  readonly text: string;
  readonly params: readonly Param[];
}

/** Units for each parameter and argument of a call that is not plain: a context stands in, or nothing does. */
const MISFIT = 4;

const ANY = 'asnblfom';
const KINDS: Readonly<Record<string, string>> = {
  s: 'sm',
  n: 'nm',
  b: 'bm',
  l: 'lm',
  o: 'om',
  a: ANY,
  f: 'f',
  j: 'asnblom',
  x: ANY,
  u: 'bnslm',
};

/**
 * @param text with its brackets.
 * @param position of the text in the source, for errors.
 * @throws JsonataSyntaxError S0401, S0402.
 */
export function parseSignature(text: string, position = 0): Signature {
  const params: Param[] = [];
  const add = (accepts: string, array: boolean, item = '') =>
    params.push({ accepts, array, item, optional: false, many: false, context: false });
  let at = 1;
  while (at < text.length) {
    const symbol = text[at] as string;
    const last = params.at(-1);
    if (symbol === ':' || symbol === '>') break;
    if (symbol === '-' && last) {
      last.context = true;
      last.optional = true;
    } else if (symbol === '?' && last) {
      last.optional = true;
    } else if (symbol === '+' && last) {
      last.many = true;
    } else if (symbol === '(') {
      const close = closing(text, at, '(', ')');
      const choice = text.slice(at + 1, close);
      if (choice.includes('<')) throw new JsonataSyntaxError('S0402', position + at);
      add(`${choice}m`, false);
      at = close;
    } else if (symbol === '<') {
      const close = closing(text, at, '<', '>');
      if (!last || !(last.array || last.accepts === 'f'))
        throw new JsonataSyntaxError('S0401', position + at);
      if (last.array) params[params.length - 1] = { ...last, item: text[at + 1] as string };
      at = close;
    } else if (Object.hasOwn(KINDS, symbol)) {
      add(KINDS[symbol] as string, symbol === 'a');
    }
    at++;
  }
  return { text, params };
}

function closing(text: string, open: number, opener: string, closer: string): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === opener) depth++;
    else if (text[at] === closer && --depth === 0) return at;
  }
  return text.length;
}

/** The letter by which signatures know a value: `s n b l a o f`, `m` for a missing one. */
export function symbolOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 's';
    case 'number':
      return 'n';
    case 'boolean':
      return 'b';
    case 'undefined':
      return 'm';
    default:
      if (value === null) return 'l';
      if (Array.isArray(value)) return 'a';
      if (isFunction(value)) return 'f';
      return isRawNumber(value) ? 'n' : 'o';
  }
}

/**
 * Arguments as the function shall see them.
 * @param context stands in for a missing argument marked `-`.
 * @throws EvaluationError T0410, T0411, T0412.
 */
export function checkArguments(
  signature: Signature,
  args: Value[],
  context: Value,
  name: string,
  run: Run,
): Value[] {
  const { params } = signature;
  if (args.length === params.length && fits(params, args, run)) return args;
  run.charge(MISFIT * (params.length + args.length));
  let symbols = '';
  for (const arg of args) symbols += symbolOf(arg);
  const counts = match(params, symbols);
  if (typeof counts === 'number')
    return fail('T0410', { value: args[counts], index: counts + 1, token: name });
  return arrange(params, counts, symbols, args, context, name, run);
}

/** The common case: one plain argument for every parameter. */
function fits(params: readonly Param[], args: readonly Value[], run: Run): boolean {
  for (let i = 0; i < params.length; i++) {
    const param = params[i] as Param;
    const arg = args[i];
    if (param.array ? !isListOf(arg, param.item, run) : !param.accepts.includes(symbolOf(arg))) return false;
  }
  return true;
}

function isListOf(arg: Value, item: string, run: Run): boolean {
  if (!Array.isArray(arg)) return false;
  if (item === '') return true;
  run.charge(arg.length);
  for (let i = 0; i < arg.length; i++) if (symbolOf(arg[i]) !== item) return false;
  return true;
}

/** How many arguments each parameter takes, greedy from the left; or the first argument that fits nowhere. */
function match(params: readonly Param[], symbols: string): number[] | number {
  const dead = new Set<number>();
  const width = symbols.length + 1;
  let farthest = 0;
  const counts: number[] = [];
  const search = (p: number, at: number): boolean => {
    if (at > farthest) farthest = at;
    if (p === params.length) return at === symbols.length;
    const key = p * width + at;
    if (dead.has(key)) return false;
    const param = params[p] as Param;
    let most = at;
    while (
      most < symbols.length &&
      param.accepts.includes(symbols[most] as string) &&
      (param.many || most === at)
    ) {
      most++;
    }
    const least = param.optional ? at : at + 1;
    for (let next = most; next >= least; next--) {
      counts[p] = next - at;
      if (search(p + 1, next)) return true;
    }
    dead.add(key);
    return false;
  };
  return search(0, 0) ? counts : farthest;
}

function arrange(
  params: readonly Param[],
  counts: readonly number[],
  symbols: string,
  args: readonly Value[],
  context: Value,
  name: string,
  run: Run,
): Value[] {
  const out: Value[] = [];
  let at = 0;
  params.forEach((param, i) => {
    const count = counts[i] as number;
    if (count === 0) {
      if (!param.context) {
        out.push(args[at]);
        at++;
      } else if (param.accepts.includes(symbolOf(context))) {
        out.push(Array.isArray(context) && (marksOf(context) & OUTER) !== 0 ? context[0] : context);
      } else {
        fail('T0411', { value: context, index: at + 1, token: name });
      }
    }
    for (let k = 0; k < count; k++, at++) {
      out.push(param.array ? asArray(param, args[at], symbols[at] as string, at, name, run) : args[at]);
    }
  });
  return out;
}

const ITEM_NAMES: Readonly<Record<string, string>> = {
  a: 'arrays',
  b: 'booleans',
  f: 'functions',
  n: 'numbers',
  o: 'objects',
  s: 'strings',
};

function asArray(param: Param, arg: Value, symbol: string, index: number, name: string, run: Run): Value {
  if (symbol === 'm') return undefined;
  const items = symbol === 'a' ? (arg as Value[]) : [arg];
  run.charge(items.length);
  if (param.item !== '' && items.some((item) => symbolOf(item) !== param.item)) {
    fail('T0412', { value: arg, index: index + 1, token: name, type: ITEM_NAMES[param.item] });
  }
  return items;
}
