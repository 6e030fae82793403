// Filters of a path, `[?(…)]`, as Jayway 2.0 applies them: literals are texts, a text is compared with a number by its
// value, and a comparison with what is missing or of another kind is false, `!=` too.

import { isJsonNumber, type Json, toNumber } from '../../base/json.ts';
import { JavaRegex, RegexSyntaxError } from '../regex/regex.ts';
import { javaText } from './java-text.ts';
import { outOfReach, type Reader, type Run, spend } from './run.ts';
import { type Filter, type Operand, type Operator, type PathSyntax, PathSyntaxError } from './syntax.ts';

export type Predicate = (node: Json, run: Run) => boolean;

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
  const holds = HOLDS[operator];
  const readLeft = compileOperand(left, inner);
  if (right.kind === 'literal') {
    const order = orderTo(right.text);
    return (node, run) => {
      const value = readLeft(node, run);
      return value !== undefined && holds(order(value));
    };
  }
  const readRight = compileOperand(right, inner);
  return (node, run) => {
    const a = readLeft(node, run);
    const b = a === undefined ? undefined : readRight(node, run);
    return a !== undefined && b !== undefined && holds(order(a, b));
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
    if (value === null) return false;
    return regex.matches(javaText(value), { charge: (steps) => spend(run, steps), full: outOfReach });
  };
}

function compilePattern({ source, ignoreCase, offset }: Operand & { kind: 'pattern' }): JavaRegex {
  try {
    return new JavaRegex(source, { ignoreCase });
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new PathSyntaxError(`The pattern /${source}/ is not supported: ${error.message}`, offset);
  }
}

/** Of two values that cannot be compared: every operator is false. */
const NEITHER = undefined;
/** Null beside something: they differ, but neither is less. */
const APART = Number.NaN;
/** Negative, zero or positive as numbers and texts stand to each other. */
type Order = number | typeof NEITHER;

const HOLDS: Readonly<Record<Exclude<Operator, '=~'>, (order: Order) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== NEITHER && order !== 0,
  '<': (order) => order !== NEITHER && order < 0,
  '<=': (order) => order !== NEITHER && order <= 0,
  '>': (order) => order !== NEITHER && order > 0,
  '>=': (order) => order !== NEITHER && order >= 0,
};

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** How values stand to a text: it is read as the kind of value that it is compared with. */
function orderTo(text: string): (value: Json) => Order {
  const number = DECIMAL.test(text) ? Number(text) : undefined;
  const truth = Number(text.toLowerCase() === 'true');
  const nothing = text === 'null';
  return (value) => {
    if (typeof value === 'number' && number !== undefined) return value - number;
    if (typeof value === 'string') return value < text ? -1 : value > text ? 1 : 0;
    if (value === null || nothing) return value === null && nothing ? 0 : APART;
    if (typeof value === 'boolean') return Number(value) - truth;
    return number === undefined || !isJsonNumber(value) ? NEITHER : toNumber(value)! - number;
  };
}

function order(left: Json, right: Json): Order {
  if (typeof right === 'string') return orderTo(right)(left);
  if (left === null || right === null) return left === right ? 0 : APART;
  if (isJsonNumber(left) && isJsonNumber(right)) return toNumber(left)! - toNumber(right)!;
  return typeof left === 'boolean' && typeof right === 'boolean' ? Number(left) - Number(right) : NEITHER;
}
