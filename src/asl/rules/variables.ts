// Variables: names, the one Assign that may set them, and reads that may come before any assignment.
// A scope is a workflow; branches and inline iterations read outer variables but may not take their names.
// Children of a distributed Map are executions of their own and start with none.

import { type Field, type Part, partsOf, type State, type Workflow, workflowsOf } from '../ast.ts';
import type { ExpressionUse } from '../expressions.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

const MAX_VARIABLE_NAME = 80;
const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
/** Steps of the search for undefined reads; beyond, the warning is not worth the time. */
const SEARCH_BUDGET = 2_000_000;

export const variables: Rule = (context) => {
  const reads = new Map<State, ExpressionUse[]>();
  for (const use of context.expressions) {
    if (use.variables.length === 0) continue;
    const known = reads.get(use.state);
    if (known === undefined) reads.set(use.state, [use]);
    else known.push(use);
  }
  checkScope({ context, reads, budget: SEARCH_BUDGET }, context.definition, NOTHING);
};

interface Search {
  readonly context: Context;
  readonly reads: ReadonlyMap<State, readonly ExpressionUse[]>;
  budget: number;
}

/** What a workflow inherits from the scopes around it. */
interface Outer {
  /** Whether a state around assigns the name, other than the Parallel or Map that holds the workflow: its own Assign
   * comes when the workflow is over, and AWS lets it share a name. */
  assigns(name: string): boolean;
  /** Whether the name has a value whenever the workflow runs. */
  defines(name: string): boolean;
}

const NOTHING: Outer = { assigns: () => false, defines: () => false };

function checkScope(search: Search, workflow: Workflow, outer: Outer): void {
  const { context } = search;
  const assigners = new Map<string, Set<State>>();
  for (const state of workflow.states) {
    for (const part of partsOf(state)) {
      const assign = part.fields.get('Assign');
      if (assign === undefined) continue;
      for (const { name, from, to } of namesOf(assign, state)) {
        assigners.set(name, (assigners.get(name) ?? new Set<State>()).add(state));
        checkName(context, name, assign, { from, to });
        if (!outer.assigns(name)) continue;
        const message = `The variable name '${name}' was already defined in a parent scope.`;
        context.error('DUPLICATE_VARIABLE_NAME', message, assign.location, { from, to });
      }
    }
  }
  const own = new Set(assigners.keys());
  const undefinedAt = findUndefinedReads(search, workflow, own, outer);
  for (const state of workflow.states) {
    for (const inner of workflowsOf(state)) {
      if (state.type === 'Map' && state.distributed) {
        checkScope(search, inner, NOTHING);
        continue;
      }
      const missing = undefinedAt.get(state);
      checkScope(search, inner, {
        assigns: (name) => {
          const states = assigners.get(name);
          const others = states === undefined ? 0 : states.size - (states.has(state) ? 1 : 0);
          return others > 0 || outer.assigns(name);
        },
        defines: (name) => missing?.has(name) !== true && (own.has(name) || outer.defines(name)),
      });
    }
  }
}

interface Name {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function namesOf(assign: Field | undefined, state: State): readonly Name[] {
  if (assign?.value.kind !== 'object') return [];
  return assign.value.members.map(({ name, from, to }) => {
    const dynamic = state.language === 'JSONPath' && name.endsWith('.$');
    return { name: dynamic ? name.slice(0, -2) : name, from, to };
  });
}

function checkName(context: Context, name: string, assign: Field, range: { from: number; to: number }): void {
  if (name === 'states') {
    context.error(SCHEMA, "The variable name 'states' is reserved", assign.location, range);
  } else if (!IDENTIFIER.test(name) || [...name].length > MAX_VARIABLE_NAME) {
    const message = `Expected a variable name to be an identifier of at most ${MAX_VARIABLE_NAME} characters, but got '${name}'`;
    context.error(SCHEMA, message, assign.location, range);
  }
}

interface Edge {
  readonly to: string;
  readonly assigns: ReadonlySet<string>;
}

/** Warns of reads that some path from the start reaches without an assignment. @returns those names by state. */
function findUndefinedReads(
  search: Search,
  workflow: Workflow,
  own: ReadonlySet<string>,
  outer: Outer,
): ReadonlyMap<State, ReadonlySet<string>> {
  const readers = new Map<string, State[]>();
  const note = (state: State, name: string) => {
    const known = readers.get(name);
    if (known === undefined) readers.set(name, [state]);
    else if (known.at(-1) !== state) known.push(state);
  };
  for (const state of workflow.states) {
    for (const name of readsWithin(search, state)) if (!outer.defines(name)) note(state, name);
  }
  const result = new Map<State, Set<string>>();
  if (readers.size === 0) return result;
  const edges = edgesOf(workflow);
  const byName = new Map(workflow.states.map((state) => [state.name, state]));
  for (const [name, states] of readers) {
    const reached = own.has(name) ? reachableWithout(search, workflow, edges, name) : undefined;
    for (const state of states) {
      if (reached !== undefined && (!reached.has(state.name) || byName.get(state.name) !== state)) continue;
      const missing = result.get(state) ?? new Set<string>();
      result.set(state, missing.add(name));
      for (const use of search.reads.get(state) ?? []) {
        if (!use.variables.includes(name)) continue;
        const message = `The variable '${name}' may not have been assigned a value when this state is entered.`;
        search.context.warning('POSSIBLY_UNDEFINED_VARIABLE', message, use.field.location, use.field.value);
      }
    }
  }
  return result;
}

/** Names that a state's own expressions read, or those of the workflows inside it that share its variables. */
function readsWithin(search: Search, state: State): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: State[] = [state];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const use of search.reads.get(next) ?? []) for (const name of use.variables) names.add(name);
    if (next.type === 'Map' && next.distributed) continue;
    for (const inner of workflowsOf(next)) waiting.push(...inner.states);
  }
  return names;
}

/** States that a path from the start reaches although it has not assigned the variable. */
function reachableWithout(
  search: Search,
  workflow: Workflow,
  edges: ReadonlyMap<string, readonly Edge[]>,
  name: string,
): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = workflow.startAt === undefined ? [] : [workflow.startAt.name];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (reached.has(state) || search.budget <= 0) continue;
    reached.add(state);
    for (const edge of edges.get(state) ?? []) {
      search.budget--;
      if (!edge.assigns.has(name)) waiting.push(edge.to);
    }
  }
  return search.budget > 0 ? reached : new Set();
}

function edgesOf(workflow: Workflow): ReadonlyMap<string, readonly Edge[]> {
  const edges = new Map<string, Edge[]>();
  for (const state of workflow.states) {
    const out: Edge[] = [];
    const assigned = (part: Part) =>
      new Set(namesOf(part.fields.get('Assign'), state).map(({ name }) => name));
    const add = (to: string | undefined, part: Part) => {
      if (to !== undefined) out.push({ to, assigns: assigned(part) });
    };
    add(state.next?.name, state);
    if (state.type === 'Choice') {
      add(state.default?.name, state);
      for (const rule of state.choices) add(rule.next?.name, rule);
    }
    if (state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map') {
      for (const catcher of state.catch) add(catcher.next?.name, catcher);
    }
    edges.set(state.name, out);
  }
  return edges;
}
