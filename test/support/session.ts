// One execution without anything around it: commands are told to it one by one, at any time, and what `decide` makes of
// them is kept. After every command the state must be what a replay of the events gives.

import { expect } from 'vitest';
import { compileDefinition } from '../../src/asl/compile.ts';
import type { Program } from '../../src/asl/program.ts';
import type { Json } from '../../src/base/json.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { replay } from '../../src/interpreter/apply.ts';
import type { Command } from '../../src/interpreter/command.ts';
import { decide, type Verdict } from '../../src/interpreter/decide.ts';
import { type Decision, type Environment, newDecision } from '../../src/interpreter/decision.ts';
import type { Effect } from '../../src/interpreter/effect.ts';
import { nextWake } from '../../src/interpreter/outstanding.ts';
import { type ExecutionInfo, type ExecutionState, newExecutionState } from '../../src/interpreter/state.ts';
import { comparable, INFO, START } from './drive.ts';

export interface Session {
  readonly program: Program;
  readonly state: ExecutionState;
  readonly events: HistoryEvent[];
  readonly effects: Effect[];
  /** Performs a command `seconds` after the start; due timers are not fired before it. */
  tell(command: Command, seconds?: number): Verdict;
  start(input?: Json): Verdict;
  /** Fires timers one moment after another until `seconds` after the start. */
  passTime(seconds: number): void;
  /** Fires what is due by a second since the start, whenever that is. */
  fireTimers(seconds: number): Verdict;
  /** A decision to call parts of the interpreter with. */
  decision(seconds?: number): Decision;
  /** The same execution in another process: folded from its journal. */
  reopened(): Session;
}

export interface SessionOptions {
  readonly env?: Partial<Environment>;
  readonly info?: Partial<ExecutionInfo>;
  readonly events?: readonly HistoryEvent[];
}

export function session(definition: object, options: SessionOptions = {}): Session {
  const program = compileDefinition(JSON.stringify(definition));
  const info = { ...INFO, ...options.info };
  const events = [...(options.events ?? [])];
  const state = replay(newExecutionState(info), events);
  const effects: Effect[] = [];
  const environment = (now: number): Environment => ({
    now,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    taskToken: (scheduled) => `token-${scheduled}`,
    knowsActivity: () => true,
    checkParameters: () => [],
    limits: AWS_LIMITS,
    maxTransitions: 1_000,
    ...options.env,
  });
  const tell = (command: Command, seconds = 0): Verdict => {
    const verdict = decide(program, state, command, environment(START + seconds * 1000));
    events.push(...verdict.events);
    effects.push(...verdict.effects);
    expect(comparable(replay(newExecutionState(info), events))).toBe(comparable(state));
    return verdict;
  };
  return {
    program,
    state,
    events,
    effects,
    tell,
    start: (input = {}) => tell({ type: 'StartExecution', input: Payload.ofValue(input) }),
    fireTimers: (seconds) => tell({ type: 'FireTimers', until: START + seconds * 1000 }, seconds),
    passTime: (seconds) => {
      const until = START + seconds * 1000;
      for (let wake = nextWake(state); wake !== undefined && wake <= until; wake = nextWake(state)) {
        tell({ type: 'FireTimers', until: wake }, (wake - START) / 1000);
      }
    },
    decision: (seconds = 0) => newDecision(program, state, environment(START + seconds * 1000)),
    reopened: () => session(definition, { ...options, events }),
  };
}

/** A task's result. */
export function succeeded(output: Json): { readonly status: 'succeeded'; readonly output: Payload } {
  return { status: 'succeeded', output: Payload.ofValue(output) };
}
