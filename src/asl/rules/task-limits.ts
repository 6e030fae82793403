// A heartbeat is due before the task times out; a Task's Credentials name a role.

import { toNumber } from '../../base/json.ts';
import { toJson } from '../../text/json-text.ts';
import { allStates, type TaskState } from '../ast.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const taskLimits: Rule = (context) => {
  for (const state of allStates(context.definition)) {
    if (state.type !== 'Task') continue;
    checkHeartbeat(context, state);
    checkCredentials(context, state);
  }
};

function checkHeartbeat(context: Context, state: TaskState): void {
  const heartbeat = state.fields.get('HeartbeatSeconds');
  const timeout = state.fields.get('TimeoutSeconds');
  if (heartbeat === undefined || timeout === undefined) return;
  const [due, limit] = [toNumber(toJson(heartbeat.value)), toNumber(toJson(timeout.value))];
  if (due === undefined || limit === undefined || due < limit) return;
  const message = `Expected HeartbeatSeconds to be less than TimeoutSeconds, but ${due} is not less than ${limit}`;
  context.error(SCHEMA, message, heartbeat.location, heartbeat.value);
}

function checkCredentials(context: Context, { credentials }: TaskState): void {
  if (credentials === undefined) return;
  const present = ['RoleArn', 'RoleArn.$'].filter((name) => credentials.fields.has(name));
  if (present.length === 0) {
    const message = "The field 'RoleArn' is required but was missing";
    context.error(SCHEMA, message, credentials.location, credentials.node);
  } else if (present.length > 1) {
    context.error(SCHEMA, "The field 'RoleArn' is duplicated", credentials.location, credentials.node);
  }
}
