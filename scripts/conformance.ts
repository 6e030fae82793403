// How far Treadle does what AWS does, counted by area: our own cases of test/conformance, and, where they lie beside the
// checkout, executions and API calls recorded from AWS, definitions with AWS's verdict, and JSONata's official suite.
//   node scripts/conformance.ts [--corpus DIR] [--tools DIR] [--suite DIR] [--check] [--quiet]
// Writes docs/conformance.md; --check writes nothing and ends with 1 when a share lies under its floor in
// test/conformance/floors.json. A difference must be explained in test/conformance/known-differences.json.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadCases, runCase, SOURCES } from '../test/conformance/run-case.ts';
import { MOTO_MISSING } from '../test/integrations/services/moto.ts';
import { type RunnerResult, runRecorded } from './conformance/recorded.ts';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const CASES = join(ROOT, 'test/conformance');
const PAGE = join(ROOT, 'docs/conformance.md');

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
  /** Recorded cases that were not run: why (`needs cloudformation`) → how many. */
  readonly leftOut?: Readonly<Record<string, number>>;
}

/** Case (`*` at the end: all that begin so) → why it differs. */
type KnownDifferences = Readonly<Record<string, string>>;
type Floors = Readonly<Record<string, Readonly<Record<string, number>>>>;

const TITLES: Readonly<Record<string, string>> = {
  recorded: '**All recorded cases**',
  execution: 'Recorded executions',
  'execution-lambda': 'Recorded executions that call functions, activities or Step Functions',
  'execution-services': 'Recorded executions that call other services',
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

async function recorded(
  corpus: string,
  tools: string,
  known: KnownDifferences,
  say: (line: string) => void,
): Promise<Measured> {
  const isKnown = (id: string): boolean => reasonOf({ id, level: '', what: '' }, known) !== undefined;
  const { cases, again, verdicts, leftOut } = await runRecorded(corpus, tools, !MOTO_MISSING, isKnown);
  for (const id of again) say(`RUN AGAIN alone: ${id}`);
  for (const [reason, count] of Object.entries(leftOut)) say(`LEFT OUT ${count} recorded cases: ${reason}`);
  const all = byArea(cases, () => 'recorded').areas;
  return merge(
    { areas: all, differences: [], leftOut },
    byArea(cases, keyOf),
    byArea(verdicts, () => 'validator'),
  );
}

function keyOf({ kind, needs }: RunnerResult): string {
  if (kind !== 'execution' || needs.length === 0) return kind;
  const own = ['states', 'activity', 'lambda', 'cross-account'];
  return needs.every((need) => own.includes(need)) ? 'execution-lambda' : 'execution-services';
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
    leftOut: Object.assign({}, ...parts.map((part) => part.leftOut)) as Readonly<Record<string, number>>,
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

/** A behaviour that is tested elsewhere, and whose sources contradict each other. */
interface OpenQuestion {
  readonly question: string;
  readonly treadle: string;
  readonly follows: string;
  readonly against: string;
}

/** Cases whose source is contradicted by another, as rows of the table. */
function openQuestions(): readonly (readonly string[])[] {
  const elsewhere = readJson(join(CASES, 'open.json')) as readonly OpenQuestion[];
  return [
    ...openCases().map(({ name, chosen, against }) => [name, chosen, against]),
    ...elsewhere.map(({ question, treadle, follows, against }) => [
      `${question} Treadle: ${treadle}`,
      follows,
      against,
    ]),
  ];
}

function openCases(): { readonly name: string; readonly chosen: string; readonly against: string }[] {
  return [...loadCases(CASES)].flatMap(([file, cases]) =>
    cases.flatMap(({ name, source: { type, reference, against } }) =>
      against === undefined
        ? []
        : [{ name: `${dirname(file)}: ${name}`, chosen: `${type}: ${reference}`, against }],
    ),
  );
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

In recorded cases the runner answers for functions, and [moto](https://docs.getmoto.org) for the other services, corrected where a
workflow would see that it is not AWS ([stand-ins](../test/support/stand-ins/truths.ts)). Not run: ${leftOutText(measured)}.

## Open between sources

Sources that contradict each other, with what Treadle does and why. Whoever can look at AWS can settle them.

| Case | Treadle follows | Against it |
|---|---|---|
${openQuestions()
  .map((cells) => row(cells.map(escaped)))
  .join('\n')}

## What differs

| Why | Cases | Which |
|---|---|---|
${reasons.join('\n')}
`;
}

function leftOutText({ leftOut = {} }: Measured): string {
  const reasons = Object.entries(leftOut).map(([reason, count]) => `${count} (${reason})`);
  return reasons.length === 0 ? 'none' : reasons.join(', ');
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
  const known = readJson(join(CASES, 'known-differences.json')) as KnownDifferences;
  const parts = [ownCases()];
  const missing: string[] = [];
  if (!existsSync(join(values.tools, 'run_corpus.py')) || !existsSync(join(values.corpus, 'recorded'))) {
    missing.push('recorded cases: they do not lie beside this checkout');
  } else if (spawnSync('python3', ['-c', 'import boto3']).status !== 0) {
    missing.push('recorded cases: python3 has no boto3');
  } else {
    parts.push(await recorded(resolve(values.corpus), resolve(values.tools), known, say));
    if (MOTO_MISSING) {
      missing.push(
        'recorded cases that call other services: there is no moto_server (pip install moto[server])',
      );
    }
  }
  if (existsSync(join(values.suite, 'groups'))) parts.push(jsonataSuite(resolve(values.suite)));
  else missing.push("JSONata's suite: it does not lie beside this checkout");

  const measured = merge(...parts);
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
  // Continuous integration has moto: without it half of what is promised would not be measured.
  if (missing.length > 0) return own.length > 0 || (values.check && MOTO_MISSING) ? 1 : 0;
  if (!values.check) writeFileSync(PAGE, page(measured, sources, known));
  const under = underFloors(measured, readJson(join(CASES, 'floors.json')) as Floors);
  for (const line of under) say(`UNDER THE FLOOR ${line}`);
  return under.length > 0 || own.length > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.exitCode = await main();
