import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../src/base/json.ts';
import { offsetInString, parseJsonText, type StringNode, toJson } from '../../src/text/json-text.ts';

const SOURCE = (text: string, column: number, line = 1) =>
  `\n at [Source: (String)"${text}"; line: ${line}, column: ${column}]`;

function firstProblem(text: string): string | undefined {
  return parseJsonText(text).problem?.message;
}

describe('reading JSON text', () => {
  it('gives every node its range, quotes and brackets included', () => {
    const text = ' {"a": [1, "x"], "b": null} ';
    const { root, problem } = parseJsonText(text);
    expect(problem).toBeUndefined();
    if (root?.kind !== 'object') throw new Error('expected an object');
    expect(text.slice(root.from, root.to)).toBe('{"a": [1, "x"], "b": null}');
    const [a, b] = root.members;
    expect(text.slice(a!.from, a!.to)).toBe('"a"');
    expect(text.slice(a!.value.from, a!.value.to)).toBe('[1, "x"]');
    expect(text.slice(b!.value.from, b!.value.to)).toBe('null');
  });

  it('keeps duplicate members and lets the last one count', () => {
    const { root } = parseJsonText('{"a": 1, "a": 2}');
    expect(root?.kind === 'object' && root.members.length).toBe(2);
    expect(toJson(root!)).toEqual({ a: 2 });
  });

  it('takes __proto__ as a name like any other', () => {
    const value = toJson(parseJsonText('{"__proto__": {"x": 1}}').root!);
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1, 2), (text, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        const { root, problem } = parseJsonText(spaced);
        expect(problem).toBeUndefined();
        expect(JSON.stringify(toJson(root!))).toBe(JSON.stringify(parseJson(spaced)));
      }),
    );
  });

  it('refuses what JSON.parse refuses, and never throws', () => {
    const soup = fc.string({ unit: fc.constantFrom(...'{}[]",:0123.eE+-\\unltrfas \n\t') });
    fc.assert(
      fc.property(soup, (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const { root, problem } = parseJsonText(text);
        expect(problem === undefined && root !== undefined).toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [
      'not a definition',
      "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      4,
    ],
    ['{"a":1,}', "Unexpected character ('}' (code 125)): was expecting double-quote to start field name", 9],
    [
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
      7,
    ],
    [
      '{"a":1 "b":2}',
      `Unexpected character ('"' (code 34)): was expecting comma to separate Object entries`,
      9,
    ],
    ['[1 2]', "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries", 5],
    ['{"a":01}', 'Invalid numeric value: Leading zeroes not allowed', 7],
    ['["\\q"]', "Unrecognized character escape 'q' (code 113)", 5],
    ['{"a', 'Unexpected end-of-input in field name', 4],
    ['["a', 'Unexpected end-of-input: was expecting closing quote for a string value', 4],
  ])('words the mistake in %s as AWS does', (text, message, column) => {
    expect(firstProblem(text)).toBe(message + SOURCE(text, column));
  });

  it('names the start of what was never closed', () => {
    expect(firstProblem('{"a": {')).toBe(
      `Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)"{"a": {"; line: 1, column: 7])${SOURCE('{"a": {', 8)}`,
    );
  });

  it('counts lines, and quotes no more than 500 characters of the text', () => {
    const text = `{\n "a": x\n}${' '.repeat(600)}`;
    expect(firstProblem(text)).toContain(`"[truncated ${text.length - 500} chars]; line: 2, column: 8]`);
  });

  it('goes on after a mistake', () => {
    const { root, problem } = parseJsonText('{"a": oops, "b": [1, , 2], "c": 3}');
    expect(problem?.message).toMatch(/^Unrecognized token 'oops'/);
    expect(toJson(root!)).toEqual({ b: [1, 2], c: 3 });
  });

  it('stops at 1,000 levels without overflowing', () => {
    const deep = (levels: number) => parseJsonText('['.repeat(levels) + ']'.repeat(levels));
    expect(deep(1000).problem).toBeUndefined();
    expect(deep(1001).problem?.code).toBe('TOO_DEEPLY_NESTED');
    expect(deep(100_000).problem?.code).toBe('TOO_DEEPLY_NESTED');
    expect(parseJsonText('{"a":'.repeat(200_000)).problem?.code).toBe('TOO_DEEPLY_NESTED');
  });

  it('finds the place of a character behind escapes', () => {
    const text = String.raw`"a\n\u0041b"`;
    const node = parseJsonText(text).root as StringNode;
    expect(node.value).toBe('a\nAb');
    expect([0, 1, 2, 3].map((i) => offsetInString(text, node, i))).toEqual([1, 2, 4, 10]);
  });
});
