// Runs the program of a pattern over a text, as java.util.regex does: it tries one way after the other and goes back.
// Ways are kept on a stack of its own, every step is paid for, and the stack has an end, so that no pattern can hold
// or fill the process. Patterns without look-around, back-references and counted groups take linear time: a search that
// takes long remembers where it has been in vain.

import { BYTES_SHIFT } from '../../base/meter.ts';
import { LETTER, lowerOf } from './classes.ts';
import { isHigh, isLow, standsAt } from './positions.ts';
import {
  AT,
  ATOMIC,
  CHAR,
  type CharSet,
  CLOSE,
  ENTER,
  FOLDINGS,
  FOREVER,
  GREEDY,
  INNER,
  JUMP,
  LAZY,
  LOOK,
  LOOP,
  MATCH,
  OPEN,
  POSITIONS,
  POSSESSIVE,
  type Program,
  REFERENCE,
  SET,
  SPAN,
  SPLIT,
  sizeIn,
} from './program.ts';
import type { Folding } from './syntax.ts';

/** What a search costs is paid here as it happens; both end it by throwing. */
export interface Payer {
  charge(steps: number): void;
  /** The ways to go back to are more than the memory for them. */
  full(): never;
}

/** Units for making a machine. */
const START = 40;
/** Steps between two payments. */
const PAYMENT = 1_024;
/** A character of a span costs this part of a step. */
const SPAN_SHIFT = 2;
const FAILED = -1;
const NO_TARGET = -1;

// Kinds of records on the stack. A record is four numbers: its kind and what stands in brackets here.

/** Go on at [address] with [position]. */
const WAY = 0;
/** [slot] was [value]. */
const WAS = 1;
/** The span that ended at [position] may end earlier, down to [least]; it goes on at [address]. */
const SHORTER = 2;
/** The span at [address], now at [position] after [count] characters, may take one more. */
const LONGER = 3;
/** The loop at [address] may take its body once more, at [position]. */
const AGAIN = 4;
const RECORD = 4;
/** Numbers on the stack, 16 MB. */
const MAX_STACK = 2 ** 21;
/** Steps, beyond one for each character, after which a search begins to remember. */
const MEMORY_AFTER = 4_096;
/** Bits, 8 MB. */
const MAX_MEMORY = 2 ** 26;

export class Machine {
  readonly #code: Int32Array;
  readonly #sets: readonly CharSet[];
  readonly #text: string;
  readonly #payer: Payer;
  /** Where groups begin and end, counts of loops. */
  readonly slots: number[];
  readonly #stack: number[] = [];
  #top = 0;
  #steps = 0;
  /** Where the search began. */
  #from = 0;
  readonly #groups: number;
  readonly #whole: boolean;
  readonly #memories: number;
  /** One bit for each place and position; only for searches that take long. */
  #memory: Uint8Array | undefined = undefined;
  /** Steps of this search. */
  #spent = 0;

  /** @param whole only a match of the whole text counts. */
  constructor(program: Program, text: string, payer: Payer, whole: boolean) {
    payer.charge(START + program.slots);
    this.#code = program.code;
    this.#sets = program.sets;
    this.#text = text;
    this.#payer = payer;
    this.slots = new Array<number>(program.slots).fill(-1);
    this.#groups = program.groups;
    this.#whole = whole;
    this.#memories = program.memories;
  }

  /** @returns where the first match at or after `from` begins and ends; groups are in `slots`. */
  search(from: number): { start: number; end: number } | undefined {
    const length = this.#text.length;
    const last = this.#whole || this.#beginsOnly() ? 0 : length;
    this.#from = from;
    // What led nowhere in the last search may have led to its match.
    this.#memory = undefined;
    this.#spent = 0;
    this.#payer.charge(1);
    for (let start = this.#candidate(from); start >= 0 && start <= last; start = this.#candidate(start + 1)) {
      this.#spend(this.slots.length >> SPAN_SHIFT);
      this.slots.fill(-1);
      this.#top = 0;
      const end = this.#run(0, start, NO_TARGET);
      if (end !== FAILED) {
        this.#pay();
        return { start, end };
      }
    }
    this.#pay();
    return undefined;
  }

  #beginsOnly(): boolean {
    return this.#code[0] === AT && POSITIONS[this.#code[1]!] === 'begin';
  }

  /** The next place at or after `at` where a match may begin; -1 for none. */
  #candidate(at: number): number {
    const text = this.#text;
    if (at > text.length) return -1;
    if (this.#whole) return at;
    const first = this.#code[0];
    if (first === CHAR) {
      const found = text.indexOf(String.fromCharCode(this.#code[1]!), at);
      this.#spend(1 + (((found < 0 ? text.length : found) - at) >> 5));
      return found;
    }
    let from = at;
    if (first === SET) {
      const { known } = this.#sets[this.#code[1]!]!;
      while (from < text.length) {
        const unit = text.charCodeAt(from);
        if (unit > 255 || known[unit] === 1) break;
        from++;
      }
      this.#spend(1 + ((from - at) >> SPAN_SHIFT));
    } else this.#spend(1);
    return from > 0 && isLow(text.charCodeAt(from)) && isHigh(text.charCodeAt(from - 1)) ? from + 1 : from;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps >= PAYMENT) this.#pay();
  }

  #pay(): void {
    const steps = this.#steps;
    this.#steps = 0;
    this.#payer.charge(steps);
    this.#spent += steps;
    if (this.#memory !== undefined || this.#memories === 0) return;
    const bits = this.#memories * (this.#text.length + 1);
    if (this.#spent <= MEMORY_AFTER + this.#text.length || bits > MAX_MEMORY) return;
    this.#payer.charge(bits >> (3 + BYTES_SHIFT));
    this.#memory = new Uint8Array((bits >> 3) + 1);
  }

  /** There is no match from that place of the program at that position. */
  #knows(place: number, at: number): boolean {
    const bit = place * (this.#text.length + 1) + at;
    return (this.#memory![bit >> 3]! & (1 << (bit & 7))) !== 0;
  }

  #remember(place: number, at: number): void {
    const bit = place * (this.#text.length + 1) + at;
    this.#memory![bit >> 3]! |= 1 << (bit & 7);
  }

  /** Whether the program has been there before; it has from now on. */
  #isKnown(place: number, at: number): boolean {
    if (this.#knows(place, at)) return true;
    this.#remember(place, at);
    return false;
  }

  #push(kind: number, a: number, b: number, c: number): void {
    if (this.#top >= MAX_STACK) this.#payer.full();
    const stack = this.#stack;
    stack[this.#top] = kind;
    stack[this.#top + 1] = a;
    stack[this.#top + 2] = b;
    stack[this.#top + 3] = c;
    this.#top += RECORD;
  }

  #set(slot: number, value: number): void {
    this.#push(WAS, slot, this.slots[slot]!, 0);
    this.slots[slot] = value;
  }

  /**
   * @param target where an inner program of a look-behind has to end.
   * @returns where the match ends.
   */
  #run(address: number, position: number, target: number): number {
    const code = this.#code;
    const text = this.#text;
    const length = text.length;
    const { slots } = this;
    const base = this.#top;
    let pc = address;
    let at = position;
    for (;;) {
      if (++this.#steps >= PAYMENT) this.#pay();
      let good = true;
      switch (code[pc]) {
        case MATCH:
          if (!this.#whole || at === length) return at;
          good = false;
          break;
        case INNER:
          if (target === NO_TARGET || at === target) return at;
          good = false;
          break;
        case CHAR:
          good = text.charCodeAt(at) === code[pc + 1];
          at++;
          pc += 2;
          break;
        case SET: {
          const set = this.#sets[code[pc + 1]!]!;
          this.#steps += set.price - 1;
          const size = sizeIn(set, text, at);
          good = size > 0;
          at += size;
          pc += 2;
          break;
        }
        case JUMP:
          pc = code[pc + 1]!;
          break;
        case SPLIT:
          if (this.#memory !== undefined && this.#isKnown(code[pc + 3]!, at)) {
            good = false;
            break;
          }
          this.#push(WAY, code[pc + 2]!, at, 0);
          pc = code[pc + 1]!;
          break;
        case OPEN:
          this.#set(code[pc + 1]!, at);
          pc += 2;
          break;
        case CLOSE: {
          const group = code[pc + 2]!;
          this.#set(2 * group, slots[code[pc + 1]!]!);
          this.#set(2 * group + 1, at);
          pc += 3;
          break;
        }
        case AT:
          good = standsAt(text, at, POSITIONS[code[pc + 1]!]!, code[pc + 2] === 1, this.#from);
          pc += 3;
          break;
        case REFERENCE: {
          const size = this.#sizeOfGroup(code[pc + 1]!, FOLDINGS[code[pc + 2]!]!, at);
          good = size >= 0;
          at += size;
          pc += 3;
          break;
        }
        case SPAN: {
          const end = this.#span(pc, at);
          good = end >= 0;
          at = end;
          pc += 6;
          break;
        }
        case ENTER:
          this.#set(code[pc + 1]!, 0);
          this.#set(code[pc + 2]!, -1);
          pc += 3;
          break;
        case LOOP:
          pc = this.#loop(pc, at);
          good = pc !== FAILED;
          break;
        case LOOK:
          good = this.#look(pc, at);
          pc = code[pc + 5]!;
          break;
        case ATOMIC: {
          const end = this.#inner(pc + 2, at, NO_TARGET);
          good = end !== FAILED;
          at = end;
          pc = code[pc + 1]!;
          break;
        }
        default:
          throw new Error(`Expected an instruction, but got ${code[pc]}`);
      }
      if (good) continue;
      // Back to the last way that is left.
      let found = false;
      while (!found) {
        if (this.#top <= base) return FAILED;
        this.#top -= RECORD;
        const stack = this.#stack;
        const top = this.#top;
        const a = stack[top + 1]!;
        const b = stack[top + 2]!;
        switch (stack[top]) {
          case WAS:
            slots[a] = b;
            break;
          case WAY:
            pc = a;
            at = b;
            found = true;
            break;
          case SHORTER:
            at = this.#shorten(a, b, stack[top + 3]!);
            pc = a;
            found = at !== FAILED;
            break;
          case LONGER: {
            const size = sizeIn(this.#sets[code[a + 1]!]!, text, b);
            const count = stack[top + 3]! + 1;
            if (size === 0) break;
            if (code[a + 3] === FOREVER || count < code[a + 3]!) this.#push(LONGER, a, b + size, count);
            at = b + size;
            pc = a + 6;
            found = true;
            break;
          }
          default:
            at = b;
            pc = this.#body(a, b);
            found = true;
        }
      }
    }
  }

  /** Takes what a span takes first. @returns where it ends; FAILED when it has too few. */
  #span(pc: number, at: number): number {
    const code = this.#code;
    const set = this.#sets[code[pc + 1]!]!;
    const min = code[pc + 2]!;
    const max = code[pc + 3] === FOREVER ? Number.POSITIVE_INFINITY : code[pc + 3]!;
    const greed = code[pc + 4];
    const memorable = this.#memory !== undefined && greed === GREEDY && max === Number.POSITIVE_INFINITY;
    const most = greed === LAZY ? min : max;
    let end = at;
    let least = at;
    let count = 0;
    for (; count < most; count++) {
      // A span that began further left has ended here, and before that everywhere further right.
      if (memorable && count >= min && this.#knows(code[pc + 5]!, end)) break;
      const size = sizeIn(set, this.#text, end);
      if (size === 0) break;
      end += size;
      if (count < min) least = end;
    }
    this.#spend(((end - at) * set.price) >> SPAN_SHIFT);
    if (count < min) return FAILED;
    if (memorable && this.#knows(code[pc + 5]!, end)) {
      if (end === least) return FAILED;
      end = this.#before(end, least);
    }
    if (memorable) this.#remember(code[pc + 5]!, end);
    if (greed === LAZY) {
      if (count < max) this.#push(LONGER, pc, end, count);
    } else if (greed !== POSSESSIVE && end > least) this.#push(SHORTER, pc + 6, end, least);
    return end;
  }

  /** Gives up one character, or more where the next instruction wants one that is not there. */
  #shorten(next: number, end: number, least: number): number {
    const text = this.#text;
    const wanted = this.#code[next] === CHAR ? this.#code[next + 1] : undefined;
    const place = this.#code[next - 1]!;
    let at = end;
    do {
      at = this.#before(at, least);
      if (this.#memory !== undefined) this.#remember(place, at);
    } while (at > least && wanted !== undefined && text.charCodeAt(at) !== wanted);
    this.#spend((end - at) >> SPAN_SHIFT);
    if (at > least) this.#push(SHORTER, next, at, least);
    return at;
  }

  /** Where the character before `at` begins. */
  #before(at: number, least: number): number {
    const text = this.#text;
    return at - 2 >= least && isLow(text.charCodeAt(at - 1)) && isHigh(text.charCodeAt(at - 2))
      ? at - 2
      : at - 1;
  }

  #loop(pc: number, at: number): number {
    const code = this.#code;
    const count = this.slots[code[pc + 1]!]!;
    const exit = code[pc + 6]!;
    // A body that took nothing would take nothing for ever.
    if (count > 0 && this.slots[code[pc + 2]!] === at) return exit;
    if (count < code[pc + 3]!) return this.#body(pc, at);
    if (code[pc + 4] !== FOREVER && count >= code[pc + 4]!) return exit;
    if (this.#memory !== undefined && this.#isKnown(code[pc + 7]!, at)) return FAILED;
    if (code[pc + 5] === LAZY) {
      this.#push(AGAIN, pc, at, 0);
      return exit;
    }
    this.#push(WAY, exit, at, 0);
    return this.#body(pc, at);
  }

  #body(loop: number, at: number): number {
    const count = this.#code[loop + 1]!;
    this.#set(count, this.slots[count]! + 1);
    this.#set(this.#code[loop + 2]!, at);
    return loop + 8;
  }

  /** Runs a program inside, whose ways are given up when it has matched. */
  #inner(address: number, at: number, target: number): number {
    const base = this.#top;
    const end = this.#run(address, at, target);
    if (end !== FAILED) this.#keepSlots(base);
    return end;
  }

  /** Drops the ways above `base`; what slots were stays, for ways below it. */
  #keepSlots(base: number): void {
    const stack = this.#stack;
    let to = base;
    for (let from = base; from < this.#top; from += RECORD) {
      if (stack[from] !== WAS) continue;
      if (to !== from) for (let i = 0; i < RECORD; i++) stack[to + i] = stack[from + i]!;
      to += RECORD;
    }
    this.#spend((this.#top - base) >> SPAN_SHIFT);
    this.#top = to;
  }

  #look(pc: number, at: number): boolean {
    const code = this.#code;
    const behind = code[pc + 1] === 1;
    const negative = code[pc + 2] === 1;
    const base = this.#top;
    let matched = false;
    if (!behind) matched = this.#inner(pc + 6, at, NO_TARGET) !== FAILED;
    else {
      const furthest = Math.max(0, at - code[pc + 4]!);
      for (let start = at - code[pc + 3]!; !matched && start >= furthest; start--) {
        matched = this.#inner(pc + 6, start, at) !== FAILED;
      }
    }
    if (matched && negative) {
      // What must not be there leaves no groups.
      while (this.#top > base) {
        this.#top -= RECORD;
        this.slots[this.#stack[this.#top + 1]!] = this.#stack[this.#top + 2]!;
      }
    }
    return matched !== negative;
  }

  /** UTF-16 units of what the group has matched when it stands at `at` again, or else FAILED. */
  #sizeOfGroup(group: number, folding: Folding, at: number): number {
    const start = this.slots[2 * group];
    const end = this.slots[2 * group + 1];
    // Slots of loops lie behind those of groups, and a group that does not exist never matches.
    if (start === undefined || end === undefined || start < 0 || end < 0 || group > this.#groups) {
      return FAILED;
    }
    const size = end - start;
    if (at + size > this.#text.length) return FAILED;
    this.#spend(size >> SPAN_SHIFT);
    for (let i = 0; i < size; i++) {
      const a = this.#text.charCodeAt(start + i);
      const b = this.#text.charCodeAt(at + i);
      if (a === b) continue;
      if (folding === 'none') return FAILED;
      if (folding === 'ascii' && !(LETTER(a) && (a ^ 32) === b)) return FAILED;
      if (folding === 'unicode' && lowerOf(a) !== lowerOf(b)) return FAILED;
    }
    return size;
  }
}
