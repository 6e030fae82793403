// The parameters of tasks that no service model describes, checked against a table of their fields, in Step Functions'
// words.

import { isJsonArray, isJsonObject, type Json, stringifyJson } from '../base/json.ts';
import type { TaskOutcome } from './integration.ts';
import { failure } from './outcome.ts';

/** `JSON text`: text, or what becomes its JSON text. `lists`: a map to lists of texts. A list: the texts that are allowed. */
export type FieldType =
  | 'string'
  | 'string or null'
  | 'JSON text'
  | 'boolean'
  | 'lists'
  | 'object'
  | 'any'
  | readonly string[];

/** A field whose name ends in `!` must be there. */
export type Fields = Readonly<Record<string, FieldType>>;

/** @returns reasons against the parameters; empty when there are none. @param template as of `Check`. */
export function checkFields(input: Json, fields: Fields, template = false): string[] {
  if (!isJsonObject(input)) return ['The value is not a JSON object'];
  const reasons: string[] = [];
  for (const [name, value] of Object.entries(input)) {
    const type = fieldType(fields, name);
    if (type === undefined) reasons.push(`The field "${name}" is not supported by Step Functions`);
    else if (!fits(type, value, template)) reasons.push(misfit(type, name, value));
  }
  for (const field of Object.keys(fields)) {
    const name = field.slice(0, -1);
    if (field.endsWith('!') && !Object.hasOwn(input, name)) {
      reasons.push(`The field "${name}" is required but was missing`);
    }
  }
  return reasons;
}

/** The end of a task whose parameters the service would not take. */
export function unusableParameters(input: Json, reasons: readonly string[]): TaskOutcome {
  const cause = `The Parameters '${stringifyJson(input)}' could not be used to start the Task: [${reasons.join(', ')}]`;
  return failure('States.Runtime', cause);
}

function fieldType(fields: Fields, name: string): FieldType | undefined {
  if (name.endsWith('!')) return undefined;
  if (Object.hasOwn(fields, name)) return fields[name];
  return Object.hasOwn(fields, `${name}!`) ? fields[`${name}!`] : undefined;
}

function misfit(type: FieldType, name: string, value: Json): string {
  const isText = type === 'string' || type === 'string or null' || type === 'JSON text';
  if (isText || (typeof type !== 'string' && typeof value !== 'string')) {
    return `The value for the field '${name}' must be a STRING`;
  }
  if (type === 'boolean') return `The value for the field '${name}' must be a BOOLEAN`;
  return `The value of the field '${name}' has an invalid format`;
}

function fits(type: FieldType, value: Json, template: boolean): boolean {
  if (template && value === null) return true;
  switch (type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'string or null':
      return value === null || typeof value === 'string';
    case 'JSON text':
      return value === null || typeof value === 'string' || isJsonObject(value) || isJsonArray(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'object':
      return isJsonObject(value);
    case 'lists':
      return isJsonObject(value) && Object.values(value).every((item) => isTexts(item, template));
    default:
      return typeof value === 'string' && type.includes(value);
  }
}

function isTexts(value: Json, template: boolean): boolean {
  if (template && value === null) return true;
  return isJsonArray(value) && value.every((item) => typeof item === 'string' || (template && item === null));
}

/** A map to lists of texts, of which `checkFields` has made sure. */
export function listsOf(value: Json | undefined): Record<string, string[]> {
  return { ...(value as Record<string, string[]> | undefined) };
}
