// Answers tasks of an execution that runs a test case of the mock file, in place of a call. An execution keeps the
// answers it started with; taken up by another process, it has those that the file holds then.

import type { Pattern, TaskResource } from '../asl/program.ts';
import { getMember, isJsonNumber, isJsonObject } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import type { Command, TaskOutcome } from '../interpreter/command.ts';
import type { InvokeTask } from '../interpreter/effect.ts';
import type { ExecutionInfo } from '../interpreter/state.ts';

/** The mocks of one test case. */
export interface MockCase {
  mocks(stateName: string): boolean;
  /**
   * @param invocation from 0.
   * @returns undefined for a state that is not mocked.
   */
  answer(stateName: string, invocation: number): TaskOutcome | undefined;
}

export interface Mocks {
  /** @returns undefined when there is no such test case of that machine. */
  find(stateMachineName: string, testCase: string): MockCase | undefined;
}

const NONE: Mocks = { find: () => undefined };

export class MockedTasks {
  readonly #mocks: Mocks;
  /** By ARN of the execution. */
  readonly #cases = new Map<string, MockCase>();

  constructor(mocks: Mocks = NONE) {
    this.#mocks = mocks;
  }

  /** Keeps the answers of an execution until `end`. */
  begin(info: ExecutionInfo): void {
    if (info.mockCase !== undefined) this.#caseOf(info, info.mockCase);
  }

  end(executionArn: string): void {
    this.#cases.delete(executionArn);
  }

  isMocked(info: ExecutionInfo, stateName: string): boolean {
    return info.mockCase !== undefined && this.#caseOf(info, info.mockCase).mocks(stateName);
  }

  /** The commands that a mock answers with instead of a call; undefined: the task is called. */
  answer(info: ExecutionInfo, effect: InvokeTask): readonly Command[] | undefined {
    if (info.mockCase === undefined) return undefined;
    const outcome = this.#caseOf(info, info.mockCase).answer(effect.stateName, effect.invocation);
    if (outcome === undefined) return undefined;
    return commandsFor(effect, effect.resource.kind === 'lambda' ? functionOutcome(outcome) : outcome);
  }

  #caseOf(info: ExecutionInfo, testCase: string): MockCase {
    let found = this.#cases.get(info.arn);
    if (found === undefined) {
      // A child of a distributed Map is of `machine/label`.
      const [machine] = info.stateMachineName.split('/') as [string];
      found = this.#mocks.find(machine, testCase) ?? lost(machine, testCase);
      this.#cases.set(info.arn, found);
    }
    return found;
  }
}

/** Fails every task in place of mocks that have been removed: which calls they were to prevent is not known any more. */
function lost(machine: string, testCase: string): MockCase {
  const cause = `The execution runs test case '${testCase}' of state machine '${machine}', which the mock file does not hold any more.`;
  return {
    mocks: () => true,
    answer: () => ({ status: 'failed', error: 'States.Runtime', cause }),
  };
}

/**
 * A Task that names a function by its ARN gets what the function returns. Mock files often hold the answer of Lambda's
 * Invoke for it, as they do for lambda:invoke: then the payload is meant.
 */
function functionOutcome(outcome: TaskOutcome): TaskOutcome {
  if (outcome.status === 'failed') return outcome;
  const { value } = outcome.output;
  if (!isJsonObject(value) || !isJsonNumber(getMember(value, 'StatusCode'))) return outcome;
  const payload = getMember(value, 'Payload');
  return payload === undefined ? outcome : { status: 'succeeded', output: Payload.ofValue(payload) };
}

/**
 * A job or callback that succeeds is answered as by its token, and then submitted: one decision ends it, and a crash
 * between the two leaves a task that is answered again.
 */
export function commandsFor(effect: InvokeTask, outcome: TaskOutcome): readonly Command[] {
  const { resource, scheduled } = effect;
  const complete: Command = { type: 'CompleteTask', scheduled, outcome };
  if (resource.kind === 'activity')
    return [{ type: 'StartActivity', scheduled, workerName: undefined }, complete];
  if (patternOf(resource) === 'request-response' || outcome.status === 'failed' || effect.submitted) {
    return [complete];
  }
  return [
    { ...complete, by: 'token' },
    { type: 'SubmitTask', scheduled, output: outcome.output },
  ];
}

function patternOf(resource: TaskResource): Pattern {
  return resource.kind === 'service' ? resource.pattern : 'request-response';
}
