// Computing that may take long, done elsewhere than in the loop that serves everybody: what is asked for, how it may end, and
// the work itself, which any thread can do. Jobs and their results are data that a message can carry.

import type { DefinitionCache } from '../../asl/analysis.ts';
import type { Diagnostic } from '../../asl/diagnostic.ts';
import type { ValidateOptions } from '../../asl/validate.ts';
import { Meter, MeterExhausted, UNITS_PER_MS } from '../../base/meter.ts';
import type { Limits } from '../../base/quotas.ts';
import { StateError } from '../../base/state-error.ts';
import { type Packed, pack, unpack } from '../../base/transfer.ts';
import { checkOf } from '../../integrations/checks.ts';
import type { Command } from '../../interpreter/command.ts';
import { decide } from '../../interpreter/decide.ts';
import type { Environment } from '../../interpreter/decision.ts';
import type { ExecutionState } from '../../interpreter/state.ts';
import type { TaskTokens } from '../tokens.ts';

/** A decision with everything it depends on. */
export interface DecisionJob {
  readonly type: 'decision';
  /** Of the program. */
  readonly definition: string;
  /** Of the execution, before the commands. */
  readonly state: Packed;
  /** In order. */
  readonly commands: Packed;
  readonly facts: DecisionFacts;
  /**
   * True when the decision has ended a thread before: it does one transition, and a state whose evaluations take more than a
   * moment fails.
   */
  readonly sparing: boolean;
}

/** What the environment of a decision knows, as data. */
export interface DecisionFacts
  extends Pick<Environment, 'now' | 'listeningSince' | 'waitScale' | 'heldBytes'> {
  readonly limits: Limits;
  readonly activities: readonly string[];
  /** Resources whose parameters an integration checks. */
  readonly checked: readonly string[];
  /** By resource: members that Step Functions adds to the parameters. */
  readonly added: Readonly<Record<string, Packed>>;
  /** Names of states that a mock answers for. */
  readonly mocked: readonly string[];
  readonly isBeingDeleted: boolean;
}

export interface DecisionResult {
  readonly verdicts: Packed;
  /** Work units that its evaluations took. */
  readonly units: number;
}

/** A definition to check. */
export interface AnalysisJob {
  readonly type: 'analysis';
  readonly text: string;
  readonly machineType: ValidateOptions['type'];
}

export interface AnalysisResult {
  readonly diagnostics: readonly Diagnostic[];
}

export type Job = DecisionJob | AnalysisJob;
export type ResultOf<J extends Job> = J extends DecisionJob ? DecisionResult : AnalysisResult;

export type Outcome<Result = DecisionResult | AnalysisResult> =
  | { readonly status: 'done'; readonly result: Result }
  /** The job took too much time or memory, or ended its thread in some other way. */
  | { readonly status: 'stopped'; readonly reason: 'time' | 'memory' | 'exit' }
  /** A bug of Treadle's in the job. */
  | { readonly status: 'bug'; readonly error: Error };

export interface Pool {
  /** Jobs begin in the order in which they come. Never rejects; stays open when the pool is closed first. */
  run<J extends Job>(job: J): Promise<Outcome<ResultOf<J>>>;
  close(): Promise<void>;
}

/** What the work needs of the thread that does it. */
export interface Workshop {
  readonly definitions: DefinitionCache;
  readonly tokens: TaskTokens;
  readonly random: () => number;
  readonly uuid: () => string;
  /** Milliseconds of a clock that only goes forward. */
  readonly elapsed: () => number;
}

/** A decision ends after the transition under way when it has taken so long: its thread is wanted by others. */
const LONG_MS = 200;
/** Transitions of one decision: its events are folded in the loop. */
const MAX_TRANSITIONS = 500;
/** What the evaluations of one decision may take together: a transition may have several that take a second each. */
const MOST_UNITS = 10_000 * UNITS_PER_MS;
/** The same of a sparing decision. */
const SPARING_UNITS = 20 * UNITS_PER_MS;

/** Does a job in whatever thread it is called. */
export function outcomeOf(job: Job, workshop: Workshop): Outcome {
  try {
    const result = job.type === 'decision' ? decideFor(job, workshop) : analyse(job, workshop);
    return { status: 'done', result };
  } catch (error) {
    if (error instanceof MeterExhausted) return { status: 'stopped', reason: 'time' };
    return { status: 'bug', error: error instanceof Error ? error : new Error(String(error)) };
  }
}

function analyse({ text, machineType }: AnalysisJob, { definitions }: Workshop): AnalysisResult {
  return { diagnostics: definitions.analyze(text, machineType).diagnostics };
}

function decideFor(job: DecisionJob, workshop: Workshop): DecisionResult {
  const program = workshop.definitions.program(job.definition);
  const state = unpack(job.state) as ExecutionState;
  const commands = unpack(job.commands) as readonly Command[];
  const meter = job.sparing ? new Meter(SPARING_UNITS, failState) : new Meter(MOST_UNITS);
  const env = environmentOf(job, workshop, state.info.arn, meter);
  const verdicts = commands.map((command) => decide(program, state, command, env));
  return { verdicts: pack(verdicts), units: meter.used };
}

/**
 * AWS has no name for it, since there every field has a second and a machine of its own. "States.Runtime: An execution failed
 * due to some exception that it could not process" (AWS, "Handling errors in Step Functions workflows") comes nearest.
 */
function failState(): never {
  throw new StateError(
    'States.Runtime',
    'The expressions of the state took more time or memory than Treadle gives to one step of an execution.',
  );
}

function environmentOf(job: DecisionJob, workshop: Workshop, arn: string, meter: Meter): Environment {
  const { facts, sparing } = job;
  const { now, listeningSince, waitScale, heldBytes, limits } = facts;
  const { tokens, random, uuid, elapsed } = workshop;
  const begun = elapsed();
  return {
    now,
    ...(listeningSince === undefined ? {} : { listeningSince }),
    ...(waitScale === undefined ? {} : { waitScale }),
    ...(heldBytes === undefined ? {} : { heldBytes }),
    limits,
    random,
    uuid,
    taskToken: (scheduled) => tokens.make(arn, scheduled),
    knowsActivity: (activityArn) => facts.activities.includes(activityArn),
    checkParameters: (resource, input) =>
      (facts.checked.includes(resource.arn) ? checkOf(resource)?.(resource, input) : undefined) ?? [],
    addedParameters(resource) {
      const added = facts.added[resource.arn];
      return added && (unpack(added) as ReturnType<NonNullable<Environment['addedParameters']>>);
    },
    isMocked: (_, stateName) => facts.mocked.includes(stateName),
    isBeingDeleted: () => facts.isBeingDeleted,
    meter,
    maxTransitions: sparing ? 1 : MAX_TRANSITIONS,
    overtime: () => elapsed() - begun >= LONG_MS,
  };
}
