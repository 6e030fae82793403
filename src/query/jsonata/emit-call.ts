// Calls: of built-in functions, of lambdas and other values, in tail position, with arguments left open, by `~>`.

import type { Node, NodeOf } from './ast.ts';
import { type Context, deeper, type Exec, type Frame } from './code.ts';
import { isFunction, unwrap } from './data.ts';
import { TAIL } from './emit-lambda.ts';
import { isLocal } from './emit-variable.ts';
import { fail } from './errors.ts';
import { BUILT_IN, type BuiltIn } from './functions/table.ts';
import { CLOSURE, JsonataFunction, type Run, SLOT, type Value } from './run.ts';
import { checkArguments } from './signature.ts';

/** The built-in function that a call names, unless the expression itself binds that name. */
function builtIn(callee: Node, context: Context): BuiltIn | undefined {
  if (callee.type !== 'variable' || callee.predicates !== undefined || callee.group !== undefined)
    return undefined;
  return isLocal(callee.name, context) ? undefined : BUILT_IN.get(callee.name);
}

/** How a call is named in errors. */
function nameOf(callee: Node): string | undefined {
  if (callee.type === 'variable') return callee.name;
  if (callee.type === 'path' && callee.steps[0]?.type === 'name') return callee.steps[0].name;
  return undefined;
}

function isKnown(name: string | undefined, context: Context, run: Run): boolean {
  if (name === undefined) return false;
  return BUILT_IN.has(name) || isLocal(name, context) || run.scope.variable(name) !== undefined;
}

export function emitCall(node: NodeOf<'call'>, context: Context, piped?: Exec): Exec {
  const native = builtIn(node.callee, context);
  const args = node.args.map((arg) => context.compile(arg, deeper(context)));
  if (piped) args.unshift(piped);
  if (native) {
    return emitNative(native, args, context.depth);
  }
  const callee = context.compile(node.callee, deeper(context));
  const name = nameOf(node.callee);
  const isPath = node.callee.type === 'path';
  const target: (input: Value, frame: Frame | undefined, run: Run) => JsonataFunction = (
    input,
    frame,
    run,
  ) => {
    const found = callee(input, frame, run);
    if (isFunction(found)) return found;
    if (found === undefined && isPath && isKnown(name, context, run))
      return fail('T1005', { token: `$${name}` });
    return fail('T1006', { token: name });
  };
  if (node.tail) return emitTailCall(target, args, name ?? '');
  const { depth } = context;
  return (input, frame, run) => {
    const fn = target(input, frame, run);
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) values.push((args[i] as Exec)(input, frame, run));
    run.depth += depth;
    run.callee = name ?? '';
    const result = fn.invoke(values, input, run);
    run.depth -= depth;
    return result;
  };
}

function emitTailCall(
  target: (input: Value, frame: Frame | undefined, run: Run) => JsonataFunction,
  args: Exec[],
  name: string,
): Exec {
  return (input, frame, run) => {
    const fn = target(input, frame, run);
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) values.push((args[i] as Exec)(input, frame, run));
    run.callee = name;
    run.tailFunction = fn;
    run.tailArguments = values;
    return TAIL;
  };
}

function emitNative(native: BuiltIn, args: readonly Exec[], depth: number): Exec {
  const { signature, name } = native;
  const call = native.higher ? deepened(native, depth) : native.call;
  const [first, second] = args;
  if (args.length === 1 && first && signature) {
    return (input, frame, run) =>
      call(checkArguments(signature, [first(input, frame, run)], input, name, run), run);
  }
  if (args.length === 2 && first && second && signature) {
    return (input, frame, run) => {
      const values = [first(input, frame, run), second(input, frame, run)];
      return call(checkArguments(signature, values, input, name, run), run);
    };
  }
  return (input, frame, run) => {
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) values.push((args[i] as Exec)(input, frame, run));
    return call(signature ? checkArguments(signature, values, input, name, run) : values, run);
  };
}

/** What a higher-order function calls lies deeper than its own call. An error ends everything: nothing to restore. */
function deepened({ name, call }: BuiltIn, depth: number): BuiltIn['call'] {
  return (args, run) => {
    run.depth += depth;
    run.callee = name;
    const result = call(args, run);
    run.depth -= depth;
    return result;
  };
}

export function emitPartial(node: NodeOf<'partial'>, context: Context): Exec {
  const callee = context.compile(node.callee, deeper(context));
  const name = nameOf(node.callee);
  const args = node.args.map((arg) =>
    arg.type === 'placeholder' ? undefined : context.compile(arg, deeper(context)),
  );
  const open = args.filter((arg) => arg === undefined).length;
  const bytes = CLOSURE + SLOT * args.length;
  return (input, frame, run) => {
    const bound = args.map((arg) => arg?.(input, frame, run));
    const fn = callee(input, frame, run);
    if (!isFunction(fn)) {
      if (fn === undefined && node.callee.type === 'path' && isKnown(name, context, run)) {
        return fail('T1007', { token: `$${name}` });
      }
      return fail('T1008', { token: name });
    }
    run.allocate(bytes);
    return new JsonataFunction(open, (given, caller, inner) => {
      inner.charge(args.length);
      let next = 0;
      const values = args.map((arg, i) => (arg === undefined ? given[next++] : bound[i]));
      return fn.invoke(values, caller, inner);
    });
  };
}

export function emitApply(node: NodeOf<'apply'>, context: Context): Exec {
  const left = context.compile(node.left, deeper(context));
  if (node.right.type === 'call') {
    // The call's own result is worth what the chain makes of it.
    const call = emitCall({ ...node.right, tail: true }, context, left);
    return builtIn(node.right.callee, context) ? call : finishTail(call, context.depth);
  }
  const right = context.compile(node.right, deeper(context));
  const { depth } = context;
  return (input, frame, run) => {
    const value = left(input, frame, run);
    const fn = right(input, frame, run);
    if (!isFunction(fn)) return fail('T2006', { value: fn });
    if (isFunction(value)) {
      run.allocate(CLOSURE);
      return compose(value, fn);
    }
    run.depth += depth;
    const result = fn.invoke([value], input, run);
    run.depth -= depth;
    return result;
  };
}

function finishTail(call: Exec, depth: number): Exec {
  return (input, frame, run) => {
    if (call(input, frame, run) !== TAIL) throw new Error('Expected a call');
    const fn = run.tailFunction as JsonataFunction;
    run.depth += depth;
    const result = fn.invoke(run.tailArguments, input, run);
    run.depth -= depth;
    return result;
  };
}

function compose(first: JsonataFunction, second: JsonataFunction): JsonataFunction {
  return new JsonataFunction(1, (args, input, run) => {
    run.charge(2);
    run.checkDepth(1);
    return second.invoke([unwrap(first.invoke(args, input, run))], input, run);
  });
}
