// How values travel in a query and in a form: nested members as `a[b]=c`, lists as Transform.RequestEncodingOptions says.

import { isJsonArray, isJsonObject, type Json, type JsonObject, stringifyJson } from '../../base/json.ts';

export const ARRAY_FORMATS = ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS'] as const;

export type ArrayFormat = (typeof ARRAY_FORMATS)[number];
export type Pair = readonly [name: string, value: string];

/** A form repeats long names with every value, so a small body could make an endless one. */
export class FormTooLarge extends Error {
  override readonly name = 'FormTooLarge';
}

const MAX_FORM_CHARACTERS = 4 * 1_048_576;
const MAX_FORM_DEPTH = 100;

/** The pairs of a form, before percent-encoding, in the order of the members. @throws FormTooLarge */
export function formPairs(body: JsonObject, format: ArrayFormat): Pair[] {
  const pairs: Pair[] = [];
  let characters = 0;
  const push = (name: string, text: string): void => {
    characters += name.length + text.length;
    if (characters > MAX_FORM_CHARACTERS) {
      throw new FormTooLarge(`The form has more than ${MAX_FORM_CHARACTERS} characters`);
    }
    pairs.push([name, text]);
  };
  const add = (name: string, value: Json, depth: number): void => {
    if (depth > MAX_FORM_DEPTH)
      throw new FormTooLarge(`The form is nested deeper than ${MAX_FORM_DEPTH} levels`);
    if (isJsonObject(value)) {
      for (const [member, inner] of Object.entries(value)) add(`${name}[${member}]`, inner, depth + 1);
    } else if (isJsonArray(value)) {
      addList(name, value, depth);
    } else push(name, scalarText(value));
  };
  const addList = (name: string, items: readonly Json[], depth: number): void => {
    // A list of structures cannot be joined by commas.
    const flat = items.every((item) => !isJsonObject(item) && !isJsonArray(item));
    if (format === 'COMMAS' && flat) {
      if (items.length > 0) push(name, items.map(scalarText).join(','));
      return;
    }
    for (const [index, item] of items.entries()) {
      if (format === 'REPEAT') add(name, item, depth + 1);
      else add(format === 'BRACKETS' ? `${name}[]` : `${name}[${index}]`, item, depth + 1);
    }
  };
  for (const [name, value] of Object.entries(body)) add(name, value, 1);
  return pairs;
}

/** application/x-www-form-urlencoded. */
export function encodePairs(pairs: readonly Pair[]): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
}

/** Text as it is, other scalars as JSON; null is empty. */
export function scalarText(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : stringifyJson(value);
}

/**
 * The URL with more query parameters. What it has already stays as it was written, except for parameters that `winning`
 * names too; those of `own` that `winning` names are left out.
 */
export function withQuery(url: URL, own: readonly Pair[], winning: readonly Pair[]): URL {
  const replaced = new Set(winning.map(([name]) => name));
  const written = url.search
    .slice(1)
    .split('&')
    .filter((part) => part !== '' && !replaced.has(nameOf(part)));
  const added = [...own.filter(([name]) => !replaced.has(name)), ...winning];
  const encoded = encodePairs(added).replaceAll('+', '%20');
  const next = new URL(url);
  next.search = [...written, ...(encoded === '' ? [] : [encoded])].join('&');
  return next;
}

function nameOf(part: string): string {
  return new URLSearchParams(part).keys().next().value ?? '';
}
