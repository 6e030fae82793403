// Regular expressions as java.util.regex reads them, which AWS uses: what a pattern is made of, before it is a program.

/** True for the code points of a class. */
export type Test = (codePoint: number) => boolean;

/** Items of classes written in brackets, which are tried one after the other. */
const sizes = new WeakMap<Test, number>();

/** The test of a class of so many items. */
export function ofSize(test: Test, size: number): Test {
  sizes.set(test, size);
  return test;
}

export function sizeOf(test: Test): number {
  return sizes.get(test) ?? 1;
}

/** Where a match stands, without taking a character. */
export type Position =
  | 'begin'
  | 'lineBegin'
  | 'lineEnd'
  | 'lastLineEnd'
  | 'end'
  | 'boundary'
  | 'noBoundary'
  | 'searchStart';

export type Greed = 'greedy' | 'lazy' | 'possessive';

/** How letters of another case count: not at all, in ASCII, everywhere. */
export type Folding = 'none' | 'ascii' | 'unicode';

export type Node =
  | { readonly kind: 'empty' }
  /** One code point; `char` when only this UTF-16 unit is meant. */
  | { readonly kind: 'set'; readonly test: Test; readonly char: number | undefined }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'group'; readonly index: number; readonly of: Node }
  | { readonly kind: 'atomic'; readonly of: Node }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly of: Node }
  | {
      readonly kind: 'repeat';
      readonly of: Node;
      readonly min: number;
      readonly max: number;
      readonly greed: Greed;
    }
  | { readonly kind: 'reference'; readonly group: number; readonly folding: Folding }
  | { readonly kind: 'position'; readonly at: Position; readonly unixLines: boolean };

export interface Pattern {
  readonly root: Node;
  /** Capturing groups. */
  readonly groups: number;
}

/** A pattern that is none, in Java's words. */
export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError';

  /** @param index 0-based offset in the pattern. */
  constructor(what: string, index: number) {
    super(`${what} near index ${index}`);
  }
}

/** UTF-16 units that a match of the node takes, at least and at most. */
export function widthOf(node: Node): { readonly min: number; readonly max: number } {
  switch (node.kind) {
    case 'empty':
    case 'look':
    case 'position':
      return { min: 0, max: 0 };
    case 'set':
      return { min: 1, max: node.char === undefined ? 2 : 1 };
    case 'sequence': {
      const widths = node.of.map(widthOf);
      return { min: sum(widths.map(({ min }) => min)), max: sum(widths.map(({ max }) => max)) };
    }
    case 'choice': {
      const widths = node.of.map(widthOf);
      return {
        min: widths.reduce((least, { min }) => Math.min(least, min), Number.POSITIVE_INFINITY),
        max: widths.reduce((most, { max }) => Math.max(most, max), 0),
      };
    }
    case 'group':
    case 'atomic':
      return widthOf(node.of);
    case 'repeat': {
      const { min, max } = widthOf(node.of);
      return { min: min * node.min, max: max === 0 || node.max === 0 ? 0 : max * node.max };
    }
    case 'reference':
      return { min: 0, max: Number.POSITIVE_INFINITY };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
