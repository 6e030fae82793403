// What a mock file says: which Task states of which machine are answered in which test case, and with what.
// The format is that of Step Functions Local (MockConfigFile.json); parse.ts reads it.

import type { TaskOutcome } from '../interpreter/command.ts';

export interface MockFile {
  readonly machines: ReadonlyMap<string, MockedMachine>;
}

/** Test cases by name. */
export type MockedMachine = ReadonlyMap<string, MockedCase>;

/** By state name. States that are not named are called for real. */
export type MockedCase = ReadonlyMap<string, MockedState>;

export interface MockedState {
  readonly response: MockedResponse;
  /** Where the file names it. */
  readonly line: number;
  readonly column: number;
}

export interface MockedResponse {
  /** Its name in the file. */
  readonly name: string;
  /** By rising number, from 0 on, without gaps. */
  readonly answers: readonly MockedAnswer[];
}

/** The answer to invocations `first` to `last` of a state, counted from 0. */
export interface MockedAnswer {
  readonly first: number;
  readonly last: number;
  readonly outcome: TaskOutcome;
}

/**
 * What invocation number `invocation` of a state is answered. An invocation that has no answer fails with States.Runtime,
 * which nothing retries or catches, as in Step Functions Local.
 */
export function answerOf(response: MockedResponse, stateName: string, invocation: number): TaskOutcome {
  const { answers, name } = response;
  let low = 0;
  let high = answers.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const answer = answers[middle]!;
    if (invocation < answer.first) high = middle - 1;
    else if (invocation > answer.last) low = middle + 1;
    else return answer.outcome;
  }
  const known = answers.length === 0 ? 'it has none' : `its last is number ${answers.at(-1)!.last}`;
  return {
    status: 'failed',
    error: 'States.Runtime',
    cause: `The mocked response '${name}' has no answer to invocation number ${invocation} of the state '${stateName}' (counted from 0): ${known}.`,
  };
}
