// Which state machines are being deleted: their executions ask before they enter a state.

import { resourceNameOf } from '../base/arn.ts';

/** The state machines that are being deleted. */
export class DeletedMachines {
  readonly #names = new Set<string | undefined>();

  add(stateMachineArn: string): void {
    this.#names.add(resourceNameOf(stateMachineArn));
  }

  remove(stateMachineArn: string): void {
    this.#names.delete(resourceNameOf(stateMachineArn));
  }

  /** Whether an execution is of one of them. A child of a Map Run, of `machine/label`, is of its parent's machine. */
  owns(executionArn: string): boolean {
    return this.#names.size > 0 && this.#names.has(resourceNameOf(executionArn)?.split('/')[0]);
  }
}
