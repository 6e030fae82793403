// The open Map Runs of this process: found or begun when their parents start them, a bounded number of them at once, and told
// of what concerns them.

import type { S3 } from '../../aws/s3-objects.ts';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { StartMapRun } from '../../interpreter/effect.ts';
import type { Bus } from '../../observe/bus.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import type { MapRunOutcome, MapRunSettings } from '../../store/map-runs.ts';
import { type ExecutionRecord, type Store, StoreUnavailable } from '../../store/store.ts';
import type { MapRunProgress, RunningChild } from '../engine.ts';
import type { Inbox } from '../inbox.ts';
import type { Children } from './children.ts';
import { MapRun } from './map-run.ts';
import { endingOf, type MapRunWorkParts } from './map-run-work.ts';
import { RETRY_MS } from './map-run-writes.ts';
import { newMapRun, type Parent } from './new-map-run.ts';
import { redrivenRun } from './redriven-run.ts';
import { logProgress, publishRun } from './report.ts';
import { countsOf, pendingRedrive, type RunState } from './run-state.ts';
import { Slices } from './slices.ts';

/**
 * Map Runs of one level that are open at once; the next waits. Those of children have a bound of their own: a thousand that wait
 * for their children's would otherwise wait for ever. Source: AWS, "Quotas related to Map Runs".
 */
const MOST_OPEN = 1_000;
/** Map Runs read at once. */
const PAGE = 500;

export interface MapRunParts {
  readonly store: Store;
  readonly s3: S3;
  readonly payloadBytes: number;
  readonly children: Children;
  readonly inbox: Inbox;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

interface Entry {
  /** Undefined while its record is read. */
  run: MapRun | undefined;
  stopped: boolean;
  /** 0 when the parent is no child of another Map Run. */
  readonly level: number;
  /** It counts among those that are open at once. */
  begun: boolean;
  /** As its parent has it. */
  readonly redriveCount: number;
  /** Its parent was redriven while it was coming to its end. */
  redrive: (() => void) | undefined;
  ready: Promise<void>;
}

export class MapRuns {
  readonly #parts: MapRunParts;
  readonly #work: MapRunWorkParts;
  readonly #entries = new Map<string, Entry>();
  /** By level. */
  readonly #waiting: Entry[][] = [];
  readonly #open: number[] = [];
  /** While any is open. */
  #endLog: (() => void) | undefined;
  #closed = false;

  constructor(parts: MapRunParts) {
    this.#parts = parts;
    this.#work = {
      ...parts,
      slices: new Slices(parts.clock),
      onKept: (run) => publishRun(parts.bus, run),
      tell: (executionArn, effect, outcome) => this.#tell(executionArn, effect, outcome),
    };
  }

  /** A parent starts or redrives its Map Run, now or before a restart: one that has ended is told again. */
  start(parent: Parent, effect: StartMapRun): void {
    const { mapRunArn, redriveCount } = effect;
    if (this.#closed) return;
    const present = this.#entries.get(mapRunArn);
    if (present !== undefined) {
      // Children are still being stopped, or results written.
      if (redriveCount > present.redriveCount) present.redrive = () => this.start(parent, effect);
      return;
    }
    const above = parent.mapRunArn === undefined ? undefined : this.#entries.get(parent.mapRunArn);
    const entry = this.#add(mapRunArn, above === undefined ? 0 : above.level + 1, redriveCount);
    entry.ready = this.#untilDone(() => this.#begin(entry, parent, effect));
  }

  /** Whether the Map Run goes on in this process. */
  has(mapRunArn: string): boolean {
    return this.#entries.has(mapRunArn);
  }

  /** The parent has left the state. */
  stop(mapRunArn: string): void {
    const entry = this.#entries.get(mapRunArn);
    if (entry === undefined) return this.#abandon(mapRunArn);
    entry.stopped = true;
    entry.redrive = undefined;
    void entry.run?.abort();
  }

  /** Ends the Map Runs of an earlier process that no parent has started again. */
  async abandonOrphans(): Promise<void> {
    let page = await this.#parts.store.mapRuns.open(0, PAGE);
    while (page.length > 0) {
      for (const { arn } of page) if (!this.#entries.has(arn)) this.#abandon(arn);
      page = await this.#parts.store.mapRuns.open(page.at(-1)!.key, PAGE);
    }
  }

  /** A Standard child of a Map Run has ended; that is durable. */
  childEnded({ mapRunArn, mapIndex }: ExecutionRecord, { status }: ExecutionEnd): void {
    if (mapRunArn === undefined || mapIndex === undefined) return;
    this.#entries.get(mapRunArn)?.run?.childEnded(mapIndex, status);
  }

  /** @returns undefined when it is not open in this process. */
  progress(mapRunArn: string): MapRunProgress | undefined {
    const run = this.#entries.get(mapRunArn)?.run;
    if (run === undefined) return undefined;
    const { record, running } = run.state;
    let items = 0;
    for (const each of running.values()) items += each;
    return {
      record,
      ended: countsOf(run.state),
      running: { executions: running.size, items },
      pendingRedrive: pendingRedrive(run.state),
    };
  }

  /** Express children in flight, greatest number first. */
  runningChildren(mapRunArn: string): readonly RunningChild[] {
    return this.#entries.get(mapRunArn)?.run?.runningChildren() ?? [];
  }

  /** Resolves when the settings are durable. @returns false when the Map Run is not open. */
  async update(mapRunArn: string, settings: Partial<MapRunSettings>): Promise<boolean> {
    const entry = this.#entries.get(mapRunArn);
    if (entry === undefined) return false;
    await entry.ready;
    return entry.run === undefined ? false : entry.run.update(settings);
  }

  /** The process ends: what is open is left as it is, for the next process to take up. */
  close(): void {
    this.#closed = true;
    this.#endLog?.();
    for (const { run } of this.#entries.values()) run?.leave();
  }

  #add(mapRunArn: string, level: number, redriveCount: number): Entry {
    const ready = Promise.resolve();
    const entry = {
      run: undefined,
      stopped: false,
      level,
      begun: false,
      redriveCount,
      redrive: undefined,
      ready,
    };
    this.#entries.set(mapRunArn, entry);
    this.#endLog ??= logProgress(() => this.#states(), this.#parts.clock, this.#parts.log);
    return entry;
  }

  #remove(mapRunArn: string): void {
    const entry = this.#entries.get(mapRunArn);
    this.#entries.delete(mapRunArn);
    entry?.redrive?.();
    if (this.#entries.size > 0) return;
    this.#endLog?.();
    this.#endLog = undefined;
  }

  *#states(): Generator<RunState> {
    for (const { run } of this.#entries.values()) if (run !== undefined) yield run.state;
  }

  async #begin(entry: Entry, parent: Parent, effect: StartMapRun): Promise<void> {
    const { store, inbox, clock } = this.#parts;
    const { mapRunArn } = effect;
    let record = await store.mapRuns.get(mapRunArn);
    if (record === undefined) {
      // Started by a version of Treadle that kept no Map Runs.
      const write = newMapRun(store.nextKey(), parent, effect, clock.now());
      await inbox.keepMapRun(write);
      record = write.record;
    }
    if (record.redriveCount < effect.redriveCount && !entry.stopped) {
      const reads = effect.reader !== undefined;
      const write = redrivenRun(record, effect.redriveCount, reads, clock.now());
      await inbox.keepMapRun(write);
      record = write.record;
    }
    if (this.#closed) return;
    if (record.status !== 'RUNNING') {
      this.#remove(mapRunArn);
      if (!entry.stopped) this.#tell(parent.arn, effect, record.outcome ?? { status: 'aborted' });
      return;
    }
    const run = new MapRun(this.#work, record, effect, () => this.#ended(entry, mapRunArn));
    entry.run = run;
    if (entry.stopped) return void run.abort();
    this.#waiting[entry.level] ??= [];
    this.#waiting[entry.level]!.push(entry);
    this.#beginNext(entry.level);
  }

  #beginNext(level: number): void {
    for (;;) {
      const open = this.#open[level] ?? 0;
      const entry = open < MOST_OPEN ? this.#waiting[level]?.shift() : undefined;
      if (entry === undefined) return;
      entry.begun = true;
      this.#open[level] = open + 1;
      entry.run?.begin();
    }
  }

  #ended(entry: Entry, mapRunArn: string): void {
    this.#remove(mapRunArn);
    const waiting = this.#waiting[entry.level];
    const at = waiting?.indexOf(entry) ?? -1;
    if (at >= 0) waiting?.splice(at, 1);
    if (!entry.begun) return;
    this.#open[entry.level]!--;
    this.#beginNext(entry.level);
  }

  #abandon(mapRunArn: string): void {
    if (this.#closed) return;
    const entry = this.#add(mapRunArn, 0, 0);
    entry.stopped = true;
    entry.ready = this.#untilDone(async () => {
      const record = await this.#parts.store.mapRuns.get(mapRunArn);
      if (record?.status !== 'RUNNING') return this.#remove(mapRunArn);
      entry.run = new MapRun(this.#work, record, undefined, () => this.#ended(entry, mapRunArn));
      void entry.run.abort();
    });
  }

  #tell(executionArn: string, { frame, mapRunArn }: StartMapRun, outcome: MapRunOutcome): void {
    const command = { type: 'CompleteMapRun', frame, mapRunArn, outcome: endingOf(outcome) } as const;
    this.#parts.inbox.tell(executionArn, command);
  }

  /** A store that fails for a while is no failure of a Map. */
  async #untilDone(act: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#parts;
    while (!this.#closed) {
      try {
        return await act();
      } catch (error) {
        // A write that the store refused is in the log already.
        if (!(error instanceof StoreUnavailable))
          log.error({ err: error }, 'A Map Run cannot be taken up; it is tried again');
        await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve));
      }
    }
  }
}
