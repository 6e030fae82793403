// A JSON value of a definition with `{% … %}` strings somewhere in it (jsonata.md, AWS: "Transforming data with
// JSONata"). Keys are never evaluated; parts without expressions are returned as they stand in the definition.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { withMember } from '../../base/json-object.ts';
import type { Evaluate, Scope } from '../scope.ts';
import { type CompiledExpression, compileJsonata } from './compile.ts';

export interface CompiledValue {
  readonly evaluate: Evaluate;
  /** Workflow variables that the expressions may read, without `$`. */
  readonly variables: readonly string[];
  readonly expressions: readonly CompiledExpression[];
}

const OPEN = '{%';
const CLOSE = '%}';

/** An expression starts with `{%` and ends with `%}` exactly. */
export function isJsonataString(value: Json): value is string {
  return typeof value === 'string' && value.length >= 4 && value.startsWith(OPEN) && value.endsWith(CLOSE);
}

/** The text between the delimiters, trimmed. */
export function jsonataSource(text: string): string {
  return text.slice(OPEN.length, -CLOSE.length).trim();
}

/** One delimiter without the other: refused when a definition is created. */
export function hasBrokenDelimiters(text: string): boolean {
  const open = text.startsWith(OPEN);
  const close = text.endsWith(CLOSE);
  return (open || close) && !isJsonataString(text);
}

/**
 * @param location of the value inside its state, e.g. `Output`.
 * @throws JsonataSyntaxError of the first expression that cannot be read.
 */
export function compileJsonataValue(value: Json, location: string): CompiledValue {
  const expressions: CompiledExpression[] = [];
  const evaluate = compilePart(value, location, expressions) ?? (() => value);
  const variables = [...new Set(expressions.flatMap((expression) => expression.variables))];
  return { evaluate, variables, expressions };
}

/** @returns undefined when the part is constant. */
function compilePart(value: Json, location: string, found: CompiledExpression[]): Evaluate | undefined {
  if (isJsonataString(value)) {
    const expression = compileJsonata(jsonataSource(value), location);
    found.push(expression);
    return expression.evaluate;
  }
  if (isJsonArray(value)) return compileItems(value, location, found);
  return isJsonObject(value) ? compileMembers(value, location, found) : undefined;
}

function compileItems(list: Json[], location: string, found: CompiledExpression[]): Evaluate | undefined {
  const parts = list.map((item, i) => compilePart(item, `${location}[${i}]`, found));
  if (parts.every((part) => part === undefined)) return undefined;
  return (scope: Scope) =>
    list.map((item, i) => {
      const part = parts[i];
      return part ? part(scope) : item;
    });
}

function compileMembers(
  object: JsonObject,
  location: string,
  found: CompiledExpression[],
): Evaluate | undefined {
  const parts = Object.keys(object).map((name) => {
    const value = object[name] as Json;
    return { name, value, evaluate: compilePart(value, `${location}/${name}`, found) };
  });
  if (parts.every((part) => part.evaluate === undefined)) return undefined;
  return (scope: Scope) => {
    let result: JsonObject = {};
    for (const { name, value, evaluate } of parts)
      result = withMember(result, name, evaluate ? evaluate(scope) : value);
    return result;
  };
}
