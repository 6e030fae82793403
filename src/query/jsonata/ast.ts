// The tree of a JSONata expression. The parser makes it, `resolve.ts` completes it (paths, parents, tail calls),
// `emit.ts` turns it into closures. Nodes are filled in stages, hence the optional members.

import type { Signature } from './signature.ts';

/** What every node may carry. */
export interface Marks {
  /** 0-based offset in the source. */
  position: number;
  /** `[]` was written: a single result stays an array. */
  keepArray?: boolean;
  /** Predicates on a node outside a path. */
  predicates?: Stage[];
  /** Predicates and index binds on a step of a path. */
  stages?: Stage[];
  group?: Pair[];
  /** `@$name` on a step. */
  focus?: string;
  /** `#$name` on a step. */
  index?: string;
  /** Label under which later steps find what this step came from. */
  ancestor?: Slot;
  /** The step (or path, block) carries a stream of bindings. */
  tuple?: boolean;
  /** An array constructor at an end of a path: its array is one item. */
  consArray?: boolean;
  /** Parents that this expression seeks outside itself. */
  seeking?: Slot[];
}

/** Where a `%` finds its object: so many steps up, under that label. */
export interface Slot {
  label: string;
  level: number;
  /** Position among all parents of the expression. */
  readonly index: number;
}

export type Stage = { kind: 'filter'; expr: Node } | { kind: 'index'; name: string };
export type Pair = readonly [key: Node, value: Node];

export interface SortTerm {
  readonly descending: boolean;
  readonly expr: Node;
}

type Shape =
  | { type: 'literal'; value: null | boolean | number | string }
  | { type: 'regex'; pattern: string; flags: string }
  | { type: 'variable'; name: string }
  | { type: 'name'; name: string }
  | { type: 'wildcard' }
  | { type: 'descendants' }
  | { type: 'parent'; slot: Slot }
  | { type: 'path'; steps: Node[]; keepSingleton?: boolean }
  | { type: 'sort'; terms: SortTerm[] }
  | { type: 'binary'; op: string; left: Node; right: Node }
  | { type: 'negate'; expr: Node }
  | { type: 'array'; items: Node[] }
  | { type: 'object'; pairs: Pair[] }
  | { type: 'condition'; test: Node; yes: Node; no?: Node }
  | { type: 'bind'; name: string; value: Node }
  | { type: 'block'; items: Node[]; names: ReadonlySet<string> }
  | { type: 'call'; callee: Node; args: Node[]; tail?: boolean; nextName?: string }
  | { type: 'partial'; callee: Node; args: Node[] }
  | { type: 'placeholder' }
  | { type: 'lambda'; params: string[]; signature?: Signature; body: Node; names: ReadonlySet<string> }
  | { type: 'apply'; left: Node; right: Node }
  | { type: 'transform'; pattern: Node; update: Node; delete?: Node }
  // Only while parsing: what `resolve.ts` folds into paths and steps.
  | { type: 'predicate'; left: Node; expr: Node }
  | { type: 'grouping'; left: Node; pairs: Pair[] }
  | { type: 'order'; left: Node; terms: SortTerm[] }
  | { type: 'focusing'; left: Node; name: string }
  | { type: 'indexing'; left: Node; name: string };

export type Node = Shape & Marks;
export type NodeOf<T extends Node['type']> = Extract<Node, { type: T }>;

/** A parsed expression. */
export interface Expr {
  readonly root: Node;
  /** Names bound by `:=` outside any block. */
  readonly names: ReadonlySet<string>;
  /** Names and labels that a stream of bindings may carry. */
  readonly streamed: ReadonlySet<string>;
}
