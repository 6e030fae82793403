// EventBridge: put events. Entries name the state machine and the execution among their resources; one refused entry
// fails the task though the others were delivered.

import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  stringifyJson,
  toNumber,
} from '../../base/json.ts';
import { failure } from '../outcome.ts';
import type { Facts, OptimizedService } from './optimized.ts';

export const events: OptimizedService = {
  sdk: 'eventbridge',
  prefix: 'EventBridge',
  label: 'AmazonEventBridge',
  base: 'AmazonEventBridgeException',
  actions: {
    putEvents: {
      text: ['Entries.*.Detail'],
      request: nameSources,
      metadata: false,
      failure: (output) =>
        (toNumber(getMember(output, 'FailedEntryCount')) ?? 0) > 0
          ? failure('EventBridge.FailedEntry', stringifyJson(output))
          : undefined,
    },
  },
};

function nameSources(parameters: JsonObject, task: Facts): JsonObject {
  const entries = getMember(parameters, 'Entries');
  if (!isJsonArray(entries)) return parameters;
  const sources = [task.stateMachineArn, task.executionArn];
  const named = entries.map((entry): Json => {
    if (!isJsonObject(entry)) return entry;
    const own = getMember(entry, 'Resources') ?? [];
    return isJsonArray(own) ? { ...entry, Resources: [...own, ...sources] } : entry;
  });
  return { ...parameters, Entries: named };
}
