// Tree → closures: operands, operators, blocks, lambdas and calls. Paths are in `emit-path.ts`. The common cases
// (a literal, a variable, arithmetic on two numbers, an object with literal keys) have closures of their own.

import type { Expr, Node, NodeOf } from './ast.ts';
import {
  ALWAYS_ASSURED,
  branch,
  type Context,
  deeper,
  type Exec,
  type Frame,
  type Level,
  reach,
  UNBOUND,
} from './code.ts';
import {
  CONS,
  isFunction,
  JsonataFunction,
  KEEP,
  mark,
  marksOf,
  OUTER,
  SEQUENCE,
  sequence,
  unwrap,
  type Value,
} from './data.ts';
import { emitGroup, emitObject } from './emit-group.ts';
import { emitFilter, emitPath } from './emit-path.ts';
import { emitTransform } from './emit-transform.ts';
import { emitVariable, isLocal } from './emit-variable.ts';
import { emitDescendants, emitWildcard } from './emit-wildcard.ts';
import { fail } from './errors.ts';
import { BUILT_IN, type BuiltIn } from './functions/table.ts';
import { arithmetic, compare, equal, included, numeric, range, text, truth } from './operators.ts';
import { regexFunction } from './regex.ts';
import type { Run } from './run.ts';
import { checkArguments } from './signature.ts';

/** A compiled expression: call it with the context item. */
export function emit(expr: Expr): (input: Value, run: Run) => Value {
  const { root, names, streamed } = expr;
  const level = levelOf(undefined, [], names);
  const reached = reach(root, 1);
  const assured = Math.max(reached, ALWAYS_ASSURED);
  const exec = compile(root, { level, depth: 1, assured, streamed, compile });
  const cells = names.size;
  return (input, run) => {
    if (reached > ALWAYS_ASSURED) run.checkDepth(reached);
    return exec(input, cells === 0 ? undefined : frameOf(undefined, cells), run);
  };
}

function levelOf(
  parent: Level | undefined,
  params: readonly string[],
  names: ReadonlySet<string>,
): Level | undefined {
  if (params.length === 0 && names.size === 0) return parent;
  const cells = new Map<string, number>();
  params.forEach((name, i) => {
    cells.set(name, i + 1);
  });
  let next = params.length + 1;
  for (const name of names) if (!cells.has(name)) cells.set(name, next++);
  return { parent, cells, params: params.length };
}

function frameOf(parent: Frame | undefined, cells: number): Frame {
  const frame: Frame = [parent];
  for (let i = 0; i < cells; i++) frame.push(UNBOUND);
  return frame;
}

function compile(node: Node, context: Context): Exec {
  let exec = emitNode(node, context);
  if (node.type === 'path') return exec;
  for (const stage of node.predicates ?? []) {
    if (stage.kind !== 'filter') continue;
    const inner = exec;
    const filter = emitFilter(stage.expr, context, true);
    exec = (input, frame, run) => filter(inner(input, frame, run), frame, run);
  }
  if (node.group !== undefined) {
    const inner = exec;
    const group = emitGroup(node.group, context);
    return (input, frame, run) => group(inner(input, frame, run), frame, run);
  }
  return node.predicates !== undefined || yieldsSequence(node) ? unwrapped(exec, node.keepArray) : exec;
}

/** A call in tail position is somebody else's result: whoever asked for it unwraps it. */
function yieldsSequence(node: Node): boolean {
  if (node.type === 'call') return !node.tail;
  return node.type === 'apply' || node.type === 'wildcard' || node.type === 'descendants';
}

function unwrapped(exec: Exec, keep: boolean | undefined): Exec {
  if (!keep) return (input, frame, run) => unwrap(exec(input, frame, run));
  return (input, frame, run) => kept(exec(input, frame, run));
}

/** `[]` after something that yields a sequence. */
function kept(value: Value): Value {
  if (Array.isArray(value) && (marksOf(value) & SEQUENCE) !== 0) {
    return unwrap((marksOf(value) & KEEP) !== 0 ? value : mark(sequence(value.slice()), KEEP));
  }
  return value;
}

function emitNode(node: Node, context: Context): Exec {
  switch (node.type) {
    case 'literal': {
      const { value } = node;
      return () => value;
    }
    case 'variable':
      return node.name === '' ? contextItem : emitVariable(node.name, context);
    case 'name':
    case 'path':
    case 'sort':
      return emitPath(node, context);
    case 'parent':
      return emitVariable(node.slot.label, context, '');
    case 'regex': {
      const value = regexFunction(node.pattern, node.flags, node.position);
      return () => value;
    }
    case 'wildcard':
      return emitWildcard();
    case 'descendants':
      return emitDescendants();
    case 'binary':
      return emitBinary(node, context);
    case 'negate':
      return emitNegate(node, context);
    case 'array':
      return emitArray(node, context);
    case 'object':
      return emitObject(node.pairs, context);
    case 'condition':
      return emitCondition(node, context);
    case 'elvis':
    case 'coalesce':
      return emitDefault(node, context);
    case 'bind':
      return emitBind(node, context);
    case 'block':
      return emitBlock(node, context);
    case 'call':
      return emitCall(node, context);
    case 'partial':
      return emitPartial(node, context);
    case 'lambda':
      return emitLambda(node, context);
    case 'apply':
      return emitApply(node, context);
    case 'transform':
      return emitTransform(node, context);
    default:
      throw new Error(`Expected a resolved node, but got '${node.type}'`);
  }
}

const contextItem: Exec = (input) =>
  Array.isArray(input) && (marksOf(input) & OUTER) !== 0 ? input[0] : input;

// --- operators ---------------------------------------------------------------------------------------------------

function emitBinary(node: NodeOf<'binary'>, context: Context): Exec {
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
  const slow = (a: Value, b: Value) => arithmetic(op, a, b);
  const quick = (a: Value, b: Value): boolean =>
    typeof a === 'number' && typeof b === 'number' && a - a === 0 && b - b === 0;
  switch (op) {
    case '+':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) + (b as number) : slow(a, b);
      };
    case '-':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) - (b as number) : slow(a, b);
      };
    case '*':
      return (input, frame, run) => {
        const a = left(input, frame, run);
        const b = right(input, frame, run);
        return quick(a, b) ? (a as number) * (b as number) : slow(a, b);
      };
    default:
      return (input, frame, run) => slow(left(input, frame, run), right(input, frame, run));
  }
}

function emitComparison(op: string, left: Exec, right: Exec): Exec {
  const quick = (a: Value, b: Value): boolean =>
    (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');
  return (input, frame, run) => {
    const a = left(input, frame, run);
    const b = right(input, frame, run);
    if (!quick(a, b)) return compare(op, a, b);
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
    if (typeof a !== 'object' && typeof b !== 'object') return (a === b) === wanted;
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

function emitNegate(node: NodeOf<'negate'>, context: Context): Exec {
  const expr = context.compile(node.expr, deeper(context));
  return (input, frame, run) => {
    const value = expr(input, frame, run);
    if (value === undefined) return undefined;
    const number = numeric(value);
    return number === undefined ? fail('D1002', { value, token: '-' }) : -number;
  };
}

function emitCondition(node: NodeOf<'condition'>, context: Context): Exec {
  const test = context.compile(node.test, deeper(context));
  const then = branch(node.yes, context);
  const otherwise: Exec = node.no ? branch(node.no, context) : () => undefined;
  return (input, frame, run) => {
    const value = test(input, frame, run);
    const holds = typeof value === 'boolean' ? value : truth(value, run);
    return holds ? then(input, frame, run) : otherwise(input, frame, run);
  };
}

function emitDefault(node: NodeOf<'elvis'> | NodeOf<'coalesce'>, context: Context): Exec {
  const left = context.compile(node.left, deeper(context));
  const right = branch(node.right, context);
  const elvis = node.type === 'elvis';
  return (input, frame, run) => {
    const value = left(input, frame, run);
    return (elvis ? truth(value, run) : value !== undefined) ? value : right(input, frame, run);
  };
}

function emitArray(node: NodeOf<'array'>, context: Context): Exec {
  const items = node.items.map((item) => context.compile(item, deeper(context)));
  const nested = node.items.map((item) => item.type === 'array');
  const cons = node.consArray;
  return (input, frame, run) => {
    const list: Value[] = [];
    for (let i = 0; i < items.length; i++) {
      const value = (items[i] as Exec)(input, frame, run);
      if (value === undefined) continue;
      if (!Array.isArray(value) || nested[i]) {
        list.push(value);
        continue;
      }
      run.chargeList(list.length + value.length);
      for (let k = 0; k < value.length; k++) list.push(value[k]);
    }
    return cons ? mark(list, CONS) : list;
  };
}

// --- variables, blocks, lambdas ----------------------------------------------------------------------------------

function emitBind(node: NodeOf<'bind'>, context: Context): Exec {
  const value = context.compile(node.value, deeper(context));
  let hops = 0;
  let level = context.level;
  // Rows of a stream are made anew at each step: what is bound there belongs to the block around the path.
  while (level !== undefined && (level.cells === 'stream' || !level.cells.has(node.name))) {
    hops++;
    level = level.parent;
  }
  if (level === undefined) throw new Error(`Expected a cell for $${node.name}`);
  const cell = (level.cells as ReadonlyMap<string, number>).get(node.name) as number;
  return (input, frame, run) => {
    const result = value(input, frame, run);
    let target = frame as Frame;
    for (let i = 0; i < hops; i++) target = target[0] as Frame;
    target[cell] = result;
    return result;
  };
}

function emitBlock(node: NodeOf<'block'>, context: Context): Exec {
  const level = levelOf(context.level, [], node.names);
  const inner: Context = { ...deeper(context), level };
  const items = node.items.map((item) => context.compile(item, inner));
  const cells = node.names.size;
  if (cells === 0 && items.length === 1) return items[0] as Exec;
  return (input, outer, run) => {
    const frame = cells === 0 ? outer : frameOf(outer, cells);
    let result: Value;
    for (let i = 0; i < items.length; i++) result = (items[i] as Exec)(input, frame, run);
    return result;
  };
}

/** Returned instead of a result by a body whose last act is a call: `Run` holds that call. */
const TAIL = new JsonataFunction(0, () => undefined);

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

function emitLambda(node: NodeOf<'lambda'>, context: Context): Exec {
  const { params, signature } = node;
  const level = levelOf(context.level, params, node.names);
  const reached = reach(node.body, 1);
  const body = context.compile(node.body, { ...context, level, depth: 1, assured: reached });
  const arity = params.length;
  const cells =
    level === undefined || level === context.level ? 0 : (level.cells as ReadonlyMap<string, number>).size;
  const locals = cells - new Set(params).size;
  const hasFrame = level !== context.level;
  return (input, frame) =>
    new Lambda(arity, (given, caller, run) => {
      run.charge(1);
      run.checkDepth(reached);
      const args = signature === undefined ? given : checkArguments(signature, given, caller, run.callee);
      if (!hasFrame) return body(input, frame, run);
      const own: Frame = [frame];
      for (let i = 0; i < arity; i++) own.push(args[i]);
      for (let i = 0; i < locals; i++) own.push(UNBOUND);
      return body(input, own, run);
    });
}

// --- calls -------------------------------------------------------------------------------------------------------

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

function emitCall(node: NodeOf<'call'>, context: Context, piped?: Exec): Exec {
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
      call(checkArguments(signature, [first(input, frame, run)], input, name), run);
  }
  if (args.length === 2 && first && second && signature) {
    return (input, frame, run) => {
      const values = [first(input, frame, run), second(input, frame, run)];
      return call(checkArguments(signature, values, input, name), run);
    };
  }
  return (input, frame, run) => {
    const values: Value[] = [];
    for (let i = 0; i < args.length; i++) values.push((args[i] as Exec)(input, frame, run));
    return call(signature ? checkArguments(signature, values, input, name) : values, run);
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

function emitPartial(node: NodeOf<'partial'>, context: Context): Exec {
  const callee = context.compile(node.callee, deeper(context));
  const name = nameOf(node.callee);
  const args = node.args.map((arg) =>
    arg.type === 'placeholder' ? undefined : context.compile(arg, deeper(context)),
  );
  const open = args.filter((arg) => arg === undefined).length;
  return (input, frame, run) => {
    const bound = args.map((arg) => arg?.(input, frame, run));
    const fn = callee(input, frame, run);
    if (!isFunction(fn)) {
      if (fn === undefined && node.callee.type === 'path' && isKnown(name, context, run)) {
        return fail('T1007', { token: `$${name}` });
      }
      return fail('T1008', { token: name });
    }
    return new JsonataFunction(open, (given, caller, inner) => {
      let next = 0;
      const values = args.map((arg, i) => (arg === undefined ? given[next++] : bound[i]));
      return fn.invoke(values, caller, inner);
    });
  };
}

function emitApply(node: NodeOf<'apply'>, context: Context): Exec {
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
    if (isFunction(value)) return compose(value, fn);
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
    run.checkDepth(1);
    return second.invoke([unwrap(first.invoke(args, input, run))], input, run);
  });
}
