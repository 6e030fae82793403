// Asks for a payment: leaves a note with the task's token where pay.mjs finds it. A real one would send an e-mail, print an
// invoice, call a payment provider, with the token in it. The task goes on when somebody answers for the token.

import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function handler({ order, amount, token }) {
  if (!/^[\w-]+$/.test(order)) throw new Error(`Expected an order number, but got ${order}`);
  const folder = join(tmpdir(), 'treadle-callback-order');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${order}.json`), JSON.stringify({ order, amount, token }));
  console.log(`order ${order} waits for ${amount}`);
}
