// A journal event as GetExecutionHistory shows it.

import { assert } from '../../base/assert.ts';
import { eventDetails } from '../../history/details.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { eventRow } from '../../history/events.ts';
import type { HistoryEvent as WireEvent } from '../model.ts';

/** @param includeData false leaves out inputs, outputs and variables, as `includeExecutionData` asks. */
export function toWireEvent(event: HistoryEvent, includeData: boolean): WireEvent {
  const { details, note } = eventRow(event.type);
  assert(!note, `Expected a public event, but got the note ${event.type}`);
  const { at, type, id, previous } = event;
  const wire: Record<string, unknown> = { timestamp: at / 1000, type, id, previousEventId: previous };
  if (details !== undefined) wire[details] = eventDetails(event, includeData);
  return wire as unknown as WireEvent;
}

/** Characters of the payloads of an event: what makes a page of history large. */
export function payloadCharacters(event: HistoryEvent): number {
  if ('output' in event) return event.output?.text.length ?? 0;
  if (event.type === 'TaskScheduled') return event.parameters.text.length;
  return 'input' in event ? event.input.text.length : 0;
}
