// The mock file while Treadle runs. It is read again, if it has changed, whenever an execution starts with one of its test
// cases, so that a test can write the file and start. Mistakes that came in by then fail that start.

import { statSync } from 'node:fs';
import { DefinitionCache } from '../asl/analysis.ts';
import type { Program, State } from '../asl/program.ts';
import { DefinitionFileError, readDefinitionFile } from '../config/definition-file.ts';
import { ConfigError, describeProblem, type Path, type Problem } from '../config/problem.ts';
import { shownPath } from '../config/shown-path.ts';
import type { TaskOutcome } from '../interpreter/command.ts';
import { answerOf, type MockedCase, type MockFile } from './mock-file.ts';
import { hint, type ParsedMocks, parseMocks } from './parse.ts';

/** A test case as the runtime asks it. */
export interface TestCase {
  mocks(stateName: string): boolean;
  answer(stateName: string, invocation: number): TaskOutcome | undefined;
}

export interface OpenMocks {
  /** As shown in messages. */
  readonly name: string;
  /** Names of the state machines that the file has test cases for. */
  machines(): readonly string[];
  /** Names of a machine's test cases. */
  cases(stateMachineName: string): readonly string[];
  /** @returns undefined when the file does not hold it. */
  find(stateMachineName: string, testCase: string): TestCase | undefined;
  /** Why the machine cannot be started with the test case; undefined: it can. */
  complaint(stateMachineName: string, definition: string, testCase: string): string | undefined;
  /** States that test cases of the machine mock and its definition does not have. */
  misfits(stateMachineName: string, definition: string): readonly Problem[];
}

/** Reads a mock file once. Never throws: a file that cannot be read is a problem. @param path absolute */
export function readMocks(path: string): ParsedMocks {
  const shown = shownPath(path);
  try {
    return parseMocks(readDefinitionFile(path).text, shown);
  } catch (error) {
    if (!(error instanceof DefinitionFileError)) throw error;
    const expected = `the mock file ${error.message.replace(path, '').trim()}`;
    return { file: undefined, problems: [{ origin: { from: 'option', name: shown }, path: [], expected }] };
  }
}

/**
 * @param path absolute
 * @param definitions of those who start what is mocked, so that a definition is compiled once
 * @throws ConfigError with everything that is wrong with the file
 */
export function openMocks(path: string, definitions = new DefinitionCache()): OpenMocks {
  const name = shownPath(path);
  let stamp = stampOf(path);
  const first = readMocks(path);
  if (first.file === undefined) throw new ConfigError(first.problems);
  let file: MockFile = first.file;
  let problems: readonly Problem[] = [];

  function refresh(): void {
    const now = stampOf(path);
    if (now === stamp) return;
    stamp = now;
    const parsed = readMocks(path);
    problems = parsed.problems;
    file = parsed.file ?? file;
  }

  return {
    name,
    machines: () => [...file.machines.keys()],
    cases: (stateMachineName) => [...(file.machines.get(stateMachineName)?.keys() ?? [])],
    find(stateMachineName, testCase) {
      refresh();
      const found = file.machines.get(stateMachineName)?.get(testCase);
      return found && testCaseOf(found);
    },
    complaint(stateMachineName, definition, testCase) {
      refresh();
      if (problems[0] !== undefined) return `The mock file cannot be used: ${describeProblem(problems[0])}`;
      const cases = file.machines.get(stateMachineName);
      if (cases === undefined) {
        return `Expected ${name} to have test cases of the state machine '${stateMachineName}', but it has none${hint(stateMachineName, file.machines.keys())}`;
      }
      const found = cases.get(testCase);
      if (found === undefined) {
        return `Expected a test case of the state machine '${stateMachineName}' in ${name}, but got '${testCase}'${hint(testCase, cases.keys())}`;
      }
      const [misfit] = misfitsOf(
        found,
        definitions.program(definition),
        name,
        casePath(stateMachineName, testCase),
      );
      return misfit && describeProblem(misfit);
    },
    misfits(stateMachineName, definition) {
      const cases = [...(file.machines.get(stateMachineName) ?? [])];
      return cases.flatMap(([testCase, found]) =>
        misfitsOf(found, definitions.program(definition), name, casePath(stateMachineName, testCase)),
      );
    },
  };
}

function testCaseOf(testCase: MockedCase): TestCase {
  return {
    mocks: (stateName) => testCase.has(stateName),
    answer(stateName, invocation) {
      const mocked = testCase.get(stateName);
      return mocked && answerOf(mocked.response, stateName, invocation);
    },
  };
}

function casePath(stateMachineName: string, testCase: string): Path {
  return ['StateMachines', stateMachineName, 'TestCases', testCase];
}

function misfitsOf(testCase: MockedCase, { states }: Program, file: string, path: Path): Problem[] {
  const tasks = [...states.values()].filter(({ type }) => type === 'Task').map((task) => task.name);
  return [...testCase].flatMap(([stateName, { line, column }]) => {
    const expected = misfit(stateName, states.get(stateName), tasks);
    if (expected === undefined) return [];
    return [{ origin: { from: 'file', file, line, column }, path: [...path, stateName], expected }];
  });
}

function misfit(name: string, state: State | undefined, tasks: readonly string[]): string | undefined {
  if (state?.type === 'Task') return undefined;
  if (state !== undefined) return `is a ${state.type} state; only Task states are mocked`;
  return `is not a state of the definition; expected a Task state${hint(name, tasks)}`;
}

/** Changes when the file does. */
function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'gone' : `${stat.ino}:${stat.size}:${stat.mtimeNs}`;
}
