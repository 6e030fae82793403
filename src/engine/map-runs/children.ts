// The child executions of Map Runs: their inputs are made of the parent's state, they are started, and stopped.

import { type Account, executionArn, parseArn, splitResource } from '../../base/arn.ts';
import { assert } from '../../base/assert.ts';
import type { Clock } from '../../base/clock.ts';
import type { Payload } from '../../base/payload.ts';
import type { Limits } from '../../base/quotas.ts';
import type { TaskOutcome } from '../../interpreter/command.ts';
import { newDecision } from '../../interpreter/decision.ts';
import { itemsInState } from '../../interpreter/distributed-map.ts';
import type { MadeInputs, Making, StartMapRun } from '../../interpreter/effect.ts';
import { type MapItem, readInputs } from '../../interpreter/map-inputs.ts';
import type { ExecutionEnd } from '../../observe/messages.ts';
import type { MapRunRecord } from '../../store/map-runs.ts';
import type { ExecutionRecord, Store } from '../../store/store.ts';
import type { Ends } from '../ends.ts';
import type { Environments } from '../environments.ts';
import { newRecord } from '../execution.ts';
import type { ExpressExecutions } from '../express.ts';
import type { Inbox } from '../inbox.ts';
import type { Compiled, Programs } from '../programs.ts';
import { redriveObstacle } from '../redrive-status.ts';
import type { Redrives } from '../redrives.ts';
import type { Residents } from '../residents.ts';
import type { Starts } from '../starts.ts';
import { childName, childNamePrefix, expressChildArn } from './child-names.ts';
import { SLICE_MS } from './slices.ts';

/** Starts of Standard children, of all Map Runs together, that wait for their commit: other starts stand behind them. */
const MOST_STARTING = 256;

export interface ChildParts {
  readonly store: Pick<Store, 'nextKey' | 'journal'>;
  readonly account: Account;
  readonly residents: Residents;
  readonly programs: Programs;
  readonly environments: Environments;
  readonly starts: Starts;
  readonly redrives: Redrives;
  readonly limits: Limits;
  readonly express: ExpressExecutions;
  readonly ends: Ends;
  readonly inbox: Inbox;
  readonly clock: Clock;
}

/** What the children of one Map Run have in common. */
export interface Siblings {
  readonly run: MapRunRecord;
  readonly compiled: Compiled;
  readonly mockCase: string | undefined;
  readonly namePrefix: string;
}

export type FailedInputs = Extract<TaskOutcome, { status: 'failed' }>;

export class Children {
  readonly #parts: ChildParts;
  #starting = 0;
  /** Who waits for room among those that are starting. */
  #waiting: (() => void)[] = [];

  constructor(parts: ChildParts) {
    this.#parts = parts;
  }

  /** @returns undefined when the parent has ended. */
  async siblings(run: MapRunRecord): Promise<Siblings | undefined> {
    const { residents, programs } = this.#parts;
    const parent = await residents.find(run.executionArn);
    if (parent === undefined) return undefined;
    const compiled = programs.child(await residents.compiled(parent.record), run.stateName);
    return { run, compiled, mockCase: parent.record.mockCase, namePrefix: childNamePrefix(run.arn) };
  }

  /** @returns none when the parent's Map Run is not open any more. */
  async itemsInState(parentArn: string, { frame, mapRunArn }: StartMapRun): Promise<readonly MapItem[]> {
    const { residents, environments } = this.#parts;
    const parent = await residents.find(parentArn);
    if (parent === undefined) return [];
    const decision = newDecision(parent.program, parent.state, environments.of(parentArn));
    return itemsInState(decision, frame, mapRunArn) ?? [];
  }

  /** Makes inputs of items that were read. @returns undefined when the parent's Map Run is not open any more. */
  async makeInputs(
    parentArn: string,
    { frame, mapRunArn }: StartMapRun,
    from: Making,
    items: readonly MapItem[],
    last: boolean,
  ): Promise<MadeInputs | FailedInputs | undefined> {
    const { residents, environments, clock } = this.#parts;
    const parent = await residents.find(parentArn);
    if (parent === undefined) return undefined;
    const decision = newDecision(parent.program, parent.state, environments.of(parentArn));
    const steps = readInputs(decision, frame, mapRunArn, from, items, last);
    for (let begun = clock.now(); ; ) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (clock.now() - begun < SLICE_MS) continue;
      // Other executions go on in between.
      await new Promise<void>((resolve) => clock.soon(resolve));
      begun = clock.now();
    }
  }

  arnOf({ run, namePrefix }: Siblings, child: number): string {
    const name = childName(namePrefix, child);
    if (run.childType === 'EXPRESS') return expressChildArn(run.arn, name);
    const machine = splitResource(parseArn(run.stateMachineArn)!.resource).rest;
    return executionArn(this.#parts.account, machine, name);
  }

  /** @returns how it ended. Rejects only for a bug of Treadle's. */
  runExpress(siblings: Siblings, child: number, input: Payload): Promise<ExecutionEnd> {
    const { express, clock } = this.#parts;
    const { run, compiled, mockCase, namePrefix } = siblings;
    const facts = {
      kind: 'EXPRESS',
      arn: this.arnOf(siblings, child),
      stateMachineArn: run.stateMachineArn,
      name: childName(namePrefix, child),
      startedAt: clock.now(),
      mockCase,
      ...(run.redriveCount > 0 && { redrive: run.redriveCount }),
    } as const;
    return express.run(facts, compiled, input);
  }

  /** Whether a Standard child may be started now. */
  get hasRoom(): boolean {
    return this.#starting < MOST_STARTING;
  }

  /** @param act is called once there is room for a Standard child. */
  onRoom(act: () => void): void {
    this.#waiting.push(act);
  }

  /** Resolves when the start is durable. @throws DuplicateExecution when it was started before; what the store says. */
  async startStandard(siblings: Siblings, child: number, items: number, input: Payload): Promise<void> {
    const { store, starts, clock } = this.#parts;
    const { run, compiled, mockCase, namePrefix } = siblings;
    const record = newRecord({
      key: store.nextKey(),
      arn: this.arnOf(siblings, child),
      stateMachineArn: run.stateMachineArn,
      name: childName(namePrefix, child),
      revision: compiled.revision.id,
      startedAt: clock.now(),
      mapRunArn: run.arn,
      mapState: run.stateName,
      mockCase,
      mapRunKey: run.key,
      mapIndex: child,
      mapItems: items === 1 ? undefined : items,
      mapRunRedrive: run.redriveCount === 0 ? undefined : run.redriveCount,
    });
    await this.#startOne(() => starts.begin(record, compiled, input));
  }

  async #startOne<T>(start: () => Promise<T>): Promise<T> {
    this.#starting++;
    try {
      return await start();
    } finally {
      this.#starting--;
      for (const act of this.hasRoom ? this.#waiting.splice(0) : []) act();
    }
  }

  /** Has a Standard child go on. Resolves when that is durable. @returns false when it runs already, or has succeeded. */
  redriveStandard(siblings: Siblings, child: number): Promise<boolean> {
    const { redrives } = this.#parts;
    const { redriveCount } = siblings.run;
    return this.#startOne(() => redrives.redriveChild(this.arnOf(siblings, child), redriveCount));
  }

  /** Whether a Standard child that did not succeed can go on. Source: AWS, "Child workflow execution redrive behavior". */
  async canRedrive(record: ExecutionRecord): Promise<boolean> {
    const { store, limits, clock } = this.#parts;
    const { key, sequence } = record;
    // Notes count in the sequence, events alone in the history.
    const roomy = sequence < limits.historyEvents - 1;
    const events = roomy ? sequence : ((await store.journal.ends(key))?.last.id ?? sequence);
    return redriveObstacle(record, events, { status: 'ACTIVE' }, limits, clock.now()) === undefined;
  }

  /** How a Standard child ends that exists already. */
  async endOf(arn: string): Promise<ExecutionEnd> {
    const end = await this.#parts.ends.of(arn);
    assert(end, `Expected the child execution ${arn} to exist`);
    return end;
  }

  /** Stops a Standard child. Resolves when that is durable. */
  async stop(arn: string): Promise<void> {
    await this.#parts.inbox.ask(arn, { type: 'StopExecution', error: undefined, cause: undefined });
  }
}
