// The thread that writes the log back into the database, when checkpoints.ts asks it to.

import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

export type CheckpointRequest = 'write-back' | 'close';

export interface CheckpointAnswer {
  /** Frames of the log that are not in the database yet. */
  readonly left: number;
}

const database = new DatabaseSync(workerData as string, { timeout: 0 });
const passive = database.prepare('pragma wal_checkpoint(passive)');

parentPort!.on('message', (request: CheckpointRequest) => {
  if (request === 'close') {
    database.close();
    parentPort!.close();
    return;
  }
  const { log, checkpointed } = passive.get() as { log: number; checkpointed: number };
  parentPort!.postMessage({ left: log - checkpointed } satisfies CheckpointAnswer);
});
