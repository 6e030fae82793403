// Every failure of a JSONata expression and its words: the codes and texts of the JSONata family, and the causes in
// which Step Functions wraps them (States.QueryEvaluationError).

import { isRawNumber, type Json, jsonType, stringifyJson } from '../../base/json.ts';
import { StateError } from '../../base/state-error.ts';

/** Texts by code; `{{name}}` stands for a value printed as JSON. */
const TEXTS = {
  S0101: 'String literal must be terminated by a matching quote',
  S0102: 'Number out of range: {{token}}',
  S0103: 'Unsupported escape sequence: \\{{token}}',
  S0104: 'The escape sequence \\u must be followed by 4 hex digits',
  S0105: 'Quoted property name must be terminated with a backquote (`)',
  S0106: 'Comment has no closing tag',
  S0201: 'Syntax error: {{token}}',
  S0202: 'Expected {{value}}, got {{token}}',
  S0203: 'Expected {{value}} before end of expression',
  S0204: 'Unknown operator: {{token}}',
  S0207: 'Unexpected end of expression',
  S0208: 'Parameter {{value}} of function definition must be a variable name (start with $)',
  S0209: 'A predicate cannot follow a grouping expression in a step',
  S0210: 'Each step can only have one grouping expression',
  S0211: 'The symbol {{token}} cannot be used as a unary operator',
  S0212: 'The left side of := must be a variable name (start with $)',
  S0213: 'The literal value {{value}} cannot be used as a step within a path expression',
  S0214: 'The right side of {{token}} must be a variable name (start with $)',
  S0215: 'A context variable binding must precede any predicates on a step',
  S0216: "A context variable binding must precede the 'order-by' clause on a step",
  S0217: "The object representing the 'parent' cannot be derived from this expression",
  S0301: 'Empty regular expressions are not allowed',
  S0302: 'No terminating / in regular expression',
  S0303: 'The regular expression /{{pattern}}/ is not supported: {{reason}}',
  S0401: 'Type parameters can only be applied to functions and arrays',
  S0402: 'Choice groups containing parameterized types are not supported',
  S0501: 'The expression is nested more than {{value}} levels deep',
  S0502: 'The expression is longer than {{value}} characters',
  D1001: 'Number out of range: {{value}}',
  D1002: 'Cannot negate a non-numeric value: {{value}}',
  D1004: 'Regular expression matches zero length string',
  D1009: 'Multiple key definitions evaluate to same key: {{value}}',
  D2014:
    'The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to allocate {{value}}.',
  D3001: 'Attempting to invoke string function on Infinity or NaN',
  D3010: 'Second argument of replace function cannot be an empty string',
  D3011: 'Fourth argument of replace function must evaluate to a positive number',
  D3012: 'Attempted to replace a matched string with a non-string value',
  D3020: 'Third argument of split function must evaluate to a positive number',
  D3030: 'Unable to cast value to a number: {{value}}',
  D3040: 'Third argument of match function must evaluate to a positive number',
  D3050: 'The second argument of reduce function must be a function with at least two arguments',
  D3060: 'The sqrt function cannot be applied to a negative number: {{value}}',
  D3061:
    'The power function has resulted in a value that cannot be represented as a JSON number: base={{value}}, exponent={{exp}}',
  D3070:
    'The single argument form of the sort function can only be applied to an array of strings or an array of numbers.  Use the second argument to specify a comparison function',
  D3080: 'The picture string must only contain a maximum of two sub-pictures',
  D3081: "The sub-picture must not contain more than one instance of the 'decimal-separator' character",
  D3082: "The sub-picture must not contain more than one instance of the 'percent' character",
  D3083: "The sub-picture must not contain more than one instance of the 'per-mille' character",
  D3084: "The sub-picture must not contain both a 'percent' and a 'per-mille' character",
  D3085:
    "The mantissa part of a sub-picture must contain at least one character that is either an 'optional digit character' or a member of the 'decimal digit family'",
  D3086:
    'The sub-picture must not contain a passive character that is preceded by an active character and that is followed by another active character',
  D3087:
    "The sub-picture must not contain a 'grouping-separator' character that appears adjacent to a 'decimal-separator' character",
  D3088: "The sub-picture must not contain a 'grouping-separator' at the end of the integer part",
  D3089: "The sub-picture must not contain two adjacent instances of the 'grouping-separator' character",
  D3090:
    "The integer part of the sub-picture must not contain a member of the 'decimal digit family' that is followed by an instance of the 'optional digit character'",
  D3091:
    "The fractional part of the sub-picture must not contain an instance of the 'optional digit character' that is followed by a member of the 'decimal digit family'",
  D3092:
    "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a character treated as an 'exponent-separator'",
  D3093:
    "The exponent part of the sub-picture must comprise only of one or more characters that are members of the 'decimal digit family'",
  D3100: 'The radix of the formatBase function must be between 2 and 36.  It was given {{value}}',
  D3110: 'The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given {{value}}',
  D3130:
    'Formatting or parsing an integer as a sequence starting with {{value}} is not supported by this implementation',
  D3131: 'In a decimal digit pattern, all digits must be from the same decimal group',
  D3132: 'Unknown component specifier {{value}} in date/time picture string',
  D3133:
    "The 'name' modifier can only be applied to months and days in the date/time picture string, not {{value}}",
  D3134: 'The timezone integer format specifier cannot have more than four digits',
  D3135: "No matching closing bracket ']' in date/time picture string",
  D3136: 'The date/time picture string is missing specifiers required to parse the timestamp',
  D3137: '{{{message}}}',
  D3138: 'The $single() function expected exactly 1 matching result.  Instead it matched more.',
  D3139: 'The $single() function expected exactly 1 matching result.  Instead it matched 0.',
  D3140: 'Malformed URL passed to {{{functionName}}}(): {{value}}',
  D3141: '{{{message}}}',
  T0410: 'Argument {{index}} of function {{token}} does not match function signature',
  T0411: 'Context value is not a compatible type with argument {{index}} of function {{token}}',
  T0412: 'Argument {{index}} of function {{token}} must be an array of {{type}}',
  T1003: 'Key in object structure must evaluate to a string; got: {{value}}',
  T1005: 'Attempted to invoke a non-function. Did you mean {{{token}}}?',
  T1006: 'Attempted to invoke a non-function',
  T1007: 'Attempted to partially apply a non-function. Did you mean {{{token}}}?',
  T1008: 'Attempted to partially apply a non-function',
  T1010:
    'The matcher function argument passed to function {{token}} does not return the correct object structure',
  T2001: 'The left side of the {{token}} operator must evaluate to a number',
  T2002: 'The right side of the {{token}} operator must evaluate to a number',
  T2003: 'The left side of the range operator (..) must evaluate to an integer',
  T2004: 'The right side of the range operator (..) must evaluate to an integer',
  T2006: 'The right side of the function application operator ~> must be a function',
  T2007: 'Type mismatch when comparing values {{value}} and {{value2}} in order-by clause',
  T2008: 'The expressions within an order-by clause must evaluate to numeric or string values',
  T2009:
    'The values {{value}} and {{value2}} either side of operator {{token}} must be of the same data type',
  T2010: 'The expressions either side of operator {{token}} must evaluate to numeric or string values',
  T2011: 'The insert/update clause of the transform expression must evaluate to an object: {{value}}',
  T2012:
    'The delete clause of the transform expression must evaluate to a string or array of strings: {{value}}',
} as const;

export type ErrorCode = keyof typeof TEXTS;
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** An expression that cannot be read. */
export class JsonataSyntaxError extends Error {
  override readonly name = 'JsonataSyntaxError';
  /** `S0201` and its like. */
  readonly code: string;
  /** 0-based offset in the source. */
  readonly position: number;

  constructor(code: ErrorCode, position: number, details: ErrorDetails = {}) {
    super(describe(code, details));
    this.code = code;
    this.position = position;
  }
}

/** Code of a failure inside the evaluator, of which AWS shows no more than an id. */
export const INTERNAL = 'internal';

/** A failure while an expression is evaluated; `code` is empty for what the evaluator has no code for. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function fail(code: ErrorCode, details: ErrorDetails = {}): never {
  throw new EvaluationError(code, describe(code, details));
}

const SHOWN_CHARACTERS = 1_000;

/** The beginning of a value's JSON: values may be larger than any text, and share their parts. */
function show(value: unknown): string {
  const pieces: string[] = [];
  let left = SHOWN_CHARACTERS;
  const add = (piece: string): void => {
    pieces.push(piece);
    left -= piece.length;
  };
  const write = (each: unknown): void => {
    if (left < 0) return;
    if (typeof each === 'string') add(JSON.stringify(each.slice(0, left + 1)));
    else if (typeof each === 'function') add('""');
    else if (typeof each !== 'object' || each === null || isRawNumber(each))
      add(JSON.stringify(each) ?? 'null');
    else if (Array.isArray(each)) {
      add('[');
      for (let i = 0; i < each.length && left >= 0; i++) {
        if (i > 0) add(',');
        write(each[i]);
      }
      add(']');
    } else {
      add('{');
      let first = true;
      for (const name in each) {
        if (left < 0) break;
        const member = (each as Record<string, unknown>)[name];
        if (member === undefined) continue;
        add(`${first ? '' : ','}${JSON.stringify(name.slice(0, left + 1))}:`);
        first = false;
        write(member);
      }
      add('}');
    }
  };
  if (value === undefined) return 'undefined';
  write(value);
  const text = pieces.join('');
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function describe(code: ErrorCode, details: ErrorDetails): string {
  return TEXTS[code]
    .replace(/\{\{\{(\w+)\}\}\}/g, (_all, name: string) => String(details[name]))
    .replace(/\{\{(\w+)\}\}/g, (_all, name: string) =>
      name === 'reason' || name === 'pattern' ? String(details[name]) : show(details[name]),
    );
}

// --- causes of Step Functions ------------------------------------------------------------------------------------

const QUERY_EVALUATION_ERROR = 'States.QueryEvaluationError';

function queryError(source: string, location: string, what: string): StateError {
  const cause = `The JSONata expression '${source}' specified for the field '${location}' ${what}`;
  return new StateError(QUERY_EVALUATION_ERROR, cause, location);
}

/** The expression yielded nothing. */
export function returnedNothing(source: string, location: string): StateError {
  return queryError(source, location, 'returned nothing (undefined).');
}

/** @param code `T1006`; empty for what the evaluator itself has no code for: AWS then writes a colon. */
export function threwError(source: string, location: string, code: string, message: string): StateError {
  const detail = code === '' ? `: ${message}` : `. ${code}: ${message}`;
  return queryError(source, location, `threw an error during evaluation${detail}`);
}

/** The evaluator broke down; AWS tells nothing but an id under which it has noted why. */
export function failedInternally(source: string, location: string, id: string): StateError {
  return queryError(source, location, `threw an internal error during evaluation. ${id}`);
}

/** The expression yielded a function. */
export function unsupportedType(source: string, location: string): StateError {
  return queryError(source, location, 'returned an unsupported result type.');
}

/**
 * The expression yielded a value that its field does not take.
 * @param expected the words AWS uses: `boolean`, `array`, `number`, `string`, `object`, …
 */
export function unexpectedType(source: string, location: string, expected: string, value: Json): StateError {
  const type = jsonType(value);
  const what = `returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${stringifyJson(value)}`;
  return queryError(source, location, what);
}

/** `Items` is absent and the input of a Map is no array; AWS gives no location here. */
export function mapInputNotArray(input: Json): StateError {
  return new StateError(
    QUERY_EVALUATION_ERROR,
    `Map state input must be an array but was: ${stringifyJson(input)}`,
  );
}

/** `Timestamp` of a Wait state does not read as an RFC 3339 date-time with offset. */
export function unparsableTimestamp(value: string): StateError {
  const cause = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`;
  return new StateError(QUERY_EVALUATION_ERROR, cause, 'Timestamp');
}
