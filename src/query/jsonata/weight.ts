// What evaluating a part of an expression once costs, whatever its data: a share of a unit for each node. Whoever evaluates a
// part again and again (a lambda's calls, the items of a path, a predicate) pays its price each time.

import type { Node, Pair, Stage } from './ast.ts';

/** Nodes that are evaluated in the time of a unit, as a power of two. */
const NODES = 1;
/** A call makes a list of arguments and checks them, in the time of so many other nodes. */
const CALL = 4;
/** A constructor makes an object or a list. */
const CONSTRUCTOR = 3;
/** Outside variables are looked for in every frame of the execution. */
const VARIABLE = 2;

/** Nodes are complete when they are compiled, and stay as they are. */
const weights = new WeakMap<Node, number>();

/** Units for evaluating the node once. */
export function priceOf(node: Node): number {
  return 1 + (weightOf(node) >> NODES);
}

/** Nodes that evaluating this one evaluates at most, bodies of lambdas left out: their calls pay for them. */
export function weightOf(node: Node): number {
  let weight = weights.get(node);
  if (weight === undefined) {
    weight = ofShape(node) + ofStages(node.predicates) + ofStages(node.stages) + ofPairs(node.group);
    weights.set(node, weight);
  }
  return weight;
}

function ofShape(node: Node): number {
  switch (node.type) {
    case 'variable':
      return VARIABLE;
    case 'path':
      return 1 + ofAll(node.steps);
    case 'sort':
      return 1 + ofAll(node.terms.map((term) => term.expr));
    case 'binary':
    case 'apply':
      return 1 + weightOf(node.left) + weightOf(node.right);
    case 'negate':
      return 1 + weightOf(node.expr);
    case 'array':
      return CONSTRUCTOR + ofAll(node.items);
    case 'object':
      return CONSTRUCTOR + ofPairs(node.pairs);
    case 'condition':
      return 1 + weightOf(node.test) + weightOf(node.yes) + (node.no ? weightOf(node.no) : 0);
    case 'bind':
      return 1 + weightOf(node.value);
    case 'block':
      return 1 + node.names.size + ofAll(node.items);
    case 'call':
    case 'partial':
      return CALL + weightOf(node.callee) + ofAll(node.args);
    case 'transform':
      return CALL;
    default:
      return 1;
  }
}

function ofAll(nodes: readonly Node[]): number {
  return nodes.reduce((sum, node) => sum + weightOf(node), 0);
}

function ofStages(stages: readonly Stage[] | undefined): number {
  return (stages ?? []).reduce((sum, stage) => sum + (stage.kind === 'filter' ? weightOf(stage.expr) : 1), 0);
}

function ofPairs(pairs: readonly Pair[] | undefined): number {
  return (pairs ?? []).reduce((sum, [key, value]) => sum + 1 + weightOf(key) + weightOf(value), 0);
}
