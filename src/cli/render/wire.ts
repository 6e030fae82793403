// An event of GetExecutionHistory as the trace reads it.

import type { HistoryEvent } from '../../api/model.ts';
import type { Text, TraceEvent } from '../../history/tree.ts';

/** @param event as the API sends it: seconds, and one `…EventDetails` member. */
export function fromWire(event: HistoryEvent): TraceEvent {
  const key = Object.keys(event).find((name) => name.endsWith('EventDetails'));
  const details = (key === undefined ? {} : event[key as keyof HistoryEvent]) as Readonly<
    Record<string, unknown>
  >;
  const { input, output, parameters, ...rest } = details;
  return {
    ...rest,
    type: event.type,
    id: event.id,
    previous: event.previousEventId ?? 0,
    at: Math.round(Number(event.timestamp) * 1000),
    ...payload('input', input),
    ...payload('output', output),
    ...payload('parameters', parameters),
  };
}

function payload(name: string, text: unknown): Readonly<Record<string, Text>> {
  return typeof text === 'string' ? { [name]: { text } } : {};
}
