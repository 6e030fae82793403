// JSON values as Java prints them: what States.Format inserts for objects and arrays, what filters match, and what leaks into
// error texts.

import { isJsonArray, isJsonObject, type Json, stringifyJson } from '../../base/json.ts';
import { namesOf } from '../../base/json-object.ts';
import type { Meter } from '../../base/meter.ts';
import { payForText, WALK } from '../prices.ts';

/** Units for a list or an object, whatever is in it. */
const CONTAINER = 10;

/** `{a=1, b=[x, y]}`; strings without quotes at any depth, numbers as in JSON. */
export function javaText(value: Json, meter: Meter): string {
  if (typeof value === 'string') return value;
  if (isJsonArray(value)) {
    meter.charge(CONTAINER + WALK * value.length);
    return paid(`[${value.map((item) => javaText(item, meter)).join(', ')}]`, meter);
  }
  if (!isJsonObject(value)) return paid(stringifyJson(value), meter);
  const names = namesOf(value);
  meter.charge(CONTAINER + 2 * WALK * names.length);
  const members = names.map((name) => `${name}=${javaText(value[name]!, meter)}`);
  return paid(`{${members.join(', ')}}`, meter);
}

/** What the text is made of has been paid for: of itself, it can only be as long again at every level. */
function paid(text: string, meter: Meter): string {
  payForText(meter, text.length);
  return text;
}
