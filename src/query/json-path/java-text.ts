// JSON values as Java prints them: what States.Format inserts for objects and arrays, what filters match, and what leaks into
// error texts.

import { isJsonArray, isJsonObject, type Json, stringifyJson } from '../../base/json.ts';
import type { Meter } from '../../base/meter.ts';
import { payForText, WALK } from '../prices.ts';

/** `{a=1, b=[x, y]}`; strings without quotes at any depth, numbers as in JSON. */
export function javaText(value: Json, meter: Meter): string {
  if (typeof value === 'string') return paid(value, meter);
  if (isJsonArray(value)) {
    meter.charge(WALK * value.length);
    return paid(`[${value.map((item) => javaText(item, meter)).join(', ')}]`, meter);
  }
  if (!isJsonObject(value)) return paid(stringifyJson(value), meter);
  const names = Object.keys(value);
  meter.charge(2 * WALK * names.length);
  const members = names.map((name) => `${name}=${javaText(value[name]!, meter)}`);
  return paid(`{${members.join(', ')}}`, meter);
}

/** What a container's text is made of has been paid for: of itself, it can only be as long again at every level. */
function paid(text: string, meter: Meter): string {
  payForText(meter, text.length);
  return text;
}
