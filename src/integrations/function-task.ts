// Functions of the configuration in the place of services: the task's parameters are the event, what the function returns
// is the task's result, what it throws is the task's error. Which task it is stands in the client context.

import { functionArn } from '../base/arn.ts';
import { stringifyJson } from '../base/json.ts';
import type { Invoke } from '../functions/invocation.ts';
import type { Integration, TaskOutcome, TaskRequest } from './integration.ts';
import { outcomeOf } from './lambda/outcome.ts';
import { success } from './outcome.ts';

/** @param invoke calls a function of the configuration. */
export function createFunctionTask(name: string, invoke: Invoke): Integration {
  return {
    start: (task, signal) => call(name, invoke, task, signal),
    // The function has done the job when it answers; its answer is the result.
    async poll(_task, submitted) {
      return success(submitted);
    },
  };
}

async function call(
  name: string,
  invoke: Invoke,
  task: TaskRequest,
  signal: AbortSignal,
): Promise<TaskOutcome> {
  const { resource, region, account, credentials } = task;
  const { executionArn, stateMachineArn, stateName, idempotencyToken } = task;
  const custom = {
    resource: resource.arn,
    executionArn,
    stateMachineArn,
    stateName,
    idempotencyToken,
    region,
    account,
    ...(credentials === undefined ? {} : { roleArn: credentials }),
  };
  const answer = await invoke(
    {
      name,
      qualifier: undefined,
      functionName: name,
      arn: functionArn({ partition: 'aws', region, account }, name),
      region,
      payload: stringifyJson(task.input),
      type: 'RequestResponse',
      logTail: false,
      clientContext: Buffer.from(JSON.stringify({ custom })).toString('base64'),
      role: undefined,
    },
    signal,
  );
  return outcomeOf(answer, 'function');
}
