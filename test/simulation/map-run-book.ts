// What was kept of Map Runs, and what must not happen then: a child called whose input is not durable, one called again that has
// ended, more at once than allowed, an S3 that is read for an execution that is over. At the end: every item is there once.

import { splitLast } from '../../src/base/arn.ts';
import { parseExpressChild } from '../../src/engine/map-runs/child-names.ts';
import type { TaskOutcome, TaskRequest } from '../../src/integrations/integration.ts';
import type { MapRunEnd, MapRunRecord, MapRunWrite } from '../../src/store/map-runs.ts';
import type { Batch, ExecutionRecord, Store } from '../../src/store/store.ts';
import type { Bucket } from './bucket.ts';
import { type Item, isBad, type MapRunPlan } from './map-run-workflows.ts';

/** After the end of an execution its Map Run may ask S3 so long: for calls on their way, stalls and slow writes. */
const READS_MS = 70_000;

interface Kept {
  readonly record: MapRunRecord;
  readonly ended: Map<number, MapRunEnd['status']>;
}

export interface BookHost {
  elapsed(): number;
  complain(complaint: string): void;
}

export class MapRunBook {
  readonly #host: BookHost;
  readonly #byArn = new Map<string, Kept>();
  /** By name of the execution. */
  readonly #closedAt = new Map<string, number>();
  /** Calls of children that are under way, by process and Map Run. */
  readonly #calls = new WeakMap<object, Map<string, number>>();

  constructor(host: BookHost) {
    this.#host = host;
  }

  /** Takes in a batch that the store has kept. */
  kept(batch: Batch): void {
    for (const { record } of batch.executions) {
      if (record.status === 'RUNNING') this.#closedAt.delete(record.name);
      else if (!this.#closedAt.has(record.name)) this.#closedAt.set(record.name, this.#host.elapsed());
    }
    for (const write of batch.mapRuns ?? []) this.#keptRun(write);
  }

  #keptRun({ record, created, chunks, ends }: MapRunWrite): void {
    const say = (complaint: string): void => this.#host.complain(`${record.arn}: ${complaint}`);
    const before = this.#byArn.get(record.arn);
    if (created !== (before === undefined)) return say('it was made twice, or never');
    const ended = before?.ended ?? new Map<number, MapRunEnd['status']>();
    this.#byArn.set(record.arn, { record, ended });
    const { reading } = record;
    const from = before?.record.reading ?? { children: 0, items: 0, complete: false };
    const kept = chunks.reduce((sum, { inputs }) => sum + inputs.length, 0);
    if (reading.children !== from.children + kept)
      say(`${kept} children were kept, but ${reading.children} are counted`);
    if (reading.items < from.items || (from.complete && reading.items !== from.items))
      say('items were counted back');
    const redriven = before !== undefined && before.record.redriveCount < record.redriveCount;
    if (redriven) ended.clear();
    if (
      before !== undefined &&
      before.record.status !== 'RUNNING' &&
      !redriven &&
      record.status !== before.record.status
    )
      say(`it was ${before.record.status}, and is ${record.status}`);
    for (const { child, status } of ends) {
      if (child >= reading.children) say(`child ${child} has ended, and has no input`);
      if (ended.has(child)) say(`child ${child} has ended twice`);
      ended.set(child, status);
    }
  }

  /** A child calls. @param most calls at once; 0: any number @returns the function that ends the call */
  called({ executionArn }: TaskRequest, owner: object, most: number): () => void {
    const express = parseExpressChild(executionArn);
    if (express === undefined) return () => {};
    const run = this.#byArn.get(express.mapRunArn);
    const say = (complaint: string): void => this.#host.complain(`${executionArn}: ${complaint}`);
    if (run === undefined || express.child >= run.record.reading.children)
      say('it runs before its input is durable');
    // One whose Map Run was stopped counts as aborted, and may go on for a while.
    if ((run?.ended.get(express.child) ?? 'ABORTED') !== 'ABORTED')
      say('it is called again, though it has ended');
    const calls = this.#calls.get(owner) ?? new Map<string, number>();
    this.#calls.set(owner, calls);
    const now = (calls.get(express.mapRunArn) ?? 0) + 1;
    calls.set(express.mapRunArn, now);
    // Express children of an attempt that was stopped go on beside those of the redriven one.
    const bound = most * (1 + (run?.record.redriveCount ?? 0));
    if (most > 0 && now > bound) say(`${now} children run at once, of ${bound}`);
    let open = true;
    return () => {
      if (open) calls.set(express.mapRunArn, calls.get(express.mapRunArn)! - 1);
      open = false;
    };
  }

  /** A process asks S3 for something of an execution, which its name begins with. */
  asked(name: string): void {
    const [execution = ''] = name.split('/');
    const closedAt = this.#closedAt.get(execution);
    const late = closedAt === undefined ? 0 : this.#host.elapsed() - closedAt;
    if (late > READS_MS) this.#host.complain(`${name} is read ${late} ms after its execution has ended`);
  }
}

/** What a child does with its items. */
export function outcomeOf(items: readonly Item[]): TaskOutcome {
  if (items.some(isBad)) return { status: 'failed', error: 'Simulated.Error', cause: 'a bad item' };
  return { status: 'completed', outputText: JSON.stringify(items) };
}

/** After everything: how the Map Run of the execution ended, and what became of each item. */
export async function checkMapRun(
  store: Store,
  bucket: Bucket,
  plan: MapRunPlan,
  execution: ExecutionRecord,
  stopped: boolean,
  say: (complaint: string) => void,
): Promise<void> {
  const [record, ...others] = await store.mapRuns.list({
    executionKey: execution.key,
    after: undefined,
    limit: 9,
  });
  if (others.length > 0) say('it has several Map Runs, but no Retry');
  if (record === undefined) return stopped ? undefined : say('it has no Map Run');
  if (record.status === 'RUNNING') return say('its Map Run still runs');
  const children = await childrenOf(store, record);
  const items = children.flatMap(({ items }) => items);
  items.forEach((item, i) => {
    if (item.i !== i) say(`item ${i} has the index ${item.i}`);
  });
  checkItems(plan, items, record, say);
  const failed = children.filter(({ status }) => status !== undefined && status !== 'SUCCEEDED');
  const failedItems = failed.reduce((sum, { items }) => sum + items.length, 0);
  const { counts, reading } = record;
  const over = counts && Object.values(counts.executions).reduce((sum, each) => sum + each, 0);
  if (over !== children.filter(({ status }) => status !== undefined).length)
    say(`${over} children are counted as ended: ${JSON.stringify(counts)}`);
  if (record.status === 'SUCCEEDED' && children.some(({ status }) => status === undefined))
    say('its Map Run succeeded, and some children were never started');
  if (record.status === 'SUCCEEDED' && !reading.complete)
    say('its Map Run succeeded before all items were read');
  checkStatus(plan, record, failedItems, stopped, say);
  if (plan.source === 'list' && plan.empties)
    for (const { status, items } of children)
      for (const { n } of status === 'SUCCEEDED' ? items : [])
        if (bucket.text(n) !== undefined) say(`${n} was processed, and is still there`);
  if (plan.writer === 'open' && children.length > 0) checkFiles(bucket, execution, record, children, say);
}

interface Child {
  readonly items: readonly Item[];
  /** Undefined: it was never started. */
  readonly status: MapRunEnd['status'] | undefined;
}

async function childrenOf(store: Store, { key, childType, reading }: MapRunRecord): Promise<Child[]> {
  const status = new Map<number, MapRunEnd['status']>();
  const page = { status: undefined, from: 0, limit: 100_000, reverse: false } as const;
  if (childType === 'EXPRESS')
    for (const end of await store.mapRuns.ends(key, page)) status.set(end.child, end.status);
  else
    for (const child of await store.mapRuns.children(key, page))
      status.set(child.mapIndex!, child.status as MapRunEnd['status']);
  const children: Child[] = [];
  while (children.length < reading.children) {
    const chunk = (await store.mapRuns.chunk(key, children.length))!;
    for (const input of chunk.inputs)
      children.push({ items: itemsIn(JSON.parse(input)), status: status.get(children.length) });
  }
  return children;
}

export function itemsIn(input: unknown): readonly Item[] {
  const { Items } = input as { Items?: readonly Item[] };
  return Items ?? [input as Item];
}

/** The items are those of one listing or of one version of a file, each once, in their order. */
function checkItems(
  plan: MapRunPlan,
  items: readonly Item[],
  { reading }: MapRunRecord,
  say: (complaint: string) => void,
): void {
  const names = items.map(({ n }) => n);
  if (plan.source === 'list') {
    for (let i = 1; i < names.length; i++) if (names[i]! <= names[i - 1]!) say(`${names[i]} is there twice`);
    // One that is added while the listing is read may be in it.
    const first = names.filter((name) => Number(/(\d+)-/.exec(name)?.[1]) < plan.items).length;
    if (reading.complete && first !== plan.items) say(`${first} of ${plan.items} objects are items`);
    return;
  }
  names.forEach((name, i) => {
    if (name !== String(i)) say(`item ${i} is row ${name}`);
  });
  if (new Set(items.map(({ v }) => v)).size > 1) say('its items are of several versions of a file');
  if (reading.complete && items.length !== plan.items) say(`${items.length} of ${plan.items} rows are items`);
}

function checkStatus(
  plan: MapRunPlan,
  { status, outcome, reading }: MapRunRecord,
  failed: number,
  stopped: boolean,
  say: (complaint: string) => void,
): void {
  if (status === 'ABORTED')
    return stopped ? undefined : say('its Map Run was aborted, but nobody stopped it');
  const error = outcome?.status === 'failed' ? outcome.error : undefined;
  const { toleratedCount: most, toleratedPercentage: percentage } = plan;
  const exceeds =
    most === undefined && percentage === undefined
      ? failed > 0
      : failed > (most ?? Infinity) || (failed * 100) / reading.items > (percentage ?? Infinity);
  switch (error) {
    case undefined:
      if (exceeds) say(`${failed} of ${reading.items} items failed, and its Map Run succeeded`);
      if (plan.writer === 'denied') say('its results could be written where nobody may');
      return;
    case 'States.ExceedToleratedFailureThreshold':
      if (!exceeds) say(`it failed for ${failed} of ${reading.items} failed items`);
      return;
    case 'States.ItemReaderFailed':
      if (plan.changesAt.length === 0) say(`its items could not be read: ${JSON.stringify(outcome)}`);
      return;
    case 'States.ResultWriterFailed':
      if (plan.writer !== 'denied') say(`its results could not be written: ${JSON.stringify(outcome)}`);
      return;
    default:
      say(`its Map Run ended unexpectedly: ${JSON.stringify(outcome)}`);
  }
}

interface Manifest {
  readonly ResultFiles: Readonly<
    Record<'FAILED' | 'PENDING' | 'SUCCEEDED', readonly { readonly Key: string }[]>
  >;
}

/** In the files every item is once, with those of its kind, in their order. */
function checkFiles(
  bucket: Bucket,
  { name }: ExecutionRecord,
  { arn }: MapRunRecord,
  children: readonly Child[],
  say: (complaint: string) => void,
): void {
  const [, id] = splitLast(arn);
  const manifest = bucket.text(`${name}/out/${id}/manifest.json`);
  if (manifest === undefined) return say('its Map Run left no manifest');
  const { ResultFiles } = JSON.parse(manifest) as Manifest;
  for (const kind of ['SUCCEEDED', 'FAILED', 'PENDING'] as const) {
    const written = ResultFiles[kind]
      .flatMap(({ Key }) => valuesIn(bucket.text(Key) ?? '', Key))
      .flatMap(itemsOf);
    const expected = children.filter(({ status }) => kindOf(status) === kind).flatMap(({ items }) => items);
    if (JSON.stringify(written) !== JSON.stringify(expected))
      say(`${kind} has ${written.length} items, and ${expected.length} are of that kind`);
  }
}

function kindOf(status: Child['status']): string {
  return status === undefined ? 'PENDING' : status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED';
}

function valuesIn(text: string, key: string): unknown[] {
  if (!key.endsWith('.jsonl')) return JSON.parse(text) as unknown[];
  return text.split('\n').map((line) => JSON.parse(line) as unknown);
}

/** Of an output, or of the record of a child. */
function itemsOf(value: unknown): readonly Item[] {
  if (Array.isArray(value)) return value as Item[];
  return itemsIn(JSON.parse((value as { Input: string }).Input));
}
