// A process that runs one function process, prints its pid, and waits to be killed. Arguments: folder, handler.

import { execFileSync } from 'node:child_process';
import { openFunctions } from '../integrations/support.ts';

const [root, handler] = process.argv.slice(2) as [string, string];
const functions = openFunctions({}, { f: { handler, timeout: 60 } }, { root });
const called = functions.call('f', 0);
if (handler === 'run.sh') await new Promise((resolve) => setTimeout(resolve, 300));
else await called;
// The reaper is a child as well: the function is the one whose command line names its runtime or its file.
const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)])
  .toString()
  .split('\n');
const mine = children.find((line) => /node\.mjs|run\.sh/.test(line))!;
console.log(mine.trim().split(' ')[0]);
setInterval(() => {}, 1_000);
