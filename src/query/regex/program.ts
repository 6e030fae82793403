// Nodes of a pattern → instructions for the machine: numbers in one array, classes of characters beside it.

import { isHigh } from './positions.ts';
import {
  type Folding,
  type Greed,
  type Node,
  type Pattern,
  type Position,
  sizeOf,
  type Test,
  widthOf,
} from './syntax.ts';

/** Instructions; what follows each of them in the code is in brackets. */
export const MATCH = 0;
/** [unit] */
export const CHAR = 1;
/** [class] */
export const SET = 2;
/** [to] */
export const JUMP = 3;
/** [first, other, memory] */
export const SPLIT = 4;
/** [slot]: the group begins. */
export const OPEN = 5;
/** [position, 1 when only \n ends a line] */
export const AT = 6;
/** [group, folding] */
export const REFERENCE = 7;
/** [class, min, max, greed, memory]: one character, again and again. */
export const SPAN = 8;
/** [slot of the count, slot of the last start] */
export const ENTER = 9;
/** [slot of the count, slot of the last start, min, max, greed, exit, memory]; the body follows and jumps back. */
export const LOOP = 10;
/** [1 for behind, 1 for negative, min, max, after]; what it looks for follows. */
export const LOOK = 11;
/** [after]; what it takes follows. */
export const ATOMIC = 12;
/** [slot, group]: the group is what was taken since OPEN. */
export const CLOSE = 14;
/** End of what LOOK and ATOMIC run. */
export const INNER = 13;

export const FOREVER = -1;
export const GREEDY = 0;
export const LAZY = 1;
export const POSSESSIVE = 2;
const GREEDS: Readonly<Record<Greed, number>> = { greedy: GREEDY, lazy: LAZY, possessive: POSSESSIVE };
export const POSITIONS: readonly Position[] = [
  'begin',
  'lineBegin',
  'lineEnd',
  'lastLineEnd',
  'end',
  'boundary',
  'noBoundary',
  'searchStart',
];
export const FOLDINGS: readonly Folding[] = ['none', 'ascii', 'unicode'];

/** A class with the answers for the first 256 characters at hand. */
export interface CharSet {
  readonly known: Uint8Array;
  readonly test: Test;
  /** Steps for a character that is not among the first 256. */
  readonly price: number;
}

/** UTF-16 units of the character at `at` when the class has it, or else 0. */
export function sizeIn({ known, test }: CharSet, text: string, at: number): number {
  if (at >= text.length) return 0;
  const unit = text.charCodeAt(at);
  if (unit < 256) return known[unit]!;
  if (!isHigh(unit)) return Number(test(unit));
  const codePoint = text.codePointAt(at)!;
  return test(codePoint) ? (codePoint > 0xffff ? 2 : 1) : 0;
}

export interface Program {
  readonly code: Int32Array;
  readonly sets: readonly CharSet[];
  /** Capturing groups; slots 2n and 2n + 1 hold where group n begins and ends. */
  readonly groups: number;
  readonly slots: number;
  /**
   * Places where the machine may remember positions from which there is no match, because nothing else decides that;
   * none when something does: counts, back-references, look-around.
   */
  readonly memories: number;
}

interface Builder {
  readonly code: number[];
  readonly sets: CharSet[];
  slots: number;
  memories: number;
}

export function compileRegex({ root, groups }: Pattern): Program {
  const b: Builder = { code: [], sets: [], slots: 2 * (groups + 1), memories: 0 };
  emit(b, root);
  b.code.push(MATCH);
  const memories = isRegular(root) ? b.memories : 0;
  return { code: Int32Array.from(b.code), sets: b.sets, groups, slots: b.slots, memories };
}

function emit(b: Builder, node: Node): void {
  const { code } = b;
  switch (node.kind) {
    case 'empty':
      return;
    case 'set':
      if (node.char === undefined) code.push(SET, addSet(b, node.test));
      else code.push(CHAR, node.char);
      return;
    case 'sequence':
      for (const part of node.of) emit(b, part);
      return;
    case 'choice':
      emitChoice(b, node.of);
      return;
    case 'group':
      emitGroup(b, node.index, node.of);
      return;
    case 'atomic':
      emitInner(b, [ATOMIC], node.of);
      return;
    case 'look': {
      const { min, max } = node.behind ? widthOf(node.of) : { min: 0, max: 0 };
      emitInner(b, [LOOK, Number(node.behind), Number(node.negative), min, max], node.of);
      return;
    }
    case 'repeat':
      emitRepeat(b, node);
      return;
    case 'reference':
      code.push(REFERENCE, node.group, FOLDINGS.indexOf(node.folding));
      return;
    case 'position':
      code.push(AT, POSITIONS.indexOf(node.at), Number(node.unixLines));
  }
}

function emitGroup(b: Builder, index: number, of: Node): void {
  const slot = b.slots++;
  b.code.push(OPEN, slot);
  emit(b, of);
  b.code.push(CLOSE, slot, index);
}

/** Items of a class that are tried in the time of a step, as a power of two. */
const ITEMS = 3;

function addSet(b: Builder, test: Test): number {
  const known = Uint8Array.from({ length: 256 }, (_, c) => Number(test(c)));
  return b.sets.push({ known, test, price: 1 + (sizeOf(test) >> ITEMS) }) - 1;
}

function emitChoice(b: Builder, of: readonly Node[]): void {
  const { code } = b;
  const ends: number[] = [];
  of.forEach((part, i) => {
    if (i === of.length - 1) {
      emit(b, part);
      return;
    }
    const split = code.push(SPLIT, code.length + 4, 0, b.memories++) - 2;
    emit(b, part);
    ends.push(code.push(JUMP, 0) - 1);
    code[split] = code.length;
  });
  for (const end of ends) code[end] = code.length;
}

/** @param head the instruction without the address after it. */
function emitInner(b: Builder, head: readonly number[], of: Node): void {
  const after = b.code.push(...head, 0) - 1;
  emit(b, of);
  b.code.push(INNER);
  b.code[after] = b.code.length;
}

function emitRepeat(b: Builder, node: Node & { kind: 'repeat' }): void {
  const { of, min, greed } = node;
  const max = Number.isFinite(node.max) ? node.max : FOREVER;
  const { code } = b;
  if (of.kind === 'set') {
    code.push(SPAN, addSet(b, of.test), min, max, GREEDS[greed], b.memories++);
  } else if (greed === 'possessive') {
    emit(b, { kind: 'atomic', of: { ...node, greed: 'greedy' } });
  } else if (min === 0 && max === 1) {
    const split = code.push(SPLIT, 0, 0, b.memories++) - 3;
    emit(b, of);
    code[greed === 'greedy' ? split : split + 1] = split + 3;
    code[greed === 'greedy' ? split + 1 : split] = code.length;
  } else {
    const count = b.slots;
    b.slots += 2;
    code.push(ENTER, count, count + 1);
    const loop = code.length;
    code.push(LOOP, count, count + 1, min, max, GREEDS[greed], 0, b.memories++);
    emit(b, of);
    code.push(JUMP, loop);
    code[loop + 6] = code.length;
  }
}

/** True when what follows a place in the program depends on nothing but the position in the text. */
function isRegular(node: Node): boolean {
  switch (node.kind) {
    case 'empty':
    case 'set':
    case 'position':
      return true;
    case 'sequence':
    case 'choice':
      return node.of.every(isRegular);
    case 'group':
      return isRegular(node.of);
    case 'repeat':
      if (node.of.kind === 'set') return true;
      if (node.greed === 'possessive' || !isRegular(node.of)) return false;
      return node.min <= 1 && (!Number.isFinite(node.max) || (node.min === 0 && node.max === 1));
    default:
      return false;
  }
}
