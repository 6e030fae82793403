// The details of an event as others see them, by the table of events.ts: private fields are left out, payloads become text.
// GetExecutionHistory and the execution logs show the same.

import { unreachable } from '../base/assert.ts';
import type { Payload } from '../base/payload.ts';
import type { HistoryEvent } from './event.ts';
import { eventRow } from './events.ts';

const NOT_TRUNCATED = { truncated: false } as const;

/** @param includeData false leaves out inputs, outputs and variables, as `includeExecutionData` asks. */
export function eventDetails(event: HistoryEvent, includeData: boolean): Record<string, unknown> {
  const details: Record<string, unknown> = {};
  for (const { name, kind } of eventRow(event.type).fields) {
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
