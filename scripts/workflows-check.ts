// Validates every definition in a folder of JSON files (`{ "definition": {…} | "text" }`, or a definition itself) and counts
// what is accepted and refused: node scripts/workflows-check.ts FOLDER [--all] [--run]. Static parameters are checked against
// the models of the services. With --run every accepted one is run too, in virtual time, with made-up data, and every task's
// parameters go through the check of its integration: measures validator, interpreter and checks on real workflows.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileDefinition } from '../src/asl/compile.ts';
import type { Program } from '../src/asl/program.ts';
import { validateDefinition } from '../src/asl/validate.ts';
import { isJsonObject, type Json, parseJson, stringifyJson } from '../src/base/json.ts';
import { checkOf, checkTemplate } from '../src/integrations/checks.ts';
import type { Environment } from '../src/interpreter/decision.ts';
import { type Driven, drive, type Reply } from '../test/support/drive.ts';
import { mockData } from './workflow-mocks.ts';

const USAGE =
  'usage: node scripts/workflows-check.ts FOLDER [--all] [--run]\n' +
  '  --all  names the accepted files too\n' +
  '  --run  runs the accepted ones, with made-up data, with empty results, and with failing tasks\n';

/** A loop that the made-up data never leaves ends here. */
const MOST_EVENTS = 3_000;

type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** How the tasks of a run answer. */
const MANNERS: Readonly<Record<string, (data: Json) => Reply>> = {
  'made-up data': (data) => ({ output: data }),
  'empty results': () => ({ output: {} }),
  'failing tasks': () => ({ error: 'Failed', cause: 'made up' }),
};

/** The definition's text in a file; undefined when the file holds none. */
function definitionIn(content: Json): string | undefined {
  if (!isJsonObject(content)) return undefined;
  const definition = content['definition'] ?? content;
  if (typeof definition === 'string') return definition;
  return isJsonObject(definition) && 'States' in definition ? stringifyJson(definition) : undefined;
}

/** Judged as a Standard workflow, which may use every integration pattern. */
function judge(definition: string): Verdict {
  const { diagnostics } = validateDefinition(definition, {
    type: 'STANDARD',
    checkParameters: checkTemplate,
  });
  const first = diagnostics.find((diagnostic) => diagnostic.severity === 'ERROR');
  if (first === undefined) return { ok: true };
  return { ok: false, why: `${first.code} ${first.location ?? ''}: ${first.message}` };
}

/** Replies for every Task and every Map Run. */
function repliesOf(program: Program, reply: Reply): Record<string, Reply> {
  const replies: Record<string, Reply> = {};
  for (const state of program.states.values()) {
    if (state.type === 'Task') {
      const pattern = state.resource.kind === 'service' ? state.resource.pattern : 'request-response';
      const submitted = pattern === 'request-response' ? {} : { submitted: {} };
      replies[state.name] = reply === 'never' ? reply : { ...reply, ...submitted };
    } else if (state.type === 'Map' && state.distributed !== undefined) {
      replies[state.name] = { output: [] };
    }
  }
  return replies;
}

/** How it ended: the status, or the error's name. */
function endOf({ status, error, cause }: Driven): string {
  if (cause?.includes('maximum number of history events')) return `more than ${MOST_EVENTS} events`;
  return status === 'FAILED' ? `FAILED ${error ?? 'without an error'}` : status;
}

/** Runs one definition in every manner. @returns what broke and what integrations refused; counts how the runs end. */
function runAll(
  definition: string,
  ends: Map<string, Map<string, number>>,
): { broken: string[]; refused: Set<string> } {
  const broken: string[] = [];
  const refused = new Set<string>();
  const checkParameters: Environment['checkParameters'] = (resource, input) => {
    for (const reason of checkOf(resource)?.(resource, input) ?? []) {
      refused.add(`${resource.arn.replace(/^arn:[^:]*:states:::/, '')}: ${reason}`);
    }
    // Refused or not, the run goes on, so that later tasks are seen too.
    return [];
  };
  const program = compileDefinition(definition);
  const data = mockData(parseJson(definition));
  for (const [manner, replyOf] of Object.entries(MANNERS)) {
    let end: string;
    try {
      end = endOf(
        drive(definition, {
          program,
          input: data,
          tasks: repliesOf(program, replyOf(data)),
          limits: { historyEvents: MOST_EVENTS },
          env: { checkParameters },
        }),
      );
    } catch (error) {
      end = 'BROKEN';
      broken.push(`${manner}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    if (end === 'RUNNING') broken.push(`${manner}: nothing more happens, but it still runs`);
    const counts = ends.get(manner) ?? new Map<string, number>();
    ends.set(manner, counts.set(end, (counts.get(end) ?? 0) + 1));
  }
  return { broken, refused };
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, run: { type: 'boolean' } },
  });
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  const started = process.cpuUsage().user;
  const ends = new Map<string, Map<string, number>>();
  let [ok, refused, without, broken, unusable] = [0, 0, 0, 0, 0];
  for (const file of files) {
    const definition = definitionIn(parseJson(readFileSync(join(folder, file), 'utf8')));
    if (definition === undefined) {
      without++;
      process.stdout.write(`-        ${file}: holds no definition\n`);
      continue;
    }
    const verdict = judge(definition);
    if (!verdict.ok) {
      refused++;
      process.stdout.write(`REFUSED  ${file}: ${verdict.why}\n`);
      continue;
    }
    ok++;
    if (values.all) process.stdout.write(`OK       ${file}\n`);
    if (!values.run) continue;
    const found = runAll(definition, ends);
    broken += found.broken.length;
    for (const why of found.broken) process.stdout.write(`BROKEN   ${file}: ${why}\n`);
    for (const why of found.refused) process.stdout.write(`CHECK    ${file}: ${why}\n`);
    unusable += found.refused.size === 0 ? 0 : 1;
  }
  for (const [manner, counts] of ends) {
    process.stdout.write(`\n${manner}\n`);
    const rows = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    for (const [end, count] of rows) process.stdout.write(`${String(count).padStart(6)}  ${end}\n`);
  }
  const ms = Math.round((process.cpuUsage().user - started) / 1000);
  process.stdout.write(`${ok} OK, ${refused} refused, ${without} without a definition (${ms} ms of CPU)\n`);
  if (values.run) {
    process.stdout.write(`${broken} broken; ${unusable} with parameters that an integration refuses\n`);
  }
  return broken > 0 ? 1 : 0;
}

process.exitCode = main();
