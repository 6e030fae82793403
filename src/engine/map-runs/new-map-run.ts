// The first write of a Map Run. It goes with the events that started it, so whoever sees MapRunStarted finds the run.

import { mapRunLabel, withoutLabel } from '../../base/arn.ts';
import type { StartMapRun } from '../../interpreter/effect.ts';
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
  const chunk = effect.reader === undefined ? nextChunk(effect, 0) : undefined;
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
        complete: effect.reader === undefined && (chunk?.inputs.length ?? 0) === effect.inputs.length,
        children: chunk?.inputs.length ?? 0,
        items: chunk === undefined ? 0 : itemsIn(chunk),
        position: undefined,
        rest: undefined,
      },
      counts: undefined,
      outcome: undefined,
      sequence: 1,
    },
    created: true,
    endsOnly: false,
    chunks: chunk === undefined ? [] : [chunk],
    ends: [],
  };
}

/** @param inputs from the child `first` on. @returns as many as one chunk takes; undefined: there are none. */
export function nextChunk(
  { inputs, itemCounts }: Pick<StartMapRun, 'inputs' | 'itemCounts'>,
  from: number,
  first = from,
): MapRunChunk | undefined {
  let end = from;
  for (let characters = 0; end < inputs.length && end - from < CHUNK_CHILDREN; end++) {
    characters += inputs[end]!.text.length;
    if (end > from && characters > CHUNK_CHARACTERS) break;
  }
  if (end === from) return undefined;
  const counts = itemCounts.slice(from, end);
  return {
    first,
    inputs: inputs.slice(from, end).map(({ text }) => text),
    itemCounts: counts.every((count) => count === 1) ? undefined : counts,
  };
}

export function itemsIn({ inputs, itemCounts }: MapRunChunk): number {
  return itemCounts?.reduce((sum, count) => sum + count, 0) ?? inputs.length;
}
