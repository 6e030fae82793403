// Lambdas. A call in tail position is not made where it stands: the body gives it to whoever called the lambda, so that
// recursion by tail calls needs no stack.

import type { NodeOf } from './ast.ts';
import { type Context, type Exec, type Frame, levelOf, reach, UNBOUND } from './code.ts';
import { CLOSURE, JsonataFunction, type Run, SLOT, type Value } from './run.ts';
import { checkArguments } from './signature.ts';
import { priceOf } from './weight.ts';

/** Returned instead of a result by a body whose last act is a call: `Run` holds that call. */
export const TAIL = new JsonataFunction(0, () => undefined);

/** Lambdas can be entered without making the calls in their tail. */
class Lambda extends JsonataFunction {
  readonly enter: (args: Value[], input: Value, run: Run) => Value;

  constructor(arity: number, enter: (args: Value[], input: Value, run: Run) => Value) {
    super(arity, (args, input, run) => {
      let result = enter(args, input, run);
      while (result === TAIL) {
        const next = run.tailFunction as JsonataFunction;
        const nextArgs = run.tailArguments;
        result =
          next instanceof Lambda ? next.enter(nextArgs, input, run) : next.invoke(nextArgs, input, run);
      }
      return result;
    });
    this.enter = enter;
  }
}

export function emitLambda(node: NodeOf<'lambda'>, context: Context): Exec {
  const { params, signature } = node;
  const level = levelOf(context.level, params, node.names);
  const reached = reach(node.body, 1);
  const body = context.compile(node.body, { ...context, level, depth: 1, assured: reached });
  const arity = params.length;
  const cells =
    level === undefined || level === context.level ? 0 : (level.cells as ReadonlyMap<string, number>).size;
  const locals = cells - new Set(params).size;
  const hasFrame = level !== context.level;
  const price = priceOf(node.body);
  const units = price.units + (cells >> 1);
  const bytes = CLOSURE + SLOT * cells;
  return (input, frame, maker) => {
    maker.allocate(bytes);
    return new Lambda(arity, (given, caller, run) => {
      run.pay(units, price.bytes);
      run.checkDepth(reached);
      const args =
        signature === undefined ? given : checkArguments(signature, given, caller, run.callee, run);
      if (!hasFrame) return body(input, frame, run);
      const own: Frame = [frame];
      for (let i = 0; i < arity; i++) own.push(args[i]);
      for (let i = 0; i < locals; i++) own.push(UNBOUND);
      return body(input, own, run);
    });
  };
}
