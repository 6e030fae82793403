// The comparisons of a Choice rule, one table. A value of the wrong type makes a comparison false, never an error.

import { assert } from '../base/assert.ts';
import { compareInstants, parseTimestamp } from '../base/iso-time.ts';
import { isJsonNumber, type Json, toNumber } from '../base/json.ts';
import { compileStringPattern } from './string-pattern.ts';

export interface ChoiceOperator {
  /** What the definition must give: `pattern` is a string for StringMatches, `type-test` is true or false. */
  readonly operand: 'string' | 'number' | 'boolean' | 'timestamp' | 'pattern' | 'type-test';
  /** True when the operator with the suffix `Path` exists too. */
  readonly path: boolean;
}

type Holds = (order: number) => boolean;
type Test = (value: Json | undefined, operand: Json) => boolean;

const ORDERS: Readonly<Record<string, Holds>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

function strings(holds: Holds): Test {
  return (value, operand) => {
    if (typeof value !== 'string' || typeof operand !== 'string') return false;
    return holds(value < operand ? -1 : value > operand ? 1 : 0);
  };
}

function numbers(holds: Holds): Test {
  return (value, operand) => {
    const a = toNumber(value);
    const b = toNumber(operand);
    return a !== undefined && b !== undefined && holds(a < b ? -1 : a > b ? 1 : 0);
  };
}

function timestamps(holds: Holds): Test {
  return (value, operand) => {
    if (typeof value !== 'string' || typeof operand !== 'string') return false;
    const a = parseTimestamp(value);
    const b = a && parseTimestamp(operand);
    return a !== undefined && b !== undefined && holds(compareInstants(a, b));
  };
}

function is(type: (value: Json | undefined) => boolean): Test {
  return (value, operand) => type(value) === operand;
}

function matches(value: Json | undefined, pattern: Json): boolean {
  if (typeof value !== 'string' || typeof pattern !== 'string') return false;
  const test = compileStringPattern(pattern);
  assert(test, `Expected a pattern that the validator let through, but got ${pattern}`);
  return test(value);
}

type Row = readonly [name: string, operator: ChoiceOperator, test: Test];

function family(
  prefix: string,
  operand: ChoiceOperator['operand'],
  test: (holds: Holds) => Test,
  orders: readonly string[],
): Row[] {
  return orders.map((order) => [`${prefix}${order}`, { operand, path: true }, test(ORDERS[order]!)]);
}

function typeTest(name: string, type: (value: Json | undefined) => boolean): Row {
  return [name, { operand: 'type-test', path: false }, is(type)];
}

const ALL = Object.keys(ORDERS);
const TABLE: readonly Row[] = [
  ...family('String', 'string', strings, ALL),
  ...family('Numeric', 'number', numbers, ALL),
  ...family('Timestamp', 'timestamp', timestamps, ALL),
  ['BooleanEquals', { operand: 'boolean', path: true }, (a, b) => typeof a === 'boolean' && a === b],
  ['StringMatches', { operand: 'pattern', path: false }, matches],
  typeTest('IsNull', (value) => value === null),
  typeTest('IsPresent', (value) => value !== undefined),
  typeTest('IsNumeric', (value) => isJsonNumber(value)),
  typeTest('IsString', (value) => typeof value === 'string'),
  typeTest('IsBoolean', (value) => typeof value === 'boolean'),
  typeTest('IsTimestamp', (value) => typeof value === 'string' && parseTimestamp(value) !== undefined),
];

/** Every operator by its name without the suffix `Path`. */
export const CHOICE_OPERATORS: Readonly<Record<string, ChoiceOperator>> = Object.fromEntries(
  TABLE.map(([name, operator]) => [name, operator]),
);

const TESTS: ReadonlyMap<string, Test> = new Map(TABLE.map(([name, , test]) => [name, test]));

/**
 * @param operator one of CHOICE_OPERATORS.
 * @param value what `Variable` refers to; undefined only for IsPresent.
 * @param operand the literal, or what the `…Path` operand refers to.
 */
export function compare(operator: string, value: Json | undefined, operand: Json): boolean {
  const test = TESTS.get(operator);
  assert(test, `Expected an operator of a Choice rule, but got ${operator}`);
  return test(value, operand);
}

/** True when StringMatches takes the text: its backslashes stand before `*` or `\` only. */
export function isStringPattern(text: string): boolean {
  return compileStringPattern(text) !== undefined;
}
