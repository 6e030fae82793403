// One Map Run from its start, or from where an earlier process left it, to its end: items are read a little ahead, children are
// started up to the concurrency and counted as they end, results are gathered or written, and the parent is told. What counts is
// in the store first (map-run-writes.ts); what it comes to is decided by run-state.ts.

import { S3Failure } from '../../aws/s3-objects.ts';
import { Payload } from '../../base/payload.ts';
import { tooLarge } from '../../interpreter/data-flow.ts';
import type { StartMapRun } from '../../interpreter/effect.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import type {
  MapRunChunk,
  MapRunCounts,
  MapRunEnd,
  MapRunOutcome,
  MapRunRecord,
  MapRunSettings,
  MapRunWrite,
} from '../../store/map-runs.ts';
import { DuplicateExecution, StaleWrite, StoreUnavailable } from '../../store/store.ts';
import type { RunningChild } from '../engine.ts';
import type { Siblings } from './children.ts';
import { gatherResults, type MapRunWorkParts, readChildren, writeResultFiles } from './map-run-work.ts';
import { MapRunWrites, RETRY_MS } from './map-run-writes.ts';
import {
  childEnded,
  childStarted,
  type EndStatus,
  exceedsTolerance,
  finalCounts,
  isDone,
  isRedrive,
  newRunState,
  nextChild,
  OVER_TOLERANCE,
  type RunState,
} from './run-state.ts';
import { takeUpChildren } from './take-up.ts';

/** Children whose inputs are read before those before them have been started. */
const READ_AHEAD = 10_000;

/** Ends of Express children that wait to be written, before more are started: they are what is held in memory. */
const MOST_LEAVING = 1_000;

/** `ending`: it is decided how it ends. `aborting`: the parent has left the state. */
type Phase = 'opening' | 'running' | 'ending' | 'aborting' | 'closed';

export class MapRun {
  readonly #parts: MapRunWorkParts;
  /** Undefined: no execution holds it any more; it is only to be stopped. */
  readonly effect: StartMapRun | undefined;
  readonly #run: RunState;
  readonly #writes: MapRunWrites;
  readonly #onClosed: () => void;
  /** Ends the calls to S3. */
  readonly #reader = new AbortController();
  #writer = new AbortController();
  #phase: Phase = 'opening';
  #siblings: Siblings | undefined;
  #chunk: MapRunChunk | undefined;
  /** When the Express children began that run in this process, by number. */
  readonly #startedAt = new Map<number, number>();
  /** Express children whose end is being written. */
  readonly #leaving = new Set<number>();
  /** Standard children whose start is not durable yet. */
  readonly #starting = new Set<number>();
  /** Standard children that ended while those in the store were counted. */
  #endedEarly: Map<number, EndStatus> | undefined = new Map();
  #stepping = false;
  /** The process ends. */
  #left = false;
  #onIdle: (() => void) | undefined;
  #onRoom: (() => void) | undefined;
  readonly #opened: Promise<void>;

  /** @param record is in the store, RUNNING. @param onClosed called once when it is closed */
  constructor(
    parts: MapRunWorkParts,
    record: MapRunRecord,
    effect: StartMapRun | undefined,
    onClosed: () => void,
  ) {
    this.#parts = parts;
    this.effect = effect;
    this.#run = newRunState(record);
    this.#onClosed = onClosed;
    this.#writes = new MapRunWrites(parts, record, (write) => this.#kept(write));
    this.#opened = this.#open();
  }

  get record(): MapRunRecord {
    return this.#run.record;
  }

  get state(): RunState {
    return this.#run;
  }

  /** Express children in flight, greatest number first. */
  runningChildren(): RunningChild[] {
    return [...this.#startedAt]
      .map(([child, startedAt]) => ({ child, items: this.#run.running.get(child) ?? 1, startedAt }))
      .sort((one, other) => other.child - one.child);
  }

  /** A Standard child has ended. */
  childEnded(child: number, status: EndStatus): void {
    this.#endedEarly?.set(child, status);
    if (childEnded(this.#run, child, status)) this.#look();
  }

  /** Its turn among the open Map Runs has come. */
  begin(): void {
    void this.#opened.then(() => {
      if (this.#phase !== 'opening' || this.#left) return;
      const { outcome } = this.#run.record;
      this.#phase = 'running';
      // An earlier process had decided it, and was stopping the children.
      if (outcome?.status === 'failed') return void this.#fail(outcome.error, outcome.cause);
      void this.#read();
      this.#look();
    });
  }

  /** Resolves when the settings are durable. @returns false when it is closed. */
  async update(settings: Partial<MapRunSettings>): Promise<boolean> {
    await this.#opened;
    if (this.#phase === 'aborting' || this.#phase === 'closed') return false;
    await this.#writes.keep({ settings: { ...this.#run.record.settings, ...settings } });
    this.#look();
    return true;
  }

  /** The parent has left the state: running children are stopped, no more are started, and the parent is not told. */
  async abort(): Promise<void> {
    if (this.#phase === 'aborting' || this.#phase === 'closed') return;
    const ending = this.#phase === 'ending';
    this.#phase = 'aborting';
    this.#reader.abort();
    this.#writer.abort();
    this.#writer = new AbortController();
    await this.#opened;
    // Its end may be on the way to the disk.
    if (ending) await this.#writes.keep({});
    if (this.#run.record.status !== 'RUNNING') return this.#close();
    // A process that dies meanwhile leaves it RUNNING: the next one finds it, and goes on.
    if (this.#run.record.outcome?.status !== 'aborted')
      await this.#writes.keep({ outcome: { status: 'aborted' } });
    await this.#endChildren();
    const counts = await this.#countsWithFiles();
    if (this.#left) return;
    await this.#writes.keep({ status: 'ABORTED', stoppedAt: this.#parts.clock.now(), counts });
    this.#close();
  }

  /** The process ends: nothing more is started. What ends until then is still counted. */
  leave(): void {
    this.#left = true;
    this.#writes.close();
    this.#reader.abort();
    this.#writer.abort();
  }

  // --- taking up ---

  async #open(): Promise<void> {
    await this.#untilStored(async () => {
      this.#siblings = await this.#parts.children.siblings(this.#run.record);
    });
    await this.#untilStored(() => takeUpChildren(this.#parts, this.#run, this.#endedEarly ?? new Map()));
    this.#endedEarly = undefined;
  }

  // --- reading ---

  async #read(): Promise<void> {
    const { reading } = this.#run.record;
    if (reading.complete || this.effect === undefined) return;
    try {
      const given = readChildren(this.#parts, this.effect, this.#run.record, this.#reader.signal);
      for await (const read of given) {
        if (this.#phase !== 'running' || this.#left) return;
        if (read.failed !== undefined) return this.#fail(read.failed.error, read.failed.cause);
        await this.#writes.keep({ reading: read.reading }, read.chunks);
        this.#look();
        await this.#room();
      }
    } catch (error) {
      if (this.#phase !== 'running' || this.#left) return;
      this.#parts.log.error(
        { err: error, mapRun: this.#run.record.arn },
        'The items of a Map Run could not be read',
      );
      await this.#fail('States.Runtime', 'The items could not be read.');
    }
  }

  /** Resolves when more children should be read. */
  async #room(): Promise<void> {
    while (this.#run.record.reading.children - this.#run.next > READ_AHEAD && this.#phase === 'running')
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
  }

  // --- children ---

  /** Something has changed: starts what can be started, or ends the run. */
  #look(): void {
    if (this.#run.running.size === 0) this.#onIdle?.();
    if (this.#phase !== 'running' || this.#left) return;
    if (exceedsTolerance(this.#run)) {
      return void this.#fail(OVER_TOLERANCE.error, OVER_TOLERANCE.cause);
    }
    if (isDone(this.#run)) return void this.#succeed();
    if (this.#stepping || nextChild(this.#run) === undefined) return;
    this.#stepping = true;
    this.#parts.slices.add(() => {
      this.#stepping = this.#startNext();
      return this.#stepping;
    });
  }

  /** Starts one child. @returns whether another can be started now. */
  #startNext(): boolean {
    const { children, payloadBytes } = this.#parts;
    const { record } = this.#run;
    if (this.#phase !== 'running' || this.#left || this.#siblings === undefined) return false;
    const child = nextChild(this.#run);
    if (child === undefined) return false;
    if (record.childType === 'STANDARD' && !children.hasRoom) {
      children.onRoom(() => this.#look());
      return false;
    }
    if (this.#leaving.size >= MOST_LEAVING) return false;
    const chunk = this.#chunk;
    const text = chunk?.inputs[child - chunk.first];
    if (chunk === undefined || text === undefined) {
      void this.#loadChunk(child);
      return false;
    }
    const input = Payload.ofText(text);
    // An item that is read may be larger than what an execution takes: an ItemSelector makes it smaller.
    if (input.exceeds(payloadBytes)) {
      const { error, cause } = tooLarge(record.stateName);
      void this.#fail(error, cause);
      return false;
    }
    const items = chunk.itemCounts?.[child - chunk.first] ?? 1;
    const goesOn = isRedrive(this.#run, child);
    childStarted(this.#run, child, items);
    if (record.childType === 'EXPRESS') void this.#runExpress(child, items, input);
    else void this.#startStandard(child, items, goesOn ? undefined : input);
    this.#onRoom?.();
    return true;
  }

  async #loadChunk(child: number): Promise<void> {
    const { store } = this.#parts;
    await this.#untilStored(async () => {
      this.#chunk = await store.mapRuns.chunk(this.#run.record.key, child);
    });
    this.#look();
  }

  async #runExpress(child: number, items: number, input: Payload): Promise<void> {
    if (this.#siblings === undefined) return;
    this.#startedAt.set(child, this.#parts.clock.now());
    let end: ExecutionEnd;
    try {
      end = await this.#parts.children.runExpress(this.#siblings, child, input);
    } catch (error) {
      return this.#cannotRun(child, error);
    }
    const { status, startedAt, stoppedAt, output, error, cause } = end;
    this.#leave(child, { child, status, items, startedAt, stoppedAt, output: output?.text, error, cause });
  }

  /** @param end how an Express child ended */
  #leave(child: number, end: MapRunEnd): void {
    if (this.#leaving.has(child) || !this.#run.running.has(child)) return;
    this.#leaving.add(child);
    const { redriveCount } = this.#run.record;
    this.#writes.keepEnd(redriveCount === 0 ? end : { ...end, redrive: redriveCount });
  }

  /** @param input undefined: it ran before, and is redriven */
  async #startStandard(child: number, items: number, input: Payload | undefined): Promise<void> {
    const { children, clock } = this.#parts;
    const siblings = this.#siblings;
    if (siblings === undefined) return;
    this.#starting.add(child);
    try {
      for (;;) {
        try {
          if (input !== undefined) await children.startStandard(siblings, child, items, input);
          else if (!(await children.redriveStandard(siblings, child))) {
            const { status } = await children.endOf(children.arnOf(siblings, child));
            this.childEnded(child, status);
          }
          break;
        } catch (error) {
          if (error instanceof DuplicateExecution) {
            // An earlier process started it without its number.
            void children.endOf(error.arn).then(({ status }) => this.childEnded(child, status));
            break;
          }
          if (!(error instanceof StoreUnavailable || error instanceof StaleWrite)) throw error;
          if (this.#phase !== 'running' || this.#left) {
            this.#run.running.delete(child);
            break;
          }
          await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
        }
      }
      this.#starting.delete(child);
      if (this.#phase === 'running' || this.#left) return;
      if (this.#run.running.has(child)) await this.#stopStandard(siblings, child);
      else this.#look();
    } catch (error) {
      this.#starting.delete(child);
      this.#cannotRun(child, error);
    }
  }

  #cannotRun(child: number, error: unknown): void {
    const { arn } = this.#run.record;
    this.#parts.log.error({ err: error, mapRun: arn, child }, 'A child of a Map Run could not be run');
    this.#run.running.delete(child);
    this.#startedAt.delete(child);
    void this.#fail('States.Runtime', 'A child execution could not be run.');
    this.#look();
  }

  /** Stops what runs, and waits until it has ended. Express children cannot be stopped: what they do counts no more. */
  async #endChildren(): Promise<void> {
    const { childType } = this.#run.record;
    const siblings = this.#siblings;
    const now = this.#parts.clock.now();
    for (const [child, items] of [...this.#run.running]) {
      if (childType === 'EXPRESS') {
        const none = { output: undefined, error: undefined, cause: undefined };
        const startedAt = this.#startedAt.get(child) ?? now;
        this.#leave(child, { child, status: 'ABORTED', items, startedAt, stoppedAt: now, ...none });
      } else if (siblings !== undefined && !this.#starting.has(child)) {
        void this.#stopStandard(siblings, child);
      } else if (siblings === undefined) {
        void this.#stopOrphan(child);
      }
    }
    while (this.#run.running.size > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
  }

  async #stopStandard(siblings: Siblings, child: number): Promise<void> {
    const { children } = this.#parts;
    await this.#untilStored(() => children.stop(children.arnOf(siblings, child)));
  }

  /** The parent is gone, and with it what its children have in common: the store knows the child. */
  async #stopOrphan(child: number): Promise<void> {
    const { children, store } = this.#parts;
    const { key } = this.#run.record;
    await this.#untilStored(async () => {
      const page = { status: undefined, from: child, limit: 1, reverse: false } as const;
      const [record] = await store.mapRuns.children(key, page);
      if (record?.mapIndex === child) await children.stop(record.arn);
    });
  }

  // --- writes ---

  #kept({ record, ends }: MapRunWrite): void {
    this.#run.record = record;
    for (const { child, status } of ends) {
      this.#leaving.delete(child);
      this.#startedAt.delete(child);
      childEnded(this.#run, child, status);
    }
    this.#parts.onKept(this.#run);
    if (ends.length > 0) this.#look();
  }

  async #untilStored(act: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (this.#left) return;
        const known = error instanceof StoreUnavailable || error instanceof StaleWrite;
        if (!known) {
          const { arn } = this.#run.record;
          this.#parts.log.error(
            { err: error, mapRun: arn },
            'What a Map Run needs cannot be had; it is tried again',
          );
        }
        await new Promise<void>((resolve) => void this.#parts.clock.after(RETRY_MS, resolve));
      }
    }
  }

  // --- the end ---

  async #fail(error: string | undefined, cause: string | undefined): Promise<void> {
    if (this.#phase !== 'running') return;
    this.#phase = 'ending';
    this.#reader.abort();
    this.#onRoom?.();
    const outcome = { status: 'failed', error, cause } as const;
    await this.#writes.keep({ outcome });
    await this.#endChildren();
    if (!this.#isEnding()) return;
    const counts = await this.#countsWithFiles();
    if (this.#isEnding()) await this.#end('FAILED', outcome, counts);
  }

  /** A Map Run that does not succeed leaves files as well; one whose items could not be read has nothing to tell. */
  async #countsWithFiles(): Promise<MapRunCounts> {
    const { record } = this.#run;
    let files: string | undefined;
    if (record.reading.children > 0)
      files = await this.#writeResults().catch((error: unknown) => this.#complainOfResults(error));
    return { ...finalCounts(this.#run), ...(files !== undefined && { written: true }) };
  }

  async #succeed(): Promise<void> {
    this.#phase = 'ending';
    const { store, clock, payloadBytes } = this.#parts;
    const results = this.effect?.results;
    if (results === undefined) return;
    try {
      const output =
        results.destination === undefined
          ? await gatherResults(store, this.#run.record, results.transformation, payloadBytes, clock)
          : await this.#writeResults();
      const counts = finalCounts(this.#run);
      if (this.#isEnding()) await this.#end('SUCCEEDED', { status: 'succeeded', output }, counts);
    } catch (error) {
      if (!this.#isEnding()) return;
      if (results.destination === undefined && !(error instanceof S3Failure)) {
        // The store cannot be read now: nothing is lost, and it is tried again.
        this.#complainOfResults(error);
        this.#parts.clock.after(RETRY_MS, () => void (this.#isEnding() && this.#succeed()));
        return;
      }
      if (!(error instanceof S3Failure)) this.#complainOfResults(error);
      const cause = error instanceof S3Failure ? error.message : 'The results could not be written.';
      const failed = { status: 'failed', error: 'States.ResultWriterFailed', cause } as const;
      await this.#end('FAILED', failed, finalCounts(this.#run));
    }
  }

  #isEnding(): boolean {
    return this.#phase === 'ending' && !this.#left;
  }

  /** @returns JSON text of the state's result; undefined without a destination. */
  async #writeResults(): Promise<string | undefined> {
    if (this.#left) return undefined;
    return writeResultFiles(this.#parts, this.#run.record, this.#writer.signal);
  }

  #complainOfResults(error: unknown): undefined {
    if (this.#left) return;
    const { arn } = this.#run.record;
    this.#parts.log.error({ err: error, mapRun: arn }, 'Results of a Map Run were not written');
  }

  async #end(status: 'SUCCEEDED' | 'FAILED', outcome: MapRunOutcome, counts: MapRunCounts): Promise<void> {
    await this.#writes.keep({ status, stoppedAt: this.#parts.clock.now(), counts, outcome });
    if (this.#phase !== 'ending') return;
    if (this.effect !== undefined) this.#parts.tell(this.#run.record.executionArn, this.effect, outcome);
    this.#close();
  }

  #close(): void {
    this.#phase = 'closed';
    this.#onClosed();
  }
}
