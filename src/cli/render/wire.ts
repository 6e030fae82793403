// An event of GetExecutionHistory as the tree of a run reads it.

import type { HistoryEvent } from '../../api/model.ts';
import { isEventType } from '../../history/events.ts';
import type { Text, TreeEvent } from '../../history/run-tree.ts';

/** @param event as the API sends it: seconds, and one `…EventDetails` member. */
export function toTreeEvent(event: HistoryEvent): TreeEvent {
  const key = Object.keys(event).find((name) => name.endsWith('EventDetails'));
  const details = (key === undefined ? {} : event[key as keyof HistoryEvent]) as Readonly<
    Record<string, unknown>
  >;
  const { input, output, parameters, ...rest } = details;
  return {
    ...rest,
    type: isEventType(event.type) ? event.type : 'Unknown',
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
