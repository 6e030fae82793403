// The Step Functions API that nested executions start in: this server's own, in the same process, or the one of
// `endpoints.states` (`endpoints.stepfunctions`).

import type { Aws } from '../../aws/aws.ts';
import { asRefusal, type Self } from '../../aws/loopback.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../base/json.ts';
import { withMember } from '../../base/json-object.ts';
import type { TaskRequest } from '../integration.ts';

export type StatesOperation =
  | 'StartExecution'
  | 'DescribeExecution'
  | 'StopExecution'
  | 'DescribeStateMachine';

/** What an operation of the Step Functions API answered. */
export type StatesAnswer =
  /** Members named as on the wire. */
  | { readonly output: JsonObject }
  | { readonly code: string; readonly message: string; readonly status: number }
  | { readonly unreachable: string };

export interface StatesApi {
  /** @param input members named as on the wire. */
  call(
    operation: StatesOperation,
    input: JsonObject,
    task: TaskRequest,
    signal: AbortSignal,
  ): Promise<StatesAnswer>;
  /** Resolves when the execution has ended; without it a child is looked at again and again. */
  readonly ended?: (executionArn: string) => Promise<unknown>;
}

/** Without HTTP, and without the codecs of AWS: nested executions are started by the thousand. */
export function createOwnStates(self: Self, ended: StatesApi['ended']): StatesApi {
  return {
    async call(operation, input, _task, signal): Promise<StatesAnswer> {
      try {
        const answer = await self(operation, input, signal);
        return { output: JSON.parse(JSON.stringify(answer)) as JsonObject };
      } catch (error) {
        const { code, message, status } = asRefusal(error);
        return { code, message, status };
      }
    },
    ...(ended === undefined ? {} : { ended }),
  };
}

/** @param endpoint base URL. */
export function createRemoteStates(aws: Aws, endpoint: string): StatesApi {
  return {
    async call(operation, input, task, signal): Promise<StatesAnswer> {
      const answer = await aws.call({
        service: 'sfn',
        action: operation,
        input: capitaliseMembers(input),
        endpoint: { url: endpoint, chosenBy: 'configuration', first: true },
        roleArn: task.credentials,
        rawBody: true,
        signal,
      });
      if (answer.ok) return { output: objectOf(answer.body) };
      if (answer.httpStatus === undefined) return { unreachable: answer.message };
      return { code: answer.error, message: answer.message, status: answer.httpStatus };
    },
  };
}

/** As state machines write members. */
function capitaliseMembers(input: JsonObject): JsonObject {
  let out: JsonObject = {};
  for (const [name, value] of Object.entries(input)) {
    out = withMember(out, name.charAt(0).toUpperCase() + name.slice(1), value);
  }
  return out;
}

function objectOf(body: Uint8Array | undefined): JsonObject {
  try {
    const value = parseJson(new TextDecoder().decode(body));
    return isJsonObject(value) ? value : {};
  } catch {
    // Whatever answered is not this API: it has none of the members that are looked for.
    return {};
  }
}
