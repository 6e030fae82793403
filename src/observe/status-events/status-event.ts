// The detail of EventBridge's event "Step Functions Execution Status Change": every member is there, in AWS's order, and null
// where there is nothing to say. Source: AWS, "EventBridge for Step Functions execution status changes" (members, examples,
// payloads above 248 KiB).

import { type Payload, utf8Length } from '../../base/payload.ts';
import type { StatusChange } from '../messages.ts';

/** Bytes of input and output together, as they stand in the detail's JSON. */
const MOST_DATA_BYTES = 248 * 1024;
/** Of a whole event, of which the detail is by far the largest part. */
const MOST_DETAIL_BYTES = 255 * 1024;

/** @param historyEvents most events of a history @returns JSON text */
export function toStatusDetail(change: StatusChange, historyEvents: number): string {
  const outputBytes = escapedBytes(change.output);
  const hasOutput = outputBytes <= MOST_DATA_BYTES;
  const hasInput = escapedBytes(change.input) + (hasOutput ? outputBytes : 0) <= MOST_DATA_BYTES;
  const detail = write(change, historyEvents, hasInput, hasOutput);
  // A long cause can make it too large still.
  return hasInput && utf8Length(detail) > MOST_DETAIL_BYTES
    ? write(change, historyEvents, false, hasOutput)
    : detail;
}

function write(change: StatusChange, historyEvents: number, hasInput: boolean, hasOutput: boolean): string {
  const { input, output, redrivenAt } = change;
  return JSON.stringify({
    executionArn: change.executionArn,
    stateMachineArn: change.stateMachineArn,
    name: change.name,
    status: change.status,
    startDate: change.startedAt,
    stopDate: change.stoppedAt ?? null,
    input: hasInput ? input.text : null,
    output: hasOutput ? (output?.text ?? null) : null,
    stateMachineVersionArn: change.stateMachineVersionArn ?? null,
    stateMachineAliasArn: change.stateMachineAliasArn ?? null,
    redriveCount: change.redriveCount,
    redriveDate: redrivenAt ?? null,
    ...redriveStatus(change, historyEvents),
    inputDetails: { included: hasInput },
    outputDetails: output === undefined ? null : { included: hasOutput },
    error: change.error ?? null,
    cause: change.cause ?? null,
  });
}

/** With a sentence for what can be redriven too, unlike DescribeExecution. */
function redriveStatus({ status, events, mapRunArn }: StatusChange, historyEvents: number): object {
  if (status === 'RUNNING' || status === 'SUCCEEDED' || status === 'PENDING_REDRIVE') {
    const redriveStatusReason = `Execution is ${status} and cannot be redriven`;
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
  }
  if (events >= historyEvents - 1) {
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason: 'Execution history event limit exceeded' };
  }
  return {
    redriveStatus: mapRunArn === undefined ? 'REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
    redriveStatusReason: `Execution is ${status} and is redrivable`,
  };
}

function escapedBytes(payload: Payload | undefined): number {
  return payload === undefined ? 0 : utf8Length(JSON.stringify(payload.text)) - 2;
}
