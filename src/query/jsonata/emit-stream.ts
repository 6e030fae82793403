// Paths that bind names on the way (`@$x`, `#$i`) or look back at parents (`%`): instead of a list of items, a stream
// of rows goes from step to step, each row an item with its bindings.

import type { Node, NodeOf, Stage } from './ast.ts';
import { type Bindings, branch, type Context, deeper, type Exec, type Frame, within } from './code.ts';
import { CONS, marksOf, sequence, unwrap } from './data.ts';
import { emitStreamGroup, type Row } from './emit-group.ts';
import { HEAD, MEMBER, type Run, type Value } from './run.ts';
import { sortItems } from './sort.ts';
import { holds, keep } from './steps.ts';
import { priceOf, priceOfAll } from './weight.ts';

/** Yields rows, or nothing. */
type Rows = (input: Value, frame: Frame | undefined, run: Run) => Row[] | undefined;
type StreamStep = (rows: Row[], frame: Frame | undefined, run: Run) => Row[];

const NO_BINDINGS: Bindings = Object.freeze(Object.create(null));

/** @returns the path as a value, and as the stream an enclosing path takes over. */
export function emitStream(path: NodeOf<'path'>, context: Context): { exec: Exec; rows: Rows } {
  const streaming = within(context, { parent: context.level, cells: 'stream', params: 0 });
  const begin = path.steps.findIndex((step) => step.tuple);
  const head = begin > 0 ? emitHead(path, begin, context) : undefined;
  const [first] = path.steps as [Node];
  const steps = path.steps
    .slice(begin)
    .map((step, i) => emitStreamStep(step, streaming, i === 0 && begin === 0));
  const startsWithVariable = first.type === 'variable';
  const rows: Rows = (input, frame, run) => {
    const start = head ? head(input, frame, run) : input;
    if (head && start === undefined) return undefined;
    const items = Array.isArray(start) && (head || !startsWithVariable) ? start : [start];
    run.charge(2 * items.length);
    run.allocate(HEAD * items.length);
    let current: Row[] = items.map((item) => ({ item, bindings: NO_BINDINGS }));
    for (const step of steps) current = step(current, frame, run);
    return current;
  };
  const group = path.group && emitStreamGroup(path.group, streaming);
  const exec: Exec = (input, frame, run) => {
    const stream = rows(input, frame, run);
    if (group) return group(stream ?? [], frame, run);
    if (stream === undefined) return undefined;
    const result = sequence(stream.map((row) => row.item));
    return unwrap(path.keepSingleton ? keep(result) : result);
  };
  return { exec, rows };
}

/** The steps before the first that binds: an ordinary path. */
function emitHead(path: NodeOf<'path'>, begin: number, context: Context): Exec {
  const head: Node = { type: 'path', steps: path.steps.slice(0, begin), position: path.position };
  const exec = context.compile(head, context);
  return (input, frame, run) => {
    const value = exec(input, frame, run);
    if (!Array.isArray(value)) return value;
    if ((marksOf(value) & CONS) !== 0) return [value];
    return value.length === 0 ? undefined : value;
  };
}

function emitStreamStep(step: Node, context: Context, first: boolean): StreamStep {
  const core = step.type === 'sort' ? emitStreamSort(step, context) : emitExpansion(step, context, first);
  const stages = (step.stages ?? []).map((stage) => emitStage(stage, context));
  if (stages.length === 0) return core;
  return (rows, frame, run) =>
    stages.reduce((current, stage) => stage(current, frame, run), core(rows, frame, run));
}

/** Names that a row may have bound, each of which is copied whenever another is bound. */
function rowPrice(context: Context): number {
  return 4 + 2 * context.streamed.size;
}

function chargeRows(count: number, price: number, run: Run): void {
  run.charge(count * price);
  run.allocate(count * (HEAD + price * MEMBER));
}

function bind(bindings: Bindings, name: string, value: Value): Bindings {
  return Object.assign(Object.create(null), bindings, { [name]: value });
}

/** Each row becomes one row for every result of the step. */
function emitExpansion(step: Node, context: Context, first: boolean): StreamStep {
  const results = emitResults(step, context, first);
  const { focus, index, ancestor } = step;
  const price = priceOf(step);
  const row = rowPrice(context);
  return (rows, frame, run) => {
    const out: Row[] = [];
    run.chargeTimes(rows.length, price);
    for (const { item: from, bindings: bound } of rows) {
      const found = results(from, [frame, bound], run);
      if (found === undefined) continue;
      run.chargeGrowth(out.length + found.length, found.length);
      chargeRows(found.length, row, run);
      found.forEach((result, i) => {
        let bindings: Bindings = Object.assign(Object.create(null), bound, result.bindings);
        let { item } = result;
        if (focus !== undefined && !result.streamed) {
          bindings[focus] = item;
          item = from;
        }
        if (index !== undefined) bindings = bind(bindings, index, i);
        if (ancestor !== undefined) bindings = bind(bindings, ancestor.label, from);
        out.push({ item, bindings });
      });
    }
    return out;
  };
}

interface Result extends Row {
  /** The result comes with bindings of its own, which take the place of a focus. */
  readonly streamed: boolean;
}

type Results = (input: Value, frame: Frame | undefined, run: Run) => Result[] | undefined;

function emitResults(step: Node, context: Context, first: boolean): Results {
  const inner = innerRows(step, context);
  if (inner) {
    return (input, frame, run) => inner(input, frame, run)?.map((row) => ({ ...row, streamed: true }));
  }
  const exec = first ? context.compile(step, deeper(context)) : branch(step, context);
  return (input, frame, run) => {
    const value = exec(input, frame, run);
    if (value === undefined) return undefined;
    const items = Array.isArray(value) ? value : [value];
    run.charge(2 * items.length);
    return items.map((item) => ({ item, bindings: NO_BINDINGS, streamed: false }));
  };
}

/** The rows of a step that is itself a stream: a block whose last expression is one. */
function innerRows(step: Node, context: Context): Rows | undefined {
  if (!step.tuple || step.type !== 'block' || step.predicates || step.group || step.names.size > 0)
    return undefined;
  const last = step.items.at(-1);
  if (last === undefined || last.predicates !== undefined || last.group !== undefined) return undefined;
  const inner = deeper(context);
  const before = step.items.slice(0, -1).map((item) => context.compile(item, inner));
  const rows =
    last.type === 'path' && last.steps.some((each) => each.tuple)
      ? emitStream(last, inner).rows
      : innerRows(last, inner);
  if (rows === undefined) return undefined;
  return (input, frame, run) => {
    for (const exec of before) exec(input, frame, run);
    return rows(input, frame, run);
  };
}

function emitStreamSort(step: NodeOf<'sort'>, context: Context): StreamStep {
  const keys = step.terms.map((term) => ({ descending: term.descending, exec: branch(term.expr, context) }));
  const { index } = step;
  const price = priceOfAll(step.terms.map((term) => term.expr));
  const row = rowPrice(context);
  return (rows, frame, run) => {
    run.chargeTimes(rows.length, price);
    const sorted = sortItems(
      rows,
      keys.map(({ descending, exec }) => ({
        descending,
        keyOf: (row: Row) => exec(row.item, [frame, row.bindings], run),
      })),
      run,
    );
    if (index === undefined) return sorted;
    chargeRows(sorted.length, row, run);
    return sorted.map(({ item, bindings }, i) => ({ item, bindings: bind(bindings, index, i) }));
  };
}

function emitStage(stage: Stage, context: Context): StreamStep {
  if (stage.kind === 'index') {
    const { name } = stage;
    const row = rowPrice(context);
    return (rows, _frame, run) => {
      chargeRows(rows.length, row, run);
      return rows.map(({ item, bindings }, i) => ({ item, bindings: bind(bindings, name, i) }));
    };
  }
  const { expr } = stage;
  if (expr.type === 'literal' && typeof expr.value === 'number') {
    const index = Math.floor(expr.value);
    return (rows) => {
      const row = rows[index < 0 ? rows.length + index : index];
      return row === undefined ? [] : [row];
    };
  }
  const test = branch(expr, context);
  const price = priceOf(expr);
  return (rows, frame, run) => {
    run.charge(1);
    run.chargeTimes(rows.length, price);
    return rows.filter((row, i) => holds(test(row.item, [frame, row.bindings], run), i, rows.length, run));
  };
}
