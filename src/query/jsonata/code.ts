// What compiled expressions are made of: closures over frames of variables, and what the compiler knows while it
// makes them.

import type { Node } from './ast.ts';
import { MAX_DEPTH } from './limits.ts';
import type { Run, Value } from './run.ts';

/** Variables of a block or a lambda call: the enclosing frame first, then one cell per name. */
export type Frame = [Frame | undefined, ...unknown[]];
/** @param input the context item `$`. */
export type Exec = (input: Value, frame: Frame | undefined, run: Run) => Value;

/** A cell that `:=` has not reached yet. */
export const UNBOUND = Symbol('unbound');

/** Bindings of one row of a stream (`@`, `#`, `%`), by name with its sigil. */
export type Bindings = Record<string, Value>;

export interface Level {
  readonly parent: Level | undefined;
  /** Index of each name's cell; a stream level has one cell with `Bindings`. */
  readonly cells: ReadonlyMap<string, number> | 'stream';
  /** Cells from 1 to this one are parameters: always bound. */
  readonly params: number;
}

export interface Context {
  readonly level: Level | undefined;
  /** Nesting of the node inside its lambda or the whole expression; the outermost is 1. */
  readonly depth: number;
  /** Nesting already checked when the node is reached. */
  readonly assured: number;
  readonly streamed: ReadonlySet<string>;
  readonly compile: (node: Node, context: Context) => Exec;
}

export function deeper(context: Context): Context {
  return { ...context, depth: context.depth + 1 };
}

export function within(context: Context, level: Level): Context {
  return { ...context, level };
}

/** The level of a block or lambda: its parameters first, then its other names; without any, the level around it. */
export function levelOf(
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

export function frameOf(parent: Frame | undefined, cells: number): Frame {
  const frame: Frame = [parent];
  for (let i = 0; i < cells; i++) frame.push(UNBOUND);
  return frame;
}

/** Nesting that evaluating `node` at `depth` reaches whatever its data. */
export function reach(node: Node, depth: number): number {
  const next = depth + 1;
  switch (node.type) {
    case 'path':
      return reach(node.steps[0] as Node, next);
    case 'binary':
      if (node.op === 'and' || node.op === 'or') return reach(node.left, next);
      return Math.max(reach(node.left, next), reach(node.right, next));
    case 'apply':
      return reach(node.left, next);
    case 'negate':
      return reach(node.expr, next);
    case 'array':
      return node.items.reduce((most, item) => Math.max(most, reach(item, next)), depth);
    case 'object':
      return node.pairs.reduce((most, [key]) => Math.max(most, reach(key, next)), depth);
    case 'condition':
      return reach(node.test, next);
    case 'bind':
      return reach(node.value, next);
    case 'block':
      return node.items.reduce((most, item) => Math.max(most, reach(item, next)), depth);
    case 'call':
    case 'partial':
      return node.args.reduce(
        (most, arg) => (arg.type === 'placeholder' ? most : Math.max(most, reach(arg, next))),
        reach(node.callee, next),
      );
    default:
      return depth;
  }
}

/** Compiles a part one level deeper that is not always evaluated, with its own check of depth where one is due. */
export function branch(node: Node, context: Context, inside = context.level): Exec {
  const depth = context.depth + 1;
  const reached = reach(node, depth);
  const assured = Math.max(context.assured, reached);
  const exec = context.compile(node, { ...context, level: inside, depth, assured });
  // A part may only overstep when it goes farther than what was checked before it.
  if (reached <= context.assured) return exec;
  return (input, frame, run) => {
    run.checkDepth(reached);
    return exec(input, frame, run);
  };
}

/** Nothing outside lambdas can overstep while the text itself is no deeper than this. */
export const ALWAYS_ASSURED = MAX_DEPTH / 2;
