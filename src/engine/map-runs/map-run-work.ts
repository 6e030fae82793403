// The long work of a Map Run, in parts that others can come between: items become chunks of inputs, and what the children
// came to becomes the result of the state or files in S3.

import type { S3 } from '../../aws/s3-objects.ts';
import type { Clock } from '../../base/clock.ts';
import { type Json, parseJson, stringifyJson } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { Payload, utf8Length } from '../../base/payload.ts';
import type { MapResults, StartMapRun } from '../../interpreter/effect.ts';
import type { Making } from '../../interpreter/map-inputs.ts';
import type { MapRunChunk, MapRunOutcome, MapRunReading, MapRunRecord } from '../../store/map-runs.ts';
import type { Store } from '../../store/store.ts';
import type { Inbox } from '../inbox.ts';
import type { Children, FailedInputs } from './children.ts';
import { ItemReaderFailed } from './item-reader/failure.ts';
import type { ReadPosition } from './item-reader/position.ts';
import { readItems } from './item-reader/read-items.ts';
import { itemsIn, nextChunk } from './new-map-run.ts';
import { recordsOfRun } from './records-of-run.ts';
import type { ResultRecord, Transformation } from './result-records.ts';
import { stateResult, writeResults } from './results.ts';
import type { RunState } from './run-state.ts';
import type { Slices } from './slices.ts';

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
  if (effect.reader === undefined) return yield* chunksOfState(effect, reading);
  let now = reading;
  const make = async (
    items: Parameters<Children['makeInputs']>[3],
    position: unknown,
    last: boolean,
  ): Promise<ReadChildren | undefined> => {
    const made = await parts.children.makeInputs(executionArn, effect, makingOf(now), items, last);
    if (made === undefined) return undefined;
    if ('status' in made) return { chunks: [], reading: now, failed: made };
    const chunks: MapRunChunk[] = [];
    for (let from = 0; ; ) {
      const chunk = nextChunk(made, from, now.children + from);
      if (chunk === undefined) break;
      chunks.push(chunk);
      from += chunk.inputs.length;
    }
    const children = now.children + made.inputs.length;
    const rest = made.rest.length === 0 ? undefined : `[${made.rest.map(({ text }) => text).join()}]`;
    now = { complete: last, children, items: made.items, position, rest };
    return { chunks, reading: now, failed: undefined };
  };
  try {
    const from = now.position as ReadPosition | undefined;
    for await (const { items, position } of readItems(parts.s3, effect.reader, from, signal)) {
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

/** Items of the state itself: the inputs have been made, and the record has some of them. */
function* chunksOfState(effect: StartMapRun, reading: MapRunReading): Generator<ReadChildren> {
  let { children, items } = reading;
  for (;;) {
    const chunk = nextChunk(effect, children);
    if (chunk === undefined) return;
    children += chunk.inputs.length;
    items += itemsIn(chunk);
    const complete = children === effect.inputs.length;
    yield { chunks: [chunk], reading: { ...reading, complete, children, items }, failed: undefined };
  }
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
  { destination, transformation }: MapResults,
  run: MapRunRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (destination === undefined) return undefined;
  const records = recordsOfRun(store, run, transformation, clock);
  return stringifyJson(await writeResults(s3, { destination, transformation }, run.arn, records, signal));
}
