// Which state TestState is to test, and whether it can be tested the way that is asked for.

import { invalidDefinitionMessage } from '../../asl/diagnostic.ts';
import { ownersOf, type Program, type State } from '../../asl/program.ts';
import { SINGLE_STATE } from '../../asl/validate.ts';
import { assert } from '../../base/assert.ts';
import { isJsonObject, type Json, parseJson } from '../../base/json.ts';
import { Payload } from '../../base/payload.ts';
import type { ApiContext } from '../context.ts';
import type { TestStateInput } from '../model.ts';
import { ApiError, apiError, invalid } from '../wire/errors.ts';

/** Types that do work which can be made up. */
const MOCKABLE: readonly State['type'][] = ['Task', 'Map', 'Parallel'];

export interface TestedState {
  readonly program: Program;
  readonly state: State;
}

/** @throws ApiError InvalidDefinition, ValidationException */
export function requireState(api: ApiContext, input: TestStateInput): TestedState {
  const { definition, stateName } = input;
  const { errors, program } =
    stateName === undefined
      ? api.definitions.analyzeState(definition)
      : api.definitions.analyze(definition, 'STANDARD');
  if (errors.length > 0) throw apiError('InvalidDefinition', invalidDefinitionMessage(errors));
  assert(program !== undefined, 'Expected a program of a definition without errors');
  const state = program.states.get(stateName ?? SINGLE_STATE);
  if (state === undefined) throw invalid('State not found in definition');
  if (input.mock === undefined) checkCallable(state, input.roleArn);
  else if (!MOCKABLE.includes(state.type))
    throw invalid(`State type '${state.type}' is not supported when a mock is specified`);
  checkCulprit(program, state, input);
  return { program, state };
}

/** Without a mock: AWS runs neither what has states inside nor what somebody else must end. */
function checkCallable(state: State, roleArn: string | undefined): void {
  if (state.type === 'Map' || state.type === 'Parallel') {
    throw new ApiError(
      'InvalidDefinition',
      'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    );
  }
  if (state.type !== 'Task') return;
  const { resource } = state;
  const isAwaited =
    resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern !== 'request-response');
  if (isAwaited) {
    throw new ApiError(
      'InvalidDefinition',
      `TestState API supports activities and the patterns .sync and .waitForTaskToken only with a mock, but there is none for '${resource.arn}'`,
    );
  }
  if (roleArn === undefined) throw invalid('RoleArn must be specified when testing a Task state');
}

function checkCulprit(program: Program, state: State, { stateConfiguration, mock }: TestStateInput): void {
  const name = stateConfiguration?.errorCausedByState;
  if (name === undefined) return;
  if (mock?.errorOutput === undefined) {
    throw invalid(
      'Expected mock.errorOutput beside stateConfiguration.errorCausedByState, but there is none',
    );
  }
  if (ownersOf(program, name).some((owner) => owner === state)) return;
  throw invalid(
    `Expected stateConfiguration.errorCausedByState to name a state inside the Map or Parallel state '${state.name}', but got '${name}'`,
  );
}

/** @throws ApiError ValidationException */
export function parseVariables(text: string | undefined): Readonly<Record<string, Payload>> {
  if (text === undefined) return {};
  let value: Json | undefined;
  try {
    value = parseJson(text);
  } catch {
    // Said below.
  }
  if (!isJsonObject(value)) {
    throw invalid('Expected variables to be the JSON text of an object: names of variables and their values');
  }
  const variables: Record<string, Payload> = Object.create(null);
  for (const [name, member] of Object.entries(value)) variables[name] = Payload.ofValue(member);
  return variables;
}
