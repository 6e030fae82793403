// What evaluating a part of an expression once costs, whatever its data: a share of a unit for each node, and the bytes of the
// objects and lists that it writes out. Whoever evaluates a part again and again (a lambda's calls, the items of a path, a
// predicate) pays its price each time.

import { isNaturalOrder } from '../../base/json-object.ts';
import type { Node, Pair, Stage } from './ast.ts';
import { HEAD, MEMBER, type Price, SLOT } from './run.ts';

/** Nodes that are evaluated in the time of a unit, as a power of two. */
const NODES = 1;
/** A call makes a list of arguments and checks them, in the time of so many other nodes. */
const CALL = 4;
/** A constructor makes an object or a list. */
const CONSTRUCTOR = 4;
/** Outside variables are looked for in every frame of the execution. */
const VARIABLE = 2;
/** Nodes and bytes of a member of an object that has to keep the order of its names. */
const ORDERED = 12;
const ORDERED_BYTES = 512;

interface Weight {
  nodes: number;
  bytes: number;
}

/** Nodes are complete when they are compiled, and stay as they are. */
const weights = new WeakMap<Node, Weight>();

/** What evaluating the node once costs, bodies of lambdas left out: their calls pay for them. */
export function priceOf(node: Node): Price {
  const { nodes, bytes } = weightOf(node);
  return { units: 1 + (nodes >> NODES), bytes };
}

/** The sum of the prices. */
export function priceOfAll(nodes: readonly Node[]): Price {
  const prices = nodes.map(priceOf);
  return {
    units: prices.reduce((sum, { units }) => sum + units, 0),
    bytes: prices.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function weightOf(node: Node): Weight {
  let weight = weights.get(node);
  if (weight === undefined) {
    weight = ofShape(node);
    for (const stage of [...(node.predicates ?? []), ...(node.stages ?? [])]) addStage(weight, stage);
    addPairs(weight, node.group ?? []);
    weights.set(node, weight);
  }
  return weight;
}

function ofShape(node: Node): Weight {
  switch (node.type) {
    case 'variable':
      return of(VARIABLE);
    case 'path':
      return of(1, node.steps);
    case 'sort':
      return of(
        1,
        node.terms.map((term) => term.expr),
      );
    case 'binary':
    case 'apply':
      return of(1, [node.left, node.right]);
    case 'negate':
      return of(1, [node.expr]);
    case 'array':
      return of(CONSTRUCTOR, node.items, HEAD + SLOT * node.items.length);
    case 'object':
      return ofObject(node.pairs);
    case 'condition':
      return of(1, node.no ? [node.test, node.yes, node.no] : [node.test, node.yes]);
    case 'bind':
      return of(1, [node.value]);
    case 'block':
      return of(1 + node.names.size, node.items);
    case 'call':
    case 'partial':
      return of(CALL, [node.callee, ...node.args]);
    case 'transform':
      return of(CALL);
    default:
      return of(1);
  }
}

function of(nodes: number, parts: readonly Node[] = [], bytes = 0): Weight {
  const weight: Weight = { nodes, bytes };
  for (const part of parts) add(weight, part);
  return weight;
}

function add(weight: Weight, part: Node): void {
  const { nodes, bytes } = weightOf(part);
  weight.nodes += nodes;
  weight.bytes += bytes;
}

function ofObject(pairs: readonly Pair[]): Weight {
  const weight: Weight = { nodes: CONSTRUCTOR, bytes: HEAD + (MEMBER >> 1) * pairs.length };
  addPairs(weight, pairs);
  const names = pairs.map(([key]) => (key.type === 'literal' ? String(key.value) : ''));
  if (isNaturalOrder(names)) return weight;
  weight.nodes += ORDERED * names.length;
  weight.bytes += ORDERED_BYTES * names.length;
  return weight;
}

function addStage(weight: Weight, stage: Stage): void {
  weight.nodes++;
  if (stage.kind === 'filter') add(weight, stage.expr);
}

function addPairs(weight: Weight, pairs: readonly Pair[]): void {
  for (const [key, value] of pairs) {
    weight.nodes++;
    add(weight, key);
    add(weight, value);
  }
}
