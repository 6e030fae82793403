// Executions to store, as the contract and the benchmark need them.

import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import type { Activity, Alias, ExecutionRecord, ExecutionWrite } from '../../src/store/store.ts';

export const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:orders';
export const ROLE = 'arn:aws:iam::123456789012:role/workflow';

/** A RUNNING record of `MACHINE`, started at 1,000,000 + key, changed by `change`. */
export function record(key: number, change: Partial<ExecutionRecord> = {}): ExecutionRecord {
  const name = change.name ?? `run-${key}`;
  return {
    key,
    arn: `arn:aws:states:us-east-1:123456789012:execution:orders:${name}`,
    stateMachineArn: MACHINE,
    name,
    revision: 1,
    status: 'RUNNING',
    startedAt: 1_000_000 + key,
    stoppedAt: undefined,
    wakeAt: undefined,
    busy: false,
    sequence: 0,
    redriveCount: 0,
    redrivenAt: undefined,
    traceHeader: undefined,
    stateMachineVersionArn: undefined,
    stateMachineAliasArn: undefined,
    mapRunArn: undefined,
    mapState: undefined,
    ...change,
  };
}

/** ExecutionStarted, then `states` Pass states, then ExecutionSucceeded; one payload throughout. */
export function passHistory(input: Payload, at: number, states = 5): HistoryEvent[] {
  const events: HistoryEvent[] = [
    { type: 'ExecutionStarted', id: 1, previous: 0, at, frame: 0, input, roleArn: ROLE },
  ];
  for (let i = 0; i < states; i++) {
    const id = 2 * i + 2;
    const name = `Step${i + 1}`;
    const next = i + 1 < states ? `Step${i + 2}` : undefined;
    events.push({ type: 'PassStateEntered', id, previous: id - 1, at, frame: 0, name, input });
    events.push({
      type: 'PassStateExited',
      id: id + 1,
      previous: id,
      at: at + 1,
      frame: 0,
      name,
      output: input,
      ...(next === undefined ? {} : { next }),
    });
  }
  const id = 2 * states + 2;
  events.push({ type: 'ExecutionSucceeded', id, previous: id - 1, at: at + 1, frame: 0, output: input });
  return events;
}

/** `count` events of a running execution from id `from` on. */
export function someEvents(from: number, count: number, text = '{"n":1}'): HistoryEvent[] {
  return Array.from({ length: count }, (_, i): HistoryEvent => {
    const id = from + i;
    if (id === 1) {
      const input = Payload.ofText(text);
      return { type: 'ExecutionStarted', id, previous: 0, at: id, frame: 0, input, roleArn: ROLE };
    }
    const input = Payload.ofText(text);
    return { type: 'PassStateEntered', id, previous: id - 1, at: id, frame: 0, name: `S${id}`, input };
  });
}

export function activity(name: string): Activity {
  return {
    arn: `arn:aws:states:us-east-1:123456789012:activity:${name}`,
    name,
    createdAt: 5,
    settings: { tags: [{ key: 'team', value: 'blue' }] },
  };
}

export function heartbeat(previous: number): HistoryEvent {
  return { type: 'HeartbeatReceived', id: 0, previous, at: 5, frame: 0 };
}

/** Starts an execution with the given events; `sequence` counts them. */
export function created(
  key: number,
  events: readonly HistoryEvent[],
  change: Partial<ExecutionRecord> = {},
): ExecutionWrite {
  return { created: true, events, record: record(key, { sequence: events.length, ...change }) };
}

/** Goes on from `before` with more events. */
export function appended(
  before: ExecutionRecord,
  events: readonly HistoryEvent[],
  change: Partial<ExecutionRecord> = {},
): ExecutionWrite {
  const sequence = before.sequence + events.length;
  return { created: false, events, record: { ...before, sequence, ...change } };
}

export function batch(...executions: ExecutionWrite[]) {
  return { executions, expressStarted: [], expressEnded: [] };
}

/** Events with payloads as text, to compare. */
export function plain(events: readonly HistoryEvent[]): unknown {
  return JSON.parse(
    JSON.stringify(events, (_name, value: unknown) =>
      value instanceof Payload ? { payload: value.text } : value,
    ),
  );
}

/** An alias that was created at 7; its routes are numbers of versions with their weights. */
export function aliasOf(stateMachineArn: string, name: string, routes: readonly [number, number][]): Alias {
  return {
    arn: `${stateMachineArn}:${name}`,
    stateMachineArn,
    name,
    description: undefined,
    routing: routes.map(([number, weight]) => ({
      stateMachineVersionArn: `${stateMachineArn}:${number}`,
      weight,
    })),
    createdAt: 7,
    updatedAt: 7,
  };
}
