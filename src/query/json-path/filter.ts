// Filters of a path, `[?(…)]`, as Jayway 2.0 applies them: literals are texts, a text is compared with a number by its
// value, and a comparison with what is missing or of another kind is false, `!=` too.

import { isJsonNumber, type Json, toNumber } from '../../base/json.ts';
import { payForReading, WALK } from '../prices.ts';
import { JavaRegex, RegexSyntaxError } from '../regex/regex.ts';
import { javaText } from './java-text.ts';
import { payerOf, type Reader, type Run } from './run.ts';
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

/** Characters of a text that are read in the time of a unit, as a power of two. */
const READ = 3;

/** What judging one node costs before the paths inside that look at many. */
export function priceOf(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.of.reduce((sum, part) => sum + priceOf(part), 1);
    case 'exists':
      return WALK + priceOfOperand(filter);
    case 'compare':
      return 2 * WALK + priceOfOperand(filter.left) + priceOfOperand(filter.right);
  }
}

function priceOfOperand(operand: Operand | (Filter & { kind: 'exists' })): number {
  if ('path' in operand) return WALK + WALK * operand.path.steps.length;
  return operand.kind === 'literal' ? operand.text.length >> READ : 1;
}

function compileComparison(
  operator: Operator,
  left: Operand,
  right: Operand,
  inner: (path: PathSyntax) => Reader,
): Predicate {
  if (operator === '=~') return compileMatch(left, right, inner);
  const readLeft = compileOperand(left, inner);
  if (right.kind === 'literal') {
    const compare = comparisonTo(operator, right.text);
    return (node, run) => {
      const value = readLeft(node, run);
      return value !== undefined && compare(value);
    };
  }
  const holds = HOLDS[operator];
  const readRight = compileOperand(right, inner);
  return (node, run) => {
    const a = readLeft(node, run);
    const b = a === undefined ? undefined : readRight(node, run);
    return a !== undefined && b !== undefined && holds(order(a, b, run));
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
    return regex.matches(javaText(value, run.meter), payerOf(run));
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
type Comparison = Exclude<Operator, '=~'>;

const HOLDS: Readonly<Record<Comparison, (order: Order) => boolean>> = {
  '==': (order) => order === 0,
  '!=': (order) => order !== NEITHER && order !== 0,
  '<': (order) => order !== NEITHER && order < 0,
  '<=': (order) => order !== NEITHER && order <= 0,
  '>': (order) => order !== NEITHER && order > 0,
  '>=': (order) => order !== NEITHER && order >= 0,
};

/** The same of two numbers, or of two texts: most filters compare such. */
const QUICKLY: Readonly<Record<Comparison, <T extends number | string>(a: T, b: T) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** How a text is read when it is compared with a number. */
function numberIn(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** The comparison of values with one text, which has been paid for with the filter. */
function comparisonTo(operator: Comparison, text: string): (value: Json) => boolean {
  const number = numberIn(text);
  const holds = HOLDS[operator];
  const quickly = QUICKLY[operator];
  return (value) => {
    if (typeof value === 'number' && number !== undefined) return quickly(value, number);
    if (typeof value === 'string') return quickly(value, text);
    return holds(orderOfOther(value, text, number));
  };
}

/** How a value that is neither text nor plain number stands to a text. */
function orderOfOther(value: Json, text: string, number: number | undefined): Order {
  const nothing = text === 'null';
  if (value === null || nothing) return value === null && nothing ? 0 : APART;
  if (typeof value === 'boolean') return Number(value) - Number(text.toLowerCase() === 'true');
  return number === undefined || !isJsonNumber(value) ? NEITHER : toNumber(value)! - number;
}

function order(left: Json, right: Json, run: Run): Order {
  if (typeof right === 'string') {
    payForReading(run.meter, right.length, READ);
    if (typeof left === 'string') return left < right ? -1 : left > right ? 1 : 0;
    const number = numberIn(right);
    return typeof left === 'number' && number !== undefined
      ? left - number
      : orderOfOther(left, right, number);
  }
  if (left === null || right === null) return left === right ? 0 : APART;
  if (isJsonNumber(left) && isJsonNumber(right)) return toNumber(left)! - toNumber(right)!;
  return typeof left === 'boolean' && typeof right === 'boolean' ? Number(left) - Number(right) : NEITHER;
}
