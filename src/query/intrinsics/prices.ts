// What calls of intrinsic functions pay before they touch their arguments. `functions.ts` names one for every function.

import { isJsonArray, isJsonObject, type Json } from '../../base/json.ts';
import { namesOf } from '../../base/json-object.ts';
import type { Meter } from '../../base/meter.ts';
import {
  HEAD,
  MEMBER,
  payForPrinting,
  payForReading,
  payForText,
  priceOfParsing,
  SET_MEMBER,
  SLOT,
} from '../prices.ts';

/** Characters that Base64Encode, Base64Decode and Hash take. */
export const MAX_TEXT = 10_000;

/** Pays for a call before it touches its arguments. */
export type Pay = (values: readonly Json[], meter: Meter) => void;

/** Units of a call, whatever its arguments. */
export const CALL = 20;

export function constant(units: number): Pay {
  return (_values, meter) => meter.charge(units);
}

/** The function pays for each item that it comes to. */
export function onTheWay(_values: readonly Json[], meter: Meter): void {
  meter.charge(CALL);
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' || isJsonArray(value) ? value.length : 0;
}

/** Reads the template; what is put in pays as it is printed. */
export function forTemplate([template]: readonly Json[], meter: Meter): void {
  meter.charge(CALL + 2 * lengthOf(template));
  payForText(meter, lengthOf(template));
}

/** Texts of many short values take the most time and memory for a character. */
export function forParsing([text]: readonly Json[], meter: Meter): void {
  meter.pay(CALL + lengthOf(text), 48 * lengthOf(text));
  if (typeof text === 'string') meter.charge(priceOfParsing(text) * text.length);
}

export function forPrinting([value]: readonly Json[], meter: Meter): void {
  meter.charge(CALL);
  payForPrinting(meter, value!);
}

export function forItems(values: readonly Json[], meter: Meter): void {
  meter.charge(CALL + values.length);
  meter.allocate(HEAD + SLOT * values.length);
}

/** At worst a list around every item. */
export function forChunks([list]: readonly Json[], meter: Meter): void {
  meter.charge(CALL + lengthOf(list));
  meter.allocate((HEAD + 2 * SLOT) * lengthOf(list));
}

export function forCoding([text]: readonly Json[], meter: Meter): void {
  meter.charge(2 * CALL);
  payForReading(meter, Math.min(lengthOf(text), MAX_TEXT), 0);
  payForText(meter, 2 * lengthOf(text));
}

/** The slowest of the functions on characters of three bytes. */
export function forHashing([text]: readonly Json[], meter: Meter): void {
  meter.charge(CALL + 20 * CALL + 3 * Math.min(lengthOf(text), MAX_TEXT));
}

export function forMembers(objects: readonly Json[], meter: Meter): void {
  meter.charge(CALL);
  for (const each of objects) {
    if (!isJsonObject(each)) continue;
    const count = namesOf(each).length;
    meter.charge(2 * SET_MEMBER * count);
    meter.allocate(HEAD + MEMBER * count);
  }
}

export function forSplitting([text, delimiters]: readonly Json[], meter: Meter): void {
  payForReading(meter, lengthOf(text), 1);
  meter.charge(CALL + 4 * lengthOf(delimiters));
}
