// One seed by hand: node test/chaos/main.ts --seed 7 [--executions 120]. It ends by itself when nothing is left open.

import { parseArgs } from 'node:util';
import { chaos } from './chaos.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, executions: { type: 'string', default: '120' } },
});
const report = await chaos(Number(values.seed), Number(values.executions));
console.log(JSON.stringify(report, null, 1));
if (report.complaints.length > 0) process.exitCode = 1;
