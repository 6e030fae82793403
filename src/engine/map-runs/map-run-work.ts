// The long work of a Map Run, in parts that others can come between: items become chunks of inputs, and what the children
// came to becomes the result of the state or files in S3.

import type { S3 } from '../../aws/s3-objects.ts';
import type { Clock } from '../../base/clock.ts';
import { type Json, parseJson, stringifyJson } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { Payload, utf8Length } from '../../base/payload.ts';
import type { MapRunEnding } from '../../interpreter/command.ts';
import type { Making, MapResults, StartMapRun } from '../../interpreter/effect.ts';
import type { MapItem } from '../../interpreter/map-inputs.ts';
import type { MapRunChunk, MapRunOutcome, MapRunReading, MapRunRecord } from '../../store/map-runs.ts';
import type { Store } from '../../store/store.ts';
import type { Inbox } from '../inbox.ts';
import type { Children, FailedInputs } from './children.ts';
import { ItemReaderFailed } from './item-reader/failure.ts';
import type { ReadPosition } from './item-reader/position.ts';
import { readItems } from './item-reader/read-items.ts';
import { chunksOf, restOf } from './new-map-run.ts';
import { recordsOfRun } from './records-of-run.ts';
import type { ResultRecord, Transformation } from './result-records.ts';
import { stateResult, writeResults } from './results.ts';
import type { RunState } from './run-state.ts';
import type { Slices } from './slices.ts';

/** Items of a state that are made into inputs before they are kept. */
const SLICE_ITEMS = 1_000;

export interface MapRunWorkParts {
  readonly store: Store;
  readonly s3: S3;
  /** Bytes that the input of a child may have, and the result of a state. */
  readonly payloadBytes: number;
  readonly children: Children;
  readonly slices: Slices;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly log: Log;
  /** What the run has written is durable. */
  readonly onKept: (run: RunState) => void;
  /** Tells the parent how its Map Run ended. */
  readonly tell: (executionArn: string, effect: StartMapRun, outcome: MapRunOutcome) => void;
}

/** Children to be kept, and how far the items have been read then. */
export interface ReadChildren {
  readonly chunks: readonly MapRunChunk[];
  readonly reading: MapRunReading;
  /** The items cannot be read, or no inputs made of them. */
  readonly failed: FailedInputs | undefined;
}

/** Goes on where the record says that an earlier process was. The last one says that all items have been read. */
export async function* readChildren(
  parts: MapRunWorkParts,
  effect: StartMapRun,
  { reading, executionArn }: MapRunRecord,
  signal: AbortSignal,
): AsyncGenerator<ReadChildren> {
  let now = reading;
  const make = async (
    items: Parameters<Children['makeInputs']>[3],
    position: unknown,
    last: boolean,
  ): Promise<ReadChildren | undefined> => {
    const made = await parts.children.makeInputs(executionArn, effect, makingOf(now), items, last);
    if (made === undefined) return undefined;
    if ('status' in made) return { chunks: [], reading: now, failed: made };
    const chunks = chunksOf(made, now.children);
    const children = now.children + made.inputs.length;
    now = { complete: last, children, items: made.items, position, rest: restOf(made) };
    return { chunks, reading: now, failed: undefined };
  };
  try {
    const from = now.position as ReadPosition | undefined;
    const source =
      effect.reader === undefined
        ? itemsOfState(parts, effect, executionArn, reading.items)
        : readItems(parts.s3, effect.reader, from, signal);
    for await (const { items, position } of source) {
      const read = await make(items, position, false);
      if (read === undefined) return;
      yield read;
      if (read.failed !== undefined) return;
    }
    const read = await make([], now.position, true);
    if (read !== undefined) yield read;
  } catch (error) {
    if (!(error instanceof ItemReaderFailed)) throw error;
    const failed = { status: 'failed', error: 'States.ItemReaderFailed', cause: error.message } as const;
    yield { chunks: [], reading: now, failed };
  }
}

/** The items of the state itself whose inputs its decision had no time to make, so many at a time. @param from their number */
async function* itemsOfState(
  { children }: MapRunWorkParts,
  effect: StartMapRun,
  executionArn: string,
  from: number,
): AsyncGenerator<{ readonly items: readonly MapItem[]; readonly position: undefined }> {
  const items = await children.itemsInState(executionArn, effect);
  for (let at = from; at < items.length; at += SLICE_ITEMS)
    yield { items: items.slice(at, at + SLICE_ITEMS), position: undefined };
}

function makingOf({ items, rest }: MapRunReading): Making {
  const values = rest === undefined ? [] : (parseJson(rest) as Json[]);
  return { items, rest: values.map(Payload.ofValue) };
}

/** @returns JSON text of the state's result; undefined when it is over the payload quota. */
export async function gatherResults(
  store: Store,
  run: MapRunRecord,
  transformation: Transformation,
  payloadBytes: number,
  clock: Clock,
): Promise<string | undefined> {
  const records: ResultRecord[] = [];
  // The brackets; each value and its comma.
  let bytes = 1;
  for await (const record of recordsOfRun(store, run, transformation, clock)) {
    for (const value of stateResult([record], transformation)) bytes += utf8Length(stringifyJson(value)) + 1;
    if (bytes > payloadBytes) return undefined;
    records.push(record);
  }
  return stringifyJson(stateResult(records, transformation));
}

/** @returns JSON text of the state's result; undefined without a destination. @throws S3Failure */
export async function writeResultFiles(
  { store, s3, clock }: MapRunWorkParts,
  run: MapRunRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  const results = resultsOf(run);
  if (results?.destination === undefined) return undefined;
  const { destination, transformation } = results;
  const records = recordsOfRun(store, run, transformation, clock);
  return stringifyJson(await writeResults(s3, { destination, transformation }, run.arn, records, signal));
}

/** @returns undefined for a run of a version of Treadle that did not keep them. */
export function resultsOf({ results }: MapRunRecord): MapResults | undefined {
  return results === undefined ? undefined : (parseJson(results) as unknown as MapResults);
}

const ABORTED = { status: 'failed', error: 'States.Runtime', cause: 'The Map Run was aborted.' } as const;

/** As the parent is told it. */
export function endingOf(outcome: MapRunOutcome): MapRunEnding {
  if (outcome.status === 'failed') return outcome;
  if (outcome.status === 'aborted') return ABORTED;
  const { output } = outcome;
  return output === undefined
    ? { status: 'too-large' }
    : { status: 'succeeded', output: Payload.ofText(output) };
}
