// The context object: `$$` in JSONPath, `$states.context` in JSONata. Member order as AWS prints it.

import type { JsonObject } from '../base/json.ts';
import type { ContextExtra, Decision } from './decision.ts';
import type { Frame } from './state.ts';

/** Source: AWS, "Accessing the context object"; order from recorded executions. */
export function contextObject(decision: Decision, frame: Frame, extra: ContextExtra | undefined): JsonObject {
  const { info } = decision.state;
  const execution: JsonObject = {
    Id: info.arn,
    Input: decision.state.input?.value ?? null,
    StartTime: isoTime(info.startedAt),
    Name: info.name,
    RoleArn: info.roleArn,
  };
  if (info.showRedriveCount) execution['RedriveCount'] = decision.state.redriveCount;
  const context: JsonObject = {
    Execution: execution,
    StateMachine: { Id: info.stateMachineArn, Name: info.stateMachineName },
  };
  const open = frame.open;
  if (open !== undefined) {
    const state: JsonObject = { Name: open.name, EnteredTime: isoTime(open.enteredAt) };
    if (open.type === 'Task') state['RetryCount'] = open.retryCount;
    context['State'] = state;
  }
  const token = extra?.token ?? open?.task?.token;
  if (token !== undefined) context['Task'] = { Token: token };
  const item = extra?.item ?? enclosingItem(decision, frame);
  if (item !== undefined) {
    const entry: JsonObject = { Index: item.index, Value: item.value };
    if (item.key !== undefined) entry['Key'] = item.key;
    if (item.source !== undefined) entry['Source'] = item.source;
    context['Map'] = { Item: entry };
  }
  return context;
}

/** The item of the nearest inline Map iteration that the frame runs in. */
function enclosingItem(decision: Decision, frame: Frame): ContextExtra['item'] {
  for (let f: Frame | undefined = frame; f?.parent !== undefined; f = f.parent) {
    if (f.parent.open?.type !== 'Map') continue;
    return { index: f.index, value: decision.itemsOf(decision, f.parent)[f.index] ?? null };
  }
  return undefined;
}

/** ISO 8601 in UTC as Java's Instant prints it: the fraction is left out when it is zero. */
export function isoTime(epochMs: number): string {
  const text = new Date(epochMs).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}
