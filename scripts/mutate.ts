// Makes random one-line changes in the pure folders, one at a time, and counts how many of them a test notices. What no
// test notices is either not tested or does nothing: both are worth reading.
//   node scripts/mutate.ts [--seed N] [--count N] [--folder DIR …] [--index N …]
// The same seed makes the same changes to the same sources; --index repeats single ones, as the report names them.
// Works on a copy in a temporary folder; the checkout is only read.

import { readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openCompiler } from './mutation/compiler.ts';
import { applyMutation, type Mutation, mutationsOf } from './mutation/mutations.ts';
import { randomNumbers, shuffle } from './mutation/random.ts';
import { measureReach, type Reach } from './mutation/reach.ts';
import { filesUnder, type ImportGraph, readImportGraph, relatedTests } from './mutation/related-tests.ts';
import { openTestRunner } from './mutation/test-runner.ts';
import { copyCheckout } from './mutation/working-copy.ts';

const CHECKOUT = resolve(fileURLToPath(import.meta.url), '../..');
const FOLDERS = ['src/base', 'src/text', 'src/history', 'src/query', 'src/asl', 'src/interpreter'];
const GENERATED = /\bdo not edit by hand\b/;
/** A run that takes this many times as long as without the change, and some seconds, does not end. */
const PATIENCE = 8;
const PATIENCE_MS = 15_000;

/** A line of a folder and what could be done to it, in the order in which it is tried. */
interface Draw {
  readonly folder: string;
  readonly index: number;
  readonly file: string;
  readonly mutations: readonly Mutation[];
}

type Verdict = 'noticed' | 'time-out' | 'survived' | 'not entered';

interface Result {
  readonly draw: Draw;
  readonly verdict: Verdict;
  readonly line: number;
  readonly before: string;
  readonly after: string;
  readonly notice?: string;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    folder: { type: 'string', multiple: true, default: FOLDERS },
    index: { type: 'string', multiple: true, default: [] },
    verbose: { type: 'boolean', default: false },
  },
});
const folders = values.folder.map((folder) => folder.replace(/^\.\/|\/$/g, ''));
const count = Number(values.count);
if (!Number.isInteger(count) || count < 1)
  throw new Error(`Expected --count 1 or more, but got ${values.count}`);

setPriority(10);
const copy = copyCheckout(CHECKOUT);
const runner = openTestRunner(copy.root);
const results: Result[] = [];
/** Files put back since the last run, which must not see the change any more. */
const restored: string[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clear();
    runner.kill();
    report();
    copy.remove();
    process.exit(130);
  });
}
const compiler = openCompiler(copy.root);
try {
  await main();
} finally {
  compiler.close();
  runner.kill();
  copy.remove();
}

async function main(): Promise<void> {
  const graph = readImportGraph(copy.root);
  const draws = new Map(folders.map((folder) => [folder, drawLines(folder)]));
  const files = [...draws.values()].flat().map(({ file }) => file);
  const sources = [...new Set(files)].sort();
  const related = new Map(sources.map((file) => [file, relatedTests(file, graph)]));
  const reach = await measureReach(
    copy.root,
    sources,
    [...new Set([...related.values()].flat())].sort(),
    compiler,
    runner,
    progress,
    warn,
  );

  if (values.index.length > 0) {
    for (const index of values.index) {
      const [folder, at] = index.includes('#') ? index.split('#') : [folders[0], index];
      const draw = draws.get(folder ?? '')?.[Number(at)];
      if (draw === undefined) throw new Error(`Expected the index of a draw, but got ${index}`);
      await examine(draw, related.get(draw.file) ?? [], graph, reach);
    }
  } else {
    const queues = folders.map((folder) => (draws.get(folder) ?? []).values());
    // A turn for each folder, until there are enough changes that compile, or no more lines.
    for (let at = 0, idle = 0; results.length < count && idle < queues.length; at++) {
      const next = queues[at % queues.length]?.next();
      if (next?.value === undefined) idle++;
      else {
        idle = 0;
        const done = await examine(next.value, related.get(next.value.file) ?? [], graph, reach);
        // A line of which nothing compiles costs the folder no turn.
        if (!done) at += queues.length - 1;
      }
    }
  }
  clear();
  report();
}

/** Every line of a folder that can be changed, in the seed's order. */
function drawLines(folder: string): Draw[] {
  const random = randomNumbers(`${values.seed} ${folder}`);
  const lines: { file: string; mutations: Mutation[] }[] = [];
  for (const file of filesUnder(copy.root, folder, '.ts')) {
    const text = readFileSync(join(copy.root, file), 'utf8');
    if (GENERATED.test(text.slice(0, 500))) continue;
    const byLine = new Map<number, Mutation[]>();
    for (const mutation of mutationsOf(compiler.tree(file))) {
      const line = lineOf(text, mutation.from);
      byLine.set(line, [...(byLine.get(line) ?? []), mutation]);
    }
    for (const mutations of byLine.values()) lines.push({ file, mutations });
  }
  return shuffle(lines, random).map(({ file, mutations }, index) => ({
    folder,
    index,
    file,
    mutations: shuffle(mutations, random),
  }));
}

/** Tries the line's first change that compiles; false when there is none. */
async function examine(draw: Draw, related: readonly string[], graph: ImportGraph, reach: Reach) {
  const { file } = draw;
  const path = join(copy.root, file);
  const text = readFileSync(path, 'utf8');
  const mutation = draw.mutations.find((m) => compiler.compiles(file, applyMutation(text, m), [file]));
  if (mutation === undefined) return false;
  const changed = applyMutation(text, mutation);
  const line = lineOf(text, mutation.from);
  const shown = {
    draw,
    line,
    before: (text.split('\n')[line - 1] ?? '').trim(),
    after: (changed.split('\n')[line - 1] ?? '').trim(),
  };
  progress(`${results.length}/${count} ${file}:${line}`);
  let verdict: Verdict = 'not entered';
  let notice: string | undefined;
  for (const { tests, durationMs } of reach.roundsFor(file, mutation.from, related)) {
    writeFileSync(path, changed);
    try {
      const limitMs = PATIENCE_MS + PATIENCE * durationMs;
      const answer = await runner.run({ changed: [path, ...restored.splice(0)], tests }, limitMs);
      notice = answer === 'time-out' ? undefined : answer.failure;
      verdict = answer === 'time-out' ? 'time-out' : notice === undefined ? 'survived' : 'noticed';
    } finally {
      writeFileSync(path, text);
      restored.push(path);
    }
    if (verdict !== 'survived') break;
  }
  if (verdict === 'survived' || verdict === 'not entered') {
    const importers = [...graph.imports].filter(([, targets]) => targets.includes(file)).map(([by]) => by);
    if (!compiler.compiles(file, changed, importers)) return false;
  }
  const result: Result = { ...shown, verdict, ...(notice !== undefined && { notice }) };
  results.push(result);
  if (values.verbose || verdict === 'survived' || verdict === 'not entered') {
    clear();
    process.stdout.write(`${showResult(result)}\n`);
  }
  return true;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function showResult({ draw, verdict, line, before, after, notice }: Result): string {
  const by = notice === undefined ? '' : `  by ${notice}`;
  return `${draw.file}:${line} [${draw.folder}#${draw.index}] ${verdict}${by}\n  - ${before}\n  + ${after}`;
}

function progress(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
}

function warn(message: string): void {
  clear();
  process.stderr.write(`${message}\n`);
}

function clear(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

function report(): void {
  const counted = (folder: string, ...verdicts: Verdict[]): number =>
    results.filter(({ draw, verdict }) => draw.folder === folder && verdicts.includes(verdict)).length;
  process.stdout.write(`\nSeed ${values.seed}, ${results.length} changes\n\n`);
  process.stdout.write('| Folder | Changes | Noticed | By time-out | Survived | Not entered | Score |\n');
  process.stdout.write('|---|---|---|---|---|---|---|\n');
  for (const folder of folders) {
    const all = results.filter(({ draw }) => draw.folder === folder).length;
    const noticed = counted(folder, 'noticed', 'time-out');
    const cells = [
      `\`${folder}\``,
      all,
      counted(folder, 'noticed'),
      counted(folder, 'time-out'),
      counted(folder, 'survived'),
      counted(folder, 'not entered'),
      all === 0 ? '' : `${((100 * noticed) / all).toFixed(1)} %`,
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
}
