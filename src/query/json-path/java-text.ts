// JSON values as Java prints them: what States.Format inserts for objects and arrays, and what leaks into error texts.

import {
  isJsonArray,
  isJsonObject,
  isRawNumber,
  type Json,
  jsonType,
  stringifyJson,
} from '../../base/json.ts';

/** `{a=1, b=[x, y]}`; strings without quotes at any depth, numbers as in JSON. */
export function javaText(value: Json): string {
  if (typeof value === 'string') return value;
  if (isJsonArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (!isJsonObject(value)) return stringifyJson(value);
  const members = Object.keys(value).map((name) => `${name}=${javaText(value[name]!)}`);
  return `{${members.join(', ')}}`;
}

/** Class that Java holds the value in, as library texts name it. */
export function javaClass(value: Json): string {
  const type = jsonType(value);
  switch (type) {
    case 'null':
      return 'null';
    case 'string':
      return 'java.lang.String';
    case 'boolean':
      return 'java.lang.Boolean';
    case 'array':
      return 'java.util.ArrayList';
    case 'object':
      return 'java.util.LinkedHashMap';
    case 'number':
      return numberClass(value);
  }
}

function numberClass(value: Json): string {
  const text = isRawNumber(value) ? value.rawJSON : String(value);
  if (/[.eE]/.test(text)) return 'java.lang.Double';
  const number = Number(text);
  if (Math.abs(number) < 2 ** 31) return 'java.lang.Integer';
  return Math.abs(number) < 2 ** 63 ? 'java.lang.Long' : 'java.math.BigInteger';
}
