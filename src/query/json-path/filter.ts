// Filters of a path, `[?(…)]`, as Jayway 2.0 applies them: literals are texts, a text is compared with a number by its
// value, and a comparison with what is missing or of another kind is false, `!=` too.

import { RE2JS } from 're2js';
import { isJsonNumber, type Json, toNumber } from '../../base/json.ts';
import { javaText } from './java-text.ts';
import type { Reader, Run } from './run.ts';
import { type Filter, type Operand, type Operator, type PathSyntax, PathSyntaxError } from './syntax.ts';

export type Predicate = (node: Json, run: Run) => boolean;

type Compare = (left: Json, right: Json) => boolean;

/**
 * @param inner compiles the paths inside the filter.
 * @throws PathSyntaxError for a regular expression that is none.
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
    case 'exists': {
      // Whatever its root, the path is read from the node itself, and null is as good as nothing.
      const read = inner({ ...filter.path, root: 'current' });
      return (node, run) => ((read(node, run) ?? null) === null) === filter.negated;
    }
    case 'compare':
      return compileComparison(filter.operator, filter.left, filter.right, inner);
  }
}

/** True when `@` stands somewhere in the filter. */
export function looksAtCurrent(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.some(looksAtCurrent);
    case 'exists':
      return true;
    case 'compare':
      return [filter.left, filter.right].some(
        (operand) => operand.kind === 'path' && operand.path.root === 'current',
      );
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
  return (node, run) => {
    const a = readLeft(node, run);
    if (a === undefined) return false;
    const b = readRight(node, run);
    return b !== undefined && compare(a, b);
  };
}

function compileOperand(operand: Operand, inner: (path: PathSyntax) => Reader): Reader {
  if (operand.kind === 'path') return inner(operand.path);
  if (operand.kind === 'literal') return () => operand.text;
  throw new PathSyntaxError('Expected a pattern only beside =~', operand.offset);
}

/** The pattern may stand on either side and must match the whole text of the other, whatever its kind. */
function compileMatch(left: Operand, right: Operand, inner: (path: PathSyntax) => Reader): Predicate {
  const pattern = right.kind === 'pattern' ? right : left;
  const subject = right.kind === 'pattern' ? left : right;
  if (pattern.kind !== 'pattern') throw new PathSyntaxError('Expected /pattern/ beside =~', 0);
  const regex = compilePattern(pattern);
  const read = compileOperand(subject, inner);
  return (node, run) => {
    const value = read(node, run) ?? null;
    return value !== null && regex.matches(javaText(value));
  };
}

function compilePattern(pattern: Operand & { kind: 'pattern' }): RE2JS {
  try {
    return RE2JS.compile(pattern.source, pattern.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PathSyntaxError(`The pattern /${pattern.source}/ is not supported: ${reason}`, pattern.offset);
  }
}

const COMPARISONS: Readonly<Record<Exclude<Operator, '=~'>, Compare>> = {
  '==': (left, right) => order(left, right) === 0,
  '!=': (left, right) => (order(left, right) ?? 0) !== 0,
  '<': ordered((difference) => difference < 0),
  '<=': ordered((difference) => difference <= 0),
  '>': ordered((difference) => difference > 0),
  '>=': ordered((difference) => difference >= 0),
};

function ordered(holds: (difference: number) => boolean): Compare {
  return (left, right) => {
    if ((left === null) !== (right === null)) return false;
    const difference = order(left, right);
    return difference !== undefined && holds(difference);
  };
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * How two values stand to each other: negative, zero or positive; undefined when they cannot be compared. A text on the
 * right is read as the kind of value that stands on the left.
 */
function order(left: Json, right: Json): number | undefined {
  const nothing = [left, right].map((value) => value === null || value === 'null');
  if (nothing[0] || nothing[1]) return Number(nothing[1]) - Number(nothing[0]);
  if (typeof right === 'string') {
    if (typeof left === 'string') return left < right ? -1 : left > right ? 1 : 0;
    if (isJsonNumber(left)) return DECIMAL.test(right) ? toNumber(left)! - Number(right) : undefined;
    if (typeof left === 'boolean') return Number(left) - Number(right.toLowerCase() === 'true');
    return undefined;
  }
  if (isJsonNumber(left) && isJsonNumber(right)) return toNumber(left)! - toNumber(right)!;
  return typeof left === 'boolean' && typeof right === 'boolean' ? Number(left) - Number(right) : undefined;
}
