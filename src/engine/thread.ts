// One thread of the pool: does the jobs that it is sent. Only `thread-pool.ts` starts this file.

import { randomUUID } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { DefinitionCache } from '../asl/analysis.ts';
import { assert } from '../base/assert.ts';
import { type AnsweringFunctions, taskKnowledge } from '../integrations/task-knowledge.ts';
import { type Job, type Outcome, outcomeOf, type Workshop } from './threads/pool.ts';
import { createTaskTokens } from './tokens.ts';

/** What a thread is started with. */
export interface ThreadData {
  readonly tokenSecret: string;
  /** What the functions of the configuration answer for. */
  readonly functions: AnsweringFunctions;
}

export type ThreadMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'outcome'; readonly outcome: Outcome };

assert(parentPort, 'Expected to be started as a thread');
const port = parentPort;

// On Linux a priority is of one thread: where processors are few, whoever waits for the loop goes first.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const { tokenSecret, functions } = workerData as ThreadData;
const workshop: Workshop = {
  definitions: new DefinitionCache(taskKnowledge(functions)),
  tokens: createTaskTokens(tokenSecret),
  random: Math.random,
  uuid: randomUUID,
  elapsed: () => performance.now(),
};

port.on('message', (job: Job) => port.postMessage({ type: 'outcome', outcome: outcomeOf(job, workshop) }));
port.postMessage({ type: 'ready' });
