// A process for the crash tests: commits batches of running executions to a data folder for ever, and writes a line to
// standard output after each. Arguments: folder, executions in a batch.

import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { batch, created, someEvents } from './samples.ts';

const [folder, size] = process.argv.slice(2) as [string, string];
const store = openSqliteStore({ folder });
for (;;) {
  const writes = Array.from({ length: Number(size) }, () => created(store.nextKey(), someEvents(1, 4)));
  await store.commit(batch(...writes));
  writeSync(1, 'committed\n');
}
