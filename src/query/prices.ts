// What paths and intrinsic functions pay for what they touch, in work units (base/meter.ts), and how they pay for a whole
// value before they print, compare or copy it. Prices are the worst that was measured, so that no mixture of operations
// takes longer than it has paid for (scripts/search-bounds.ts).

import { isJsonArray, isJsonObject, type Json } from '../base/json.ts';
import type { Meter } from '../base/meter.ts';

/** A value is looked at, a child of a value is gone to. */
export const WALK = 2;
/** A member is set in an object that is made. */
export const SET_MEMBER = 4;
/** Bytes of a character, which may be any. */
const CHARACTER = 2;
/** Bytes of a list's item, with what growing leaves behind. */
export const SLOT = 16;
/** Bytes of an object's member. */
export const MEMBER = 48;
/** Bytes of a list, an object or a piece of text, whatever is in it. */
export const HEAD = 48;

/** A text of that length is about to be made. */
export function payForText(meter: Meter, length: number): void {
  meter.allocate(HEAD + CHARACTER * length);
  meter.charge(1);
}

/** A text of that length is about to be read. @param rate characters in the time of a unit, as a power of two. */
export function payForReading(meter: Meter, length: number, rate: number): void {
  meter.charge(1 + (length >> rate));
}

/** Pays for a look at all of a value, and for the text that it has as JSON. */
export function payForPrinting(meter: Meter, value: Json): void {
  if (typeof value === 'string') payForText(meter, value.length + 2);
  else if (isJsonArray(value)) {
    meter.charge(1 + WALK * value.length);
    for (const item of value) payForPrinting(meter, item);
  } else if (isJsonObject(value)) {
    const names = Object.keys(value);
    meter.charge(1 + 2 * WALK * names.length);
    for (const name of names) {
      payForText(meter, name.length + 3);
      payForPrinting(meter, value[name]!);
    }
  } else payForText(meter, typeof value === 'object' && value !== null ? value.rawJSON.length : 20);
}
