// The first write of a Map Run. It goes with the events that started it, so whoever sees MapRunStarted finds the run.

import { mapRunLabel, withoutLabel } from '../../base/arn.ts';
import { type Json, stringifyJson } from '../../base/json.ts';
import type { ChildInputs, Making, StartMapRun } from '../../interpreter/effect.ts';
import type { MapRunChunk, MapRunWrite } from '../../store/map-runs.ts';
import type { ExecutionRecord } from '../../store/store.ts';

/** Bounds of a chunk: what a commit writes, and what is read again to start one child. */
const CHUNK_CHILDREN = 5_000;
const CHUNK_CHARACTERS = 262_144;

/** What a Map Run knows of its parent. */
export type Parent = Pick<ExecutionRecord, 'key' | 'arn' | 'stateMachineArn' | 'mapRunArn'>;

/** @param key a new one. @param at epoch milliseconds */
export function newMapRun(key: number, parent: Parent, effect: StartMapRun, at: number): MapRunWrite {
  const { mapRunArn: arn, stateName, executionType: childType } = effect;
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = effect;
  const chunks = chunksOf(effect, 0);
  return {
    record: {
      key,
      arn,
      executionKey: parent.key,
      executionArn: parent.arn,
      stateName,
      // One label, however deep the Map is: labels are unique in a machine, and ARNs of executions have at most 256 characters.
      stateMachineArn: `${withoutLabel(parent.stateMachineArn)}/${mapRunLabel(arn)}`,
      childType,
      startedAt: at,
      stoppedAt: undefined,
      status: 'RUNNING',
      settings: { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage },
      redriveCount: 0,
      redrivenAt: undefined,
      reading: {
        complete: effect.complete,
        children: effect.inputs.length,
        items: effect.items,
        position: undefined,
        rest: restOf(effect),
      },
      counts: undefined,
      results: stringifyJson(effect.results as unknown as Json),
      outcome: undefined,
      sequence: 1,
    },
    created: true,
    endsOnly: false,
    chunks,
    ends: [],
  };
}

/** @param first number of the first child */
export function chunksOf(made: ChildInputs, first: number): MapRunChunk[] {
  const chunks: MapRunChunk[] = [];
  for (let from = 0; from < made.inputs.length; ) {
    const chunk = chunkFrom(made, from, first + from);
    chunks.push(chunk);
    from += chunk.inputs.length;
  }
  return chunks;
}

function chunkFrom({ inputs, itemCounts }: ChildInputs, from: number, first: number): MapRunChunk {
  let end = from;
  for (let characters = 0; end < inputs.length && end - from < CHUNK_CHILDREN; end++) {
    characters += inputs[end]!.text.length;
    if (end > from && characters > CHUNK_CHARACTERS) break;
  }
  const counts = itemCounts.slice(from, end);
  return {
    first,
    inputs: inputs.slice(from, end).map(({ text }) => text),
    itemCounts: counts.every((count) => count === 1) ? undefined : counts,
  };
}

/** JSON text of the items that wait for their batch. */
export function restOf({ rest }: Making): string | undefined {
  return rest.length === 0 ? undefined : `[${rest.map(({ text }) => text).join()}]`;
}
