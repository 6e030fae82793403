// `aws-sdk:lambda:invoke` of a local function: the answer of Invoke as the SDK's client gives it. Functions that are not local
// go the way of every SDK action.

import type { Answer } from '../../functions/invocation.ts';
import type { Integration, TaskOutcome, TaskRequest } from '../integration.ts';
import { failure } from '../outcome.ts';

/** @param local calls the function when it is a local one; undefined: it is not. */
export function createSdkInvoke(
  awsSdk: Integration,
  local: (task: TaskRequest, signal: AbortSignal) => Promise<Answer> | undefined,
): Integration {
  return {
    ...awsSdk,
    async start(task, signal) {
      const answering = local(task, signal);
      return answering === undefined ? awsSdk.start(task, signal) : outcomeOf(await answering);
    },
  };
}

/** An error of the function is a member of the result here, not an error of the task. */
function outcomeOf(answer: Answer): TaskOutcome {
  switch (answer.kind) {
    case 'answered': {
      const result = {
        ExecutedVersion: answer.executedVersion,
        FunctionError: answer.failed ? 'Unhandled' : undefined,
        LogResult: answer.logResult,
        Payload: answer.payload,
        StatusCode: answer.statusCode,
      };
      return { status: 'completed', outputText: JSON.stringify(result) };
    }
    case 'refused': {
      const { code, message, status, requestId } = answer;
      const facts = `Service: Lambda, Status Code: ${status}, Request ID: ${requestId}`;
      return failure(`Lambda.${code}`, `${message} (${facts}) (SDK Attempt Count: 1)`);
    }
    case 'unreachable':
      return failure('Lambda.SdkClientException', answer.reason);
    case 'aborted':
      return failure('Lambda.AbortedException', 'The call was given up before the function had answered');
  }
}
