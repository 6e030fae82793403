// Placeholders of definitions: `${Name}` in the text, replaced before it is read, as CloudFormation does with
// DefinitionSubstitutions and `substitutions` of treadle.yaml does.

import type { DefinitionFormat } from '../config/definition-file.ts';

/** What CloudFormation takes for a name; `${!Name}` and anything else is not a placeholder. */
const PLACEHOLDER = /\$\{([A-Za-z0-9_.:-]{1,256})\}/g;

export interface Leftover {
  readonly name: string;
  /** Index of its `$`. */
  readonly at: number;
}

/**
 * @param values texts, numbers, truth values; objects and lists become their JSON
 * In JSON the value is escaped where it stands in a text, so that a quote in it ends nothing.
 */
export function substitute(
  text: string,
  format: DefinitionFormat,
  values: Readonly<Record<string, unknown>>,
): string {
  if (Object.keys(values).length === 0) return text;
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name];
    if (typeof value === 'object' && value !== null) return JSON.stringify(value);
    return format === 'json' ? JSON.stringify(String(value)).slice(1, -1) : String(value);
  });
}

/** Placeholders that nothing has replaced, in the order of the text. */
export function leftovers(text: string): Leftover[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => ({ name: match[1]!, at: match.index }));
}
