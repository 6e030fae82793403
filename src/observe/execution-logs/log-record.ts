// One record of the execution logs: a history event as one line of JSON, in the form that AWS writes to CloudWatch Logs
// (recorded: order of members, numbers as text, details in alphabetical order).

import { utf8Length } from '../../base/payload.ts';
import { eventDetails } from '../../history/details.ts';
import type { HistoryEvent } from '../../history/event.ts';

/** AWS truncates inputs and outputs that are longer than this once they stand in the record's JSON. */
const MOST_DATA_BYTES = 248 * 1024;
const TRUNCATED = { truncated: true } as const;

/** @param includeData false: inputs, outputs, parameters and variables are left out. */
export function toLogRecord(
  event: HistoryEvent,
  executionArn: string,
  redriveCount: number,
  includeData: boolean,
): string {
  const details = JSON.stringify(toDetails(event, includeData));
  return (
    `{"id":"${event.id}","type":"${event.type}","details":${details},"previous_event_id":"${event.previous}",` +
    `"event_timestamp":"${event.at}","execution_arn":${JSON.stringify(executionArn)},"redrive_count":"${redriveCount}"}`
  );
}

function toDetails(event: HistoryEvent, includeData: boolean): object {
  const details = eventDetails(event, includeData);
  if (!includeData) delete details['parameters'];
  for (const name of ['input', 'output', 'parameters']) {
    const text = details[name];
    if (typeof text !== 'string') continue;
    const kept = truncate(text);
    if (kept === text) continue;
    details[name] = kept;
    if (name !== 'parameters') details[`${name}Details`] = TRUNCATED;
  }
  const variables = details['assignedVariables'];
  if (variables !== undefined) {
    const kept = truncateVariables(variables as Readonly<Record<string, string>>);
    if (kept !== variables) {
      details['assignedVariables'] = kept;
      details['assignedVariablesDetails'] = TRUNCATED;
    }
  }
  return Object.fromEntries(Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The longest beginning of the text whose JSON is within the bound; it ends between characters. */
function truncate(text: string): string {
  // A control character becomes six bytes; nothing becomes more.
  if (text.length * 6 <= MOST_DATA_BYTES || escapedBytes(text) <= MOST_DATA_BYTES) return text;
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >>> 1;
    if (escapedBytes(text.slice(0, middle)) <= MOST_DATA_BYTES) fits = middle;
    else tooLong = middle;
  }
  const last = text.charCodeAt(fits - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? fits - 1 : fits);
}

/** Variables in their order as long as they are within the bound together. */
function truncateVariables(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  let bytes = 0;
  const kept: [string, string][] = [];
  for (const [name, text] of Object.entries(variables)) {
    bytes += escapedBytes(name) + escapedBytes(text);
    if (bytes > MOST_DATA_BYTES) return Object.fromEntries(kept);
    kept.push([name, text]);
  }
  return variables;
}

function escapedBytes(text: string): number {
  return utf8Length(JSON.stringify(text)) - 2;
}
