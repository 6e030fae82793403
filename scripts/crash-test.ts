// Kills the real process under load again and again. Run: npm run crash-test -- [--seed N] [--minutes M] [--port P]
// A failure prints what was violated and the command that repeats it, and ends with code 1.

import { parseArgs } from 'node:util';
import { crashTest } from '../test/crash/crash.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '1' },
    port: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0) {
    console.error(`Expected --${name} to be a number, but got '${text}'`);
    process.exit(2);
  }
  return number;
}

const KILLS = 20;
const CLIENTS = 16;
const until = Date.now() + numberOf('minutes', values.minutes) * 60_000;
const port = values.port === undefined ? undefined : numberOf('port', values.port);
let failures = 0;
for (let seed = numberOf('seed', values.seed); ; seed++) {
  const report = await crashTest({
    seed,
    kills: KILLS,
    clients: CLIENTS,
    ...(port === undefined ? {} : { port }),
    ...(values.verbose ? { onProgress: (line: string) => console.log(`  ${line}`) } : {}),
  });
  const { kills, executions, events, express, answers, mapRuns, slowestStartMs, complaints } = report;
  console.log(
    `seed ${seed}: ${kills} kills, ${executions} executions with ${events} events, ${express} express, ${mapRuns} Map Runs over files, ${answers} activity tasks, slowest start ${slowestStartMs} ms, ${complaints.length} complaints`,
  );
  if (complaints.length > 0) {
    failures++;
    for (const complaint of complaints) console.log(`  ${complaint}`);
    console.log(`repeat it: npm run crash-test -- --seed ${seed} --minutes 0`);
  }
  if (Date.now() > until) break;
}
if (failures > 0) process.exitCode = 1;
