// The mock of TestState: whether it is one, whether its result could be the state's, and what the engine makes of it.
// Texts recorded from AWS, unless they say what was expected.

import type { State } from '../../asl/program.ts';
import { isJsonArray, isJsonObject, type Json, parseJson } from '../../base/json.ts';
import { Payload } from '../../base/payload.ts';
import type { StateMock } from '../../engine/engine.ts';
import type { ApiContext } from '../context.ts';
import type { MockInput, TestStateConfiguration, TestStateInput } from '../model.ts';
import { invalid } from '../wire/errors.ts';

/** What a request says of its mock, before anything is known of the state. @throws ApiError ValidationException */
export function checkMock({ mock, context, revealSecrets, stateConfiguration }: TestStateInput): void {
  if (mock === undefined) {
    if (stateConfiguration?.mapIterationFailureCount !== undefined)
      throw invalid('TestState does not support MapIterationFailureCount when a mock is not specified.');
    if (context !== undefined)
      throw invalid('TestState does not support Context when a mock is not specified.');
    return;
  }
  const { result, errorOutput } = mock;
  if ((result === undefined) === (errorOutput === undefined))
    throw invalid('A test mock should have only one of the following fields: [result, errorOutput].');
  if (revealSecrets === true)
    throw invalid('TestState does not support RevealSecrets when a mock is specified.');
  if (errorOutput !== undefined && errorOutput.error === undefined)
    throw invalid('Expected an error in mock.errorOutput, but there is none');
}

/** @returns undefined for the mock of an error. @throws ApiError ValidationException */
export function mockedResult({ result }: MockInput): Payload | undefined {
  if (result === undefined) return undefined;
  try {
    return Payload.ofBoth(result, parseJson(result));
  } catch {
    throw invalid('Mocked result must be valid JSON');
  }
}

/** @throws ApiError ValidationException when the state could not come to the result. */
export function checkMockedResult(api: ApiContext, state: State, result: Payload, mock: MockInput): void {
  const { value } = result;
  switch (state.type) {
    case 'Map':
      return checkMapResult(state.distributed?.resultWriter?.resource !== undefined, value);
    case 'Parallel':
      if (!isJsonArray(value)) throw invalid('Mocked result must be an array.');
      if (value.length === state.branches.length) return;
      throw invalid('Mocked result must contain the same number of items as number of Parallel branches.');
    case 'Task': {
      const { fieldValidationMode: mode = 'STRICT' } = mock;
      const fault = mode === 'NONE' ? undefined : api.mockFault?.(state.resource, value, mode);
      if (fault !== undefined) throw invalid(fault);
    }
  }
}

/** @param written the results lie in S3; the state's result says where. */
function checkMapResult(written: boolean, value: Json): void {
  if (written && !isJsonObject(value)) throw invalid('Mocked result must be a JSON object.');
  if (!written && !isJsonArray(value)) throw invalid('Mocked result must be an array.');
}

/** @param result of the mock; undefined: it has an error. */
export function toStateMock(
  { errorOutput }: MockInput,
  result: Payload | undefined,
  configuration: TestStateConfiguration | undefined,
): StateMock {
  return {
    outcome:
      result === undefined
        ? { status: 'failed', error: errorOutput?.error, cause: errorOutput?.cause }
        : { status: 'succeeded', output: result },
    failedIterations: configuration?.mapIterationFailureCount,
    itemReaderData: configuration?.mapItemReaderData,
  };
}
