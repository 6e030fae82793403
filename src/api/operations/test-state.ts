// TestState: one state on its own, with its work done for real or made up by a mock.

import { StateTestRefused, type StateTestRequest, type StateTestResult } from '../../engine/engine.ts';
import type { ApiContext, Handler } from '../context.ts';
import type { TestStateInput, TestStateOutput } from '../model.ts';
import { checkRoleArn } from '../names.ts';
import { checkContext, parseContext } from '../test-state/context-object.ts';
import { toInspectionData } from '../test-state/inspection-data.ts';
import { checkMock, checkMockedResult, mockedResult, toStateMock } from '../test-state/mock.ts';
import { parseVariables, requireState } from '../test-state/state.ts';
import { apiError, invalid } from '../wire/errors.ts';
import { executionInput } from '../wire/json-members.ts';

export const testState: Handler<'TestState'> = async (api, input, signal) => {
  const request = toRequest(api, input);
  let result: StateTestResult;
  try {
    result = await api.engine.testState(request, signal());
  } catch (error) {
    if (error instanceof StateTestRefused) throw invalid(error.message);
    throw error;
  }
  return toOutput(api, input, request, result);
};

/** @throws ApiError */
function toRequest(api: ApiContext, input: TestStateInput): StateTestRequest {
  const { roleArn, mock, revealSecrets = false, stateConfiguration: configuration } = input;
  if (roleArn !== undefined) checkRoleArn(roleArn);
  const stateInput = executionInput(input.input, api.limits.payloadBytes);
  const variables = parseVariables(input.variables);
  checkMock(input);
  if (revealSecrets && api.revealSecrets !== true) {
    throw apiError(
      'AccessDeniedException',
      'Secrets of connections are not revealed: http.revealSecrets is not set in the configuration',
    );
  }
  const result = mock && mockedResult(mock);
  const context = parseContext(input.context);
  const { program, state } = requireState(api, input);
  if (context !== undefined) checkContext(context, state);
  if (mock !== undefined && result !== undefined) checkMockedResult(api, state, result, mock);
  return {
    program,
    stateName: state.name,
    input: stateInput,
    variables,
    roleArn,
    context,
    retries: configuration?.retrierRetryCount ?? 0,
    mock: mock && toStateMock(mock, result, configuration),
    revealSecrets,
  };
}

function toOutput(
  api: ApiContext,
  input: TestStateInput,
  { program, stateName }: StateTestRequest,
  result: StateTestResult,
): TestStateOutput {
  const { status, output, error, cause, nextState } = result.end;
  const level = input.inspectionLevel ?? 'INFO';
  const state = program.states.get(stateName);
  return {
    ...(output !== undefined && { output: output.text }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(level !== 'INFO' &&
      state !== undefined && {
        inspectionData: toInspectionData(state, input.input ?? '{}', result, {
          trace: level === 'TRACE',
          maxBytes: api.limits.payloadBytes,
        }),
      }),
    ...(nextState !== undefined && { nextState }),
    status,
  };
}
