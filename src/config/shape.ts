// What a schema is made of. A shape reads a value of the configuration and says what is wrong with it by path; the same
// shape holds the value's type and its JSON Schema, so that the three cannot disagree. Why it is our own: ADR 0010.

import { nearest } from '../base/nearest.ts';
import { describePath, type Path } from './problem.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

/** Where a shape reads: it reports there, and may ask how a scalar is written. */
export interface Reading {
  /** `of` is what the problem points at; default: the value. For the rest see Problem. */
  refuse(at: Path, complaint: Complaint): void;
  /** The characters of a scalar in the file, so that 000000000012 stays an account number. */
  written(at: Path): string | undefined;
}

export interface Complaint {
  readonly value?: unknown;
  readonly expected: string;
  readonly of?: 'key';
}

export interface Shape<T> {
  readonly json: JsonSchema;
  /** @returns undefined when something was refused. */
  readonly read: (value: unknown, at: Path, reading: Reading) => T | undefined;
  /** Of an object: its members. */
  readonly fields?: Fields;
  /** True: holds names of the user's own. Its variable is read as JSON. */
  readonly named?: true;
}

export type Infer<S> = S extends Shape<infer T> ? T : never;

export interface Field<T, P extends 'required' | 'optional' | 'preset'> {
  readonly shape: Shape<T>;
  readonly presence: P;
  /** Markdown; one sentence or a few. */
  readonly meaning: string;
  /** What an absent value means, when `preset`. */
  readonly fallback?: T;
  /** Variables besides TREADLE_…; `over` wins over the file, `under` counts when nothing else is said. */
  readonly variables?: { readonly over?: string; readonly under?: string };
}

export type AnyField = Field<unknown, 'required' | 'optional' | 'preset'>;
export type Fields = Readonly<Record<string, AnyField>>;
type Valued<F> = F extends Field<infer T, 'required' | 'optional' | 'preset'> ? T : never;
type Optional<F> = F extends Field<unknown, 'optional'> ? true : false;
type ObjectOf<F extends Fields> = {
  readonly [K in keyof F as Optional<F[K]> extends true ? never : K]: Valued<F[K]>;
} & { readonly [K in keyof F as Optional<F[K]> extends true ? K : never]?: Valued<F[K]> };

export function required<T>(shape: Shape<T>, meaning: string): Field<T, 'required'> {
  return { shape, presence: 'required', meaning };
}

export function optional<T>(shape: Shape<T>, meaning: string): Field<T, 'optional'> {
  return { shape, presence: 'optional', meaning };
}

export function preset<T>(
  shape: Shape<T>,
  fallback: T,
  meaning: string,
  variables: NonNullable<AnyField['variables']> = {},
): Field<T, 'preset'> {
  return { shape, presence: 'preset', meaning, fallback, variables };
}

/** A field that is an object of preset fields; absent, it has all of their presets. */
export function group<F extends Fields>(
  fields: F,
  meaning: string,
  elsewhere: Elsewhere = {},
): Field<ObjectOf<F>, 'preset'> {
  const fallback = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.fallback]));
  return preset(object('a mapping', fields, undefined, elsewhere), fallback as ObjectOf<F>, meaning);
}

/** A value without parts. @param parse gives undefined for a value that cannot be */
export function scalar<T>(
  expected: string,
  json: JsonSchema,
  parse: (value: unknown, written: string | undefined) => T | undefined,
): Shape<T> {
  return {
    json,
    read(value, at, reading) {
      const parsed = parse(value, reading.written(at));
      if (parsed === undefined) reading.refuse(at, { value, expected });
      return parsed;
    },
  };
}

export function text(expected: string, pattern = /^/): Shape<string> {
  return scalar(expected, { type: 'string', pattern: pattern.source }, (value) =>
    typeof value === 'string' && pattern.test(value) ? value : undefined,
  );
}

/** Of the environment a number comes as text, and in a file it may stand in quotes. */
export function number(
  expected: string,
  bounds: { readonly least?: number; readonly above?: number; readonly most: number; readonly whole?: true },
): Shape<number> {
  const { least = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, most, whole } = bounds;
  const json = {
    type: whole ? 'integer' : 'number',
    ...(bounds.least !== undefined && { minimum: least }),
    ...(bounds.above !== undefined && { exclusiveMinimum: above }),
    maximum: most,
  };
  return scalar(expected, json, (value) => {
    const n =
      typeof value === 'string' && /^(\d{1,15}|\d{0,15}\.\d{1,15})$/.test(value) ? Number(value) : value;
    if (typeof n !== 'number' || !(n >= least && n > above && n <= most)) return undefined;
    return whole && !Number.isInteger(n) ? undefined : n;
  });
}

/** One of some words. */
export function choice<const T extends string>(...words: readonly T[]): Shape<T> {
  const expected =
    words.length > 3 ? `one of ${words.join(', ')}` : words.join(', ').replace(/, ([^,]*)$/, ' or $1');
  return scalar(expected, { enum: words }, (value) => words.find((word) => word === value));
}

export function list<T>(item: Shape<T>, expected: string, most = 1_000): Shape<readonly T[]> {
  return {
    json: { type: 'array', items: item.json, maxItems: most },
    read(value, at, reading) {
      if (!Array.isArray(value) || value.length > most) {
        reading.refuse(at, { value, expected });
        return undefined;
      }
      const items = value.map((member, i) => item.read(member, [...at, i], reading));
      return items.every((member) => member !== undefined) ? (items as T[]) : undefined;
    },
  };
}

/** Names of the user's own → values. @param check sees the values when each is right */
export function mapping<T>(
  expected: string,
  name: { readonly pattern: RegExp; readonly expected: string },
  member: Shape<T>,
  check?: (values: Readonly<Record<string, T>>, at: Path, reading: Reading) => void,
): Shape<Readonly<Record<string, T>>> {
  return {
    json: {
      type: 'object',
      propertyNames: { pattern: name.pattern.source },
      additionalProperties: member.json,
    },
    named: true,
    read(value, at, reading) {
      if (!isRecord(value)) {
        reading.refuse(at, { value, expected });
        return undefined;
      }
      let sound = true;
      // No prototype: names are the user's.
      const result: Record<string, T> = Object.create(null);
      for (const [key, given] of Object.entries(value)) {
        const path = [...at, key];
        if (!name.pattern.test(key)) {
          reading.refuse(path, {
            expected: `is not a name that can be; expected ${name.expected}`,
            of: 'key',
          });
          sound = false;
        }
        const found = member.read(given, path, reading);
        if (found === undefined) sound = false;
        else result[key] = found;
      }
      if (sound) check?.(result, at, reading);
      return sound ? result : undefined;
    },
  };
}

/**
 * A mapping with known keys; one without a value counts as absent.
 * @param check for what concerns several keys; it sees the values as they were written
 */
export function object<F extends Fields>(
  expected: string,
  fields: F,
  check?: (values: Readonly<Record<string, unknown>>, refuse: Refuse) => void,
  elsewhere: Elsewhere = {},
): Shape<ObjectOf<F>> {
  const entries = Object.entries(fields);
  const properties = Object.fromEntries(
    entries.map(([name, { shape, meaning, fallback }]) => [
      name,
      { description: plain(meaning), ...shape.json, ...(isPlain(fallback) && { default: fallback }) },
    ]),
  );
  const needed = entries.filter(([, { presence }]) => presence === 'required').map(([name]) => name);
  return {
    json: {
      type: 'object',
      properties,
      additionalProperties: false,
      ...(needed.length > 0 && { required: needed }),
    },
    fields,
    read(value, at, reading) {
      if (!isRecord(value)) {
        reading.refuse(at, { value, expected });
        return undefined;
      }
      let sound = true;
      const refuse: Refuse = (tail, complaint) => {
        sound = false;
        reading.refuse([...at, ...tail], complaint);
      };
      for (const key of Object.keys(value)) {
        if (!Object.hasOwn(fields, key)) refuse([key], unknownKey(key, at, fields, elsewhere));
      }
      const result: Record<string, unknown> = {};
      for (const [name, { shape, presence, fallback }] of entries) {
        const given = Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined;
        if (given !== undefined) {
          const found = shape.read(given, [...at, name], reading);
          if (found === undefined) sound = false;
          result[name] = found;
        } else if (presence === 'preset') result[name] = fallback;
        else if (presence === 'required') refuse([name], { expected: 'is missing' });
      }
      check?.(value, refuse);
      return sound ? (result as ObjectOf<F>) : undefined;
    },
  };
}

export type Refuse = (tail: Path, complaint: Complaint) => void;

/** Keys that are often looked for in an object → full name of the key that is meant. */
type Elsewhere = Readonly<Record<string, string>>;

function unknownKey(key: string, at: Path, fields: Fields, elsewhere: Elsewhere): Complaint {
  const known = Object.keys(fields);
  const near = nearest(key, known);
  const meant = elsewhere[key] ?? (near && describePath([...at, near]));
  const hint = meant === undefined ? `known are ${known.join(', ')}` : `did you mean ${meant}?`;
  return { expected: `is not a known key; ${hint}`, of: 'key' };
}

interface Case<T> {
  readonly when: (value: unknown) => boolean;
  readonly shape: Shape<T>;
}

/** Of several shapes the first whose `when` holds. */
export function either<const C extends readonly Case<unknown>[]>(
  expected: string,
  ...cases: C
): Shape<Infer<C[number]['shape']>> {
  return {
    json: { anyOf: cases.map(({ shape }) => shape.json) },
    ...(cases.some(({ shape }) => shape.named) && { named: true }),
    read(value, at, reading) {
      const found = cases.find(({ when }) => when(value));
      if (found === undefined) reading.refuse(at, { value, expected });
      return found?.shape.read(value, at, reading) as Infer<C[number]['shape']> | undefined;
    },
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isScalar(value: unknown): boolean {
  return typeof value !== 'object';
}

/** No message shows a value of it. */
export function secret<T>(shape: Shape<T>): Shape<T> {
  return {
    ...shape,
    read(value, at, reading) {
      return shape.read(value, at, {
        written: reading.written,
        refuse: (path, complaint) =>
          reading.refuse(path, complaint.value === undefined ? complaint : { ...complaint, value: MASK }),
      });
    },
  };
}

export const MASK = '•••';

/** Markdown without links and code marks, for editors that show it as it is. */
function plain(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
}

function isPlain(value: unknown): boolean {
  return (
    ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.length === 0)
  );
}
