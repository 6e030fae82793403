import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../src/asl/validate.ts';
import { toJson } from '../../src/text/json-text.ts';
import { parseYamlText } from '../../src/text/yaml-text.ts';

function value(text: string) {
  const { root, problem } = parseYamlText(text);
  expect(problem).toBeUndefined();
  return toJson(root!);
}

describe('reading YAML text', () => {
  it('gives the nodes that JSON would give', () => {
    const text = 'a: [1, 2.5, x]\nb:\n  c: true\n  d: ~\n  "e.$": $.f\n';
    expect(value(text)).toEqual({ a: [1, 2.5, 'x'], b: { c: true, d: null, 'e.$': '$.f' } });
  });

  it('keeps names as they are written', () => {
    expect(Object.keys(value('1.0: a\nyes: b\n__proto__: c\n') as object)).toEqual([
      '1.0',
      'yes',
      '__proto__',
    ]);
  });

  it('resolves anchors, within bounds', () => {
    expect(value('a: &r [1]\nb: *r\n')).toEqual({ a: [1], b: [1] });
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(parseYamlText(bomb.join('\n')).problem).toMatchObject({
      code: 'TOO_DEEPLY_NESTED',
      message: 'Expected aliases to stay within bounds',
    });
  });

  it('reports mistakes with their place', () => {
    const { problem } = parseYamlText('a: [1\nb: 2\n');
    expect(problem).toMatchObject({ code: 'INVALID_JSON_DESCRIPTION' });
    expect(problem?.location).toMatch(/^\[Source: YAML; line: 2, column: \d+]$/);
  });

  it('stops at deep nesting without overflowing', () => {
    for (const text of [
      '['.repeat(100_000),
      '- '.repeat(50_000),
      '{a: '.repeat(50_000),
      `${'? '.repeat(50_000)}a`,
    ]) {
      expect(parseYamlText(text).problem?.code).toBe('TOO_DEEPLY_NESTED');
    }
  });

  it.each([
    ['brackets', (levels: number) => `${'['.repeat(levels)}1${']'.repeat(levels)}`],
    ['braces', (levels: number) => `${'{a: '.repeat(levels)}1${'}'.repeat(levels)}`],
    ['dashes', (levels: number) => `${'- '.repeat(levels)}1`],
    [
      'indentation',
      (levels: number) => Array.from({ length: levels }, (_unused, i) => `${' '.repeat(i)}a:`).join('\n'),
    ],
    [
      'lists of objects',
      (levels: number) =>
        Array.from({ length: levels / 2 }, (_unused, i) => `${'  '.repeat(i)}- a:`).join('\n'),
    ],
  ])('takes 240 levels of %s, and says how many it takes of more', (_name, textOf) => {
    expect(parseYamlText(textOf(240)).problem).toBeUndefined();
    for (const levels of [300, 1_000, 5_000]) {
      expect(parseYamlText(textOf(levels)).problem).toMatchObject({
        code: 'TOO_DEEPLY_NESTED',
        message: 'Expected at most 250 levels of nesting in YAML',
      });
    }
  });

  it('counts the levels that are open, not the lines that are indented', () => {
    const text = Array.from({ length: 2_000 }, (_unused, i) => `k${i}:\n  - a: 1\n    b: [1]`).join('\n');
    expect(parseYamlText(text).problem).toBeUndefined();
  });

  it('points diagnostics into the YAML', () => {
    const text = 'StartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: B\n  B:\n    Type: Oops\n';
    const { diagnostics } = validateDefinition(text, { type: 'STANDARD', format: 'yaml' });
    const [wrong] = diagnostics.filter(({ location }) => location === '/States/B/Type');
    expect(text.slice(wrong!.from, wrong!.to)).toBe('Oops');
  });
});
