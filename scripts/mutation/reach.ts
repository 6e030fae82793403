// Which tests enter which function: found out once, with the sources unchanged but for a probe in every function. A change
// inside a function is then shown only to the tests that enter it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Compiler } from './compiler.ts';
import { type FunctionRange, functionsOf } from './mutations.ts';
import { ownTest } from './related-tests.ts';
import type { RunRequest, TestEntered } from './test-process.ts';
import type { TestRunner } from './test-runner.ts';

interface TestFile {
  /** To load it. */
  readonly loadMs: number;
  /** Functions entered while the file was loaded or in its hooks: all its tests depend on them. */
  readonly before: ReadonlySet<number>;
  readonly tests: readonly TestEntered[];
}

export interface Round {
  readonly tests: RunRequest['tests'];
  /** How long they took with nothing changed. */
  readonly durationMs: number;
}

export interface Reach {
  /** What to run, one after the other, for a change at an offset of a file; of the test files that load it. */
  roundsFor(file: string, offset: number, related: readonly string[]): Round[];
}

interface Probed extends FunctionRange {
  readonly id: number;
}

const FILE_LIMIT_MS = 180_000;
/** Tests above this come after all others, and only for changes in the folder that they mirror. */
const SLOW_MS = 250;

/** Runs every test file once. A test that fails now would notice every change: it is left out. */
export async function measureReach(
  root: string,
  files: readonly string[],
  testFiles: readonly string[],
  compiler: Compiler,
  runner: TestRunner,
  progress: (message: string) => void,
  warn: (message: string) => void,
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
      measured.set(file, await measureFile(root, file, runner, warn));
    }
  } finally {
    for (const [file, text] of originals) writeFileSync(join(root, file), text);
    runner.kill();
  }

  return {
    roundsFor: (file, offset, related) => {
      const inside = functions.get(file)?.findLast(({ from, to }) => from <= offset && offset < to);
      const enters = (test: TestEntered, testFile: TestFile): boolean =>
        inside === undefined || testFile.before.has(inside.id) || test.inside.includes(inside.id);
      const quick: Part[] = [];
      const slow: Part[] = [];
      for (const testFile of related) {
        const measuredFile = measured.get(testFile);
        if (measuredFile === undefined) continue;
        // The mirrored file's tests may enter a function in a process of their own.
        const isOwn = testFile === ownTest(file);
        const tests = measuredFile.tests.filter((test) => isOwn || enters(test, measuredFile));
        const isSlow = (test: TestEntered): boolean => test.durationMs >= SLOW_MS;
        const part = { file: join(root, testFile), loadMs: measuredFile.loadMs };
        quick.push({ ...part, tests: tests.filter((test) => !isSlow(test)) });
        if (isNear(testFile, file)) slow.push({ ...part, tests: tests.filter(isSlow) });
      }
      return [quick, slow].map(toRound).filter(({ tests }) => tests.length > 0);
    },
  };
}

interface Part {
  readonly file: string;
  readonly loadMs: number;
  readonly tests: readonly TestEntered[];
}

function toRound(parts: readonly Part[]): Round {
  const full = parts.filter(({ tests }) => tests.length > 0);
  const durations = full.map(({ loadMs, tests }) =>
    tests.reduce((sum, test) => sum + test.durationMs, loadMs),
  );
  return {
    tests: full.map(({ file, tests }) => ({ file, ids: tests.map(({ id }) => id) })),
    durationMs: durations.reduce((sum, ms) => sum + ms, 0),
  };
}

/** In the mirrored folder of the tests, or among the random workflows that any change of the interpreter concerns. */
function isNear(testFile: string, file: string): boolean {
  const folder = file.split('/')[1];
  return (
    testFile.startsWith(`test/${folder}/`) ||
    (folder === 'interpreter' && testFile.startsWith('test/property/'))
  );
}

async function measureFile(
  root: string,
  file: string,
  runner: TestRunner,
  warn: (message: string) => void,
): Promise<TestFile> {
  const started = performance.now();
  const answer = await runner.run(
    { changed: [], tests: [{ file: join(root, file) }], all: true },
    FILE_LIMIT_MS,
  );
  const durationMs = performance.now() - started;
  if (answer === 'time-out') {
    warn(`${file} is left out: it did not end within ${FILE_LIMIT_MS} ms`);
    return { loadMs: 0, before: new Set(), tests: [] };
  }
  if (answer.failure !== undefined)
    warn(`left out, as it fails before any change: ${file}: ${answer.failure}`);
  const before = new Set(answer.entered.flatMap((test) => test.before));
  const testsMs = answer.entered.reduce((sum, test) => sum + test.durationMs, 0);
  const tests = answer.entered.filter(({ failed }) => !failed);
  return { loadMs: Math.max(0, durationMs - testsMs), before, tests };
}

function withProbes(text: string, functions: readonly Probed[]): string {
  // In a process that a test starts nobody notes anything.
  const note = (id: number): string => `globalThis.__entered && (globalThis.__entered[${id}] = 1)`;
  const inserts = functions.flatMap(({ id, body }) =>
    body.block
      ? [{ at: body.from, text: ` ${note(id)};` }]
      : [
          { at: body.from, text: `(${note(id)}, ` },
          { at: body.to, text: ')' },
        ],
  );
  // Outer functions come first: where two end at one place, their closing parentheses are the same text.
  inserts.sort((a, b) => b.at - a.at);
  let probed = text;
  for (const { at, text: insert } of inserts) probed = probed.slice(0, at) + insert + probed.slice(at);
  return probed;
}
