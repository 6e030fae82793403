// Operators, conditions and defaults. Arithmetic and comparison of two plain numbers do not leave their closure.

import type { NodeOf } from './ast.ts';
import { branch, type Context, deeper, type Exec } from './code.ts';
import { fail } from './errors.ts';
import {
  arithmetic,
  chargeComparison,
  compare,
  equal,
  included,
  numeric,
  range,
  text,
  truth,
} from './operators.ts';
import type { Run, Value } from './run.ts';

export function emitBinary(node: NodeOf<'binary'>, context: Context): Exec {
  const { op } = node;
  const left = context.compile(node.left, deeper(context));
  if (op === 'and' || op === 'or') return emitLogic(op, left, branch(node.right, context));
  const right = context.compile(node.right, deeper(context));
  switch (op) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return emitArithmetic(op, left, right);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return emitComparison(op, left, right);
    case '=':
    case '!=':
      return emitEquality(op === '=', left, right);
    case '&':
      return emitConcatenation(left, right);
    case 'in':
      return (input, frame, run) => included(left(input, frame, run), right(input, frame, run), run);
    case '..':
      return (input, frame, run) => range(left(input, frame, run), right(input, frame, run), run);
    default:
      throw new Error(`Expected an operator of the language, but got '${op}'`);
  }
}

function emitLogic(op: 'and' | 'or', left: Exec, right: Exec): Exec {
  if (op === 'and') {
    return (input, frame, run) => truth(left(input, frame, run), run) && truth(right(input, frame, run), run);
  }
  return (input, frame, run) => truth(left(input, frame, run), run) || truth(right(input, frame, run), run);
}

/** Sum of finite numbers may still be infinite; whoever computes with it says so (D1001). */
function emitArithmetic(op: string, left: Exec, right: Exec): Exec {
  const slow = (a: Value, b: Value, run: Run) => arithmetic(op, a, b, run);
  const quick = (a: Value, b: Value): boolean =>
    typeof a === 'number' && typeof b === 'number' && a - a === 0 && b - b === 0;
  switch (op) {
    case '+':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) + (b as number) : slow(a, b, run);
      };
    case '-':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) - (b as number) : slow(a, b, run);
      };
    case '*':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) * (b as number) : slow(a, b, run);
      };
    case '/':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) / (b as number) : slow(a, b, run);
      };
    default:
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) % (b as number) : slow(a, b, run);
      };
  }
}

function emitComparison(op: string, left: Exec, right: Exec): Exec {
  const quick = (a: Value, b: Value): boolean =>
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  return (input, frame, run) => {
    const a = left(input, frame, run);
    const b = right(input, frame, run);
    if (!quick(a, b)) return compare(op, a, b, run);
    if (typeof a === 'string') chargeComparison(a, b as string, run);
    switch (op) {
      case '<':
        return (a as number) < (b as number);
      case '<=':
        return (a as number) <= (b as number);
      case '>':
        return (a as number) > (b as number);
      default:
        return (a as number) >= (b as number);
    }
  };
}

function emitEquality(wanted: boolean, left: Exec, right: Exec): Exec {
  return (input, frame, run) => {
    const a = left(input, frame, run);
    const b = right(input, frame, run);
    if (a === undefined || b === undefined) return false;
    if (typeof a !== 'object' && typeof b !== 'object') {
      if (typeof a === 'string' && typeof b === 'string') chargeComparison(a, b, run);
      return (a === b) === wanted;
    }
    return equal(a, b, run) === wanted;
  };
}

function emitConcatenation(left: Exec, right: Exec): Exec {
  return (input, frame, run) => {
    const a = left(input, frame, run);
    const b = right(input, frame, run);
    const first = typeof a === 'string' ? a : text(a, run);
    const second = typeof b === 'string' ? b : text(b, run);
    run.chargeText(first.length + second.length);
    return first + second;
  };
}

export function emitNegate(node: NodeOf<'negate'>, context: Context): Exec {
  const expr = context.compile(node.expr, deeper(context));
  return (input, frame, run) => {
    const value = expr(input, frame, run);
    if (value === undefined) return undefined;
    const number = numeric(value);
    return number === undefined ? fail('D1002', { value }) : -number;
  };
}

export function emitCondition(node: NodeOf<'condition'>, context: Context): Exec {
  const test = context.compile(node.test, deeper(context));
  const then = branch(node.yes, context);
  const otherwise: Exec = node.no ? branch(node.no, context) : () => undefined;
  return (input, frame, run) => {
    const value = test(input, frame, run);
    const holds = typeof value === 'boolean' ? value : truth(value, run);
    return holds ? then(input, frame, run) : otherwise(input, frame, run);
  };
}
