// Map Runs of distributed Maps: starts child executions up to the concurrency, counts how they end, and tells the parent.
// Children are found again by their names after a restart, which follow from the Map Run's ARN and the item's number.

import { createHash } from 'node:crypto';
import type { Json } from '../base/json.ts';
import type { Log } from '../base/log.ts';
import { Payload } from '../base/payload.ts';
import type { Command, TaskOutcome } from '../interpreter/command.ts';
import { isoTime } from '../interpreter/context-object.ts';
import type { StartMapRun } from '../interpreter/effect.ts';
import type { Ended } from './engine.ts';

export interface ChildStart {
  readonly parentArn: string;
  readonly mapState: string;
  readonly mapRunArn: string;
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly name: string;
  readonly input: Payload;
}

export interface StartedChild {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly ended: Promise<Ended>;
}

export interface MapRunHost {
  startChild(child: ChildStart): Promise<StartedChild>;
  /** Tells the parent execution. */
  complete(parentArn: string, command: Command): void;
  /** Stops a Standard child. */
  stop(executionArn: string): Promise<void>;
  readonly log: Log;
}

/** Children of one Map Run that run at once, when MaxConcurrency sets no lower bound. */
const MAX_CHILDREN = 1_000;

interface Run {
  readonly effect: StartMapRun;
  readonly parentArn: string;
  next: number;
  readonly running: Map<number, string | undefined>;
  readonly results: Json[];
  failedItems: number;
  readonly totalItems: number;
  stopped: boolean;
}

export class MapRuns {
  readonly #host: MapRunHost;
  readonly #runs = new Map<string, Run>();

  constructor(host: MapRunHost) {
    this.#host = host;
  }

  start(parentArn: string, effect: StartMapRun): void {
    if (this.#runs.has(effect.mapRunArn)) return;
    const run: Run = {
      effect,
      parentArn,
      next: 0,
      running: new Map(),
      results: new Array<Json>(effect.inputs.length),
      failedItems: 0,
      totalItems: effect.itemCounts.reduce((sum, count) => sum + count, 0),
      stopped: false,
    };
    this.#runs.set(effect.mapRunArn, run);
    this.#fill(run);
  }

  /** The parent no longer wants it: running children are stopped, no more are started, nothing is told. */
  stop(mapRunArn: string): void {
    const run = this.#runs.get(mapRunArn);
    if (run !== undefined) this.#end(run);
  }

  #fill(run: Run): void {
    const { effect } = run;
    const slots = Math.min(effect.maxConcurrency || MAX_CHILDREN, MAX_CHILDREN);
    while (!run.stopped && run.next < effect.inputs.length && run.running.size < slots) {
      const index = run.next++;
      run.running.set(index, undefined);
      void this.#runChild(run, index);
    }
    if (!run.stopped && run.next >= effect.inputs.length && run.running.size === 0) this.#succeed(run);
  }

  async #runChild(run: Run, index: number): Promise<void> {
    const { effect } = run;
    try {
      const child = await this.#host.startChild({
        parentArn: run.parentArn,
        mapState: effect.stateName,
        mapRunArn: effect.mapRunArn,
        executionType: effect.executionType,
        name: childName(effect.mapRunArn, index),
        input: effect.inputs[index]!,
      });
      run.running.set(index, child.arn);
      if (run.stopped) return void (await this.#host.stop(child.arn));
      const ended = await child.ended;
      if (!run.stopped) this.#childEnded(run, index, child, ended);
    } catch (error) {
      // The parent may have ended while its child was being started.
      if (run.stopped) return;
      this.#host.log.error(
        { err: error, mapRun: effect.mapRunArn, item: index },
        'A child of a Map Run could not be run',
      );
      this.#fail(run, 'States.Runtime', 'A child execution could not be run.');
    }
  }

  #childEnded(run: Run, index: number, child: StartedChild, ended: Ended): void {
    run.running.delete(index);
    if (ended.status === 'SUCCEEDED') {
      run.results[index] = ended.output?.value ?? null;
    } else {
      run.failedItems += run.effect.itemCounts[index] ?? 1;
      run.results[index] = failureRecord(run, index, child, ended);
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
    const results = run.effect.flatten ? run.results.flat(1) : run.results;
    this.#finish(run, { status: 'succeeded', output: Payload.ofValue(results) });
  }

  #fail(run: Run, error: string, cause: string): void {
    this.#finish(run, { status: 'failed', error, cause });
  }

  #finish(run: Run, outcome: TaskOutcome): void {
    this.#end(run);
    const { frame, mapRunArn } = run.effect;
    this.#host.complete(run.parentArn, { type: 'CompleteMapRun', frame, mapRunArn, outcome });
  }

  #end(run: Run): void {
    run.stopped = true;
    this.#runs.delete(run.effect.mapRunArn);
    if (run.effect.executionType === 'EXPRESS') return;
    for (const arn of run.running.values()) {
      if (arn === undefined) continue;
      this.#host.stop(arn).catch((error: unknown) => {
        this.#host.log.error({ err: error, execution: arn }, 'A child of a Map Run could not be stopped');
      });
    }
  }
}

/** Source: AWS, "Setting failure thresholds for Distributed Map states": either bound, when given; both are 0 when neither is. */
function exceeds(run: Run): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = run.effect;
  if (count === undefined && percentage === undefined) return run.failedItems > 0;
  if (count !== undefined && run.failedItems > count) return true;
  return percentage !== undefined && (run.failedItems * 100) / run.totalItems > percentage;
}

/** A failed child within the tolerated threshold, as AWS reports it in the results. */
function failureRecord(run: Run, index: number, child: StartedChild, ended: Ended): Json {
  return {
    ExecutionArn: child.arn,
    Input: run.effect.inputs[index]!.text,
    InputDetails: { Included: true },
    Name: childName(run.effect.mapRunArn, index),
    StateMachineArn: child.stateMachineArn,
    Status: ended.status,
    StartDate: isoTime(ended.startedAt),
    StopDate: isoTime(ended.stoppedAt),
    ...(ended.error === undefined ? {} : { Error: ended.error }),
    ...(ended.cause === undefined ? {} : { Cause: ended.cause }),
  };
}

/** A UUID that follows from the Map Run and the item's number: a restarted process finds the same child. */
export function childName(mapRunArn: string, index: number): string {
  const digest = createHash('sha256').update(`${mapRunArn}#${index}`).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
