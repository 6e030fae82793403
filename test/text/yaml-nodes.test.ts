// The nodes of YAML text: where they stand, and what of YAML has no place in JSON.

import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/text/json-text.ts';
import { parseYamlText } from '../../src/text/yaml-text.ts';

function members(text: string) {
  const { root } = parseYamlText(text);
  if (root?.kind !== 'object') throw new Error(`Expected an object, but got ${root?.kind}`);
  return root.members;
}

describe('ranges', () => {
  const text = 'a: [1, "x"]\nb:\nc: {d: e}\n';
  const slice = (node: { from: number; to: number }) => text.slice(node.from, node.to);

  it('of names and values are those of the text', () => {
    expect(members(text).map((member) => [slice(member), slice(member.value)])).toEqual([
      ['a', '[1, "x"]'],
      ['b', ''],
      ['c', '{d: e}'],
    ]);
  });

  it('of an item without a value is the place of the list', () => {
    const { value } = members('a:\n  -\n  - 1\n')[0]!;
    expect(value.kind === 'array' && value.items.map(({ kind }) => kind)).toEqual(['null', 'number']);
    expect(toJson(value)).toEqual([null, 1]);
  });
});

describe('numbers', () => {
  it.each([
    ['12', '12'],
    ['1.50', '1.50'],
    ['-3e5', '-3e5'],
    ['1.5e+05', '1.5e+05'],
    ['2E-3', '2E-3'],
    ['0x10', '16'],
    ['0o17', '15'],
    ['12345678901234567890', '12345678901234567890'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['01', '1'],
  ])('%s is the number %s', (source, text) => {
    const { value } = members(`a: ${source}\n`)[0]!;
    expect(value).toMatchObject({ kind: 'number', text });
  });

  it.each([
    ['.inf', 'Infinity'],
    ['-.inf', '-Infinity'],
    ['.nan', 'NaN'],
  ])('%s is none', (source, shown) => {
    const { problem, root } = parseYamlText(`a: 1\nb: ${source}\n`);
    expect(problem).toEqual({
      code: 'INVALID_JSON_DESCRIPTION',
      message: `Expected a number that JSON has, but got ${shown}`,
      location: '[Source: YAML; line: 2, column: 4]',
      from: 8,
      to: 8 + source.length,
    });
    expect(toJson(root!)).toEqual({ a: 1, b: null });
  });
});

describe('what JSON has no form for', () => {
  it('a name that is no text is refused, the others stay', () => {
    const { problem, root } = parseYamlText('? [1, 2]\n: x\nb: 2\n');
    expect(problem?.message).toBe('Expected a text as the name of a member');
    expect(toJson(root!)).toEqual({ b: 2 });
  });

  it('an alias without its anchor is a mistake', () => {
    const { problem } = parseYamlText('a: *nowhere\n');
    expect(problem).toMatchObject({
      code: 'INVALID_JSON_DESCRIPTION',
      message: 'Expected an anchor &nowhere before *nowhere',
      from: 3,
      to: 11,
    });
  });

  it('an empty text has no value', () => {
    expect(parseYamlText('')).toEqual({ root: undefined, problem: undefined });
    expect(parseYamlText('# nothing\n').root).toBeUndefined();
  });
});

describe('problems', () => {
  it('the first one is told, and its range is never empty', () => {
    const { problem } = parseYamlText('a: "x\n');
    expect(problem!.to).toBeGreaterThan(problem!.from);
    const two = parseYamlText('a: .inf\nb: .nan\n').problem;
    expect(two?.message).toContain('Infinity');
  });
});

describe('nesting', () => {
  it('of more than 250 levels is refused before it is read', () => {
    const nested = (levels: number) => parseYamlText('['.repeat(levels) + ']'.repeat(levels)).problem;
    expect(nested(249)).toBeUndefined();
    expect(parseYamlText('['.repeat(251)).root).toBeUndefined();
    expect(nested(251)).toMatchObject({
      code: 'TOO_DEEPLY_NESTED',
      message: 'Expected at most 250 levels of nesting in YAML',
      from: 0,
      to: 502,
    });
  });

  it('brackets that are closed do not add up', () => {
    const wide = `[${'[], {}, '.repeat(2_000)}[]]`;
    expect(parseYamlText(wide).problem).toBeUndefined();
    expect(
      parseYamlText(`a: "${']'.repeat(50)}"\nb: ${'['.repeat(5)}${']'.repeat(5)}\n`).problem,
    ).toBeUndefined();
  });

  it('counts levels, however far they are indented', () => {
    expect(parseYamlText(`a:\n${' '.repeat(2_001)}b: 1\n`).problem).toBeUndefined();
  });
});
