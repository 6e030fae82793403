// Completes a parsed tree: folds left-leaning operators into paths with steps and stages, finds what each `%` refers
// to, and marks calls in tail position. Nodes are the parser's own and are completed in place.

import type { Node, NodeOf, Pair, Slot, Stage } from './ast.ts';
import { JsonataSyntaxError } from './errors.ts';

interface Resolver {
  /** All parents sought so far; they share labels when they turn out to be the same object. */
  readonly slots: Slot[];
  readonly streamed: Set<string>;
}

/**
 * @param streamed collects the labels of parents.
 * @throws JsonataSyntaxError
 */
export function resolveTree(tree: Node, streamed: Set<string>): Node {
  const resolver: Resolver = { slots: [], streamed };
  const root = resolve(resolver, tree);
  if (soughtBy(root).length > 0) {
    throw new JsonataSyntaxError('S0217', root.position, { token: root.type });
  }
  for (const slot of resolver.slots) streamed.add(slot.label);
  return root;
}

function resolve(r: Resolver, node: Node): Node {
  const resolved = resolveNode(r, node);
  if (node.keepArray && resolved !== node) {
    resolved.keepArray = true;
    if (resolved.type === 'path') resolved.keepSingleton = true;
  }
  return resolved;
}

function resolveNode(r: Resolver, node: Node): Node {
  switch (node.type) {
    case 'name': {
      const path: Node = { type: 'path', steps: [node], position: node.position };
      if (node.keepArray) path.keepSingleton = true;
      return path;
    }
    case 'parent':
      node.slot = { label: `!${r.slots.length}`, level: 1, index: r.slots.length };
      r.slots.push(node.slot);
      return node;
    case 'binary':
      return node.op === '.' ? resolvePath(r, node) : resolveOperands(r, node);
    case 'predicate':
      return resolvePredicate(r, node);
    case 'grouping':
      return resolveGrouping(r, node);
    case 'order':
      return resolveOrder(r, node);
    case 'focusing':
      return resolveFocus(r, node);
    case 'indexing':
      return resolveIndex(r, node);
    default:
      return resolveParts(r, node);
  }
}

/** Resolves a part of `whole`; parents it seeks outside itself become parents that `whole` seeks. */
function part(r: Resolver, whole: Node, child: Node): Node {
  const resolved = resolve(r, child);
  passOn(whole, resolved);
  return resolved;
}

function passOn(whole: Node, child: Node): void {
  const sought = soughtBy(child);
  if (sought.length > 0) whole.seeking = [...(whole.seeking ?? []), ...sought];
}

function soughtBy(node: Node): readonly Slot[] {
  const own = (node.seeking ?? []).filter((slot) => slot.level > 0);
  return node.type === 'parent' ? [...own, node.slot] : own;
}

function resolveOperands(r: Resolver, node: NodeOf<'binary'>): Node {
  node.left = part(r, node, node.left);
  node.right = part(r, node, node.right);
  return node;
}

function resolveParts(r: Resolver, node: Node): Node {
  switch (node.type) {
    case 'negate': {
      const expr = resolve(r, node.expr);
      if (expr.type === 'literal' && typeof expr.value === 'number') {
        return { ...expr, value: -expr.value, position: node.position };
      }
      node.expr = expr;
      passOn(node, expr);
      return node;
    }
    case 'array':
      node.items = node.items.map((item) => part(r, node, item));
      return node;
    case 'object':
      node.pairs = node.pairs.map(([key, value]): Pair => [part(r, node, key), part(r, node, value)]);
      return node;
    case 'condition':
      node.test = part(r, node, node.test);
      node.yes = part(r, node, node.yes);
      if (node.no) node.no = part(r, node, node.no);
      return node;
    case 'apply':
      node.left = part(r, node, node.left);
      node.right = part(r, node, node.right);
      node.keepArray = Boolean(node.left.keepArray || node.right.keepArray);
      return node;
    case 'bind':
      node.value = part(r, node, node.value);
      return node;
    case 'block':
      node.items = node.items.map((item) => part(r, node, item));
      if (node.items.some((item) => item.consArray || (item.type === 'path' && item.steps[0]?.consArray))) {
        node.consArray = true;
      }
      return node;
    case 'call':
    case 'partial':
      node.args = node.args.map((arg) => (arg.type === 'placeholder' ? arg : part(r, node, arg)));
      node.callee = resolve(r, node.callee);
      return node;
    case 'lambda':
      node.body = resolve(r, node.body);
      markTail(node.body);
      return node;
    case 'transform':
      node.pattern = resolve(r, node.pattern);
      node.update = resolve(r, node.update);
      if (node.delete) node.delete = resolve(r, node.delete);
      return node;
    case 'placeholder':
      throw new JsonataSyntaxError('S0201', node.position, { token: '?' });
    default:
      return node;
  }
}

/** Calls whose result is the result of the lambda need no stack of their own. */
function markTail(body: Node): void {
  if (body.predicates !== undefined || body.group !== undefined) return;
  if (body.type === 'call') body.tail = true;
  else if (body.type === 'condition') {
    markTail(body.yes);
    if (body.no) markTail(body.no);
  } else if (body.type === 'block') {
    const last = body.items.at(-1);
    if (last) markTail(last);
  }
}

// --- paths -------------------------------------------------------------------------------------------------------

function asPath(node: Node): NodeOf<'path'> {
  if (node.type === 'path') return node;
  const path: NodeOf<'path'> = { type: 'path', steps: [node], position: node.position };
  if (node.predicates !== undefined) {
    node.stages = node.predicates;
    delete node.predicates;
  }
  return path;
}

/** The node that a predicate or bind after `node` is about. */
function lastStep(node: Node): Node {
  return node.type === 'path' ? (node.steps.at(-1) as Node) : node;
}

function resolvePath(r: Resolver, node: NodeOf<'binary'>): Node {
  const left = resolve(r, node.left);
  let path: NodeOf<'path'>;
  if (left.type === 'path') path = left;
  else {
    path = { type: 'path', steps: [left], position: left.position };
    passOn(path, left);
  }
  const rest = resolve(r, node.right);
  const before = path.steps.at(-1) as Node;
  if (
    rest.type === 'call' &&
    rest.callee.type === 'path' &&
    rest.callee.steps.length === 1 &&
    rest.callee.steps[0]?.type === 'name' &&
    before.type === 'call'
  ) {
    before.nextName = rest.callee.steps[0].name;
  }
  if (rest.type === 'path') path.steps.push(...rest.steps);
  else {
    if (rest.predicates !== undefined) {
      rest.stages = rest.predicates;
      delete rest.predicates;
    }
    path.steps.push(rest);
  }
  path.steps = path.steps.map(asStep);
  if (path.steps.some((step) => step.keepArray)) path.keepSingleton = true;
  const first = path.steps[0] as Node;
  if (first.type === 'array') first.consArray = true;
  const last = path.steps.at(-1) as Node;
  if (last.type === 'array') last.consArray = true;
  resolveParents(r, path);
  return path;
}

/** A string literal as a step is a name. */
function asStep(step: Node): Node {
  if (step.type !== 'literal') return step;
  if (typeof step.value !== 'string') {
    throw new JsonataSyntaxError('S0213', step.position, { value: step.value });
  }
  const { value, ...marks } = step;
  return { ...marks, type: 'name', name: value };
}

function resolvePredicate(r: Resolver, node: NodeOf<'predicate'>): Node {
  const result = resolve(r, node.left);
  const step = lastStep(result);
  if (step.group !== undefined || result.group !== undefined)
    throw new JsonataSyntaxError('S0209', node.position);
  const expr = resolve(r, node.expr);
  if (expr.seeking !== undefined) {
    for (const slot of expr.seeking) {
      if (slot.level === 1) seekParent(r, step, slot);
      else slot.level--;
    }
    passOn(step, expr);
  }
  const stage: Stage = { kind: 'filter', expr };
  if (result.type === 'path') step.stages = [...(step.stages ?? []), stage];
  else step.predicates = [...(step.predicates ?? []), stage];
  // A predicate that looks back at what the block's items came from needs them as a stream.
  return result.type === 'block' && result.tuple ? asPath(result) : result;
}

function resolveGrouping(r: Resolver, node: NodeOf<'grouping'>): Node {
  const result = resolve(r, node.left);
  if (result.group !== undefined) throw new JsonataSyntaxError('S0210', node.position);
  result.group = node.pairs.map(([key, value]): Pair => [resolve(r, key), resolve(r, value)]);
  return result;
}

function resolveOrder(r: Resolver, node: NodeOf<'order'>): Node {
  const left = resolve(r, node.left);
  const path: NodeOf<'path'> =
    left.type === 'path' ? left : { type: 'path', steps: [left], position: left.position };
  const sort: Node = { type: 'sort', terms: [], position: node.position };
  sort.terms = node.terms.map(({ descending, expr }) => ({ descending, expr: part(r, sort, expr) }));
  path.steps.push(sort);
  resolveParents(r, path);
  return path;
}

function resolveFocus(r: Resolver, node: NodeOf<'focusing'>): Node {
  const result = resolve(r, node.left);
  const step = lastStep(result);
  if (step.stages !== undefined || step.predicates !== undefined) {
    throw new JsonataSyntaxError('S0215', node.position);
  }
  if (step.type === 'sort') throw new JsonataSyntaxError('S0216', node.position);
  if (node.keepArray) step.keepArray = true;
  step.focus = `$${node.name}`;
  step.tuple = true;
  return result;
}

function resolveIndex(r: Resolver, node: NodeOf<'indexing'>): Node {
  const path = asPath(resolve(r, node.left));
  const step = lastStep(path);
  if (step.stages === undefined) step.index = `$${node.name}`;
  else step.stages.push({ kind: 'index', name: `$${node.name}` });
  step.tuple = true;
  return path;
}

// --- parents -----------------------------------------------------------------------------------------------------

/** Lets the parents sought by the last step of a path be found among the steps before it. */
function resolveParents(r: Resolver, path: NodeOf<'path'>): void {
  const { steps } = path;
  for (const sought of soughtBy(steps.at(-1) as Node)) {
    let at = steps.length - 2;
    while (sought.level > 0) {
      if (at < 0) {
        path.seeking = [...(path.seeking ?? []), sought];
        break;
      }
      let step = steps[at--] as Node;
      while (at >= 0 && step.focus !== undefined && steps[at]?.focus !== undefined)
        step = steps[at--] as Node;
      seekParent(r, step, sought);
    }
  }
}

/** Goes one step up: at level 0, that step's context is the parent. */
function seekParent(r: Resolver, step: Node, slot: Slot): void {
  switch (step.type) {
    case 'name':
    case 'wildcard':
      slot.level--;
      if (slot.level > 0) return;
      if (step.ancestor !== undefined) (r.slots[slot.index] as Slot).label = step.ancestor.label;
      step.ancestor = slot;
      step.tuple = true;
      return;
    case 'parent':
      slot.level++;
      return;
    case 'block': {
      const last = step.items.at(-1);
      if (last === undefined) return;
      step.tuple = true;
      seekParent(r, last, slot);
      return;
    }
    case 'path': {
      step.tuple = true;
      let at = step.steps.length - 1;
      do seekParent(r, step.steps[at--] as Node, slot);
      while (slot.level > 0 && at >= 0);
      return;
    }
    default:
      throw new JsonataSyntaxError('S0217', step.position, { token: step.type });
  }
}
