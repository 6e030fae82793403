// Functions at the end of a JSONPath: `$.a.length()`, `$..price.sum()`, `$.concat($.a, $.b)`. As in Jayway, the
// arithmetic ones give doubles (`6.0`), and skip what is not a number.

import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  parseJson,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import type { Reader, Run } from './run.ts';

/** @returns undefined when the function has no result for the value, which makes the path lead nowhere. */
export type Apply = (value: Json, node: Json, run: Run) => Json | undefined;

type Call = (value: Json, parameters: readonly Json[]) => Json | undefined;

export function compileFunction(name: string, parameters: readonly Reader[]): Apply {
  const call = FUNCTIONS.get(name)!;
  if (parameters.length === 0) return (value) => call(value, []);
  return (value, node, run) => {
    const values = parameters.map((read) => read(node, run));
    return call(
      value,
      values.filter((parameter) => parameter !== undefined),
    );
  };
}

const FUNCTIONS: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['length', length],
  ['keys', (value) => (isJsonObject(value) ? Object.keys(value) : null)],
  ['min', aggregate((numbers) => numbers.reduce((a, b) => Math.min(a, b)))],
  ['max', aggregate((numbers) => numbers.reduce((a, b) => Math.max(a, b)))],
  ['sum', aggregate(sum)],
  ['avg', aggregate((numbers) => sum(numbers) / numbers.length)],
  ['stddev', aggregate(deviation)],
  ['first', (value) => element(value, 0)],
  ['last', (value) => element(value, -1)],
  ['index', (value, [at]) => element(value, toNumber(at) ?? Number.NaN)],
  ['concat', (value, parameters) => [...strings(value), ...parameters.flatMap(texts)].join('')],
  ['append', (value, parameters) => (isJsonArray(value) ? [...value, ...parameters] : value)],
]);

function length(value: Json): Json {
  if (isJsonArray(value)) return value.length;
  return isJsonObject(value) ? Object.keys(value).length : null;
}

function element(value: Json, index: number): Json | undefined {
  if (!isJsonArray(value)) return undefined;
  return value[index < 0 ? value.length + index : index];
}

function strings(value: Json): string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function texts(parameter: Json): string[] {
  const items = isJsonArray(parameter) ? parameter : [parameter];
  return items
    .filter((item) => item !== null)
    .map((item) => (typeof item === 'string' ? item : stringifyJson(item)));
}

function aggregate(combine: (numbers: readonly number[]) => number): Call {
  return (value, parameters) => {
    const items = [...(isJsonArray(value) ? value : []), ...parameters.flat()] as Json[];
    const numbers = items.filter(isJsonNumber).map((item) => toNumber(item)!);
    return numbers.length === 0 ? undefined : double(combine(numbers));
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function deviation(numbers: readonly number[]): number {
  const mean = sum(numbers) / numbers.length;
  const squares = numbers.reduce((total, number) => total + number * number, 0);
  return Math.sqrt(Math.max(0, squares / numbers.length - mean * mean));
}

/** A double stays one when it is whole: 6 prints as `6.0`. */
function double(value: number): Json {
  const text = String(value);
  return parseJson(Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text);
}
