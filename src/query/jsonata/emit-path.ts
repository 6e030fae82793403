// Paths: each step is evaluated for every item of what the step before yielded, and the results are one flat list.
// Between steps, `undefined` is nothing, an array is the list of context items, anything else is the only item.

import type { Node, NodeOf, SortTerm, Stage } from './ast.ts';
import { branch, type Context, deeper, type Exec, type Frame } from './code.ts';
import { CONS, KEEP, marksOf, SEQUENCE, sequence, unwrap } from './data.ts';
import { emitGroup } from './emit-group.ts';
import { emitStream } from './emit-stream.ts';
import { isLocal } from './emit-variable.ts';
import type { Run, Value } from './run.ts';
import { sortItems } from './sort.ts';
import { emitName, holds, keep } from './steps.ts';
import { priceOf, priceOfAll } from './weight.ts';

type Step = (current: Value, frame: Frame | undefined, run: Run) => Value;

export function emitPath(node: Node, context: Context): Exec {
  if (node.type === 'name') {
    const lookup = emitName(node.name);
    return (input, _frame, run) => unwrap(lookup(input, run));
  }
  const path = node as NodeOf<'path'>;
  if (path.steps.some((step) => step.tuple)) return emitStream(path, context).exec;
  const exec = emitSteps(path, context);
  const { group, keepSingleton } = path;
  if (group) {
    const grouped = emitGroup(group, context);
    return (input, frame, run) => grouped(exec(input, frame, run), frame, run);
  }
  return keepSingleton ? (input, frame, run) => unwrap(keep(exec(input, frame, run))) : exec;
}

/** @returns unwrapped results, or the list as it is when the path keeps singletons or groups. */
function emitSteps(path: NodeOf<'path'>, context: Context): Exec {
  const raw = path.keepSingleton || path.group !== undefined;
  const { start, from } = emitStart(path, context);
  const steps = path.steps
    .slice(from)
    .map((step, i) => emitStep(step, context, from + i === path.steps.length - 1, from + i));
  const [only] = steps;
  if (steps.length === 1 && only) {
    if (raw) {
      return (input, frame, run) => {
        const current = start(input, frame, run);
        return current === undefined && from > 0 ? undefined : only(current, frame, run);
      };
    }
    return (input, frame, run) => {
      const current = start(input, frame, run);
      return current === undefined && from > 0 ? undefined : unwrap(only(current, frame, run));
    };
  }
  const constructs = path.steps[0]?.consArray;
  return (input, frame, run) => {
    let current = start(input, frame, run);
    for (let i = 0; i < steps.length; i++) {
      if (current === undefined && (i > 0 || from > 0)) return undefined;
      current = (steps[i] as Step)(current, frame, run);
      // A path that starts with an array written out goes on over that array only: it ends at an empty one, and
      // an item picked from it (`[x][0].a`) leads nowhere, as in the reference implementation.
      if (i === 0 && constructs) {
        if (!Array.isArray(current)) return steps.length > 1 ? undefined : current;
        if (current.length === 0) return current;
      }
    }
    return raw ? current : unwrap(current);
  };
}

/** What the first step works on, and which step that is: the start of most workflow paths is a known variable. */
function emitStart(path: NodeOf<'path'>, context: Context): { start: Exec; from: number } {
  const [first, second] = path.steps as [Node, Node | undefined];
  const plainStep = (step: Node) =>
    step.stages === undefined && step.predicates === undefined && !step.keepArray;
  if (first.type === 'variable' && first.stages === undefined && path.steps.length > 1) {
    if (
      first.name === 'states' &&
      plainStep(first) &&
      first.group === undefined &&
      second?.type === 'name' &&
      plainStep(second) &&
      !isLocal('states', context)
    ) {
      const start = emitStates(second.name);
      if (start) {
        const last = path.steps.length === 2;
        return { start: last ? start : (input, frame, run) => inner(start(input, frame, run)), from: 2 };
      }
    }
    const variable = context.compile(first, deeper(context));
    return { start: (input, frame, run) => inner(variable(input, frame, run)), from: 1 };
  }
  return { start: (input) => input, from: 0 };
}

/** A step's only result as the list for the next step. */
function inner(value: Value): Value {
  if (!Array.isArray(value)) return value;
  if ((marksOf(value) & CONS) !== 0) return [value];
  return value.length === 0 ? undefined : value;
}

function emitStates(name: string): Exec | undefined {
  switch (name) {
    case 'input':
      return (_input, _frame, run) => run.scope.states.input;
    case 'result':
      return (_input, _frame, run) => run.scope.states.result;
    case 'errorOutput':
      return (_input, _frame, run) => run.scope.states.errorOutput;
    case 'context':
      return (_input, _frame, run) => run.context;
    default:
      return undefined;
  }
}

function emitStep(step: Node, context: Context, last: boolean, index: number): Step {
  if (step.type === 'sort') return withStages(emitSort(step.terms, context), step.stages, context);
  if (step.type === 'name' && step.stages === undefined) return emitNameStep(step.name, last);
  // The first step is always evaluated, the others only when there is something to evaluate them on.
  const compiled = index === 0 ? context.compile(step, deeper(context)) : branch(step, context);
  if (index === 0 && step.consArray) return (current, frame, run) => compiled(current, frame, run);
  const evaluate = withFilters(compiled, step.stages, context);
  if (index === 0 && step.type === 'variable') {
    return (current, frame, run) => settle(evaluate(current, frame, run), last, run);
  }
  const price = priceOf(step);
  return (current, frame, run) => {
    if (!Array.isArray(current)) return settle(evaluate(current, frame, run), last, run);
    const gathered = new Gathered();
    run.chargeItems(current.length, 0);
    run.chargeTimes(current.length, price);
    for (let i = 0; i < current.length; i++) gathered.add(evaluate(current[i], frame, run), run);
    return gathered.result(last, run);
  };
}

/** Results of one step for several items. */
class Gathered {
  #count = 0;
  #only: Value = undefined;
  #list: Value[] | undefined = undefined;

  add(value: Value, run: Run): void {
    if (value === undefined) return;
    this.#count++;
    if (this.#count === 1) {
      this.#only = value;
      return;
    }
    if (this.#list === undefined) {
      this.#list = sequence([]);
      flattenInto(this.#list, this.#only, run);
    }
    flattenInto(this.#list, value, run);
  }

  result(last: boolean, run: Run): Value {
    if (this.#count === 0) return undefined;
    return this.#count === 1 ? settle(this.#only, last, run) : this.#list;
  }
}

function flattenInto(list: Value[], value: Value, run: Run): void {
  if (!Array.isArray(value) || (marksOf(value) & CONS) !== 0) {
    list.push(value);
    return;
  }
  run.chargeGrowth(list.length + value.length, value.length);
  for (let i = 0; i < value.length; i++) list.push(value[i]);
}

/** A step's only result: data that is an array stays that array at the end of a path. */
function settle(value: Value, last: boolean, run: Run): Value {
  if (!Array.isArray(value)) return value;
  const bits = marksOf(value);
  if (last && (bits & SEQUENCE) === 0) return value;
  if ((bits & CONS) !== 0) return sequence([value]);
  if (value.length === 0) return undefined;
  if (!last || (bits & KEEP) === 0) return value;
  run.chargeList(value.length);
  return sequence(value.slice());
}

// --- names -------------------------------------------------------------------------------------------------------

function emitNameStep(name: string, last: boolean): Step {
  const lookup = emitName(name);
  return (current, _frame, run) => {
    if (!Array.isArray(current)) return settle(lookup(current, run), last, run);
    const gathered = new Gathered();
    run.chargeItems(current.length, 1);
    for (let i = 0; i < current.length; i++) gathered.add(unwrap(lookup(current[i], run)), run);
    return gathered.result(last, run);
  };
}

// --- predicates --------------------------------------------------------------------------------------------------

function withStages(step: Step, stages: readonly Stage[] | undefined, context: Context): Step {
  let result = step;
  for (const stage of stages ?? []) {
    if (stage.kind !== 'filter') continue;
    const before = result;
    const filter = emitFilter(stage.expr, context, false);
    result = (current, frame, run) => filter(before(current, frame, run), frame, run);
  }
  return result;
}

function withFilters(exec: Exec, stages: readonly Stage[] | undefined, context: Context): Exec {
  let result = exec;
  for (const stage of stages ?? []) {
    if (stage.kind !== 'filter') continue;
    const before = result;
    const filter = emitFilter(stage.expr, context, false);
    result = (input, frame, run) => filter(before(input, frame, run), frame, run);
  }
  return result;
}

/**
 * `[expr]`: an index, or a condition for each item.
 * @param gather always yield a sequence, also for an index.
 */
export function emitFilter(expr: Node, context: Context, gather: boolean): Step {
  if (expr.type === 'literal' && typeof expr.value === 'number' && !expr.predicates && !expr.group) {
    return emitIndex(Math.floor(expr.value), gather);
  }
  const test = branch(expr, context);
  const price = priceOf(expr);
  return (value, frame, run) => {
    const items = Array.isArray(value) ? value : [value];
    run.chargeItems(items.length, 0);
    run.chargeTimes(items.length, price);
    const results: Value[] = [];
    for (let i = 0; i < items.length; i++) {
      if (holds(test(items[i], frame, run), i, items.length, run)) results.push(items[i]);
    }
    return sequence(results);
  };
}

function emitIndex(index: number, gather: boolean): Step {
  return (value) => {
    const items = Array.isArray(value) ? value : [value];
    const item = items[index < 0 ? items.length + index : index];
    if (Array.isArray(item)) return item;
    if (item === undefined) return gather ? sequence([]) : undefined;
    return gather ? sequence([item]) : item;
  };
}

// --- order -------------------------------------------------------------------------------------------------------

function emitSort(terms: readonly SortTerm[], context: Context): Step {
  const keys = terms.map((term) => ({ descending: term.descending, exec: branch(term.expr, context) }));
  const price = priceOfAll(terms.map((term) => term.expr));
  return (current, frame, run) => {
    if (!Array.isArray(current)) return current;
    // One item of a list is that item; an array written out stays an array.
    run.chargeTimes(current.length, price);
    if (current.length === 1 && (marksOf(current) & CONS) === 0) return sequence([current[0]]);
    return sortItems(
      current,
      keys.map(({ descending, exec }) => ({ descending, keyOf: (item: Value) => exec(item, frame, run) })),
      run,
    );
  };
}
