// Made-up data for running a definition whose tasks we do not have: an object that holds, where the definition's paths and
// expressions look, a value of the type they expect. One object serves as input and as every task's result.

import { getMember, isJsonArray, isJsonObject, type Json, type JsonObject } from '../src/base/json.ts';

/** Steps of a path: member names, or `[]` for any index. */
type Steps = readonly string[];

const PATH = /^\$?\$((?:\.[\p{L}_][\p{L}\p{N}_-]*|\[\d+\]|\[\*\]|\['[^']+'\])+)/u;
const IN_CALL = /\$(?:\.[\p{L}_][\p{L}\p{N}_-]*|\[\d+\]|\[\*\]|\['[^']+'\])+/gu;
const IN_JSONATA = /\$states\.(?:input|result)((?:\.[\p{L}_][\p{L}\p{N}_]*|\[\d+\])+)/gu;
const STEP = /\.([\p{L}_][\p{L}\p{N}_-]*)|\['([^']+)'\]|(\[)/gu;

/** Longest list of steps that is believed. */
const MAX_STEPS = 12;

export function mockData(definition: Json): JsonObject {
  const data: JsonObject = {};
  collect(definition, '', (path, value) => {
    // What one state reads at `$.a.b`, a task whose ResultPath is `$.a` has to give at `$.b`.
    for (let from = 0; from < path.length; from++)
      if (path[from] !== '[]') put(data, path.slice(from), value);
  });
  return data;
}

function collect(node: Json, field: string, found: (path: Steps, value: Json) => void): void {
  if (isJsonArray(node)) {
    for (const item of node) collect(item, field, found);
  } else if (isJsonObject(node)) {
    const variable = getMember(node, 'Variable');
    for (const name of Object.keys(node)) {
      if (name === 'Variable') continue;
      collect(node[name]!, name, found);
    }
    if (typeof variable === 'string') {
      const steps = stepsOf(variable);
      if (steps !== undefined) found(steps, operandOf(node));
    }
  } else if (typeof node === 'string') {
    if (node.startsWith('{%')) {
      for (const [, rest] of node.matchAll(IN_JSONATA)) found(stepsOf(`$${rest}`) ?? [], 'text');
    } else if (node.startsWith('States.')) {
      for (const [path] of node.matchAll(IN_CALL)) found(stepsOf(path) ?? [], 'text');
    } else if (node.startsWith('$') && !node.startsWith('$$')) {
      found(stepsOf(node) ?? [], valueFor(field));
    }
  }
}

/** What a comparison compares with, so that it holds; else a text. */
function operandOf(rule: JsonObject): Json {
  for (const name of Object.keys(rule)) {
    const operand = rule[name]!;
    if (
      /^(String|Boolean)Equals$/.test(name) ||
      /^Numeric(Equals|LessThanEquals|GreaterThanEquals)$/.test(name)
    ) {
      return operand;
    }
    if (/^Numeric/.test(name)) return 0;
    if (/^Timestamp/.test(name)) return '2026-01-01T00:00:00Z';
  }
  return 'text';
}

function valueFor(field: string): Json {
  if (field === 'ItemsPath') return ['item'];
  if (field === 'TimestampPath') return '2026-01-01T00:00:00Z';
  return /(Seconds|Concurrency|Count|Items|Batch|Percentage)Path$/.test(field) ? 1 : 'text';
}

function stepsOf(path: string): Steps | undefined {
  const chain = PATH.exec(path)?.[1];
  if (chain === undefined || path.startsWith('$$')) return undefined;
  const steps: string[] = [];
  for (const [, dotted, quoted] of chain.matchAll(STEP)) steps.push(dotted ?? quoted ?? '[]');
  return steps.length > MAX_STEPS ? undefined : steps;
}

/** Puts a value where the steps lead; a longer path wins over a shorter one, the first of equals wins. */
function put(data: JsonObject, steps: Steps, value: Json): void {
  let at: JsonObject = data;
  for (let i = 0; i < steps.length; i++) {
    const name = steps[i]!;
    if (name === '[]') return;
    let depth = 0;
    while (steps[i + 1 + depth] === '[]') depth++;
    const last = i + depth >= steps.length - 1;
    const there = getMember(at, name);
    if (last) {
      let leaf = value;
      for (let d = 0; d < depth; d++) leaf = [leaf];
      if (there === undefined || there === 'text') at[name] = leaf;
      return;
    }
    let inner = innermost(there);
    if (inner === undefined) {
      inner = {};
      let wrapped: Json = inner;
      for (let d = 0; d < depth; d++) wrapped = [wrapped];
      at[name] = wrapped;
    }
    at = inner;
    i += depth;
  }
}

function innermost(value: Json | undefined): JsonObject | undefined {
  let at = value;
  while (isJsonArray(at)) at = at[0];
  return isJsonObject(at) ? at : undefined;
}
