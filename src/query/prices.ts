// What paths and intrinsic functions pay for what they touch, in work units (base/meter.ts), and how they pay for a whole
// value before they print, compare or copy it. Prices are the worst that was measured, so that no mixture of operations
// takes longer than it has paid for (scripts/search-bounds.ts).

import { isJsonArray, isJsonObject, type Json } from '../base/json.ts';
import { isOrdered, namesOf, valuesOf } from '../base/json-object.ts';
import type { Meter } from '../base/meter.ts';

/** A value is looked at, a child of a value is gone to. */
export const WALK = 4;
/** A member is set in an object that is made. */
export const SET_MEMBER = 16;
/** A member of an object with an order of its own is printed. */
const ORDERED = 80;
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
  meter.pay(1, HEAD + CHARACTER * length);
}

/** A text of that length is about to be read. @param rate characters in the time of a unit, as a power of two. */
export function payForReading(meter: Meter, length: number, rate: number): void {
  meter.charge(1 + (length >> rate));
}

/** Pays for a look at all of a value, and for the text that it has as JSON. */
export function payForPrinting(meter: Meter, value: Json): void {
  if (typeof value !== 'object' || value === null) {
    const length = lengthOfScalar(value);
    meter.pay(1 + (length >> PRINTED), HEAD + CHARACTER * length);
  } else if (isJsonArray(value)) {
    meter.charge(1 + WALK * value.length);
    payForItems(meter, value);
  } else if (isJsonObject(value)) {
    const names = namesOf(value);
    meter.charge(1 + (isOrdered(value) ? ORDERED : 2 * WALK) * names.length);
    let length = 0;
    for (const name of names) length += name.length + 3;
    payForText(meter, length);
    payForItems(meter, valuesOf(value));
  } else payForText(meter, value.rawJSON.length);
}

/** Of a container's items, those without parts pay together. */
function payForItems(meter: Meter, items: readonly Json[]): void {
  let length = 0;
  for (const item of items) {
    if (typeof item === 'object' && item !== null) payForPrinting(meter, item);
    else length += lengthOfScalar(item);
  }
  if (length > 0) meter.pay(items.length + (length >> PRINTED), CHARACTER * length);
}

function lengthOfScalar(value: null | boolean | number | string): number {
  if (typeof value === 'string') return value.length + 2;
  return typeof value === 'number' ? NUMBER : 5;
}

/** Characters that are printed in the time of a unit, as a power of two: some have to be escaped. */
const PRINTED = 2;
/** Characters of a number, at most. */
const NUMBER = 24;

/** Names and numbers that JavaScript would change are parsed with more care, and kept with more memory. */
const CAREFUL = /"\d|[.eE]|\d{8}/;

/** Units for each character of JSON text that is about to be parsed. */
export function priceOfParsing(text: string): number {
  return CAREFUL.test(text) ? 6 : 2;
}
