// One call of an intrinsic function, `States.Format('{}', $.a)` → closures. Parsed and checked once: unknown functions and
// a wrong number of arguments never reach run time.

import { type Json, parseJson, stringifyJson } from '../../base/json.ts';
import { INTRINSIC_NESTING } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { compilePathAt, PathSyntaxError } from '../json-path/compile.ts';
import { type Path, PathMiss } from '../json-path/path.ts';
import { payForPrinting } from '../prices.ts';
import type { Evaluate, Scope } from '../scope.ts';
import { IntrinsicFault, IntrinsicSyntaxError } from './fault.ts';
import { fillTemplate, splitTemplate } from './format.ts';
import { FUNCTIONS } from './functions.ts';

export { IntrinsicSyntaxError } from './fault.ts';

export interface Intrinsic {
  /** @throws StateError States.IntrinsicFailure, or States.Runtime when an argument's path leads nowhere. */
  readonly evaluate: Evaluate;
  /** Names of the workflow variables it reads, without `$`. */
  readonly variables: readonly string[];
  /** Outermost function, without `States.`. */
  readonly function: string;
}

interface Cursor {
  readonly text: string;
  readonly variables: Set<string>;
  at: number;
}

/** An argument: how to get its value; `template` is set for a text, which States.Format reads with its escapes. */
interface Argument {
  readonly evaluate: Evaluate;
  readonly template?: string;
}

/** An argument's path leads nowhere; carries what the outermost call needs for its message. */
class ArgumentMiss extends Error {
  override readonly name = 'ArgumentMiss';
}

const NAME = /States\.([A-Za-z0-9]+)/y;
const WORD = /(?:true|false|null)\b/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const SPACE = /\s*/y;

/**
 * @param source the whole call; blanks around it and between its tokens are free.
 * @throws IntrinsicSyntaxError with the offset in `source`.
 */
export function compileIntrinsic(source: string): Intrinsic {
  const cursor: Cursor = { text: source, variables: new Set(), at: 0 };
  match(cursor, SPACE);
  const { evaluate, name } = readCall(cursor, 1);
  match(cursor, SPACE);
  if (cursor.at < source.length) fail(cursor, 'Expected the function call to end');
  return { evaluate: framed(source.trim(), evaluate), variables: [...cursor.variables], function: name };
}

/** Puts AWS's frame around what goes wrong inside the outermost call. */
function framed(call: string, evaluate: Evaluate): Evaluate {
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      if (error instanceof ArgumentMiss) throw new StateError('States.Runtime', frame(call, error.message));
      if (error instanceof IntrinsicFault) {
        throw new StateError('States.IntrinsicFailure', frame(call, error.message));
      }
      throw error;
    }
  };
}

function frame(call: string, reason: string): string {
  return `The function '${call}' had the following error: ${reason}`;
}

function readCall(cursor: Cursor, level: number): { evaluate: Evaluate; name: string } {
  const start = cursor.at;
  if (level > INTRINSIC_NESTING)
    fail(cursor, `Expected at most ${INTRINSIC_NESTING} levels of function calls`);
  const name = match(cursor, NAME)?.slice('States.'.length);
  if (name === undefined) fail(cursor, 'Expected a function call such as States.Format(…)');
  const fn = FUNCTIONS.get(name);
  if (!fn) throw new IntrinsicSyntaxError(`Unknown function States.${name}`, start);
  const items = readArguments(cursor, level);
  if (items.length < fn.least || items.length > fn.most) {
    const expected = fn.least === fn.most ? `${fn.least}` : `${fn.least} or more`;
    const message = `States.${name} takes ${expected} argument(s), but there are ${items.length}`;
    throw new IntrinsicSyntaxError(message, start);
  }
  const template = items[0]?.template;
  if (name === 'Format' && template !== undefined) {
    const pieces = splitTemplate(template);
    const rest = items.slice(1).map((item) => item.evaluate);
    return { name, evaluate: (scope) => fillTemplate(pieces, valuesOf(rest, scope), scope.meter) };
  }
  const evaluators = items.map((item) => item.evaluate);
  return { name, evaluate: (scope) => fn.call(valuesOf(evaluators, scope), scope) };
}

function valuesOf(evaluators: readonly Evaluate[], scope: Scope): readonly Json[] {
  scope.meter.charge(2 * evaluators.length);
  return evaluators.map((evaluate) => evaluate(scope));
}

function readArguments(cursor: Cursor, level: number): readonly Argument[] {
  expect(cursor, '(');
  const items: Argument[] = [];
  match(cursor, SPACE);
  if (peek(cursor) === ')') {
    cursor.at++;
    return items;
  }
  for (;;) {
    match(cursor, SPACE);
    items.push(readArgument(cursor, level));
    match(cursor, SPACE);
    if (peek(cursor) === ',') cursor.at++;
    else {
      expect(cursor, ')');
      return items;
    }
  }
}

function readArgument(cursor: Cursor, level: number): Argument {
  const next = peek(cursor);
  if (next === "'") return readText(cursor);
  if (next === '$') return readPath(cursor);
  if (cursor.text.startsWith('States.', cursor.at)) return readCall(cursor, level + 1);
  const literal = match(cursor, WORD) ?? match(cursor, NUMBER);
  if (literal === undefined) {
    fail(cursor, 'Expected a path, a number, true, false, null, a function call or a text in single quotes');
  }
  const value = parseJson(literal);
  return { evaluate: () => value };
}

/** A backslash stands only before a quote, a brace or another backslash. */
function readText(cursor: Cursor): Argument {
  const start = cursor.at++;
  let value = '';
  for (; peek(cursor) !== "'"; cursor.at++) {
    if (peek(cursor) === '') throw new IntrinsicSyntaxError('Expected a closing quote', start);
    if (peek(cursor) === '\\') {
      cursor.at++;
      if (!/^['{}\\]$/.test(peek(cursor))) {
        throw new IntrinsicSyntaxError("Expected ', {, } or \\ after a backslash", cursor.at - 1);
      }
    }
    value += peek(cursor);
  }
  const template = cursor.text.slice(start + 1, cursor.at);
  cursor.at++;
  return { evaluate: () => value, template };
}

function readPath(cursor: Cursor): Argument {
  try {
    const { path, end } = compilePathAt(cursor.text, cursor.at, ',)');
    cursor.at = end;
    if (path.variable !== undefined) cursor.variables.add(path.variable);
    return { evaluate: (scope) => readOrMiss(path, scope) };
  } catch (error) {
    if (!(error instanceof PathSyntaxError)) throw error;
    throw new IntrinsicSyntaxError(error.message, error.offset);
  }
}

/** AWS prints the state's input even when the path reads the context object, and lets one library text through. */
function readOrMiss(path: Path, scope: Scope): Json {
  try {
    return path.read(scope);
  } catch (error) {
    if (!(error instanceof PathMiss)) throw error;
    if (error.reason.startsWith('Filter: ')) throw new ArgumentMiss(error.reason);
    payForPrinting(scope.meter, scope.document);
    const input = stringifyJson(scope.document);
    throw new ArgumentMiss(
      `The JsonPath argument for the field '${path.source}' could not be found in the input '${input}'`,
    );
  }
}

function peek(cursor: Cursor): string {
  return cursor.text[cursor.at] ?? '';
}

/** @param pattern sticky. */
function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

function expect(cursor: Cursor, symbol: string): void {
  match(cursor, SPACE);
  if (peek(cursor) !== symbol) fail(cursor, `Expected ${symbol}`);
  cursor.at++;
}

function fail(cursor: Cursor, message: string): never {
  const rest = cursor.text.slice(cursor.at, cursor.at + 20);
  throw new IntrinsicSyntaxError(
    rest === '' ? `${message}, but the text ends` : `${message}, but got ${rest}`,
    cursor.at,
  );
}
