// A journal event as GetExecutionHistory shows it, by the table of history/events.ts: private fields are left out,
// payloads become text.

import { assert, unreachable } from '../../base/assert.ts';
import type { Payload } from '../../base/payload.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { type EventField, eventRow } from '../../history/events.ts';
import type { HistoryEvent as WireEvent } from '../model.ts';

const NOT_TRUNCATED = { truncated: false } as const;

/** @param includeData false leaves out inputs, outputs and variables, as `includeExecutionData` asks. */
export function toWireEvent(event: HistoryEvent, includeData: boolean): WireEvent {
  const { details, note, fields } = eventRow(event.type);
  assert(!note, `Expected a public event, but got the note ${event.type}`);
  const { at, type, id, previous } = event;
  const wire: Record<string, unknown> = { timestamp: at / 1000, type, id, previousEventId: previous };
  if (details !== undefined) wire[details] = toDetails(event, fields, includeData);
  return wire as unknown as WireEvent;
}

/** Characters of the payloads of an event: what makes a page of history large. */
export function payloadCharacters(event: HistoryEvent): number {
  if ('output' in event) return event.output?.text.length ?? 0;
  if (event.type === 'TaskScheduled') return event.parameters.text.length;
  return 'input' in event ? event.input.text.length : 0;
}

function toDetails(event: HistoryEvent, fields: readonly EventField[], includeData: boolean): object {
  const details: Record<string, unknown> = {};
  for (const { name, kind } of fields) {
    const value: unknown = event[name as keyof HistoryEvent];
    if (value === undefined) continue;
    switch (kind) {
      case 'plain':
        details[name] = value;
        break;
      case 'role':
        details[name] = { roleArn: value };
        break;
      case 'parameters':
        details[name] = (value as Payload).text;
        break;
      case 'data':
        if (!includeData) break;
        details[name] = (value as Payload).text;
        details[name === 'input' ? 'inputDetails' : 'outputDetails'] = NOT_TRUNCATED;
        break;
      case 'variables':
        if (!includeData) break;
        details['assignedVariables'] = toTexts(value as Readonly<Record<string, Payload>>);
        details['assignedVariablesDetails'] = NOT_TRUNCATED;
        break;
      case 'private':
      case 'privateData':
        break;
      default:
        unreachable(kind);
    }
  }
  return details;
}

/** `fromEntries` makes own members, also of a variable named `__proto__`. */
function toTexts(variables: Readonly<Record<string, Payload>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.text]));
}
