// What is told of a Map Run's children, from the store, in the order of their numbers and a page at a time.

import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import { Payload } from '../../base/payload.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import type { MapRunEnd, MapRunRecord } from '../../store/map-runs.ts';
import type { Store } from '../../store/store.ts';
import { endOf } from '../execution.ts';
import { childName, childNamePrefix, expressChildArn } from './child-names.ts';
import { type ChildRun, type ResultRecord, resultRecord, type Transformation } from './result-records.ts';

/** Children read and told of at once: 2 ms, and input and output between. */
const PAGE = 100;

/** @param run every child that was started has ended. */
export async function* recordsOfRun(
  store: Store,
  run: MapRunRecord,
  transformation: Transformation,
  clock: Clock,
): AsyncGenerator<ResultRecord> {
  const prefix = childNamePrefix(run.arn);
  for (let first = 0; first < run.reading.children; ) {
    const chunk = await store.mapRuns.chunk(run.key, first);
    if (chunk === undefined) throw new Error(`Expected the input of child ${first} of ${run.arn}`);
    const end = chunk.first + chunk.inputs.length;
    for (; first < end; first += PAGE) {
      const limit = Math.min(PAGE, end - first);
      const ended =
        run.childType === 'EXPRESS'
          ? await expressEnds(store, run, prefix, first, limit)
          : await standardEnds(store, run, first, limit);
      for (let child = first; child < first + limit; child++) {
        const name = childName(prefix, child);
        const input = Payload.ofText(chunk.inputs[child - chunk.first]!);
        yield resultRecord({ name, input, run: ended.get(child) }, transformation);
      }
      await new Promise<void>((resolve) => clock.soon(resolve));
    }
    first = end;
  }
}

async function expressEnds(
  store: Store,
  run: MapRunRecord,
  prefix: string,
  from: number,
  limit: number,
): Promise<Map<number, ChildRun>> {
  const found = new Map<number, ChildRun>();
  for (const end of await store.mapRuns.ends(run.key, { status: undefined, from, limit, reverse: false })) {
    const arn = expressChildArn(run.arn, childName(prefix, end.child));
    // Source: AWS, "Child workflow execution redrive behavior": redrives of Express children are starts.
    const { stateMachineArn } = run;
    found.set(end.child, { arn, stateMachineArn, redriveCount: 0, ended: executionEnd(arn, end) });
  }
  return found;
}

async function standardEnds(
  store: Store,
  run: MapRunRecord,
  from: number,
  limit: number,
): Promise<Map<number, ChildRun>> {
  const found = new Map<number, ChildRun>();
  for (const { record, last } of await store.mapRuns.childrenWithLastEvents(run.key, {
    from,
    to: from + limit,
  })) {
    const { arn, stateMachineArn, mapIndex, redriveCount } = record;
    assert(mapIndex !== undefined, `Expected ${arn} to have a number`);
    found.set(mapIndex, { arn, stateMachineArn, redriveCount, ended: endOf(record, last) });
  }
  return found;
}

function executionEnd(executionArn: string, end: MapRunEnd): ExecutionEnd {
  const { status, startedAt, stoppedAt, output, error, cause } = end;
  return {
    executionArn,
    status,
    startedAt,
    stoppedAt,
    output: output === undefined ? undefined : Payload.ofText(output),
    error,
    cause,
  };
}
