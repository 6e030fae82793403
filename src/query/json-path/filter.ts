// Filters of a JSONPath, `[?(@.a == 1 && @.b)]` → predicates. Semantics are Jayway's, with one difference that AWS's
// reference states: the number 1 and the string '1' are not equal.

import { RE2JS } from 're2js';
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  jsonEquals,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import { type Reader, type Run, spend } from './run.ts';
import {
  type Filter,
  isDefinite,
  type Operand,
  type Operator,
  type PathSyntax,
  PathSyntaxError,
} from './syntax.ts';

export type Predicate = (node: Json, run: Run) => boolean;

type Compare = (left: Json | undefined, right: Json | undefined, run: Run) => boolean;

/**
 * @param inner compiles the paths inside the filter.
 * @throws PathSyntaxError for a regular expression that RE2 does not take.
 */
export function compileFilter(filter: Filter, inner: (path: PathSyntax) => Reader): Predicate {
  switch (filter.kind) {
    case 'and': {
      const of = filter.of.map((part) => compileFilter(part, inner));
      return (node, run) => of.every((accepts) => accepts(node, run));
    }
    case 'or': {
      const of = filter.of.map((part) => compileFilter(part, inner));
      return (node, run) => of.some((accepts) => accepts(node, run));
    }
    case 'not': {
      const of = compileFilter(filter.of, inner);
      return (node, run) => !of(node, run);
    }
    case 'constant':
      return () => filter.value;
    case 'exists': {
      const read = inner(filter.path);
      if (isDefinite(filter.path.steps)) return (node, run) => read(node, run) !== undefined;
      return (node, run) => (read(node, run) as Json[]).length > 0;
    }
    case 'compare':
      return compileComparison(filter.operator, filter.left, filter.right, inner);
  }
}

function compileComparison(
  operator: Operator,
  left: Operand,
  right: Operand,
  inner: (path: PathSyntax) => Reader,
): Predicate {
  if (operator === '=~') return compileMatch(left, right, inner);
  const readLeft = compileOperand(left, inner);
  const readRight = compileOperand(right, inner);
  const compare = COMPARISONS[operator];
  return (node, run) => compare(readLeft(node, run), readRight(node, run), run);
}

function compileOperand(operand: Operand, inner: (path: PathSyntax) => Reader): Reader {
  if (operand.kind === 'path') return inner(operand.path);
  if (operand.kind === 'literal') return () => operand.value;
  throw new PathSyntaxError('Expected a pattern only beside =~', operand.offset);
}

/** The pattern may stand on either side and must match the whole text; of an array one element is enough. */
function compileMatch(left: Operand, right: Operand, inner: (path: PathSyntax) => Reader): Predicate {
  const pattern = right.kind === 'pattern' ? right : left;
  const subject = right.kind === 'pattern' ? left : right;
  if (pattern.kind !== 'pattern') throw new PathSyntaxError('Expected /pattern/ beside =~', 0);
  const regex = compilePattern(pattern);
  const read = compileOperand(subject, inner);
  const matches = (value: Json | undefined): boolean => {
    if (typeof value === 'string') return regex.matches(value);
    if (isJsonNumber(value) || typeof value === 'boolean') return regex.matches(stringifyJson(value));
    return false;
  };
  return (node, run) => {
    const value = read(node, run);
    return isJsonArray(value) ? value.some(matches) : matches(value);
  };
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['i', RE2JS.CASE_INSENSITIVE],
  ['s', RE2JS.DOTALL],
  ['m', RE2JS.MULTILINE],
  ['u', 0],
]);

function compilePattern(pattern: Operand & { kind: 'pattern' }): RE2JS {
  let flags = 0;
  for (const letter of pattern.flags) {
    const flag = FLAGS.get(letter);
    if (flag === undefined) {
      throw new PathSyntaxError(`Unknown flag ${letter} of a pattern, expected i, s, m or u`, pattern.offset);
    }
    flags |= flag;
  }
  try {
    return RE2JS.compile(pattern.source, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PathSyntaxError(`The pattern /${pattern.source}/ is not supported: ${reason}`, pattern.offset);
  }
}

const COMPARISONS: Readonly<Record<Exclude<Operator, '=~'>, Compare>> = {
  '==': equal,
  '===': equal,
  '!=': (left, right) => !equal(left, right),
  '!==': (left, right) => !equal(left, right),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: isIn,
  nin: (left, right, run) => !isIn(left, right, run),
  contains: (left, right, run) => {
    if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
    return isIn(right, left, run);
  },
  all: (left, right, run) => isJsonArray(right) && right.every((item) => isIn(item, left, run)),
  subsetof: (left, right, run) =>
    isJsonArray(left) && isJsonArray(right) && left.every((item) => isIn(item, right, run)),
  anyof: (left, right, run) => isJsonArray(left) && left.some((item) => isIn(item, right, run)),
  noneof: (left, right, run) =>
    isJsonArray(left) && isJsonArray(right) && !left.some((item) => isIn(item, right, run)),
  size: (left, right) => {
    const size = sizeOf(left);
    return size !== undefined && size === toNumber(right);
  },
  empty: (left, right) => {
    const size = sizeOf(left);
    return size !== undefined && (size === 0) === right;
  },
};

/** What is missing equals nothing, not even another missing value. */
function equal(left: Json | undefined, right: Json | undefined): boolean {
  return left !== undefined && right !== undefined && jsonEquals(left, right);
}

function isIn(item: Json | undefined, list: Json | undefined, run: Run): boolean {
  if (item === undefined || !isJsonArray(list)) return false;
  spend(run, list.length);
  return list.some((other) => jsonEquals(item, other));
}

/** Numbers with numbers and strings with strings; anything else is neither less nor greater. */
function ordered(holds: (order: number) => boolean): Compare {
  return (left, right) => {
    if (typeof left === 'string' && typeof right === 'string') {
      return holds(left < right ? -1 : left > right ? 1 : 0);
    }
    const a = toNumber(left);
    const b = toNumber(right);
    return a !== undefined && b !== undefined && holds(a - b);
  };
}

function sizeOf(value: Json | undefined): number | undefined {
  if (typeof value === 'string' || isJsonArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
}
