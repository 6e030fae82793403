// Runs JSONata's official suite (its `groups` and `datasets`, kept outside this repository) against our engine:
//   node scripts/jsonata-suite.ts <folder> [--floor 99] [--group name] [--quiet]
// Prints the totals of each group and every failure with its reason; exits 1 below the floor (per cent).

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Json, jsonEquals, stringifyJson } from '../src/base/json.ts';
import { evaluateStandalone } from '../test/query/jsonata/standalone.ts';

interface Case {
  readonly expr?: string;
  readonly 'expr-file'?: string;
  readonly data?: Json;
  readonly dataset?: string | null;
  readonly bindings?: Record<string, Json>;
  readonly depth?: number;
  readonly result?: Json;
  readonly undefinedResult?: boolean;
  readonly unordered?: boolean;
  readonly code?: string;
  readonly error?: { readonly code?: string };
}

/** Why a case of the suite is not expected to pass: what Treadle does otherwise on purpose. */
function exception(group: string, expr: string): string | undefined {
  if (group === 'function-eval' || /\$eval\(/.test(expr)) return '$eval does not exist in Step Functions';
  if (/\?[:?]/.test(expr)) return '`?:` and `??` came with JSONata 2.1, but AWS runs 2.0.6';
  return undefined;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { floor: { type: 'string' }, group: { type: 'string' }, quiet: { type: 'boolean' } },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error('Expected the folder of the suite, but got nothing: node scripts/jsonata-suite.ts <folder>');
  process.exit(2);
}

function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8')) as Json;
}

function sameItems(a: Json, b: Json): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return jsonEquals(a, b);
  const rest = [...b];
  return a.every((item) => {
    const at = rest.findIndex((other) => jsonEquals(item, other));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

/** @returns the reason when the case fails. */
function failure(test: Case, group: string): string | undefined {
  const file = test['expr-file'];
  const expr =
    file === undefined
      ? (test.expr as string)
      : readFileSync(join(folder as string, 'groups', group, file), 'utf8');
  const data = test.dataset
    ? readJson(join(folder as string, 'datasets', `${test.dataset}.json`))
    : test.data;
  const wanted = test.code ?? test.error?.code;
  const outcome = evaluateStandalone(expr, data, test.bindings ?? {}, test.depth);
  if ('error' in outcome) {
    if (wanted !== undefined && outcome.code === wanted) return undefined;
    return `expected ${wanted ?? 'a result'}, but got ${outcome.code} ${outcome.error}`;
  }
  const shown = outcome.value === undefined ? 'nothing' : stringifyJson(outcome.value).slice(0, 200);
  if (wanted !== undefined) return `expected ${wanted}, but got ${shown}`;
  if (test.undefinedResult)
    return outcome.value === undefined ? undefined : `expected nothing, but got ${shown}`;
  const same = test.unordered ? sameItems : jsonEquals;
  if (outcome.value !== undefined && same(outcome.value, test.result as Json)) return undefined;
  return `expected ${stringifyJson(test.result as Json)?.slice(0, 200)}, but got ${shown}`;
}

let total = 0;
let passed = 0;
let excepted = 0;
for (const group of readdirSync(join(folder, 'groups')).sort()) {
  if (values.group !== undefined && values.group !== group) continue;
  let good = 0;
  let all = 0;
  for (const file of readdirSync(join(folder, 'groups', group)).sort()) {
    if (!file.endsWith('.json')) continue;
    const read = readJson(join(folder, 'groups', group, file));
    (Array.isArray(read) ? read : [read]).forEach((item, i) => {
      const test = item as unknown as Case;
      all++;
      const reason = failure(test, group);
      if (reason === undefined) {
        good++;
        return;
      }
      const known = exception(group, test.expr ?? '');
      if (known !== undefined) excepted++;
      const label = known === undefined ? 'FAILED' : `excepted (${known})`;
      console.log(`${label} ${group}/${file}[${i}]: ${test.expr ?? test['expr-file']}\n    ${reason}`);
    });
  }
  if (!values.quiet) console.log(`${String(good).padStart(5)} / ${String(all).padEnd(5)} ${group}`);
  total += all;
  passed += good;
}
const meant = total - excepted;
const share = (passed / meant) * 100;
console.log(
  `${passed} of ${meant} cases passed (${share.toFixed(2)} %); ${excepted} more are named exceptions`,
);
const floor = Number(values.floor ?? 0);
if (!(share >= floor)) {
  console.error(`Expected at least ${floor} % of the cases to pass, but ${share.toFixed(2)} % did`);
  process.exit(1);
}
