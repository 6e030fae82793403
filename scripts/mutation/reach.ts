// Which tests enter which function: found out once, with the sources unchanged but for a probe in every function. A change
// inside a function is then shown only to the tests that enter it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compiler } from './compiler.ts';
import { type FunctionRange, functionsOf } from './mutations.ts';
import type { RunRequest } from './test-process.ts';
import type { TestRunner } from './test-runner.ts';

interface TestFile {
  readonly durationMs: number;
  /** Functions entered while the file was loaded or in its hooks: all its tests depend on them. */
  readonly before: ReadonlySet<number>;
  /** Function → tests that enter it. */
  readonly tests: ReadonlyMap<number, readonly string[]>;
}

export interface Reach {
  /** What to run for a change at an offset of a file, of the test files that load it; and how long that took unchanged. */
  testsFor(
    file: string,
    offset: number,
    related: readonly string[],
  ): { readonly tests: RunRequest['tests']; readonly durationMs: number };
}

interface Probed extends FunctionRange {
  readonly id: number;
}

const FILE_LIMIT_MS = 180_000;

/** Runs every test file once. Throws when a test fails: nothing can be learned from changes then. */
export async function measureReach(
  root: string,
  files: readonly string[],
  testFiles: readonly string[],
  compiler: Compiler,
  runner: TestRunner,
  progress: (message: string) => void,
): Promise<Reach> {
  const functions = new Map<string, readonly Probed[]>();
  const originals = new Map<string, string>();
  let id = 0;
  for (const file of files) {
    const probed = functionsOf(compiler.tree(file)).map((range) => ({ ...range, id: id++ }));
    const text = readFileSync(join(root, file), 'utf8');
    functions.set(file, probed);
    originals.set(file, text);
    writeFileSync(join(root, file), withProbes(text, probed));
  }
  const measured = new Map<string, TestFile>();
  try {
    for (const [at, file] of testFiles.entries()) {
      progress(`${at + 1}/${testFiles.length} ${file}`);
      measured.set(file, await measureFile(root, file, runner));
    }
  } finally {
    for (const [file, text] of originals) writeFileSync(join(root, file), text);
    runner.kill();
  }

  return {
    testsFor: (file, offset, related) => {
      const inside = functions.get(file)?.findLast(({ from, to }) => from <= offset && offset < to);
      let durationMs = 0;
      const tests: { file: string; ids?: readonly string[] }[] = [];
      for (const testFile of related) {
        const test = measured.get(testFile);
        if (test === undefined) continue;
        const whole = inside === undefined || test.before.has(inside.id);
        const ids = whole ? undefined : test.tests.get(inside.id);
        if (!whole && ids === undefined) continue;
        tests.push({ file: join(root, testFile), ...(ids !== undefined && { ids }) });
        durationMs += test.durationMs;
      }
      return { tests, durationMs };
    },
  };
}

async function measureFile(root: string, file: string, runner: TestRunner): Promise<TestFile> {
  const started = performance.now();
  const answer = await runner.run(
    { changed: [], tests: [{ file: join(root, file) }], all: true },
    FILE_LIMIT_MS,
  );
  const durationMs = performance.now() - started;
  if (answer === 'time-out') throw new Error(`Expected ${file} to end within ${FILE_LIMIT_MS} ms`);
  if (answer.failure !== undefined)
    throw new Error(
      `Expected all tests to pass before anything is changed, but in ${file}: ${answer.failure}`,
    );
  const before = new Set<number>();
  const tests = new Map<number, string[]>();
  for (const test of answer.entered) {
    for (const id of test.before) before.add(id);
    for (const id of test.inside) tests.set(id, [...(tests.get(id) ?? []), test.id]);
  }
  return { durationMs, before, tests };
}

function withProbes(text: string, functions: readonly Probed[]): string {
  const inserts = functions.flatMap(({ id, body }) =>
    body.block
      ? [{ at: body.from, text: ` __entered[${id}] = 1;` }]
      : [
          { at: body.from, text: `(__entered[${id}] = 1, ` },
          { at: body.to, text: ')' },
        ],
  );
  // Outer functions come first: where two end at one place, their closing parentheses are the same text.
  inserts.sort((a, b) => b.at - a.at);
  let probed = text;
  for (const { at, text: insert } of inserts) probed = probed.slice(0, at) + insert + probed.slice(at);
  return probed;
}
