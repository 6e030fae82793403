// `treadle run --mock FILE[#CASE]`: which test case is meant, and what becomes of tasks that it does not mock.

import { resolve } from 'node:path';
import type { DefinitionCache } from '../asl/analysis.ts';
import type { Program, TaskResource } from '../asl/program.ts';
import { serviceModel } from '../aws/service-model.ts';
import type { Config } from '../config/load.ts';
import { describeProblem } from '../config/problem.ts';
import type { TaskOutcome } from '../interpreter/command.ts';
import { type OpenMocks, openMocks, readMocks } from '../mocks/open.ts';
import { CliError, EXIT } from './failure.ts';

export interface ChosenCase {
  /** Absolute path of the mock file. */
  readonly file: string;
  readonly mocks: OpenMocks;
  /** State machine whose test case it is; the run takes its name. */
  readonly machine: string;
  readonly testCase: string;
}

/**
 * @param option `FILE` or `FILE#CASE`
 * @param machineName name that follows from the definition's file
 * @throws CliError when the file has mistakes, or it is not clear which machine or case is meant
 */
export function chooseCase(
  option: string,
  machineName: string,
  definition: string,
  definitions: DefinitionCache,
): ChosenCase {
  const hash = option.lastIndexOf('#');
  const file = resolve(hash < 0 ? option : option.slice(0, hash));
  const named = hash < 0 ? undefined : option.slice(hash + 1);
  const { problems } = readMocks(file);
  if (problems.length > 0) {
    const lines = problems.map((problem) => `\n  ${describeProblem(problem)}`).join('');
    throw invalid(`the mock file cannot be used${lines}`, 'docs/guide/mocks.md describes the file');
  }
  const mocks = openMocks(file, definitions);
  const machine = chooseMachine(mocks, machineName);
  const cases = mocks.cases(machine);
  const testCase = named ?? (cases.length === 1 ? cases[0] : undefined);
  if (testCase === undefined) {
    const has = cases.length === 0 ? 'no test case' : `the test cases ${cases.join(', ')}`;
    throw invalid(`${mocks.name} has ${has} of ${machine}`, `choose one: --mock ${mocks.name}#CASE`);
  }
  const complaint = mocks.complaint(machine, definition, testCase);
  if (complaint !== undefined) throw invalid(complaint, 'mend the mock file, or choose another case');
  return { file, mocks, machine, testCase };
}

function chooseMachine(mocks: OpenMocks, machineName: string): string {
  const machines = mocks.machines();
  if (machines.includes(machineName)) return machineName;
  const [only, ...others] = machines;
  if (only !== undefined && others.length === 0) return only;
  const has = only === undefined ? 'no state machine' : `the state machines ${machines.join(', ')}`;
  throw invalid(
    `${mocks.name} has ${has}, and none is called ${machineName}`,
    'a definition goes by the name of its file (or folder); rename one of the two',
  );
}

/**
 * The mocks for a run in which nothing reaches AWS: a task that is neither mocked nor answered by a function or an
 * endpoint of the configuration fails when it is reached, with a cause that says so. Test cases name only the states on
 * their way, so that is no mistake before.
 */
export function closeMocks(
  { mocks, testCase }: ChosenCase,
  program: Program,
  config: Config,
  answersFor: (arn: string) => boolean,
): OpenMocks {
  const nobody = new Set<string>();
  for (const state of program.states.values()) {
    if (state.type !== 'Task' || isAnswered(state.resource, config) || answersFor(state.resource.arn))
      continue;
    nobody.add(state.name);
  }
  const failure = (stateName: string): TaskOutcome => ({
    status: 'failed',
    error: 'States.Runtime',
    cause: `Test case '${testCase}' does not mock the state '${stateName}', and no function or endpoint of the configuration answers it.`,
  });
  return {
    ...mocks,
    find(stateMachineName, named) {
      const found = mocks.find(stateMachineName, named);
      return (
        found && {
          mocks: (stateName) => found.mocks(stateName) || nobody.has(stateName),
          answer: (stateName, invocation) =>
            found.answer(stateName, invocation) ?? (nobody.has(stateName) ? failure(stateName) : undefined),
        }
      );
    },
  };
}

function isAnswered(resource: TaskResource, { functions, endpoints }: Config): boolean {
  switch (resource.kind) {
    case 'activity':
      return false;
    case 'lambda': {
      const name = /:function:([^:]+)/.exec(resource.arn)?.[1];
      return endpoints['lambda'] !== undefined || (name !== undefined && Object.hasOwn(functions, name));
    }
    case 'service': {
      const service = resource.service.replace(/^aws-sdk:/, '');
      // Nested executions stay here. Which function lambda:invoke calls is often known only when it runs.
      if (service === 'states' || service === 'sfn') return true;
      if (service === 'lambda' && Object.keys(functions).length > 0) return true;
      const model = serviceModel(service);
      const names = [service, model?.signingName, model?.endpointPrefix];
      return names.some((name) => name !== undefined && endpoints[name] !== undefined);
    }
  }
}

function invalid(message: string, remedy: string): CliError {
  return new CliError(message, remedy, EXIT.invalid);
}
