// Puts the engine together, from the bottom up: nothing here knows what is built after it. The one way back up is the inbox,
// which holds commands until the committer, built last, takes them.

import { randomUUID } from 'node:crypto';
import { DefinitionCache } from '../asl/analysis.ts';
import { NO_S3, type S3 } from '../aws/s3-objects.ts';
import type { Account } from '../base/arn.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { UNITS_PER_MS } from '../base/meter.ts';
import type { Limits } from '../base/quotas.ts';
import { Bus } from '../observe/bus.ts';
import type { Store } from '../store/store.ts';
import { Activities } from './activities.ts';
import { Arrivals } from './arrivals.ts';
import { Callbacks } from './callbacks.ts';
import { Committer } from './committer.ts';
import { DeletedMachines } from './deleted-machines.ts';
import { Deletions } from './deletions.ts';
import { Effects } from './effects.ts';
import { Ends } from './ends.ts';
import type { Engine } from './engine.ts';
import { Environments } from './environments.ts';
import { ExpressExecutions } from './express.ts';
import { Inbox } from './inbox.ts';
import { Children } from './map-runs/children.ts';
import { MapRuns } from './map-runs/map-runs.ts';
import { limitsFor, Memory, type MemoryLimits } from './memory.ts';
import { MockedTasks, type Mocks } from './mocked-tasks.ts';
import { Programs } from './programs.ts';
import { Recovery } from './recovery.ts';
import { Redrives } from './redrives.ts';
import { Release } from './release.ts';
import { abortCalls } from './resident.ts';
import { Residents } from './residents.ts';
import { keepRetention } from './retention.ts';
import { Starts } from './starts.ts';
import { StateTests } from './state-tests.ts';
import type { Integrations } from './task-calls.ts';
import { Tasks } from './tasks.ts';
import { inProcessPool } from './threads/in-process.ts';
import { LongDecisions } from './threads/long-decisions.ts';
import { LongSteps } from './threads/long-steps.ts';
import type { Pool } from './threads/pool.ts';
import { createTaskTokens } from './tokens.ts';
import { UncleanEnds } from './unclean-ends.ts';
import { Wakeups } from './wakeups.ts';

/** What was decided and waits for its commit gets this long, however soon the engine is to be closed. */
const LEAST_COMMIT_MS = 1_000;
/** A few of them delay an answer by less than anybody notices. */
const LOOP_UNITS = 5 * UNITS_PER_MS;

export interface EngineOptions {
  readonly store: Store;
  readonly account: Account;
  readonly limits: Limits;
  readonly integrations: Integrations;
  /** Where Map Runs read items and write results; without it they cannot. */
  readonly s3?: S3 | undefined;
  /** Answers for executions that run a test case. */
  readonly mocks?: Mocks | undefined;
  /** Factor for the time that Wait states and retries wait; default 1. */
  readonly waitScale?: number | undefined;
  /** Key of task tokens: the same for every process on the same data. */
  readonly tokenSecret: string;
  /** Told what happens; by default one that nobody else listens to. */
  readonly bus?: Bus;
  readonly log: Log;
  /** Shared with the API, so that a definition is compiled once. */
  readonly definitions?: DefinitionCache;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly uuid?: () => string;
  /** Processes that may end without a word before an execution is suspected; see unclean-ends.ts. */
  readonly mostUncleanEnds?: number;
  /** Where long decisions are made; default: in the loop after all, one after the other. */
  readonly pool?: Pool;
  /** What executions may hold in memory; default: what a heap of 4 GiB has room for. */
  readonly memory?: MemoryLimits;
  /** Work units that the evaluations of one decision may take before it counts as long. */
  readonly loopUnits?: number;
}

/** The engine with what its process does to it. */
export interface RunningEngine extends Engine {
  /**
   * Takes up what an earlier process left. To be called once.
   * @param onReady is called as soon as requests may come; none before.
   * @returns how many executions were taken up.
   */
  recover(onReady?: () => void): Promise<number>;
  /** Answers every worker that waits for an activity's task with nothing: the server is about to stop. */
  endPolls(): void;
  /** Waits for commits and Express executions, at most `deadlineMs`; calls still open are taken up at the next start. */
  close(deadlineMs: number): Promise<void>;
}

export function createEngine(options: EngineOptions): RunningEngine {
  const { store, account, limits, integrations, log } = options;
  const clock = options.clock ?? systemClock;
  const random = options.random ?? Math.random;
  const uuid = options.uuid ?? randomUUID;
  const loopUnits = options.loopUnits ?? LOOP_UNITS;
  const bus = options.bus ?? new Bus(log);

  // What is known.
  const definitions = options.definitions ?? new DefinitionCache();
  const programs = new Programs(store, definitions);
  const memory = new Memory(options.memory ?? limitsFor(4 * 2 ** 30, limits.payloadBytes));
  const residents = new Residents(store, programs, limits, memory);
  const tokens = createTaskTokens(options.tokenSecret);
  const mocked = new MockedTasks(options.mocks);
  const ends = new Ends(store, residents, bus);

  // How commands come in.
  const arrivals = new Arrivals(clock);
  const inbox = new Inbox(residents, arrivals, clock, log);
  const callbacks = new Callbacks(tokens, inbox);
  const activities = new Activities(inbox, clock);
  const wakeups = new Wakeups({ store, residents, inbox, arrivals, clock, log });

  // What decisions see, and what they bring about.
  const waitScale = options.waitScale === 1 ? undefined : options.waitScale;
  const deleted = new DeletedMachines();
  const environments = new Environments({
    ...{ clock, arrivals, random, uuid, limits, loopUnits, memory, waitScale },
    ...{ tokens, deleted, activities, integrations, mocked },
  });
  const tasks = new Tasks({ account, integrations, activities, mocked, tokens, clock, log });
  const pool =
    options.pool ?? inProcessPool({ definitions, tokens, random, uuid, elapsed: clock.now }, clock);
  const longDecisions = new LongDecisions({ pool, definitions, integrations, loopUnits, log });
  const longSteps = new LongSteps({ decisions: longDecisions, environments, inbox });
  const express = new ExpressExecutions({
    ...{ tasks, environments, longDecisions, memory, mocked },
    ...{ limits, arrivals, bus, clock, log },
  });
  const starts = new Starts({
    ...{ store, account, limits, programs, residents },
    ...{ inbox, express, memory, mocked, clock, uuid },
  });
  const redrives = new Redrives({ store, residents, inbox, starts, limits, clock });
  const children = new Children({
    ...{ store, account, limits, residents, programs, environments },
    ...{ starts, redrives, express, ends, inbox, clock },
  });
  const s3 = options.s3 ?? NO_S3;
  const { payloadBytes } = limits;
  const mapRuns = new MapRuns({ store, s3, payloadBytes, children, inbox, bus, clock, log });
  const stateTests = new StateTests({
    ...{ account, environments, integrations, payloadBytes, clock, uuid, log },
  });
  const effects = new Effects(tasks, mapRuns, inbox);

  // Commands → decisions → one commit → their effects and answers.
  const release = new Release({ effects, mapRuns, inbox, residents, wakeups, mocked, bus, clock });
  const committer = new Committer({
    ...{ store, inbox, residents, environments, longSteps },
    ...{ release, wakeups, clock, log },
  });

  // What spans many executions.
  const deletions = new Deletions({ store, deleted, starts, bus, clock, log });
  const uncleanEnds = new UncleanEnds(store.work, log, options.mostUncleanEnds);
  const recovery = new Recovery({
    ...{ store, residents, inbox, longSteps, ends: uncleanEnds, environments, effects, mapRuns },
    ...{ activities, starts, deletions, wakeups, clock, log },
  });
  let endRetention = (): void => {};

  return {
    start: (request) => starts.start(request),
    startSync: (request) => starts.startSync(request),
    async stop(arn, error, cause) {
      await inbox.ask(arn, { type: 'StopExecution', error, cause });
      return (await store.executions.get(arn))?.stoppedAt;
    },
    redrive: (request) => redrives.redrive(request),
    waitForEnd: (arn) => ends.of(arn),
    deleteStateMachine: (arn) => deletions.begin(arn),
    knowsToken: (token) => callbacks.knows(token),
    completeTask: (token, outcome) => callbacks.completeTask(token, outcome),
    heartbeat: (token) => callbacks.heartbeat(token),
    activityCreated: (arn) => activities.add(arn),
    activityDeleted: (arn) => activities.remove(arn),
    takeActivityTask: (arn, workerName, signal) => activities.take(arn, workerName, signal),
    testState: (request, signal) => stateTests.run(request, signal),
    mapRunProgress: (arn) => mapRuns.progress(arn),
    runningChildren: (arn) => mapRuns.runningChildren(arn),
    updateMapRun: (arn, settings) => mapRuns.update(arn, settings),
    endPolls: () => activities.close(),
    async recover(onReady = () => {}) {
      const executions = await recovery.run(onReady);
      endRetention = keepRetention(store, clock, limits.retentionDays, log);
      return executions;
    },
    async close(deadlineMs) {
      const until = clock.now() + deadlineMs;
      starts.close();
      recovery.close();
      inbox.close();
      wakeups.close();
      stateTests.close();
      mapRuns.close();
      endRetention();
      activities.close();
      await express.close(deadlineMs);
      for (const resident of residents.all()) abortCalls(resident.calls);
      await committer.close(Math.max(until - clock.now(), LEAST_COMMIT_MS));
      await pool.close();
      await uncleanEnds.end();
      await deletions.close();
    },
  };
}
