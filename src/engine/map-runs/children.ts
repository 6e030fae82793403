// The child executions of Map Runs: their inputs are made of the parent's state, they are started or found again, and stopped.

import { setImmediate } from 'node:timers/promises';
import { type Account, executionArn, expressExecutionArn, mapRunLabel } from '../../base/arn.ts';
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { Payload } from '../../base/payload.ts';
import type { TaskOutcome } from '../../interpreter/command.ts';
import { newDecision } from '../../interpreter/decision.ts';
import { type MapItem, readInputs } from '../../interpreter/distributed-map.ts';
import type { ChildInputs, StartMapRun } from '../../interpreter/effect.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import { StaleWrite, type Store, StoreUnavailable } from '../../store/store.ts';
import type { Ends } from '../ends.ts';
import type { Environments } from '../environments.ts';
import { newRecord } from '../execution.ts';
import type { ExpressExecutions } from '../express.ts';
import type { Inbox } from '../inbox.ts';
import type { Programs } from '../programs.ts';
import type { Residents } from '../residents.ts';
import type { Starts } from '../starts.ts';

/** Pause before the store is asked again that refused. */
const RETRY_MS = 500;

export interface ChildParts {
  readonly store: Store;
  readonly account: Account;
  readonly residents: Residents;
  readonly programs: Programs;
  readonly environments: Environments;
  readonly starts: Starts;
  readonly express: ExpressExecutions;
  readonly ends: Ends;
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly uuid: () => string;
}

export interface ChildStart {
  readonly parentArn: string;
  readonly mapState: string;
  readonly mapRunArn: string;
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly name: string;
  readonly input: Payload;
}

export interface StartedChild {
  readonly arn: string;
  readonly stateMachineArn: string;
  readonly end: Promise<ExecutionEnd>;
}

type Failed = Extract<TaskOutcome, { status: 'failed' }>;

export class Children {
  readonly #parts: ChildParts;

  constructor(parts: ChildParts) {
    this.#parts = parts;
  }

  /** Makes inputs of items that were read. @returns undefined when the parent's Map Run is not open any more. */
  makeInputs(
    parentArn: string,
    { frame, mapRunArn }: StartMapRun,
    items: readonly MapItem[],
  ): Promise<ChildInputs | Failed | undefined> {
    return this.#untilStored(async () => {
      const parent = await this.#parts.residents.find(parentArn);
      if (parent === undefined) return undefined;
      const decision = newDecision(parent.program, parent.state, this.#parts.environments.of(parentArn));
      const steps = readInputs(decision, frame, mapRunArn, items);
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        // Other executions go on in between.
        await setImmediate();
      }
    });
  }

  /** Starts one child, or finds the one that an earlier process started. */
  start(child: ChildStart): Promise<StartedChild> {
    return this.#untilStored(() => this.#start(child));
  }

  /** Stops a Standard child. */
  async stop(arn: string): Promise<void> {
    await this.#parts.inbox.ask(arn, { type: 'StopExecution', error: undefined, cause: undefined });
  }

  async #start(child: ChildStart): Promise<StartedChild> {
    const { store, account, residents, programs, starts, express, clock, uuid } = this.#parts;
    const { name, input, mapRunArn, mapState } = child;
    const parent = await residents.find(child.parentArn);
    assert(parent, `Expected ${child.parentArn} to run while its Map Run does`);
    const compiled = programs.child(await residents.compiled(parent.record), mapState);
    // …:mapRun:<state machine>/<label>:<run>
    const label = mapRunLabel(mapRunArn)!;
    const machine = `${parent.state.info.stateMachineName}/${label}`;
    const stateMachineArn = `${parent.record.stateMachineArn}/${label}`;
    const startedAt = clock.now();
    const { mockCase } = parent.record;
    if (child.executionType === 'EXPRESS') {
      const arn = expressExecutionArn(account, machine, name, uuid());
      const facts = { arn, stateMachineArn, name, startedAt, mockCase, kind: 'EXPRESS' } as const;
      return { arn, stateMachineArn, end: express.run(facts, compiled, input) };
    }
    const arn = executionArn(account, machine, name);
    if (!residents.has(arn) && (await store.executions.get(arn)) === undefined) {
      const key = store.nextKey();
      const revision = compiled.revision.id;
      const facts = { key, arn, stateMachineArn, name, revision, startedAt, mapRunArn, mapState, mockCase };
      await starts.begin(newRecord(facts), compiled, input);
    }
    return { arn, stateMachineArn, end: this.#endOf(arn) };
  }

  async #endOf(arn: string): Promise<ExecutionEnd> {
    const end = await this.#parts.ends.of(arn);
    assert(end, `Expected the child execution ${arn} to exist`);
    return end;
  }

  /** Does it again until the store takes it: a disk that is full for a while is no failure of a Map. */
  async #untilStored<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof StoreUnavailable || error instanceof StaleWrite)) throw error;
        await new Promise<void>((resolve) => void this.#parts.clock.after(RETRY_MS, resolve));
      }
    }
  }
}
