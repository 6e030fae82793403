// A second fold of every journal, beside the runtime's: each commit is applied to it, and what the record claims (status,
// sequence, when to look again, whether something is under way) must be what the fold says.

import { compileDefinition } from '../../src/asl/compile.ts';
import type { Program } from '../../src/asl/program.ts';
import { parseArn } from '../../src/base/arn.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import type { TaskRequest } from '../../src/integrations/integration.ts';
import { apply } from '../../src/interpreter/apply.ts';
import { needsRecovery, nextWake } from '../../src/interpreter/outstanding.ts';
import { type ExecutionState, newExecutionState } from '../../src/interpreter/state.ts';
import type { Batch, ExecutionRecord, Revision } from '../../src/store/store.ts';

export interface Shadow {
  readonly record: ExecutionRecord;
  readonly state: ExecutionState;
}

export class Shadows {
  readonly byArn = new Map<string, Shadow>();
  /** Attempts that timed out, as `<ARN>: task <id of the …Scheduled event>`. */
  readonly timedOut = new Set<string>();
  readonly #revisions: (id: number) => Revision;
  readonly #programs = new Map<string, Program>();
  readonly #complain: (complaint: string) => void;
  /** By process. */
  readonly #calls = new WeakMap<object, Set<string>>();

  constructor(revisions: (id: number) => Revision, complain: (complaint: string) => void) {
    this.#revisions = revisions;
    this.#complain = complain;
  }

  /** Takes in a batch that the store has kept. */
  kept(batch: Batch): void {
    for (const { record, created, events } of batch.executions) {
      const known = this.byArn.get(record.arn);
      if (created === (known !== undefined)) {
        this.#complain(`${record.arn} was written as ${created ? 'new' : 'known'}, but it is not`);
        continue;
      }
      const state = known?.state ?? this.fresh(record);
      try {
        for (const event of events) {
          if (event.type.endsWith('TimedOut')) {
            const task = state.frames.get(event.frame)?.open?.task;
            if (task !== undefined) this.timedOut.add(`${record.arn}: task ${task.scheduled}`);
          }
          apply(state, event);
        }
      } catch (bug) {
        this.#complain(`${record.arn}: an event of a kept commit does not fold: ${String(bug)}`);
        continue;
      }
      this.byArn.set(record.arn, { record, state });
      for (const difference of differences(record, state)) this.#complain(`${record.arn}: ${difference}`);
    }
  }

  /** A task is called: once by each process, and not before that is durable. */
  called(task: TaskRequest, process: object): void {
    const calls = this.#calls.get(process) ?? new Set();
    this.#calls.set(process, calls);
    if (calls.has(task.idempotencyToken))
      this.#complain(`${task.idempotencyToken} was called twice by one process`);
    calls.add(task.idempotencyToken);
    if (task.executionArn.includes(':express:')) return;
    const scheduled = Number(task.idempotencyToken.slice(task.idempotencyToken.lastIndexOf(':') + 1));
    const frame = this.byArn.get(task.executionArn)?.state.tasks.get(scheduled);
    // A task that ended while its call was on the way is called in vain; one that the journal never saw started is not.
    const lastId = this.byArn.get(task.executionArn)?.state.lastId ?? 0;
    if (lastId <= scheduled || frame?.open?.task?.started === false)
      this.#complain(`${task.executionArn}: task ${scheduled} was called before that was durable`);
  }

  /** A state with nothing folded in. */
  fresh(record: ExecutionRecord): ExecutionState {
    const revision = this.#revisions(record.revision);
    const program = this.#program(revision.definition, record.mapState);
    const seconds = Math.min(
      program.timeoutSeconds ?? AWS_LIMITS.standardSeconds,
      AWS_LIMITS.standardSeconds,
    );
    const machine = parseArn(record.stateMachineArn)!;
    return newExecutionState({
      arn: record.arn,
      name: record.name,
      stateMachineArn: record.stateMachineArn,
      stateMachineName: machine.resource.slice('stateMachine:'.length),
      roleArn: revision.roleArn,
      region: machine.region,
      express: false,
      showRedriveCount: true,
      startedAt: record.startedAt,
      deadline: record.startedAt + seconds * 1000,
      latestEnd: record.startedAt + AWS_LIMITS.standardSeconds * 1000,
    });
  }

  #program(definition: string, mapState: string | undefined): Program {
    const id = `${mapState ?? ''}\n${definition}`;
    let program = this.#programs.get(id);
    if (program === undefined) {
      program = compileDefinition(definition);
      if (mapState !== undefined) {
        const state = program.states.get(mapState);
        if (state?.type !== 'Map' || state.distributed === undefined)
          throw new Error(`Expected a distributed Map named ${mapState}`);
        program = compileDefinition(state.distributed.definition);
      }
      this.#programs.set(id, program);
    }
    return program;
  }
}

/** What a record says otherwise than the fold of its journal. */
export function differences(record: ExecutionRecord, state: ExecutionState): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['status', record.status, state.status],
    ['sequence', record.sequence, state.sequence],
    ['stoppedAt', record.stoppedAt, state.stoppedAt],
    ['wakeAt', record.wakeAt, nextWake(state)],
    ['busy', record.busy, needsRecovery(state)],
    ['redriveCount', record.redriveCount, state.redriveCount],
    ['redrivenAt', record.redrivenAt, state.redrivenAt],
  ];
  return pairs
    .filter(([, claimed, folded]) => claimed !== folded)
    .map(([name, claimed, folded]) => `the record's ${name} is ${claimed}, but its journal says ${folded}`);
}
