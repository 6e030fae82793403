// A process with few descriptors: calls a function when none is left, and once more when there are. Argument: folder of f.mjs.

import { closeSync, openSync } from 'node:fs';
import { openFunctions } from '../integrations/support.ts';

const [root] = process.argv.slice(2) as [string];
const functions = openFunctions({}, { f: { handler: 'f.handler' } }, { root });
const answerOf = (call: Promise<unknown>) => call.then(JSON.stringify, String);
const taken: number[] = [];
const lines: string[] = [];
const take = (): boolean => {
  try {
    return taken.push(openSync('/dev/null', 'r')) > 0;
  } catch {
    return false;
  }
};
while (take());
// From none to more and more: each place that needs one is the first to find none.
for (let free = 0; free < 8; free++) {
  lines.push(await answerOf(functions.call('f', 0)));
  closeSync(taken.pop()!);
}
for (const descriptor of taken) closeSync(descriptor);
lines.push(await answerOf(functions.call('f', 0)));
console.log(JSON.stringify(lines));
process.exit(0);
