// Starts of executions: who is let in, which names are taken, and the first command. Standard starts are answered when they
// are durable and Express ones when their start record is; StartSyncExecution writes nothing.

import { type Account, executionArn, expressExecutionArn } from '../base/arn.ts';
import type { Clock } from '../base/clock.ts';
import { Payload } from '../base/payload.ts';
import type { Limits } from '../base/quotas.ts';
import { newExecutionState } from '../interpreter/state.ts';
import type { ExecutionEnd } from '../observe/messages.ts';
import { DuplicateExecution, type ExecutionRecord, type ExpressStart, type Store } from '../store/store.ts';
import { Admission } from './admission.ts';
import type { StartRequest } from './engine.ts';
import { infoOf, newRecord } from './execution.ts';
import type { ExpressExecutions } from './express.ts';
import type { Inbox } from './inbox.ts';
import type { Memory } from './memory.ts';
import type { MockedTasks } from './mocked-tasks.ts';
import type { Compiled, Programs } from './programs.ts';
import { newResident } from './resident.ts';
import type { Residents } from './residents.ts';

export interface StartParts {
  readonly store: Store;
  readonly account: Account;
  readonly limits: Limits;
  readonly programs: Programs;
  readonly residents: Residents;
  readonly inbox: Inbox;
  readonly express: ExpressExecutions;
  readonly memory: Memory;
  readonly mocked: MockedTasks;
  readonly clock: Clock;
  readonly uuid: () => string;
}

interface Started {
  readonly executionArn: string;
  readonly startedAt: number;
}

export class Starts {
  readonly #parts: StartParts;
  readonly #admission: Admission;
  /** Starts and redrives that are let in and not answered yet, by state machine. */
  readonly #underWay = new Map<string, number>();
  /** Who waits until a state machine has none. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(parts: StartParts) {
    this.#parts = parts;
    this.#admission = new Admission(() => parts.express.running, parts.memory);
  }

  /** @throws DuplicateExecution, Overloaded, or what keeps the store from writing. */
  start(request: StartRequest): Promise<Started> {
    const { machine, input } = request;
    return this.letIn(machine.arn, input.text.length, async () => {
      const compiled = this.#parts.programs.of(machine.revision);
      return machine.type === 'EXPRESS'
        ? this.#startExpress(request, compiled)
        : this.#startStandard(request, compiled);
    });
  }

  /** Admits a start or a redrive, which counts as under way until its promise settles. @throws Overloaded */
  letIn<T>(stateMachineArn: string, characters: number, work: () => Promise<T>): Promise<T> {
    return this.#admission.admit(characters, async () => {
      this.#count(stateMachineArn, 1);
      try {
        return await work();
      } finally {
        this.#count(stateMachineArn, -1);
      }
    });
  }

  #count(stateMachineArn: string, change: 1 | -1): void {
    const count = (this.#underWay.get(stateMachineArn) ?? 0) + change;
    if (count > 0) return void this.#underWay.set(stateMachineArn, count);
    this.#underWay.delete(stateMachineArn);
    const waiting = this.#waiting.get(stateMachineArn);
    if (waiting === undefined) return;
    this.#waiting.delete(stateMachineArn);
    for (const resolve of waiting) resolve();
  }

  /** Resolves when no start or redrive of the machine is under way: each is durable, or was refused. */
  async settled(stateMachineArn: string): Promise<void> {
    if (!this.#underWay.has(stateMachineArn)) return;
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(stateMachineArn);
      if (waiting === undefined) this.#waiting.set(stateMachineArn, [resolve]);
      else waiting.push(resolve);
    });
  }

  /** @throws Overloaded */
  startSync(request: StartRequest): Promise<ExecutionEnd> {
    const { machine, input } = request;
    return this.#admission.admit(input.text.length, async () => {
      const compiled = this.#parts.programs.of(machine.revision);
      return this.#parts.express.run(
        { ...this.#expressStart(request, compiled), kind: 'SYNC' },
        compiled,
        input,
      );
    });
  }

  /** Lets no more starts in. */
  close(): void {
    this.#admission.close();
  }

  async #startStandard(request: StartRequest, compiled: Compiled): Promise<Started> {
    const { store, residents, account, clock } = this.#parts;
    const { machine, name, input } = request;
    const arn = executionArn(account, machine.name, name);
    const taken = residents.has(arn) || (await store.executions.get(arn)) !== undefined;
    // Another start of the same name may have come in while the store was asked.
    if (taken || residents.has(arn)) return this.#answerAgain(arn, request, compiled);
    const record = newRecord({
      key: store.nextKey(),
      arn,
      stateMachineArn: machine.arn,
      name,
      revision: compiled.revision.id,
      startedAt: clock.now(),
      traceHeader: request.traceHeader,
      stateMachineVersionArn: request.stateMachineVersionArn,
      stateMachineAliasArn: request.stateMachineAliasArn,
      mockCase: request.mockCase,
    });
    await this.begin(record, compiled, input);
    return { executionArn: arn, startedAt: record.startedAt };
  }

  /** AWS: the same name and input while it runs is the same start; anything else is a duplicate. */
  async #answerAgain(arn: string, request: StartRequest, compiled: Compiled): Promise<Started> {
    const { store, residents, inbox } = this.#parts;
    // The other start must be durable before it is answered a second time.
    if (residents.get(arn)?.created === false) await inbox.ask(arn, { type: 'Continue' });
    const record = await store.executions.get(arn);
    // The other start could not be kept.
    if (record === undefined) return this.#startStandard(request, compiled);
    if (record.status !== 'RUNNING' || record.mockCase !== request.mockCase)
      throw new DuplicateExecution(arn);
    const first = (await store.journal.ends(record.key))?.first;
    if (first?.type !== 'ExecutionStarted' || first.input.text !== request.input.text)
      throw new DuplicateExecution(arn);
    return { executionArn: arn, startedAt: record.startedAt };
  }

  /** Starts a Standard execution whose name is free. Resolves when that is durable. */
  async begin(record: ExecutionRecord, { program, revision }: Compiled, input: Payload): Promise<void> {
    const { residents, inbox, mocked, limits } = this.#parts;
    const { stateMachineAliasArn, stateMachineVersionArn } = record;
    const info = infoOf(record, revision.roleArn, program, limits, 'STANDARD');
    const resident = newResident(record, program, newExecutionState(info), false);
    mocked.begin(info);
    residents.add(resident);
    const via = {
      ...(stateMachineAliasArn === undefined ? {} : { stateMachineAliasArn }),
      ...(stateMachineVersionArn === undefined ? {} : { stateMachineVersionArn }),
    };
    try {
      await inbox.askOf(resident, { type: 'StartExecution', input, via });
    } catch (error) {
      mocked.end(record.arn);
      throw error;
    }
  }

  async #startExpress(request: StartRequest, compiled: Compiled): Promise<Started> {
    const start = this.#expressStart(request, compiled);
    await this.#parts.inbox.keepExpressStart(start);
    this.#runStarted(start, compiled, request.input);
    return { executionArn: start.arn, startedAt: start.startedAt };
  }

  #expressStart({ machine, name, input, mockCase }: StartRequest, compiled: Compiled): ExpressStart {
    const { account, clock, uuid } = this.#parts;
    return {
      arn: expressExecutionArn(account, machine.name, name, uuid()),
      stateMachineArn: machine.arn,
      name,
      revision: compiled.revision.id,
      input: input.text,
      startedAt: clock.now(),
      mockCase,
    };
  }

  /** Runs an Express execution that an earlier process acknowledged and did not see end. */
  async runAgain(start: ExpressStart): Promise<void> {
    const compiled = await this.#parts.programs.load(start.revision);
    this.#runStarted(start, compiled, Payload.ofText(start.input), { again: true });
  }

  /** The start record is removed only when the execution has ended, so that it runs at least once. */
  #runStarted(start: ExpressStart, compiled: Compiled, input: Payload, again: { again?: true } = {}): void {
    const { express, inbox } = this.#parts;
    const end = (): void => inbox.removeExpressStart(start.arn);
    express.run({ ...start, ...again, kind: 'EXPRESS' }, compiled, input).then(end, end);
  }
}
