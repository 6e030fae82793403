// The Step Functions API at another address (`endpoints.states`, `endpoints.stepfunctions`): nested executions start there
// instead of here.

import { type AwsClient, NoCredentials, RoleNotAssumed, Unreachable } from '../aws/client.ts';
import { isJsonObject, type JsonObject, parseJson, stringifyJson } from '../base/json.ts';
import type { StatesAnswer, StatesApi } from './step-functions.ts';

const TYPE = 'application/x-amz-json-1.0';

export function createStatesEndpoint(client: AwsClient, endpoint: string): StatesApi {
  return {
    async call(operation, input, task, signal): Promise<StatesAnswer> {
      try {
        const { status, body } = await client.send({
          service: 'states',
          endpoint,
          method: 'POST',
          path: '/',
          headers: { 'content-type': TYPE, 'x-amz-target': `AWSStepFunctions.${operation}` },
          body: stringifyJson(input),
          roleArn: task.credentials,
          signal,
        });
        const answer = objectOf(new TextDecoder().decode(body));
        if (status === 200) return { output: answer };
        return { code: codeOf(answer), message: messageOf(answer), status };
      } catch (error) {
        if (
          error instanceof Unreachable ||
          error instanceof NoCredentials ||
          error instanceof RoleNotAssumed
        ) {
          return { unreachable: error.message };
        }
        throw error;
      }
    },
  };
}

function objectOf(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    // Whatever answered is not this API; its status says the rest.
    return {};
  }
}

/** `com.amazonaws.states#InvalidName` and `InvalidName` are the same code. */
function codeOf(answer: JsonObject): string {
  const type = answer['__type'];
  return typeof type === 'string' ? type.slice(type.lastIndexOf('#') + 1) : 'Unknown';
}

function messageOf(answer: JsonObject): string {
  const message = answer['message'] ?? answer['Message'];
  return typeof message === 'string' ? message : 'null';
}
