// The few keywords of JSON Schema that treadle.schema.json uses, as an editor would apply them.

import { isDeepStrictEqual } from 'node:util';

type Schema = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  array: Array.isArray,
  object: isObject,
};

const KEYWORDS: Readonly<Record<string, (value: unknown, argument: never, schema: Schema) => boolean>> = {
  type: (value, types: string | string[]) => [types].flat().some((type) => TYPES[type]!(value)),
  enum: (value, values: unknown[]) => values.some((one) => isDeepStrictEqual(one, value)),
  pattern: (value, pattern: string) => typeof value !== 'string' || new RegExp(pattern).test(value),
  minimum: (value, least: number) => typeof value !== 'number' || value >= least,
  exclusiveMinimum: (value, above: number) => typeof value !== 'number' || value > above,
  maximum: (value, most: number) => typeof value !== 'number' || value <= most,
  maxItems: (value, most: number) => !Array.isArray(value) || value.length <= most,
  items: (value, item: Schema) => !Array.isArray(value) || value.every((member) => matches(member, item)),
  anyOf: (value, schemas: Schema[]) => schemas.some((schema) => matches(value, schema)),
  required: (value, names: string[]) => !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
  propertyNames: (value, schema: Schema) =>
    !isObject(value) || Object.keys(value).every((name) => matches(name, schema)),
  properties: (value, schemas: Readonly<Record<string, Schema>>) =>
    !isObject(value) ||
    Object.entries(schemas).every(
      ([name, schema]) => !Object.hasOwn(value, name) || matches(value[name], schema),
    ),
  additionalProperties: (value, others: false | Schema, { properties = {} }) =>
    !isObject(value) ||
    Object.keys(value)
      .filter((name) => !Object.hasOwn(properties as object, name))
      .every((name) => others !== false && matches(value[name], others)),
};
const REMARKS = ['$schema', 'title', 'description', 'default', 'format'];

/** @throws on a keyword that is not among the few. */
export function matches(value: unknown, schema: Schema): boolean {
  return Object.entries(schema).every(([keyword, argument]) => {
    if (REMARKS.includes(keyword)) return true;
    const check = KEYWORDS[keyword];
    if (check === undefined)
      throw new Error(`Expected a keyword that this checker knows, but got ${keyword}`);
    return check(value, argument as never, schema);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
