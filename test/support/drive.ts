// Drives the pure interpreter without store or runtime: virtual time, scripted tasks, a trace to compare inline.

import { compileDefinition } from '../../src/asl/compile.ts';
import type { Program } from '../../src/asl/program.ts';
import { type Json, parseJson } from '../../src/base/json.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS, type Limits } from '../../src/base/quotas.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { replay } from '../../src/interpreter/apply.ts';
import type { Command, TaskOutcome } from '../../src/interpreter/command.ts';
import { decide } from '../../src/interpreter/decide.ts';
import type { Environment } from '../../src/interpreter/decision.ts';
import type { InvokeTask, StartMapRun } from '../../src/interpreter/effect.ts';
import { nextWake } from '../../src/interpreter/outstanding.ts';
import { type ExecutionInfo, type ExecutionState, newExecutionState } from '../../src/interpreter/state.ts';

/**
 * What a task or a Map Run does: an output, an error (without a name when nothing is known of it), or never anything.
 * `submitted` is what a `.sync` or `.waitForTaskToken` request is answered first. `afterMs` is virtual.
 */
export type Reply =
  | { readonly output: Json; readonly submitted?: Json; readonly afterMs?: number }
  | {
      readonly error?: string;
      readonly cause?: string;
      readonly submitted?: Json;
      /** Submitted, and never heard of again. */
      readonly silent?: true;
      readonly afterMs?: number;
    }
  | 'never';

export interface Script {
  readonly input?: Json;
  /** Replies by state name, one per call; the last one repeats. */
  readonly tasks?: Readonly<Record<string, Reply | readonly Reply[]>>;
  readonly limits?: Partial<Limits>;
  readonly express?: boolean;
  readonly maxTransitions?: number;
  readonly overtime?: () => boolean;
  /** Stop at this virtual time. */
  readonly untilMs?: number;
  /** StopExecution at this virtual time. */
  readonly stop?: { readonly afterMs: number; readonly error?: string; readonly cause?: string };
  /** RedriveExecution so often, each time a virtual second after the execution has closed without success. */
  readonly redrives?: number;
  /** Compares the live state with the replayed one after every decision, not only at the end. */
  readonly replayEveryDecision?: boolean;
  /** The program, when it has been compiled before. */
  readonly program?: Program;
  /** Parts of the environment to replace. */
  readonly env?: Partial<Environment>;
}

export interface Driven {
  readonly state: ExecutionState;
  readonly events: readonly HistoryEvent[];
  /** `2<0 PassStateEntered A`, notes left out. */
  readonly trace: readonly string[];
  readonly status: string;
  /** `SUCCEEDED {"a":1}`, `FAILED Error: cause`, `RUNNING`: the end in one line. */
  readonly end: string;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Virtual milliseconds from start to end. */
  readonly tookMs: number;
  /** Inputs of every call, by state name. */
  readonly calls: Readonly<Record<string, Json[]>>;
}

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export const INFO: ExecutionInfo = {
  arn: 'arn:aws:states:us-east-1:123456789012:execution:machine:run',
  name: 'run',
  stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
  stateMachineName: 'machine',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  region: 'us-east-1',
  express: false,
  showRedriveCount: true,
  startedAt: START,
  deadline: START + AWS_LIMITS.standardSeconds * 1000,
  latestEnd: START + AWS_LIMITS.standardSeconds * 1000,
};

/** Runs a definition on an input to its end; `end` and `trace` say in few words what came of it. */
export function run(definition: object, input: Json = {}, script: Script = {}): Driven {
  return drive(definition, { ...script, input });
}

/** Runs a definition to its end (or until nothing more happens) and checks that replay gives the same state. */
export function drive(definition: object | string, script: Script = {}): Driven {
  const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const program = script.program ?? compileDefinition(text);
  const seconds = program.timeoutSeconds;
  const limits: Limits = { ...AWS_LIMITS, ...script.limits };
  const express = script.express ?? false;
  const longest = express ? limits.expressSeconds : limits.standardSeconds;
  const info: ExecutionInfo = {
    ...INFO,
    express,
    deadline: START + Math.min(seconds ?? longest, longest) * 1000,
  };
  const state = newExecutionState(info);
  const events: HistoryEvent[] = [];
  const calls: Record<string, Json[]> = {};
  const pending: { readonly at: number; readonly order: number; readonly command: Command }[] = [];
  let now = START;
  let order = 0;
  let seed = 1;

  const environment = (): Environment => ({
    now,
    random: () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    uuid: () => '00000000-0000-4000-8000-000000000000',
    taskToken: (scheduled) => `token-${scheduled}`,
    knowsActivity: () => true,
    checkParameters: () => [],
    limits,
    maxTransitions: script.maxTransitions ?? 100_000,
    ...(script.overtime && { overtime: script.overtime }),
    ...script.env,
  });

  const replyTo = (stateName: string, input: Json): Exclude<Reply, 'never'> | undefined => {
    calls[stateName] ??= [];
    const made = calls[stateName]!;
    made.push(input);
    const replies = script.tasks?.[stateName];
    const list = Array.isArray(replies) ? (replies as readonly Reply[]) : [replies as Reply | undefined];
    const reply = list[Math.min(made.length, list.length) - 1];
    return reply === 'never' ? undefined : reply;
  };

  const call = (effect: InvokeTask): void => {
    const reply = replyTo(effect.stateName, effect.input.value);
    if (reply === undefined) return;
    if (reply.submitted !== undefined && effect.submitted === undefined) {
      const output = Payload.ofValue(reply.submitted);
      const submit: Command = { type: 'SubmitTask', scheduled: effect.scheduled, output };
      pending.push({ at: now, order: order++, command: submit });
      // A job is looked at again once it is submitted; a callback is not.
      const { resource } = effect;
      if (resource.kind === 'service' && resource.pattern !== 'waitForTaskToken') {
        calls[effect.stateName]!.pop();
        return;
      }
    }
    if ('silent' in reply) return;
    const outcome = outcomeOf(reply);
    if (effect.resource.kind === 'activity') {
      const taken: Command = { type: 'StartActivity', scheduled: effect.scheduled, workerName: 'worker' };
      pending.push({ at: now, order: order++, command: taken });
    }
    const command: Command = { type: 'CompleteTask', scheduled: effect.scheduled, outcome };
    pending.push({ at: now + (reply.afterMs ?? 1), order: order++, command });
  };

  const runMap = (effect: StartMapRun): void => {
    const inputs = effect.inputs.map((input) => input.value);
    const reply = replyTo(effect.stateName, inputs);
    if (reply === undefined) return;
    const { frame, mapRunArn } = effect;
    const command: Command = { type: 'CompleteMapRun', frame, mapRunArn, outcome: outcomeOf(reply) };
    pending.push({ at: now + (reply.afterMs ?? 1), order: order++, command });
  };

  const perform = (command: Command): void => {
    const decision = decide(program, state, command, environment());
    events.push(...decision.events);
    for (const effect of decision.effects) {
      if (effect.type === 'InvokeTask') call(effect);
      else if (effect.type === 'StartMapRun') runMap(effect);
    }
    if (script.replayEveryDecision) checkReplay(info, state, events);
    if (decision.more) perform({ type: 'Continue' });
  };

  if (script.stop !== undefined) {
    const { afterMs, error, cause } = script.stop;
    pending.push({ at: START + afterMs, order: order++, command: { type: 'StopExecution', error, cause } });
  }
  perform({ type: 'StartExecution', input: Payload.ofValue(script.input ?? {}) });
  let redrives = script.redrives ?? 0;
  for (;;) {
    if (state.status !== 'RUNNING') {
      if (redrives === 0 || state.status === 'SUCCEEDED') break;
      checkReplay(info, state, events);
      redrives--;
      now += 1_000;
      pending.length = 0;
      perform({ type: 'RedriveExecution' });
      continue;
    }
    pending.sort((a, b) => a.at - b.at || a.order - b.order);
    const wake = nextWake(state);
    const at = Math.min(pending[0]?.at ?? Number.POSITIVE_INFINITY, wake ?? Number.POSITIVE_INFINITY);
    if (!Number.isFinite(at) || at - START > (script.untilMs ?? Number.POSITIVE_INFINITY)) break;
    now = Math.max(now, at);
    const first = pending[0];
    if (first !== undefined && first.at <= now) {
      pending.shift();
      perform(first.command);
    } else {
      perform({ type: 'FireTimers', until: now });
    }
  }

  checkReplay(info, state, events);
  return {
    state,
    events,
    trace: events.filter((event) => event.id > 0).map(traceOf),
    status: state.status,
    end: endOf(state),
    output: state.output === undefined ? undefined : parseJson(state.output.text),
    error: state.error,
    cause: state.cause,
    tookMs: (state.stoppedAt ?? now) - START,
    calls,
  };
}

function endOf({ status, output, error, cause }: ExecutionState): string {
  const what = output?.text ?? [error, cause].filter((part) => part !== undefined).join(': ');
  return what === '' ? status : `${status} ${what}`;
}

function outcomeOf(reply: Exclude<Reply, 'never'>): TaskOutcome {
  return 'output' in reply
    ? { status: 'succeeded', output: Payload.ofValue(reply.output) }
    : { status: 'failed', error: reply.error, cause: reply.cause };
}

function checkReplay(info: ExecutionInfo, state: ExecutionState, events: readonly HistoryEvent[]): void {
  const again = replay(newExecutionState(info), events);
  const compared = [again, state].map(comparable);
  if (compared[0] !== compared[1]) throw new Error(`Replay differs:\n${compared[0]}\n${compared[1]}`);
}

function traceOf(event: HistoryEvent): string {
  const name = 'name' in event ? ` ${event.name}` : '';
  const index = 'index' in event ? ` ${event.index}` : '';
  const error = 'error' in event && event.error !== undefined ? ` ${event.error}` : '';
  return `${event.id}<${event.previous} ${event.type}${name}${index}${error}`;
}

/** A state as text: payloads by their text, frames in order, timers that are out of date left out. */
export function comparable(state: ExecutionState): string {
  nextWake(state);
  return JSON.stringify(
    state,
    (key, value: unknown) => {
      if (value instanceof Payload) return JSON.parse(value.text) as unknown;
      if (value instanceof Map)
        return [...value.entries()].sort((a, b) => String(a[0]).localeCompare(String(b[0])));
      if (value instanceof Set) return [...value].map((v) => (isFrame(v) ? v.id : v)).sort();
      if (key === 'parent') return isFrame(value) ? value.id : undefined;
      if (key === 'timers' || key === 'items') return undefined;
      return value;
    },
    1,
  );
}

function isFrame(value: unknown): value is { readonly id: number } {
  return typeof value === 'object' && value !== null && 'cursor' in value;
}
