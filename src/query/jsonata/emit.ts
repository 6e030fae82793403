// Tree → closures: one per node, chosen here by its type; literals, arrays, blocks and bindings are made here, the others
// in the emit-*.ts files. The common cases (a literal, a variable, arithmetic on two numbers, an object with literal
// keys) have closures of their own.

import type { Expr, Node, NodeOf } from './ast.ts';
import {
  ALWAYS_ASSURED,
  type Context,
  deeper,
  type Exec,
  type Frame,
  frameOf,
  levelOf,
  reach,
} from './code.ts';
import { CONS, KEEP, mark, marksOf, OUTER, SEQUENCE, sequence, unwrap } from './data.ts';
import { emitApply, emitCall, emitPartial } from './emit-call.ts';
import { emitGroup, emitObject } from './emit-group.ts';
import { emitLambda } from './emit-lambda.ts';
import { emitBinary, emitCondition, emitNegate } from './emit-operators.ts';
import { emitFilter, emitPath } from './emit-path.ts';
import { emitTransform } from './emit-transform.ts';
import { emitVariable } from './emit-variable.ts';
import { emitDescendants, emitWildcard } from './emit-wildcard.ts';
import { regexFunction } from './regex.ts';
import type { Run, Value } from './run.ts';
import { priceOf } from './weight.ts';

/** Units below which an expression pays for what it does with data only. */
const SMALL = 16;

/** A compiled expression: call it with the context item. */
export function emit(expr: Expr): (input: Value, run: Run) => Value {
  const { root, names, streamed } = expr;
  const level = levelOf(undefined, [], names);
  const reached = reach(root, 1);
  const assured = Math.max(reached, ALWAYS_ASSURED);
  const exec = compile(root, { level, depth: 1, assured, streamed, compile });
  const cells = names.size;
  const price = priceOf(root);
  return (input, run) => {
    if (price.units > SMALL) run.chargeTimes(1, price);
    if (reached > ALWAYS_ASSURED) run.checkDepth(reached);
    return exec(input, cells === 0 ? undefined : frameOf(undefined, cells), run);
  };
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
  return (input, frame, run) => kept(exec(input, frame, run), run);
}

/** `[]` after something that yields a sequence. */
function kept(value: Value, run: Run): Value {
  if (Array.isArray(value) && (marksOf(value) & SEQUENCE) !== 0) {
    return unwrap((marksOf(value) & KEEP) !== 0 ? value : mark(sequence(copied(value, run)), KEEP));
  }
  return value;
}

function copied(list: readonly Value[], run: Run): Value[] {
  run.chargeList(list.length);
  return list.slice();
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

/** A list of so many items is copied at once. */
const LONG = 32;

function emitArray(node: NodeOf<'array'>, context: Context): Exec {
  const items = node.items.map((item) => context.compile(item, deeper(context)));
  const nested = node.items.map((item) => item.type === 'array');
  const cons = node.consArray;
  return (input, frame, run) => {
    let list: Value[] = [];
    for (let i = 0; i < items.length; i++) {
      const value = (items[i] as Exec)(input, frame, run);
      if (value === undefined) continue;
      if (!Array.isArray(value) || nested[i]) {
        list.push(value);
        continue;
      }
      if (value.length < LONG) {
        run.chargeGrowth(list.length + value.length, value.length);
        for (let k = 0; k < value.length; k++) list.push(value[k]);
      } else {
        run.chargeList(list.length + value.length);
        list = list.concat(value);
      }
    }
    return cons ? mark(list, CONS) : list;
  };
}

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
