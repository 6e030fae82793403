// The syntax tree of a JSONPath in the dialect of Jayway 2.0, which is what AWS runs (ADR 0011). `parse.ts` makes it,
// `select.ts` and `filter.ts` run it.

export type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'members'; readonly names: readonly string[] }
  /** A single index; a negative one finds nothing. */
  | { readonly kind: 'index'; readonly index: number }
  /** `[(@.length-1)]`: so many elements before the end. */
  | { readonly kind: 'fromEnd'; readonly back: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  /** `..`: the next step is tried on this node and everything below it. */
  | { readonly kind: 'scan' };

export type Root = 'document' | 'context' | 'variable' | 'current';

export interface PathSyntax {
  readonly root: Root;
  readonly variable: string | undefined;
  readonly steps: readonly Step[];
}

export type Operand =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  /** Always a text, quoted or not: `1` is the text that a number is compared with. */
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'pattern';
      readonly source: string;
      readonly ignoreCase: boolean;
      readonly offset: number;
    };

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly kind: 'exists'; readonly path: PathSyntax; readonly negated: boolean }
  | {
      readonly kind: 'compare';
      readonly operator: Operator;
      readonly left: Operand;
      readonly right: Operand;
    };

/** Longer before shorter: the parser takes the first that fits. Words such as `in` or `subsetof` are not among them. */
export const OPERATORS = ['==', '>=', '<=', '!=', '=~', '<', '>'] as const;
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
  return steps.every((step, at) => {
    if (step.kind === 'members') return at === steps.length - 1;
    return step.kind === 'member' || step.kind === 'index' || step.kind === 'fromEnd';
  });
}

/** True for what a Reference Path may hold: members and single indexes. */
export function isReference(steps: readonly Step[]): boolean {
  return steps.every((step) => step.kind === 'member' || step.kind === 'index');
}
