// Map Runs of distributed Maps: reads the items where they are, starts child executions up to the concurrency, counts how
// they end, writes the results where they belong, and tells the parent. Children are found again by their names after a
// restart, which follow from the Map Run's ARN and the item's number; items that were read are read again.

import { createHash } from 'node:crypto';
import { type S3, S3Failure } from '../../aws/s3-objects.ts';
import type { Log } from '../../base/log.ts';
import { Payload } from '../../base/payload.ts';
import type { TaskOutcome } from '../../interpreter/command.ts';
import { tooLarge } from '../../interpreter/data-flow.ts';
import type { MapItem } from '../../interpreter/distributed-map.ts';
import type { ChildInputs, MapResults, StartMapRun } from '../../interpreter/effect.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import type { Inbox } from '../inbox.ts';
import type { Children } from './children.ts';
import { ItemReaderFailed } from './item-reader/failure.ts';
import { readItems } from './item-reader/read-items.ts';
import { type ChildRun, type ResultRecord, resultRecord } from './result-records.ts';
import { stateResult, writeResults } from './results.ts';

export interface MapRunParts {
  readonly s3: S3;
  /** Bytes that the input of a child may have. */
  readonly payloadBytes: number;
  readonly children: Pick<Children, 'makeInputs' | 'start' | 'stop'>;
  /** Takes the command that says how a Map Run ended. */
  readonly inbox: Pick<Inbox, 'tell'>;
  readonly log: Log;
}

/** Children of one Map Run that run at once, when MaxConcurrency sets no lower bound. */
const MAX_CHILDREN = 1_000;

/** Bytes of the items of one Map Run, which are in memory while it starts children. */
const HELD_BYTES = 256 * 1024 * 1024;

interface Running {
  /** undefined while it is being started. */
  arn: string | undefined;
  done: Promise<void>;
}

interface Run {
  readonly effect: StartMapRun;
  readonly parentArn: string;
  /** Nothing until the items have been read. */
  work: ChildInputs;
  next: number;
  readonly running: Map<number, Running>;
  readonly ended: (ChildRun | undefined)[];
  failedItems: number;
  totalItems: number;
  /** No more children are started, and those that run are only waited for. */
  stopped: boolean;
  /** Ends the calls to S3. */
  readonly controller: AbortController;
}

export class MapRuns {
  readonly #parts: MapRunParts;
  readonly #runs = new Map<string, Run>();
  #closed = false;

  constructor(parts: MapRunParts) {
    this.#parts = parts;
  }

  start(parentArn: string, effect: StartMapRun): void {
    if (this.#closed || this.#runs.has(effect.mapRunArn)) return;
    const run: Run = {
      effect,
      parentArn,
      work: effect,
      next: 0,
      running: new Map(),
      ended: [],
      failedItems: 0,
      totalItems: total(effect),
      stopped: false,
      controller: new AbortController(),
    };
    this.#runs.set(effect.mapRunArn, run);
    if (effect.reader === undefined) this.#fill(run);
    else void this.#read(run, effect.reader);
  }

  /** Whether the Map Run goes on in this process. */
  has(mapRunArn: string): boolean {
    return this.#runs.has(mapRunArn);
  }

  /** The parent has left the state: running children are stopped, no more are started, and the parent is not told. */
  stop(mapRunArn: string): void {
    const run = this.#runs.get(mapRunArn);
    if (run !== undefined) this.#end(run, undefined);
  }

  /** The process ends: what is open is left as it is, for the next process to take up. */
  close(): void {
    this.#closed = true;
    for (const run of this.#runs.values()) {
      run.stopped = true;
      run.controller.abort();
    }
    this.#runs.clear();
  }

  async #read(run: Run, reader: NonNullable<StartMapRun['reader']>): Promise<void> {
    const { effect, parentArn, controller } = run;
    try {
      const items: MapItem[] = [];
      let bytes = 0;
      for await (const slice of readItems(this.#parts.s3, reader, undefined, controller.signal)) {
        bytes += slice.bytes;
        if (bytes > HELD_BYTES) {
          throw new ItemReaderFailed(`The items are larger than the ${HELD_BYTES} bytes that are held.`);
        }
        for (const item of slice.items) items.push(item);
      }
      if (run.stopped) return;
      const made = await this.#parts.children.makeInputs(parentArn, effect, items);
      if (run.stopped) return;
      if (made === undefined) return void this.#runs.delete(effect.mapRunArn);
      if ('status' in made) return this.#end(run, made);
      run.work = made;
      run.totalItems = total(made);
      this.#fill(run);
    } catch (error) {
      if (run.stopped) return;
      if (error instanceof ItemReaderFailed) return this.#fail(run, 'States.ItemReaderFailed', error.message);
      this.#parts.log.error(
        { err: error, mapRun: effect.mapRunArn },
        'The items of a Map Run could not be read',
      );
      this.#fail(run, 'States.Runtime', 'The items could not be read.');
    }
  }

  #fill(run: Run): void {
    const { effect, work } = run;
    const slots = Math.min(effect.maxConcurrency || MAX_CHILDREN, MAX_CHILDREN);
    while (!run.stopped && run.next < work.inputs.length && run.running.size < slots) {
      const index = run.next++;
      const running: Running = { arn: undefined, done: Promise.resolve() };
      run.running.set(index, running);
      running.done = this.#runChild(run, index, running);
    }
    if (!run.stopped && run.next >= work.inputs.length && run.running.size === 0) this.#succeed(run);
  }

  async #runChild(run: Run, index: number, running: Running): Promise<void> {
    const { effect } = run;
    const input = run.work.inputs[index]!;
    // An item that is read may be larger than what an execution takes: an ItemSelector makes it smaller.
    if (input.exceeds(this.#parts.payloadBytes)) {
      run.running.delete(index);
      const { error, cause } = tooLarge(effect.stateName);
      return this.#fail(run, error, cause);
    }
    try {
      const child = await this.#parts.children.start({
        parentArn: run.parentArn,
        mapState: effect.stateName,
        mapRunArn: effect.mapRunArn,
        executionType: effect.executionType,
        name: childName(effect.mapRunArn, index),
        input,
      });
      running.arn = child.arn;
      if (run.stopped && !this.#closed) await this.#stopChild(run, child.arn);
      const ended = await child.end;
      run.ended[index] = { arn: child.arn, stateMachineArn: child.stateMachineArn, ended };
      if (!run.stopped) this.#childEnded(run, index, ended);
    } catch (error) {
      // The parent may have ended while its child was being started.
      if (run.stopped) return;
      this.#parts.log.error(
        { err: error, mapRun: effect.mapRunArn, item: index },
        'A child of a Map Run could not be run',
      );
      run.running.delete(index);
      this.#fail(run, 'States.Runtime', 'A child execution could not be run.');
    }
  }

  #childEnded(run: Run, index: number, ended: ExecutionEnd): void {
    run.running.delete(index);
    if (ended.status !== 'SUCCEEDED') {
      run.failedItems += run.work.itemCounts[index] ?? 1;
      if (exceeds(run)) {
        return this.#fail(
          run,
          'States.ExceedToleratedFailureThreshold',
          'The specified tolerated failure threshold was exceeded',
        );
      }
    }
    this.#fill(run);
  }

  #succeed(run: Run): void {
    const { destination, transformation } = run.effect.results;
    // With a destination, what was written there becomes the output.
    const output = destination === undefined ? stateResult(recordsOf(run), transformation) : null;
    this.#end(run, { status: 'succeeded', output: Payload.ofValue(output) });
  }

  #fail(run: Run, error: string, cause: string | undefined): void {
    this.#end(run, { status: 'failed', error, cause });
  }

  /** @param outcome undefined: the parent has left the state. */
  #end(run: Run, outcome: TaskOutcome | undefined): void {
    if (run.stopped) return;
    run.stopped = true;
    for (const { arn } of run.running.values()) if (arn !== undefined) void this.#stopChild(run, arn);
    const { results } = run.effect;
    if (results.destination === undefined || !hasChildren(run, outcome)) {
      run.controller.abort();
      return this.#finish(run, outcome);
    }
    void this.#write(run, { ...results, destination: results.destination }, outcome);
  }

  /** Once every child has ended. A Map Run that failed leaves files as well. */
  async #write(
    run: Run,
    results: MapResults & { destination: object },
    outcome: TaskOutcome | undefined,
  ): Promise<void> {
    const { effect, controller } = run;
    let final = outcome;
    try {
      await Promise.all([...run.running.values()].map(({ done }) => done));
      if (this.#closed) return;
      const { s3 } = this.#parts;
      const { signal } = controller;
      const output = await writeResults(s3, results, effect.mapRunArn, streamOf(recordsOf(run)), signal);
      if (outcome?.status === 'succeeded') final = { status: 'succeeded', output: Payload.ofValue(output) };
    } catch (error) {
      if (this.#closed) return;
      const known = error instanceof S3Failure;
      if (!known || outcome?.status !== 'succeeded') {
        this.#parts.log.error(
          { err: error, mapRun: effect.mapRunArn },
          'Results of a Map Run were not written',
        );
      }
      if (outcome?.status === 'succeeded') {
        const cause = known ? error.message : 'The results could not be written.';
        final = { status: 'failed', error: 'States.ResultWriterFailed', cause };
      }
    }
    this.#finish(run, final);
  }

  #finish(run: Run, outcome: TaskOutcome | undefined): void {
    const { frame, mapRunArn } = run.effect;
    this.#runs.delete(mapRunArn);
    if (outcome === undefined) return;
    this.#parts.inbox.tell(run.parentArn, { type: 'CompleteMapRun', frame, mapRunArn, outcome });
  }

  async #stopChild(run: Run, arn: string): Promise<void> {
    if (run.effect.executionType === 'EXPRESS') return;
    try {
      await this.#parts.children.stop(arn);
    } catch (error) {
      this.#parts.log.error({ err: error, execution: arn }, 'A child of a Map Run could not be stopped');
    }
  }
}

function total({ itemCounts }: ChildInputs): number {
  return itemCounts.reduce((sum, count) => sum + count, 0);
}

/** Whether there is something to write: a Map Run whose items could not be read has no children. */
function hasChildren(run: Run, outcome: TaskOutcome | undefined): boolean {
  return run.work.inputs.length > 0 || outcome?.status === 'succeeded';
}

function* recordsOf({ effect, work, ended }: Run): Generator<ResultRecord> {
  const { transformation } = effect.results;
  for (const [index, input] of work.inputs.entries()) {
    const child = { name: childName(effect.mapRunArn, index), input, run: ended[index] };
    yield resultRecord(child, transformation);
  }
}

async function* streamOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Source: AWS, "Setting failure thresholds for Distributed Map states": either bound, when given; both are 0 when neither is. */
function exceeds(run: Run): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = run.effect;
  if (count === undefined && percentage === undefined) return run.failedItems > 0;
  if (count !== undefined && run.failedItems > count) return true;
  return percentage !== undefined && (run.failedItems * 100) / run.totalItems > percentage;
}

/** A UUID that follows from the Map Run and the item's number: a restarted process finds the same child. */
export function childName(mapRunArn: string, index: number): string {
  const digest = createHash('sha256').update(`${mapRunArn}#${index}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
