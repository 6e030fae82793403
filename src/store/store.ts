// What Treadle keeps, and what a store promises. sqlite/ implements it; test/store/contract.ts is the proof, which every
// backend runs. Everything here is plain data; SQL lives in the backends, meaning lives in the engine.
//
// Promises:
// - `commit` is atomic and durable when its promise resolves: fsync on SQLite.
// - An item of a commit is "append these events after sequence N and set the record": with another N than the store has
//   (another process wrote) the whole batch is refused with `StaleWrite`, and nothing of it is kept.
// - Reads see every commit that resolved before they were called.
// - A failing disk rejects the promise with the cause; nothing is half-written.

import type { HistoryEvent } from '../history/event.ts';
import type { MapRunChunk, MapRunEnd, MapRunRecord, MapRunWrite } from './map-runs.ts';

export type StateMachineType = 'STANDARD' | 'EXPRESS';
export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** Definition and role at one moment: what executions run. Never changed, only added. */
export interface Revision {
  /** Number given by the store, unique in it. */
  readonly id: number;
  readonly stateMachineArn: string;
  /** AWS's revisionId; undefined for the first ("INITIAL"). */
  readonly revisionId: string | undefined;
  readonly definition: string;
  readonly roleArn: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly type: StateMachineType;
  readonly status: 'ACTIVE' | 'DELETING';
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Current revision, read along. */
  readonly revision: Revision;
  /** As AWS's API shapes them, kept as they were sent. */
  readonly settings: StateMachineSettings;
}

export interface StateMachineSettings {
  readonly loggingConfiguration?: unknown;
  readonly tracingConfiguration?: unknown;
  readonly encryptionConfiguration?: unknown;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  /** What CreateStateMachine was asked to publish: repeating it must ask for the same. */
  readonly publishedAtCreation?: Publication;
}

/** A revision that was published under a number. Never changed, only removed; its number is never given again. */
export interface Version {
  /** `…:stateMachine:<name>:<number>`. */
  readonly arn: string;
  readonly stateMachineArn: string;
  /** From 1. */
  readonly number: number;
  readonly revision: Revision;
  /** As they were when it was published. */
  readonly settings: StateMachineSettings;
  readonly description: string | undefined;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A name for one version, or for two that share the starts. */
export interface Alias {
  /** `…:stateMachine:<name>:<alias>`. */
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly description: string | undefined;
  /** One or two; the weights add up to 100. */
  readonly routing: readonly Route[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Route {
  readonly stateMachineVersionArn: string;
  /** Percent of the starts. */
  readonly weight: number;
}

/** Asks for the current revision to be published. */
export interface Publication {
  readonly description?: string | undefined;
}

export interface Activity {
  readonly arn: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly settings: ActivitySettings;
}

export interface ActivitySettings {
  readonly encryptionConfiguration?: unknown;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

/** The index entry of a Standard execution. Input, output, error and cause are in its journal. */
export interface ExecutionRecord {
  /** From `nextKey()`; rising with start order within a process. */
  readonly key: number;
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly revision: number;
  readonly status: ExecutionStatus;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stoppedAt: number | undefined;
  /** When the engine must look again, epoch milliseconds; undefined: no timer. */
  readonly wakeAt: number | undefined;
  /** True when something was under way that a restarted process must take up at once: task calls, a batch cut short. */
  readonly busy: boolean;
  /** Journal entries written so far (events and notes): the `N` of the next commit. */
  readonly sequence: number;
  readonly redriveCount: number;
  readonly redrivenAt: number | undefined;
  readonly traceHeader: string | undefined;
  readonly stateMachineVersionArn: string | undefined;
  readonly stateMachineAliasArn: string | undefined;
  /** Child of a distributed Map. */
  readonly mapRunArn: string | undefined;
  /** Its Map state in the parent's definition (`revision`), whose item processor it runs. */
  readonly mapState?: string | undefined;
  /** Of a child: key of the Map Run, number among its children, and items in its input (1 when absent). */
  readonly mapRunKey?: number | undefined;
  readonly mapIndex?: number | undefined;
  readonly mapItems?: number | undefined;
  /** Of a child: redrives of its Map Run before it ran last (0 when absent). */
  readonly mapRunRedrive?: number | undefined;
  /** Test case of the mock file that answers for its tasks. */
  readonly mockCase?: string | undefined;
}

/** One execution's part of a commit. */
export interface ExecutionWrite {
  /**
   * The record as it is after this commit; `sequence` counts `events` in. After creation these may change: status, stoppedAt,
   * wakeAt, busy, sequence, revision, redriveCount, redrivenAt; mapRunRedrive with the status. The others stay as they were
   * created.
   */
  readonly record: ExecutionRecord;
  /** True: the execution starts with this commit (its ARN and key must be new). */
  readonly created: boolean;
  /** Appended in order; may be empty. */
  readonly events: readonly HistoryEvent[];
}

/** An asynchronous Express execution that was acknowledged and has not ended: it runs again after a crash. */
export interface ExpressStart {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly revision: number;
  readonly input: string;
  readonly startedAt: number;
  readonly mockCase?: string | undefined;
}

export interface Batch {
  readonly executions: readonly ExecutionWrite[];
  readonly expressStarted: readonly ExpressStart[];
  /** ARNs. */
  readonly expressEnded: readonly string[];
  readonly mapRuns?: readonly MapRunWrite[];
}

/** The store holds something else than this process believed: another process or a bug wrote. Nothing was kept. */
export class StaleWrite extends Error {
  override readonly name = 'StaleWrite';
}

/** An execution with that ARN exists already. Nothing of the batch was kept. */
export class DuplicateExecution extends Error {
  override readonly name = 'DuplicateExecution';
  readonly arn: string;
  constructor(arn: string) {
    super(`Expected a new execution, but ${arn} exists`);
    this.arn = arn;
  }
}

/** The place where things are kept cannot be used: in use, not writable, full, damaged, not ours. The message says what to do. */
export class StoreUnavailable extends Error {
  override readonly name: string = 'StoreUnavailable';
}

/** What is kept is not what was written. It does not pass by itself: the message names the place and the remedy. */
export class StoreDamaged extends StoreUnavailable {
  override readonly name: string = 'StoreDamaged';
}

/** Something that keeps the store from being relied on. */
export interface StoreFault {
  /**
   * `files`: they are not where they were opened. `lock`: another process works on them. `damage`: something read was not what
   * was written. `space`: the disk is nearly full. `commit`: the last write was refused.
   */
  readonly check: 'files' | 'lock' | 'damage' | 'space' | 'commit';
  /** What was expected, what is, and what to do. */
  readonly message: string;
}

export interface NewRevision {
  readonly revisionId: string | undefined;
  readonly definition: string;
  readonly roleArn: string;
}

export interface Store {
  readonly catalog: Catalog;
  readonly executions: Executions;
  readonly journal: Journal;
  readonly work: Work;
  readonly mapRuns: MapRuns;
  /** One durable transaction. @throws StaleWrite, DuplicateExecution, or StoreUnavailable with the disk's error as cause. */
  commit(batch: Batch): Promise<void>;
  /** A fresh execution key; never given twice, also not after a restart. */
  nextKey(): number;
  /** What keeps the store from taking durable work now; writes a little itself when nothing was written for a while. */
  check(): Promise<readonly StoreFault[]>;
  close(): Promise<void>;
}

export interface Catalog {
  readonly activities: ActivityCatalog;
  readonly versions: VersionCatalog;
  readonly aliases: AliasCatalog;
  /** @returns the machine that has the name, made now or before, and the version that was published with it. */
  create(machine: {
    readonly arn: string;
    readonly name: string;
    readonly type: StateMachineType;
    readonly createdAt: number;
    readonly settings: StateMachineSettings;
    readonly revision: NewRevision;
    readonly publish?: Publication | undefined;
  }): Promise<{
    readonly created: boolean;
    readonly machine: StateMachine;
    readonly version: Version | undefined;
  }>;
  get(arn: string): Promise<StateMachine | undefined>;
  /**
   * Adds a revision (when given), sets settings and updatedAt, and publishes the revision that is current then (when asked).
   * @returns the machine after it; undefined: unknown ARN.
   */
  update(
    arn: string,
    change: {
      readonly updatedAt: number;
      readonly revision: NewRevision | undefined;
      readonly settings: StateMachineSettings;
      readonly publish?: Publication | undefined;
    },
  ): Promise<{ readonly machine: StateMachine; readonly version: Version | undefined } | undefined>;
  setDeleting(arn: string): Promise<void>;
  /** Removes the machine, its revisions, versions, aliases, executions and journals. */
  remove(arn: string): Promise<void>;
  /** By name ascending, names greater than `after`; at most `limit`. */
  list(page: { readonly after: string | undefined; readonly limit: number }): Promise<StateMachine[]>;
  revision(id: number): Promise<Revision | undefined>;
  /** Machines in status DELETING (to be finished after a restart). */
  deleting(): Promise<StateMachine[]>;
}

export interface VersionCatalog {
  /**
   * Publishes the machine's current revision. A revision that has a version keeps it, also when the descriptions differ.
   * @returns undefined: unknown machine.
   */
  publish(stateMachineArn: string, publication: Publication, now: number): Promise<Version | undefined>;
  get(arn: string): Promise<Version | undefined>;
  /** @param revision its number */
  ofRevision(revision: number): Promise<Version | undefined>;
  count(stateMachineArn: string): Promise<number>;
  /** By number descending, numbers smaller than `before`; at most `limit`. */
  list(page: {
    readonly stateMachineArn: string;
    readonly before: number | undefined;
    readonly limit: number;
  }): Promise<Pick<Version, 'arn' | 'number' | 'createdAt'>[]>;
  /** Removing what is not there changes nothing. Executions that run the revision go on. */
  remove(arn: string): Promise<void>;
}

export interface AliasCatalog {
  /** @returns the alias that has the ARN, made now or before. */
  create(alias: Alias): Promise<{ readonly created: boolean; readonly alias: Alias }>;
  get(arn: string): Promise<Alias | undefined>;
  /** @returns the alias after it; undefined: unknown ARN. */
  update(
    arn: string,
    change: Pick<Alias, 'description' | 'routing' | 'updatedAt'>,
  ): Promise<Alias | undefined>;
  /** All of a machine, oldest first. */
  list(stateMachineArn: string): Promise<Alias[]>;
  /** Removing what is not there changes nothing. */
  remove(arn: string): Promise<void>;
}

export interface ActivityCatalog {
  /** @returns the activity that has the name, made now or before. */
  create(activity: Activity): Promise<{ readonly created: boolean; readonly activity: Activity }>;
  get(arn: string): Promise<Activity | undefined>;
  /** @returns the activity after it; undefined: unknown ARN. */
  update(arn: string, settings: ActivitySettings): Promise<Activity | undefined>;
  /** Removing what is not there changes nothing. */
  remove(arn: string): Promise<void>;
  /** By name ascending, names greater than `after`; at most `limit`. */
  list(page: { readonly after: string | undefined; readonly limit: number }): Promise<Activity[]>;
}

export interface Executions {
  get(arn: string): Promise<ExecutionRecord | undefined>;
  getByKey(key: number): Promise<ExecutionRecord | undefined>;
  /** Most recent start first (startedAt, then key, both descending), strictly after the position `after`. */
  list(page: {
    readonly stateMachineArn: string;
    /** Of a version or alias of it: only executions that were started through that. */
    readonly qualifiedArn?: string | undefined;
    readonly status: ExecutionStatus | undefined;
    readonly after: { readonly startedAt: number; readonly key: number } | undefined;
    readonly limit: number;
  }): Promise<ExecutionRecord[]>;
  /** Executions of the machine that are RUNNING, and children of its Map Runs. */
  countRunning(stateMachineArn: string): Promise<number>;
  /** Removes an execution with its journal, closed or not. */
  remove(key: number): Promise<void>;
  /** Removes at most `limit` executions closed before `closedBefore` (epoch ms), with their journals. @returns how many. */
  removeClosed(page: { readonly closedBefore: number; readonly limit: number }): Promise<number>;
}

export interface Journal {
  /** All entries in order, notes included: what an execution is folded from. */
  read(key: number): Promise<HistoryEvent[]>;
  /**
   * Public events only (id > 0), at most `limit`: ids from `from` upwards, or with `reverse` from `from` downwards
   * (`Number.MAX_SAFE_INTEGER` begins with the last event).
   */
  page(
    key: number,
    page: { readonly from: number; readonly limit: number; readonly reverse: boolean },
  ): Promise<HistoryEvent[]>;
  /** First event (ExecutionStarted) and last public event: what DescribeExecution reads. */
  ends(key: number): Promise<{ readonly first: HistoryEvent; readonly last: HistoryEvent } | undefined>;
}

export interface Work {
  /** Records with `wakeAt <= now`, earliest first. */
  due(now: number, limit: number): Promise<ExecutionRecord[]>;
  /** Earliest wakeAt of all. */
  nextWake(): Promise<number | undefined>;
  /** Records that were busy, key greater than `after`, ascending: what a restarted process takes up. */
  busy(after: number, limit: number): Promise<ExecutionRecord[]>;
  /** RUNNING children of Map Runs, key greater than `after`, ascending. */
  children(after: number, limit: number): Promise<ExecutionRecord[]>;
  /** Express executions acknowledged and not ended. */
  expressStarts(): Promise<ExpressStart[]>;
  /** Gives back a little of the space that removed things have left. @returns whether there is more to give back */
  compact(): Promise<boolean>;
  /** A value kept for the installation (such as the key of task tokens); `make` is called once ever. */
  secret(name: string, make: () => string): Promise<string>;
  /** What a process notes for the next one, by a name. */
  note(name: string): Promise<string | undefined>;
  setNote(name: string, text: string): Promise<void>;
}

export interface ChildPage {
  /** Undefined: all. */
  readonly status: ExecutionStatus | undefined;
  /** Number of the first child that may be given; with `reverse` the greatest. */
  readonly from: number;
  readonly limit: number;
  readonly reverse: boolean;
}

export interface MapRuns {
  get(arn: string): Promise<MapRunRecord | undefined>;
  /** Of one execution, most recent start first (startedAt, then key, both descending), strictly after `after`. */
  list(page: {
    readonly executionKey: number;
    readonly after: { readonly startedAt: number; readonly key: number } | undefined;
    readonly limit: number;
  }): Promise<MapRunRecord[]>;
  /** RUNNING ones, key greater than `after`, ascending. */
  open(after: number, limit: number): Promise<MapRunRecord[]>;
  /** The chunk that has the child; undefined: its input has not been read. */
  chunk(key: number, child: number): Promise<MapRunChunk | undefined>;
  /** Standard children by number. */
  children(key: number, page: ChildPage): Promise<ExecutionRecord[]>;
  /** Standard children by number, numbers from `from` to below `to`, each with the last event of its history. */
  childrenWithLastEvents(
    key: number,
    numbers: { readonly from: number; readonly to: number },
  ): Promise<{ readonly record: ExecutionRecord; readonly last: HistoryEvent }[]>;
  /** Ends of Express children by number. */
  ends(key: number, page: ChildPage): Promise<MapRunEnd[]>;
  /** Standard children and their items, by status. */
  countChildren(key: number): Promise<ReadonlyMap<ExecutionStatus, { executions: number; items: number }>>;
  /** Removes a part of what runs of removed executions have left. @returns whether there is more. */
  removeSome(limit: number): Promise<boolean>;
}
