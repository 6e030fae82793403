// The syntax tree of a JSONPath in Jayway's dialect. `parse.ts` makes it, `select.ts` and `filter.ts` run it.

import type { Json } from '../../base/json.ts';

export type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'members'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  /** `..`: the next step is tried on this node and everything below it. */
  | { readonly kind: 'scan' }
  | { readonly kind: 'function'; readonly name: string; readonly arguments: readonly Operand[] };

export type Root = 'document' | 'context' | 'variable' | 'current';

export interface PathSyntax {
  readonly root: Root;
  readonly variable: string | undefined;
  readonly steps: readonly Step[];
}

export type Operand =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'pattern'; readonly source: string; readonly flags: string; readonly offset: number };

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'exists'; readonly path: PathSyntax }
  | { readonly kind: 'constant'; readonly value: boolean }
  | {
      readonly kind: 'compare';
      readonly operator: Operator;
      readonly left: Operand;
      readonly right: Operand;
    };

/** Symbols before words and longer before shorter: the parser takes the first that fits. */
export const OPERATORS = [
  '===',
  '!==',
  '==',
  '!=',
  '<=',
  '>=',
  '=~',
  '<',
  '>',
  'in',
  'nin',
  'subsetof',
  'anyof',
  'noneof',
  'all',
  'contains',
  'size',
  'empty',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** The text is not a path; `offset` counts UTF-16 units from its start. */
export class PathSyntaxError extends Error {
  override readonly name = 'PathSyntaxError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Steps of one path, and levels of filters, parentheses and literals inside each other: a bound on stack and time. */
export const MAX_STEPS = 500;
export const MAX_NESTING = 50;

/** Jayway's definiteness: such a path has at most one result, which is not wrapped in an array. */
export function isDefinite(steps: readonly Step[]): boolean {
  const scanned = steps.some((step) => step.kind === 'scan');
  if (steps.at(-1)?.kind === 'function' && scanned) return true;
  return steps.every((step, at) => {
    if (step.kind === 'members') return at === steps.length - 1;
    return step.kind === 'member' || step.kind === 'index' || step.kind === 'function';
  });
}

/** True for what a Reference Path may hold: members and single indexes. */
export function isReference(steps: readonly Step[]): boolean {
  return steps.every((step) => step.kind === 'member' || step.kind === 'index');
}
