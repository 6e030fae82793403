// Compares the totals of a run over recorded executions with the floors kept in the repository, for .ci/run:
// node scripts/check-floors.ts RESULT.json FLOORS.json. Ends with 1 when a level is under its floor.

import { readFileSync } from 'node:fs';

interface Result {
  readonly cases: number;
  readonly summary: Readonly<Record<string, number>>;
}

type Floors = Readonly<Record<string, number>>;

const [resultFile, floorsFile] = process.argv.slice(2);
if (resultFile === undefined || floorsFile === undefined) {
  process.stderr.write('usage: node scripts/check-floors.ts RESULT.json FLOORS.json\n');
  process.exit(2);
}
const result = JSON.parse(readFileSync(resultFile, 'utf8')) as Result;
const floors = JSON.parse(readFileSync(floorsFile, 'utf8')) as Floors;

let under = 0;
for (const [level, floor] of Object.entries(floors)) {
  const count = result.summary[level];
  if (count === undefined) throw new Error(`Expected the level ${level} of ${floorsFile} in ${resultFile}`);
  const percent = (100 * count) / result.cases;
  const verdict = percent < floor ? 'UNDER THE FLOOR' : 'ok';
  if (percent < floor) under++;
  process.stdout.write(
    `${level}  ${count}/${result.cases}  ${percent.toFixed(1)} %  floor ${floor} %  ${verdict}\n`,
  );
}
process.exitCode = under === 0 ? 0 : 1;
