// Runs simulations by seed until the time is over. Run: npm run simulate -- [--seed N] [--count N] [--minutes M] [--verbose]
// A failure prints what was violated and the command that repeats it, and ends with code 1.

import { parseArgs } from 'node:util';
import { simulate } from '../test/simulation/simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string' },
    minutes: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});
const first = numberOf('seed', values.seed);
const count = values.count === undefined ? undefined : numberOf('count', values.count);
const minutes =
  values.minutes === undefined ? (count === undefined ? 1 : undefined) : numberOf('minutes', values.minutes);

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0) {
    console.error(`Expected --${name} to be a number, but got '${text}'`);
    process.exit(2);
  }
  return number;
}

const total = {
  seeds: 0,
  executions: 0,
  events: 0,
  writes: 0,
  crashes: 0,
  redrives: 0,
  compared: 0,
  virtualHours: 0,
};
const failed: number[] = [];
const begun = Date.now();
let shown = begun;
const MOST_FAILURES = 20;
const SHOW_EVERY_MS = 10_000;

function progress(): string {
  const { seeds, executions, events, writes, crashes, redrives, compared, virtualHours } = total;
  const seconds = Math.round((Date.now() - begun) / 1000);
  return `${seconds} s: ${seeds} seeds, ${executions} executions, ${events} events, ${writes} writes, ${crashes} crashes, ${redrives} redrives, ${compared} ends compared, ${Math.round(virtualHours)} virtual hours, ${failed.length} failures`;
}

for (let seed = first; ; seed++) {
  if (count !== undefined && seed >= first + count) break;
  if (minutes !== undefined && Date.now() - begun > minutes * 60_000) break;
  const report = await simulate(seed, values.verbose ? { onLog: (line) => process.stdout.write(line) } : {});
  total.seeds++;
  for (const name of [
    'executions',
    'events',
    'writes',
    'crashes',
    'redrives',
    'compared',
    'virtualHours',
  ] as const)
    total[name] += report[name];
  if (report.complaints.length > 0) {
    failed.push(seed);
    console.log(`seed ${seed} failed:`);
    for (const complaint of report.complaints) console.log(`  ${complaint}`);
    console.log(`repeat it: npm run simulate -- --seed ${seed} --count 1 --verbose`);
    if (failed.length >= MOST_FAILURES) break;
  }
  if (Date.now() - shown > SHOW_EVERY_MS) {
    shown = Date.now();
    console.log(progress());
  }
}
console.log(progress());
if (failed.length > 0) {
  console.log(`failed: ${failed.join(' ')}`);
  process.exitCode = 1;
}
