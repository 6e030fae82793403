// How far Treadle does what AWS does, counted by area: our own cases of test/conformance, and, where they lie beside the
// checkout, executions and API calls recorded from AWS, definitions with AWS's verdict, and JSONata's official suite.
//   node scripts/conformance.ts [--corpus DIR] [--tools DIR] [--suite DIR] [--check] [--quiet]
// Writes docs/conformance.md; --check writes nothing and ends with 1 when a share lies under its floor in
// test/conformance/floors.json. A difference must be explained in test/conformance/known-differences.json.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCases, runCase, SOURCES } from '../test/conformance/run-case.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const CASES = join(ROOT, 'test/conformance');
const PAGE = join(ROOT, 'docs/conformance.md');
const START_DEADLINE_MS = 15_000;

/** One line of the table. */
interface Area {
  /** `execution`, `validator`, …: the name in floors.json; own cases have none. */
  readonly key: string;
  readonly title: string;
  readonly cases: number;
  /** Cases that agree, by level. */
  readonly levels: Readonly<Record<string, number>>;
}

/** A case that differs. */
interface Difference {
  readonly id: string;
  /** First level at which it differs. */
  readonly level: string;
  readonly what: string;
}

interface Measured {
  readonly areas: readonly Area[];
  readonly differences: readonly Difference[];
}

/** One case as the runner of recorded cases reports it. */
interface RunnerResult {
  readonly id: string;
  readonly kind: string;
  readonly needs: readonly string[];
  readonly state: string;
  readonly L1: boolean;
  readonly L2: boolean;
  readonly L3: boolean;
  readonly diffs: readonly (readonly [string, string, string])[];
}

/** Case (`*` at the end: all that begin so) → why it differs. */
type KnownDifferences = Readonly<Record<string, string>>;
type Floors = Readonly<Record<string, Readonly<Record<string, number>>>>;

const TITLES: Readonly<Record<string, string>> = {
  execution: 'Recorded executions',
  'execution-lambda': 'Recorded executions that call functions, activities or Step Functions',
  'express-sync': 'Recorded synchronous Express executions',
  'express-async': 'Recorded asynchronous Express executions',
  'create-invalid': 'Recorded refusals of definitions',
  validate: 'Recorded calls of ValidateStateMachineDefinition',
  api: 'Recorded calls of other API operations',
  'test-state': 'Recorded calls of TestState',
};
const LEVELS = ['L1', 'L2', 'L3'];

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8')) as unknown;
}

function ownCases(): Measured {
  const areas = new Map<string, { cases: number; good: number }>();
  const differences: Difference[] = [];
  for (const [file, cases] of loadCases(CASES)) {
    const name = dirname(file);
    const area = areas.get(name) ?? { cases: 0, good: 0 };
    areas.set(name, area);
    for (const test of cases) {
      const found = runCase(test);
      area.cases++;
      if (found.length === 0) area.good++;
      else differences.push({ id: `${file}: ${test.name}`, level: 'own', what: found.join('; ') });
    }
  }
  return {
    areas: [...areas].map(([name, { cases, good }]) => ({
      key: `own/${name}`,
      title: `Own cases: ${name}`,
      cases,
      levels: { all: good },
    })),
    differences,
  };
}

/** How many of our own cases rest on what: `recording` → 300. */
function ownSources(): ReadonlyMap<string, number> {
  const all = [...loadCases(CASES).values()].flat();
  return new Map(SOURCES.map((type) => [type, all.filter(({ source }) => source.type === type).length]));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A server with the default configuration and an empty store, whose Lambda calls go to `lambdaPort`. */
async function startServer(work: string, port: number, lambdaPort: number): Promise<ChildProcess> {
  const folder = join(work, 'empty');
  mkdirSync(folder);
  const server = spawn(process.execPath, [join(ROOT, 'src/cli/main.ts'), 'start'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      TREADLE_LISTEN: `127.0.0.1:${port}`,
      TREADLE_DATA: join(work, 'data'),
      LAMBDA_ENDPOINT: `http://127.0.0.1:${lambdaPort}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  // It must not outlive this process, however that ends.
  process.once('exit', () => server.kill('SIGKILL'));
  let said = '';
  server.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (answer?.ok === true) return server;
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`The server did not start:\n${said}`);
    }
    await new Promise((later) => setTimeout(later, 50));
  }
}

/** Runs the tool over folders of cases. @throws Error when it gives no result. */
async function runTool(
  tools: string,
  url: string,
  folder: string,
  out: string,
  args: string[],
): Promise<readonly RunnerResult[]> {
  const all = [join(tools, 'run_corpus.py'), url, folder, '--json', out, '--jobs', '4', '--quiet', ...args];
  const tool = spawn('python3', all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [tool.stdout, tool.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
  }
  await new Promise((ended) => tool.on('close', ended));
  if (!existsSync(out)) throw new Error(`run_corpus.py gave no result:\n${said}`);
  return (readJson(out) as { readonly results: readonly RunnerResult[] }).results;
}

async function recorded(corpus: string, tools: string): Promise<Measured> {
  const work = mkdtempSync(join(tmpdir(), 'treadle-conformance-'));
  const [port, lambdaPort] = [await freePort(), await freePort()];
  let server: ChildProcess | undefined;
  try {
    server = await startServer(work, port, lambdaPort);
    const url = `http://127.0.0.1:${port}`;
    const calls = [
      '--have',
      'states,activity,lambda',
      '--lambda-host',
      String(lambdaPort),
      '--timeout',
      '20',
    ];
    const cases = await runTool(tools, url, join(corpus, 'recorded'), join(work, 'recorded.json'), calls);
    const verdicts = await runTool(tools, url, join(corpus, 'validator'), join(work, 'validator.json'), [
      '--oracles',
      'aws',
      '--validator-via',
      'both',
    ]);
    return merge(
      byArea(cases, (result) => keyOf(result)),
      byArea(verdicts, () => 'validator'),
    );
  } finally {
    if (server !== undefined && server.exitCode === null) {
      const stopped = new Promise((exit) => server?.on('exit', exit));
      server.kill('SIGTERM');
      await stopped;
    }
    rmSync(work, { recursive: true, force: true });
  }
}

function keyOf({ kind, needs }: RunnerResult): string {
  return kind === 'execution' && needs.length > 0 ? 'execution-lambda' : kind;
}

function byArea(results: readonly RunnerResult[], key: (result: RunnerResult) => string): Measured {
  const groups = new Map<string, RunnerResult[]>();
  for (const result of results) {
    const name = key(result);
    groups.set(name, [...(groups.get(name) ?? []), result]);
  }
  const areas = [...groups].map(([name, group]) => ({
    key: name,
    title: TITLES[name] ?? 'Definitions with a verdict of AWS',
    cases: group.length,
    levels: Object.fromEntries(
      LEVELS.map((level) => [level, group.filter((r) => r[level as 'L1' | 'L2' | 'L3']).length]),
    ),
  }));
  const differences = results
    .filter((result) => !result.L3)
    .map((result) => {
      const [path, aws, here] = result.diffs[0] ?? [result.state, '', ''];
      const level = LEVELS.find((name) => !result[name as 'L1' | 'L2' | 'L3'])!;
      return { id: result.id, level, what: `${path}: AWS ${short(aws)}, Treadle ${short(here)}` };
    });
  const order = Object.keys(TITLES);
  return { areas: areas.sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key)), differences };
}

function short(text: unknown): string {
  const shown = String(text);
  return shown.length > 200 ? `${shown.slice(0, 200)}…` : shown;
}

/** Its failures are named by scripts/jsonata-suite.ts itself; the ones that are meant are counted there. */
function jsonataSuite(folder: string): Measured {
  const script = join(ROOT, 'scripts/jsonata-suite.ts');
  const run = spawnSync(process.execPath, [script, folder, '--quiet'], { encoding: 'utf8' });
  const totals = /(\d+) of (\d+) cases passed/.exec(run.stdout);
  if (totals === null) throw new Error(`scripts/jsonata-suite.ts gave no result:\n${run.stderr}`);
  const area = {
    key: 'jsonata-suite',
    title: "JSONata's official suite",
    cases: Number(totals[2]),
    levels: { all: Number(totals[1]) },
  };
  const meant = [...run.stdout.matchAll(/^excepted \((.*?)\) (\S+):/gm)].map(([, what, id]) => ({
    id: `jsonata-suite/${id}`,
    level: 'meant',
    what: what!,
  }));
  const failed = [...run.stdout.matchAll(/^FAILED (\S+): (.*)$/gm)].map(([, id, what]) => ({
    id: `jsonata-suite/${id}`,
    level: 'all',
    what: what!,
  }));
  return { areas: [area], differences: [...meant, ...failed] };
}

function merge(...parts: readonly Measured[]): Measured {
  return {
    areas: parts.flatMap(({ areas }) => areas),
    differences: parts.flatMap(({ differences }) => differences),
  };
}

/** @returns the reason, or undefined when nobody has given one. */
function reasonOf(difference: Difference, known: KnownDifferences): string | undefined {
  if (difference.level === 'meant') return difference.what;
  const name = Object.keys(known).find((candidate) =>
    candidate.endsWith('*') ? difference.id.startsWith(candidate.slice(0, -1)) : difference.id === candidate,
  );
  return name === undefined ? undefined : known[name];
}

function percent(count: number, of: number): string {
  return `${((100 * count) / of).toFixed(1)} %`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function page(measured: Measured, sources: ReadonlyMap<string, number>, known: KnownDifferences): string {
  const cell = ({ cases, levels }: Area, level: string) => {
    const count = levels[level];
    return count === undefined ? '' : count === cases ? `${count}` : `${count} (${percent(count, cases)})`;
  };
  const table = measured.areas.map((area) =>
    row([area.title, `${area.cases}`, ...[...LEVELS, 'all'].map((level) => cell(area, level))]),
  );
  const byReason = new Map<string, string[]>();
  for (const difference of measured.differences) {
    const reason =
      reasonOf(difference, known) ?? `Not there yet, or not explained: ${difference.id.split(/::|[/]/)[0]}`;
    byReason.set(reason, [...(byReason.get(reason) ?? []), difference.id]);
  }
  const reasons = [...byReason].map(([reason, ids]) =>
    row([
      escaped(reason),
      `${ids.length}`,
      escaped(ids.length > 3 ? `${ids[0]} and others` : ids.join(', ')),
    ]),
  );
  return `# Conformance

How far Treadle does what AWS Step Functions does. \`npm run conformance\` writes this page: it runs
[our own cases](../test/conformance/README.md) and, where they lie beside the checkout, executions and API calls recorded from
AWS, definitions with AWS's verdict, and JSONata's official suite.

| Level | Equal to AWS |
|---|---|
| L1 | status, output, error and cause; error code; verdict |
| L2 | also the types of all history events, in order; the shape of an answer; code, severity and place of each diagnostic |
| L3 | also everything else: ids, previous ids, details, messages |

| Area | Cases | L1 | L2 | L3 | Pass |
|---|---|---|---|---|---|
${table.join('\n')}

What our own cases rest on ([what the words mean](../test/conformance/README.md)): ${[...sources].map(([type, count]) => `${count} ${type}`).join(', ')}.

## What differs

| Why | Cases | Which |
|---|---|---|
${reasons.join('\n')}
`;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

/** @returns what lies under its floor, one line each. */
function underFloors({ areas }: Measured, floors: Floors): string[] {
  const under: string[] = [];
  for (const [key, levels] of Object.entries(floors)) {
    const area = areas.find((candidate) => candidate.key === key);
    if (area === undefined) {
      under.push(`${key}: expected cases of this area, but there are none`);
      continue;
    }
    for (const [level, floor] of Object.entries(levels)) {
      const share = (100 * (area.levels[level] ?? 0)) / area.cases;
      if (share < floor) under.push(`${key} ${level}: ${share.toFixed(1)} %, floor ${floor} %`);
    }
  }
  return under;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      corpus: { type: 'string', default: join(ROOT, '../shared/corpus') },
      tools: { type: 'string', default: join(ROOT, '../shared/tools/corpus') },
      suite: { type: 'string', default: join(ROOT, '../shared/jsonata-suite') },
      check: { type: 'boolean', default: false },
      quiet: { type: 'boolean', default: false },
    },
  });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const parts = [ownCases()];
  const missing: string[] = [];
  if (!existsSync(join(values.tools, 'run_corpus.py')) || !existsSync(join(values.corpus, 'recorded'))) {
    missing.push('recorded cases: they do not lie beside this checkout');
  } else if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) {
    missing.push('recorded cases: python3 has no boto3');
  } else {
    parts.push(await recorded(resolve(values.corpus), resolve(values.tools)));
  }
  if (existsSync(join(values.suite, 'groups'))) parts.push(jsonataSuite(resolve(values.suite)));
  else missing.push("JSONata's suite: it does not lie beside this checkout");

  const measured = merge(...parts);
  const known = readJson(join(CASES, 'known-differences.json')) as KnownDifferences;
  for (const { title, cases, levels } of measured.areas) {
    const shown = Object.entries(levels).map(([level, count]) => `${level} ${count}`);
    say(`${title.padEnd(72)} ${String(cases).padStart(5)}  ${shown.join('  ')}`);
  }
  const sources = ownSources();
  say(`Own cases by source: ${[...sources].map(([type, count]) => `${type} ${count}`).join('  ')}`);
  for (const name of missing) say(`SKIPPED ${name}`);
  const unexplained = measured.differences.filter((difference) => reasonOf(difference, known) === undefined);
  if (!values.quiet) {
    for (const { id, level, what } of unexplained) say(`DIFFERS ${level} ${id}\n        ${what}`);
  }
  say(`${measured.differences.length} cases differ, ${unexplained.length} of them without a known reason`);

  const own = measured.differences.filter(({ level }) => level === 'own');
  if (missing.length > 0) return own.length > 0 ? 1 : 0;
  if (!values.check) writeFileSync(PAGE, page(measured, sources, known));
  const under = underFloors(measured, readJson(join(CASES, 'floors.json')) as Floors);
  for (const line of under) say(`UNDER THE FLOOR ${line}`);
  return under.length > 0 || own.length > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.exitCode = await main();
