// What can be said of an expression without evaluating it: the workflow variables it reads, the references that a
// workflow cannot have, whether it looks at `$states.result` or `$states.errorOutput`.

import type { Expr, Node } from './ast.ts';
import { BUILT_IN } from './functions/table.ts';

export interface Facts {
  readonly variables: readonly string[];
  readonly unsupported: readonly string[];
  readonly readsResult: boolean;
  readonly readsErrorOutput: boolean;
}

interface Search {
  readonly variables: Set<string>;
  readonly unsupported: Set<string>;
  readonly fields: Set<string>;
}

/** Where a node stands. */
interface Place {
  /** There is a context item: the node is inside a later step, a predicate, a sort term, a group. */
  readonly context: boolean;
  /** Names bound before the node is evaluated. */
  readonly bound: ReadonlySet<string>;
  /** Names that the blocks around bind somewhere: a lambda may be called after that. */
  readonly names: ReadonlySet<string>;
}

export function analyse(expr: Expr): Facts {
  const search: Search = { variables: new Set(), unsupported: new Set(), fields: new Set() };
  walk(search, expr.root, { context: false, bound: new Set(), names: expr.names });
  return {
    variables: [...search.variables],
    unsupported: [...search.unsupported],
    readsResult: search.fields.has('result'),
    readsErrorOutput: search.fields.has('errorOutput'),
  };
}

function union(a: ReadonlySet<string>, b: Iterable<string>): ReadonlySet<string> {
  return new Set([...a, ...b]);
}

/** @returns names bound once the node has been evaluated. */
function walk(search: Search, node: Node, place: Place): ReadonlySet<string> {
  let after = walkShape(search, node, place);
  const inside: Place = { ...place, context: true, bound: union(after, streamedBy(node)) };
  for (const stage of [...(node.predicates ?? []), ...(node.stages ?? [])]) {
    if (stage.kind === 'filter') walk(search, stage.expr, inside);
    else after = union(after, [stage.name.slice(1)]);
  }
  for (const pair of node.group ?? []) for (const part of pair) walk(search, part, inside);
  return union(after, streamedBy(node));
}

function streamedBy(node: Node): string[] {
  return [node.focus, node.index].filter((name) => name !== undefined).map((name) => name.slice(1));
}

function walkAll(search: Search, nodes: readonly Node[], place: Place): ReadonlySet<string> {
  let { bound } = place;
  for (const node of nodes) bound = walk(search, node, { ...place, bound });
  return bound;
}

function walkShape(search: Search, node: Node, place: Place): ReadonlySet<string> {
  switch (node.type) {
    case 'variable':
      readVariable(search, node.name, place);
      return place.bound;
    case 'name':
      if (!place.context)
        search.unsupported.add(`Reference to '${node.name}' at the top level is not supported.`);
      return place.bound;
    case 'path':
      return walkPath(search, node.steps, node, place);
    case 'sort':
      walkAll(
        search,
        node.terms.map((term) => term.expr),
        { ...place, context: true },
      );
      return place.bound;
    case 'bind':
      return union(walk(search, node.value, place), [node.name]);
    case 'block': {
      walkAll(search, node.items, { ...place, names: union(place.names, node.names) });
      return place.bound;
    }
    case 'lambda': {
      const bound = union(union(place.bound, place.names), node.params);
      walk(search, node.body, { ...place, bound, names: union(place.names, node.names) });
      return place.bound;
    }
    case 'transform': {
      const parts = [node.pattern, node.update, ...(node.delete ? [node.delete] : [])];
      walkAll(search, parts, { ...place, context: true });
      return place.bound;
    }
    default:
      return walkAll(search, partsOf(node), place);
  }
}

function partsOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'binary':
    case 'apply':
      return [node.left, node.right];
    case 'negate':
      return [node.expr];
    case 'array':
      return node.items;
    case 'object':
      return node.pairs.flat();
    case 'condition':
      return node.no ? [node.test, node.yes, node.no] : [node.test, node.yes];
    case 'call':
    case 'partial':
      return [node.callee, ...node.args];
    default:
      return [];
  }
}

/** Names bound by `@` and `#` hold until the path ends. */
function walkPath(search: Search, steps: readonly Node[], path: Node, place: Place): ReadonlySet<string> {
  const [first, second] = steps;
  if (
    first?.type === 'variable' &&
    first.name === 'states' &&
    second?.type === 'name' &&
    !place.bound.has('states')
  ) {
    search.fields.add(second.name);
  }
  let { bound } = place;
  steps.forEach((step, i) => {
    bound = walk(search, step, { ...place, bound, context: place.context || i > 0 });
  });
  for (const pair of path.group ?? []) {
    for (const part of pair) walk(search, part, { ...place, bound, context: true });
  }
  return place.bound;
}

function readVariable(search: Search, name: string, place: Place): void {
  if (name === '$') search.unsupported.add("Reference to '$$' is not supported.");
  else if (name === '') {
    if (!place.context) search.unsupported.add("Reference to '$' is not supported.");
  } else if (name !== 'states' && !place.bound.has(name) && !BUILT_IN.has(name)) {
    search.variables.add(name);
  }
}
