import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Compiler, openCompiler } from '../../scripts/mutation/compiler.ts';
import { applyMutation, functionsOf, mutationsOf } from '../../scripts/mutation/mutations.ts';
import { randomNumbers, shuffle } from '../../scripts/mutation/random.ts';

const SOURCE = `import type { A } from './a.ts';
type T = 'x' | 'y';
export function f(a: number, list: string[] = []): number {
  if (a < 1) list.push('low');
  switch (a) {
    case 2:
      return 5;
    default:
      return a + 1;
  }
}
const g = (text: string) => /^a+$/.test(text) && !text.endsWith('b');
const h = /[*+]\\+\\d[^a]/i;
assert(g('a'), 'is a');
`;

let root: string;
let compiler: Compiler;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'treadle-mutations-'));
  writeFileSync(join(root, 'tsconfig.json'), '{"compilerOptions":{"strict":true,"noEmit":true}}');
  writeFileSync(join(root, 'source.ts'), SOURCE);
  compiler = openCompiler(root);
});

afterAll(() => {
  compiler.close();
  rmSync(root, { recursive: true, force: true });
});

/** What becomes of a line of the source. */
function changesOf(line: string): string[] {
  const at = SOURCE.indexOf(line);
  return mutationsOf(compiler.tree('source.ts'))
    .filter(({ from }) => from >= at && from < at + line.length)
    .map((mutation) => applyMutation(SOURCE, mutation).slice(at).split('\n')[0] as string);
}

describe('one-line changes', () => {
  it('force and negate a condition, move its bound, drop the statement behind it', () => {
    expect(changesOf("  if (a < 1) list.push('low');")).toEqual([
      "  if (true) list.push('low');",
      "  if (false) list.push('low');",
      "  if (!(a < 1)) list.push('low');",
      "  if (a <= 1) list.push('low');",
      "  if (a >= 1) list.push('low');",
      "  if (a < 2) list.push('low');",
      "  if (a < 0) list.push('low');",
      '  if (a < 1) ;',
      '  if (a < 1) list.push();',
      "  if (a < 1) list.push('');",
    ]);
  });

  it('swap operators and return nothing', () => {
    expect(changesOf('      return a + 1;')).toEqual([
      '      ;',
      '      return undefined;',
      '      return a - 1;',
      '      return a + 2;',
      '      return a + 0;',
    ]);
  });

  it('leave out a case, and leave the lines below where they are', () => {
    const tree = compiler.tree('source.ts');
    const at = SOURCE.indexOf('case 2:');
    const dropped = mutationsOf(tree).find(({ from, text }) => from === at && text === '');
    const changed = applyMutation(SOURCE, dropped as NonNullable<typeof dropped>);
    expect(changed).not.toContain('return 5');
    expect(changed.split('\n').length).toBe(SOURCE.split('\n').length);
  });

  it('leave out the default of a parameter', () => {
    expect(changesOf('export function f(a: number, list: string[] = []): number {')).toContain(
      'export function f(a: number, list: string[]): number {',
    );
  });

  it('loosen regular expressions and remove a negation', () => {
    const changes = changesOf("const g = (text: string) => /^a+$/.test(text) && !text.endsWith('b');");
    expect(changes).toContain("const g = (text: string) => /a+$/.test(text) && !text.endsWith('b');");
    expect(changes).toContain("const g = (text: string) => /^a*$/.test(text) && !text.endsWith('b');");
    expect(changes).toContain("const g = (text: string) => /^a+$/.test(text) && text.endsWith('b');");
    expect(changes).toContain("const g = (text: string) => /^a+$/.test(text) && !text.startsWith('b');");
  });

  it('change classes and flags of regular expressions, and nothing inside a class', () => {
    expect(changesOf('const h = /[*+]\\+\\d[^a]/i;')).toEqual([
      'const h = /[*+]\\+\\D[^a]/i;',
      'const h = /[*+]\\+\\d[a]/i;',
      'const h = /[*+]\\+\\d[^a]/;',
    ]);
  });

  it('spare types, imports and guards against bugs', () => {
    expect(changesOf("import type { A } from './a.ts';")).toEqual([]);
    expect(changesOf("type T = 'x' | 'y';")).toEqual([]);
    expect(changesOf("assert(g('a'), 'is a');")).toEqual([]);
  });
});

describe('the compiler', () => {
  it('tells changes that compile from those that do not, and forgets them', () => {
    writeFileSync(join(root, 'small.ts'), 'export const one: number = 1;\n');
    const own = openCompiler(root);
    expect(own.compiles('small.ts', 'export const one: number = 2;\n', ['small.ts'])).toBe(true);
    expect(own.compiles('small.ts', "export const one: number = '';\n", ['small.ts'])).toBe(false);
    expect(own.compiles('small.ts', 'export const one: number = 2;\n', ['small.ts'])).toBe(true);
    own.close();
  });

  it('finds the functions of a file', () => {
    const bodies = functionsOf(compiler.tree('source.ts')).map(({ body }) => body.block);
    expect(bodies).toEqual([true, false]);
  });
});

describe('randomness by seed', () => {
  it('gives the same order for the same seed, and another for another', () => {
    const items = Array.from({ length: 50 }, (_, at) => at);
    const first = shuffle(items, randomNumbers('1 src/base'));
    expect(shuffle(items, randomNumbers('1 src/base'))).toEqual(first);
    expect(shuffle(items, randomNumbers('2 src/base'))).not.toEqual(first);
    expect([...first].sort((a, b) => a - b)).toEqual(items);
  });
});
