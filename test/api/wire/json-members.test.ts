import { expect, test } from 'vitest';
import { executionInput, taskOutput } from '../../../src/api/wire/json-members.ts';

const MAX = 262_144;

test('keeps the text and parses it once', () => {
  const input = executionInput(' {"a": 1.0}', MAX);
  expect(input.text).toBe(' {"a": 1.0}');
  expect(JSON.stringify(input.value)).toBe('{"a":1.0}');
});

test('is an empty object by default', () => {
  expect(executionInput(undefined, MAX).text).toBe('{}');
  expect(executionInput(undefined, MAX).value).toEqual({});
});

test.each(['0', '"text"', 'null', 'true', '[]'])('takes the scalar or array %s', (text) => {
  expect(executionInput(text, MAX).text).toBe(text);
});

test.each([
  ['', 'Invalid execution input.'],
  [' \n', 'Invalid execution input.'],
  [
    'not some json',
    "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
  ],
  ["{'not': 'json'}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
])('refuses %j', (text, message) => {
  expect(() => executionInput(text, MAX)).toThrow(`Invalid State Machine Execution Input: '${message}'`);
});

test('counts bytes, not characters', () => {
  expect(executionInput(`"${'x'.repeat(8)}"`, 10).bytes).toBe(10);
  expect(() => executionInput(`"${'ü'.repeat(5)}"`, 10)).toThrow(
    "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 10",
  );
});

test('refuses documents deeper than a thousand levels', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}"[[[\\"[["${']'.repeat(depth)}`;
  expect(executionInput(nested(1_000), MAX).bytes).toBe(2_009);
  expect(() => executionInput(nested(1_001), MAX)).toThrow('nesting depth (1001)');
  expect(() => executionInput(nested(100_000), MAX)).toThrow('nesting depth (1001)');
});

test('words a refused task output as AWS does', () => {
  expect(taskOutput('[1]', MAX).value).toEqual([1]);
  expect(() => taskOutput('{', MAX)).toThrow("Invalid Output: 'Unexpected end-of-input");
  expect(() => taskOutput('', MAX)).toThrow("Invalid Output: 'Invalid task output.'");
  expect(() => taskOutput('"üüü"', 7)).toThrow("Value at 'output' failed to satisfy constraint");
});
