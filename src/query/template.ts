// Payload templates of JSONPath: Parameters, ResultSelector, ItemSelector, Assign and the like. A member whose name ends
// in `.$` holds a path or one intrinsic function; everything else is copied, or rather shared: payloads never change.

import { isJsonArray, isJsonObject, type Json, type JsonObject, stringifyJson } from '../base/json.ts';
import { copyObject, isNaturalOrder, withMember } from '../base/json-object.ts';
import { StateError } from '../base/state-error.ts';
import { compileIntrinsic, type Intrinsic, IntrinsicSyntaxError } from './intrinsics/compile.ts';
import { FUNCTIONS } from './intrinsics/functions.ts';
import { compilePath, PathSyntaxError } from './json-path/compile.ts';
import { type Path, PathMiss } from './json-path/path.ts';
import { payForPrinting, SET_MEMBER } from './prices.ts';
import type { Evaluate, Scope } from './scope.ts';

export interface Compiled {
  readonly evaluate: Evaluate;
  /** Names of the workflow variables it reads, without `$`, each once. */
  readonly variables: readonly string[];
}

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** Name of the member, e.g. `parsed.$`. */
  readonly field: string;
  /** Members and indexes from the template's root to the object that holds the field. */
  readonly at: readonly (string | number)[];
  readonly reason: 'expression' | 'duplicate' | 'type';
  /** Where in the expression, in UTF-16 units; absent when it is not about one place. */
  readonly offset: number | undefined;
  /** What the parser of the expression expected; absent like `offset`. */
  readonly detail: string | undefined;

  constructor(
    message: string,
    about: {
      readonly field: string;
      readonly at: readonly (string | number)[];
      readonly reason: TemplateError['reason'];
      readonly offset?: number;
      readonly detail?: string;
    },
  ) {
    super(message);
    this.field = about.field;
    this.at = about.at;
    this.reason = about.reason;
    this.offset = about.offset;
    this.detail = about.detail;
  }
}

type Place = readonly (string | number)[];

/** A constant or something to evaluate. */
type Part = { readonly constant: Json } | { readonly evaluate: Evaluate };

interface Findings {
  readonly errors: TemplateError[];
  readonly variables: Set<string>;
}

/**
 * @param template any JSON; only an object can have dynamic members.
 * @returns members without `.$` in their order, then the dynamic ones in theirs, at every level.
 * @throws TemplateError the first of `checkTemplate`.
 */
export function compileTemplate(template: Json): Compiled {
  const findings: Findings = { errors: [], variables: new Set() };
  const part = compileRoot(template, findings);
  if (findings.errors[0]) throw findings.errors[0];
  return { evaluate: evaluatorOf(part), variables: [...findings.variables] };
}

/** Everything that is wrong with a template, in the order of its members. */
export function checkTemplate(template: Json): readonly TemplateError[] {
  const findings: Findings = { errors: [], variables: new Set() };
  compileRoot(template, findings);
  return findings.errors;
}

/**
 * ErrorPath and CausePath of a Fail state: a path, or an intrinsic function that gives a string.
 * @throws TemplateError with `at` empty.
 */
export function compileStringExpression(source: string, field: string): Compiled {
  const variables = new Set<string>();
  const compiled = compileExpression(source, field, [], variables);
  if (compiled instanceof TemplateError) throw compiled;
  if ('intrinsic' in compiled && !FUNCTIONS.get(compiled.intrinsic.function)?.text) {
    const detail = `States.${compiled.intrinsic.function} does not give a string`;
    throw invalid(field, [], { reason: 'expression', offset: 0, detail });
  }
  const evaluate: Evaluate = (scope) => {
    const value = compiled.evaluate(scope);
    if (typeof value === 'string') return value;
    const text = stringifyJson(value);
    throw new StateError(
      'States.Runtime',
      `The value of '${source}' for the field '${field}' is not a string: ${text}`,
    );
  };
  return { evaluate, variables: [...variables] };
}

function compileRoot(template: Json, findings: Findings): Part {
  return isJsonObject(template) ? compileObject(template, [], findings) : { constant: template };
}

function compileValue(value: Json, place: Place, findings: Findings): Part {
  if (isJsonObject(value)) return compileObject(value, place, findings);
  if (isJsonArray(value)) return compileArray(value, place, findings);
  return { constant: value };
}

function compileArray(array: Json[], place: Place, findings: Findings): Part {
  const parts = array.map((item, index) => compileValue(item, [...place, index], findings));
  if (parts.every((part) => 'constant' in part)) return { constant: array };
  const evaluators = parts.map(evaluatorOf);
  return {
    evaluate: (scope) => {
      scope.meter.charge(SET_MEMBER * evaluators.length);
      return evaluators.map((evaluate) => evaluate(scope));
    },
  };
}

function compileObject(object: JsonObject, place: Place, findings: Findings): Part {
  let base: JsonObject = {};
  const inner: [name: string, evaluate: Evaluate][] = [];
  const dynamic: [name: string, evaluate: Evaluate][] = [];
  for (const field of Object.keys(object)) {
    const value = object[field]!;
    if (field.endsWith('.$')) {
      const name = field.slice(0, -2);
      const evaluate = compileMember(field, value, place, findings);
      if (Object.hasOwn(object, name)) findings.errors.push(duplicate(name, place));
      if (evaluate) dynamic.push([name, evaluate]);
      continue;
    }
    const part = compileValue(value, [...place, field], findings);
    if ('constant' in part) base = withMember(base, field, part.constant);
    else {
      base = withMember(base, field, null);
      inner.push([field, part.evaluate]);
    }
  }
  const members = [...inner, ...dynamic];
  if (members.length === 0) return { constant: object };
  const names = [...Object.keys(base), ...members.map(([name]) => name)];
  if (names.includes('__proto__') || !isNaturalOrder(names)) return { evaluate: inOrder(base, members) };
  return {
    evaluate: (scope) => {
      scope.meter.charge(SET_MEMBER * names.length);
      const result = { ...base };
      for (const [name, evaluate] of members) result[name] = evaluate(scope);
      return result;
    },
  };
}

/** The members of `base`, then the others: for names that need care. */
function inOrder(base: JsonObject, members: readonly [name: string, evaluate: Evaluate][]): Evaluate {
  const price = 2 * SET_MEMBER * (Object.keys(base).length + members.length);
  return (scope) => {
    scope.meter.charge(price);
    let result = copyObject(base);
    for (const [name, evaluate] of members) result = withMember(result, name, evaluate(scope));
    return result;
  };
}

function compileMember(field: string, value: Json, place: Place, findings: Findings): Evaluate | undefined {
  if (typeof value !== 'string') {
    findings.errors.push(invalid(field, place, { reason: 'type' }));
    return undefined;
  }
  const compiled = compileExpression(value, field, place, findings.variables);
  if (!(compiled instanceof TemplateError)) return compiled.evaluate;
  findings.errors.push(compiled);
  return undefined;
}

type Expression =
  | { readonly evaluate: Evaluate }
  | { readonly evaluate: Evaluate; readonly intrinsic: Intrinsic };

function compileExpression(
  source: string,
  field: string,
  place: Place,
  variables: Set<string>,
): Expression | TemplateError {
  try {
    if (source.startsWith('$')) {
      const path = compilePath(source);
      if (path.variable !== undefined) variables.add(path.variable);
      return { evaluate: (scope) => readPath(path, field, scope) };
    }
    const intrinsic = compileIntrinsic(source);
    for (const name of intrinsic.variables) variables.add(name);
    return { evaluate: intrinsic.evaluate, intrinsic };
  } catch (error) {
    if (!(error instanceof PathSyntaxError || error instanceof IntrinsicSyntaxError)) throw error;
    return invalid(field, place, { reason: 'expression', offset: error.offset, detail: error.message });
  }
}

function readPath(path: Path, field: string, scope: Scope): Json {
  try {
    return path.read(scope);
  } catch (error) {
    if (!(error instanceof PathMiss)) throw error;
    // AWS gives null for an index past the end; below it there is nothing to be found.
    if (error.pastEnd) return null;
    const root = rootOf(path, scope);
    payForPrinting(scope.meter, root);
    const input = stringifyJson(root);
    const where = `specified for the field '${field}' could not be found in the input '${input}'`;
    throw new StateError('States.Runtime', `The JSONPath '${path.source}' ${where}`);
  }
}

/** The document that the path was applied to; the state's own where a variable has no value. */
function rootOf(path: Path, scope: Scope): Json {
  if (path.root === 'context') return scope.context();
  const value = path.variable === undefined ? undefined : scope.variable(path.variable);
  return value === undefined ? scope.document : value;
}

function evaluatorOf(part: Part): Evaluate {
  if ('evaluate' in part) return part.evaluate;
  const { constant } = part;
  return () => constant;
}

function invalid(
  field: string,
  at: Place,
  about: { readonly reason: 'expression' | 'type'; readonly offset?: number; readonly detail?: string },
): TemplateError {
  const message = `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`;
  return new TemplateError(message, { field, at, ...about });
}

function duplicate(name: string, at: Place): TemplateError {
  return new TemplateError(`The field '${name}' is duplicated`, {
    field: `${name}.$`,
    at,
    reason: 'duplicate',
  });
}
