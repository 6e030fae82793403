// What evaluations cost, counted in work units and bytes. Pure code has no clock: every operation of JSONPath, intrinsic
// functions and JSONata pays before it touches data, so the same evaluation costs the same everywhere and what hits a
// bound once hits it always. docs/internals/bounds.md says how the prices were found and are kept.

import { StateError } from './state-error.ts';

/** Work units of one millisecond where the prices were measured. */
export const UNITS_PER_MS = 20_000;
/** AWS stops a JSONata expression after a second; the paths and functions of one field get the same. */
export const EVALUATION_UNITS = 1_000 * UNITS_PER_MS;
/** Bytes that one evaluation may make in all; some may be garbage by now. */
export const EVALUATION_BYTES = 2 ** 29;
/** Making 64 bytes takes about as long as a unit of other work. */
export const BYTES_SHIFT = 6;
/** What a meter allows whose owner has set no limit. */
const UNLIMITED = 2 ** 30;

/**
 * The evaluation costs more than the owner of the meter has allowed. Nothing is wrong with the expression, and nothing may
 * come of this attempt: the interpreter lets it through, and who made the meter may evaluate again with more.
 */
export class MeterExhausted extends Error {
  override readonly name = 'MeterExhausted';
}

function giveUp(): never {
  throw new MeterExhausted('The evaluation needs more work units than it was given');
}

/** Pays for everything that its owner evaluates with it, one field after the other. */
export class Meter {
  /** Units left of what the owner allows. */
  left: number;
  readonly limit: number;
  private readonly onExhausted: () => never;
  /** Where `left` stands when the field at hand has had its second. */
  private floor: number;
  private bytes = 0;

  /**
   * @param limit units for everything together.
   * @param onExhausted ends the evaluation when they are used up, by throwing; MeterExhausted unless given.
   */
  constructor(limit: number = UNLIMITED, onExhausted: () => never = giveUp) {
    this.left = limit;
    this.limit = limit;
    this.onExhausted = onExhausted;
    this.floor = Math.max(0, limit - EVALUATION_UNITS);
  }

  /** Units used so far. */
  get used(): number {
    return this.limit - this.left;
  }

  /** Another field begins: its paths and functions have a second and the bytes of one evaluation. */
  begin(): void {
    this.floor = Math.max(0, this.left - EVALUATION_UNITS);
    this.bytes = 0;
  }

  /** @throws StateError States.Runtime when the field's time is up; whatever `onExhausted` throws. */
  charge(units: number): void {
    this.left -= units;
    if (this.left < this.floor) this.stop();
  }

  /** Pays for work that makes data. @throws StateError States.DataLimitExceeded when it is too much. */
  pay(units: number, bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > EVALUATION_BYTES) tooLarge();
    this.charge(units + (bytes >> BYTES_SHIFT));
  }

  /** Pays for data that is about to be made. @throws StateError States.DataLimitExceeded when it is too much. */
  allocate(bytes: number): void {
    this.pay(0, bytes);
  }

  /** Ends the evaluation because its owner allows no more. */
  exhaust(): never {
    return this.onExhausted();
  }

  private stop(): never {
    if (this.left < 0) {
      this.left = 0;
      this.exhaust();
    }
    throw new StateError(
      'States.Runtime',
      `Expected the paths and intrinsic functions of a field to take at most ${EVALUATION_UNITS / UNITS_PER_MS} ms, but these take longer.`,
    );
  }
}

function tooLarge(): never {
  throw new StateError(
    'States.DataLimitExceeded',
    `Expected the paths and intrinsic functions of a field to make at most ${EVALUATION_BYTES} bytes, but these make more.`,
  );
}
