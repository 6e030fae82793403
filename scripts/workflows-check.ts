// Validates every definition in a folder of JSON files (`{ "definition": {…} | "text" }`, or a definition itself) and counts
// what is accepted and refused: node scripts/workflows-check.ts FOLDER [--all]. Measures the validator on real workflows.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateDefinition } from '../src/asl/validate.ts';
import { isJsonObject, type Json, parseJson, stringifyJson } from '../src/base/json.ts';

const USAGE =
  'usage: node scripts/workflows-check.ts FOLDER [--all]\n  --all  names the accepted files too\n';

type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** The definition's text in a file; undefined when the file holds none. */
function definitionIn(content: Json): string | undefined {
  if (!isJsonObject(content)) return undefined;
  const definition = content['definition'] ?? content;
  if (typeof definition === 'string') return definition;
  return isJsonObject(definition) && 'States' in definition ? stringifyJson(definition) : undefined;
}

/** Judged as a Standard workflow, which may use every integration pattern. */
function judge(definition: string): Verdict {
  const { diagnostics } = validateDefinition(definition, { type: 'STANDARD' });
  const first = diagnostics.find((diagnostic) => diagnostic.severity === 'ERROR');
  if (first === undefined) return { ok: true };
  return { ok: false, why: `${first.code} ${first.location ?? ''}: ${first.message}` };
}

function main(args: readonly string[]): number {
  const all = args.includes('--all');
  const [folder, ...more] = args.filter((arg) => arg !== '--all');
  if (folder === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  const started = process.cpuUsage().user;
  let [ok, refused, without] = [0, 0, 0];
  for (const file of files) {
    const definition = definitionIn(parseJson(readFileSync(join(folder, file), 'utf8')));
    if (definition === undefined) {
      without++;
      process.stdout.write(`-        ${file}: holds no definition\n`);
      continue;
    }
    const verdict = judge(definition);
    if (verdict.ok) {
      ok++;
      if (all) process.stdout.write(`OK       ${file}\n`);
    } else {
      refused++;
      process.stdout.write(`REFUSED  ${file}: ${verdict.why}\n`);
    }
  }
  const ms = Math.round((process.cpuUsage().user - started) / 1000);
  process.stdout.write(`${ok} OK, ${refused} refused, ${without} without a definition (${ms} ms of CPU)\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
