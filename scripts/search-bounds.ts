// Searches for expressions that take longer, or more memory, than they pay for: random JSONata, paths, intrinsic functions and
// templates over random inputs, each run with a meter.
//   node scripts/search-bounds.ts [--seed N] [--count N] [--from N] [--language L] [--worst N]
// The same seed makes the same cases. Time is the thread's own processor time, so that a busy machine does not matter much;
// what looks too slow is measured again, and reported only when its best run is too slow as well. The heap is little larger
// than one evaluation may make: a case that holds more ends the process, and --from and --count find it.

import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EVALUATION_BYTES, EVALUATION_UNITS, UNITS_PER_MS } from '../src/base/meter.ts';
import {
  bestOf,
  type Case,
  drawCase,
  excess,
  inputsOf,
  LANGUAGES,
  type Measurement,
  measure,
  shrink,
} from './bounds/cases.ts';
import { textOf } from './bounds/tree.ts';

/** Heap beside what one evaluation may make: the inputs, the program. */
const OTHER_MB = 320;
const HEAP_MB = EVALUATION_BYTES / 2 ** 20 + OTHER_MB;
const MEASURED = '--measured';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    language: { type: 'string' },
    worst: { type: 'string', default: '0' },
    /** Names each case before it runs. */
    trace: { type: 'boolean', default: false },
    measured: { type: 'boolean', default: false },
  },
});

if (!values.measured) {
  const script = fileURLToPath(import.meta.url);
  const flags = [`--max-old-space-size=${HEAP_MB}`, script, MEASURED, ...process.argv.slice(2)];
  const { status, signal } = spawnSync(process.execPath, flags, { stdio: 'inherit' });
  if (signal !== null)
    console.log(`finding: the process ended by ${signal}: more memory than ${HEAP_MB} MB is held`);
  process.exitCode = status ?? 1;
} else process.exitCode = search();

interface Measured {
  readonly subject: Case;
  readonly measured: Measurement;
  readonly index: number;
}

function search(): number {
  setPriority(10);
  const language = LANGUAGES.find((each) => each === values.language);
  const inputs = inputsOf(values.seed);
  const from = Number(values.from);
  const count = Number(values.count);
  const worst: Measured[] = [];
  const started = Date.now();
  /** Measured once more at the end: a busy machine may hold a process up for longer than all repeats of a case. */
  const slow: Measured[] = [];
  let findings = 0;
  let evaluated = 0;
  let whole = 0;
  let ms = 0;
  for (let index = from; index < from + count; index++) {
    const subject = drawCase(values.seed, index, language);
    if (values.trace) writeSync(2, `${describe(index, subject)}\n`);
    const measured = measure(subject, inputs);
    if (measured === undefined) continue;
    evaluated++;
    ms += measured.ms;
    if (subject.limit > EVALUATION_UNITS) whole++;
    const best = bestOf(subject, inputs, measured, Number(values.worst) > 0 ? 0.5 : 1);
    if (best.bug !== undefined) {
      findings++;
      report(index, subject, best, inputs);
    } else if (excess(best) > 1) slow.push({ subject, measured: best, index });
    if (Number(values.worst) > 0) {
      worst.push({ subject, measured: best, index });
      worst.sort((a, b) => excess(b.measured) - excess(a.measured));
      worst.length = Math.min(worst.length, Number(values.worst));
    }
    if ((index + 1) % 20_000 === 0) console.log(`… ${index + 1}, ${slow.length} to be measured again`);
  }
  for (const { subject, measured, index } of slow) {
    const best = bestOf(subject, inputs, measured);
    if (excess(best) <= 1) continue;
    findings++;
    report(index, subject, best, inputs);
  }
  for (const each of worst) console.log(`${shown(each.measured)}  ${describe(each.index, each.subject)}`);
  const seconds = Math.round((Date.now() - started) / 1000);
  const what = language ?? 'all languages';
  console.log(
    `seed ${values.seed}, cases ${from} to ${from + count - 1} (${what}): ${evaluated} evaluated, ${whole} with a whole second, ${Math.round(ms / 1000)} s of processor time, ${seconds} s; ${findings} findings`,
  );
  return findings === 0 ? 0 : 1;
}

function shown({ units, ms }: Measurement): string {
  return `${ms.toFixed(1)} ms for ${units} units (${((ms * UNITS_PER_MS) / Math.max(units, 1)).toFixed(2)})`;
}

function describe(index: number, { language, expression, members, input, limit }: Case): string {
  const text = textOf(expression);
  return `[${index}] ${language}, input ${input}, limit ${limit}${language === 'template' ? `, ${members} members` : ''}: ${text.slice(0, 400)}`;
}

function report(
  index: number,
  subject: Case,
  measured: Measurement,
  inputs: ReturnType<typeof inputsOf>,
): void {
  console.log(`finding: ${shown(measured)}  ${describe(index, subject)}`);
  if (measured.bug !== undefined) console.log(measured.bug);
  const smallest = shrink(subject, inputs);
  const again = measure(smallest, inputs);
  if (smallest !== subject && again !== undefined)
    console.log(`  smallest: ${shown(again)}  ${describe(index, smallest)}`);
}
