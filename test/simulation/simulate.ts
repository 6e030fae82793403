// One seed: random workflows and clients, once undisturbed and once through crashes, failing and slow writes and a clock that
// jumps. Both must leave sound histories, nothing acknowledged may be lost, and both must end alike.

import { executionArn, resourceNameOf, stateMachineArn } from '../../src/base/arn.ts';
import { Payload } from '../../src/base/payload.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { replay } from '../../src/interpreter/apply.ts';
import type { ExecutionEnd } from '../../src/observe/messages.ts';
import type { ExecutionRecord } from '../../src/store/store.ts';
import { comparable } from '../support/drive.ts';
import { checkJournal, checkShown, shownOf } from './checks.ts';
import { type Fault, type FaultPlan, NO_FAULT } from './faulty-store.ts';
import { checkMapRun } from './map-run-book.ts';
import { changeOf, type MapRunPlan, makeMapRunWorkflow, objectsOf } from './map-run-workflows.ts';
import { createRandom, type Random } from './random.ts';
import { differences } from './shadow.ts';
import { makeWorkflow, type Workflow, withoutIds } from './workflows.ts';
import { ACCOUNT, World } from './world.ts';

export interface Report {
  readonly seed: number;
  readonly complaints: readonly string[];
  readonly executions: number;
  readonly events: number;
  readonly writes: number;
  readonly crashes: number;
  readonly redrives: number;
  /** Executions whose end was compared with the undisturbed run. */
  readonly compared: number;
  readonly virtualHours: number;
}

interface Start {
  readonly workflow: Workflow;
  readonly name: string;
  readonly input: string;
  readonly at: number;
  readonly twinAt: number | undefined;
  readonly otherInputAt: number | undefined;
  readonly stopAt: number | undefined;
  readonly sync: boolean;
  /** Milliseconds after its start at which it is stopped, to be redriven. */
  readonly interruptAfter: readonly number[];
}

export interface SimulateOptions {
  readonly onLog?: (line: string) => void;
  /** Told every journal at the end of either run. */
  readonly onJournal?: (wild: boolean, record: ExecutionRecord, journal: readonly HistoryEvent[]) => void;
}

const HOUR = 3_600_000;
/** Every task, wait and retry of a generated workflow is over by then. */
const HORIZON = 72 * HOUR;
const NO_FAULTS: FaultPlan = { onWrite: () => NO_FAULT, onRead: () => undefined };

export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Report> {
  const starts = plan(createRandom(seed).fork('plan'), createRandom(seed).fork('redrives'));
  const calm = await run(seed, starts, false, options);
  const wild = calm.complaints.length > 0 ? calm : await run(seed, starts, true, options);
  const complaints = [...wild.complaints];
  let compared = 0;
  if (complaints.length === 0 && !wild.setBack) {
    for (const start of starts) {
      if (start.workflow.random || start.workflow.timed || start.stopAt !== undefined) continue;
      if (wild.deleted.has(start.workflow.name)) continue;
      const [before, after] = [calm.ends.get(start.name), wild.ends.get(start.name)];
      if (before === undefined || after === undefined) continue;
      compared++;
      if (before !== after)
        complaints.push(`${start.name} of ${start.workflow.name} ended ${after}\n  undisturbed ${before}`);
    }
  }
  const { executions, events, writes, crashes, redrives, virtualHours } = wild;
  return { seed, complaints, executions, events, writes, crashes, redrives, compared, virtualHours };
}

function plan(random: Random, redrives: Random): Start[] {
  const workflows = Array.from({ length: random.int(1, 4) }, (_, i) => {
    const make = random.chance(0.25) ? makeMapRunWorkflow : makeWorkflow;
    return make(`machine-${i}`, random.fork(`machine ${i}`));
  });
  return Array.from({ length: random.int(1, 8) }, (_, i) => {
    const workflow = random.pick(workflows);
    const at = random.pick([0, 0, 10, random.int(0, 60_000)]);
    const later = (): number => at + random.pick([0, 1, 500, random.int(0, 100_000)]);
    return {
      workflow,
      name: `run-${i}`,
      input: `{"n":${random.int(0, 5)}}`,
      at,
      twinAt: random.chance(0.3) ? later() : undefined,
      otherInputAt: random.chance(0.1) ? later() : undefined,
      stopAt: random.chance(0.15) ? later() : undefined,
      sync: workflow.type === 'EXPRESS' && random.chance(0.3),
      interruptAfter: Array.from({ length: redrives.pick([0, 0, 1, 3]) }, () =>
        redrives.int(0, redrives.pick([100, 5_000, 100_000])),
      ),
    };
  });
}

interface Ran {
  readonly complaints: readonly string[];
  /** By execution name: how it ended, as text to compare. */
  readonly ends: Map<string, string>;
  readonly executions: number;
  readonly events: number;
  readonly writes: number;
  readonly crashes: number;
  readonly redrives: number;
  readonly virtualHours: number;
  readonly setBack: boolean;
  readonly deleted: ReadonlySet<string>;
}

async function run(
  seed: number,
  starts: readonly Start[],
  wild: boolean,
  options: SimulateOptions,
): Promise<Ran> {
  const random = createRandom(seed).fork(wild ? 'wild' : 'calm');
  const world: World = new World({
    random,
    faults: wild ? wildFaults(random.fork('faults'), () => world.crashes) : NO_FAULTS,
    shuffled: wild,
    beside: wild,
    ...(wild && { outages: random.fork('outages').pick([0, 10, 60]) }),
    ...options,
  });
  const ends = new Map<string, string>();
  const release = onUnhandled((reason) =>
    world.complain(`a promise was rejected and nobody looked: ${reason}`),
  );
  try {
    for (const workflow of new Set(starts.map((start) => start.workflow))) await world.create(workflow);
    world.boot();
    for (const start of starts) schedule(world, start, wild, ends);
    for (const { workflow, name, at } of starts)
      if (workflow.mapRun !== undefined) scheduleObjects(world, workflow.mapRun, name, at);
    if (wild) scheduleDeletions(world, starts, random.fork('deletions'));
    if (wild) scheduleJumps(world, random.fork('jumps'));
    if (wild) scheduleStalls(world, random.fork('stalls'));
    await world.run(HORIZON);
    await stopTheSilent(world);
    await world.checkWaiters();
    await checkDeletions(world);
    let events = 0;
    let redrives = 0;
    for (const { record } of world.shadows.byArn.values()) {
      events += record.sequence;
      redrives += record.redriveCount;
      await checkExecution(world, record.arn, ends);
    }
    for (const start of starts) await checkObjects(world, start);
    for (const arn of world.complaints.length > 0 ? [] : world.expressStarted)
      if (!world.expressEnded.has(arn)) world.complain(`${arn} was acknowledged and never ran to its end`);
    if (options.onJournal !== undefined)
      for (const { record } of world.shadows.byArn.values())
        if ((await world.store.executions.get(record.arn)) !== undefined)
          options.onJournal(wild, record, await world.store.journal.read(record.key));
    return {
      complaints: world.complaints,
      ends,
      executions: world.shadows.byArn.size + world.expressStarted.size,
      events,
      writes: world.writes,
      crashes: world.crashes,
      redrives,
      virtualHours: world.time.elapsed / HOUR,
      setBack: world.setBack,
      deleted: world.deleted,
    };
  } finally {
    release();
    await world.close();
  }
}

function schedule(world: World, start: Start, wild: boolean, ends: Map<string, string>): void {
  const { workflow, name, input } = start;
  if (start.sync) {
    return world.at(start.at, () => {
      void world.startSync(workflow.name, name, input, (ended) => ends.set(name, endText(ended)));
    });
  }
  world.at(start.at, () => void world.start(workflow.name, name, input));
  if (workflow.type === 'EXPRESS') return;
  if (start.twinAt !== undefined) world.at(start.twinAt, () => void world.start(workflow.name, name, input));
  if (!wild) return;
  if (start.otherInputAt !== undefined)
    world.at(start.otherInputAt, () => {
      // Another input under a name that is known to be taken.
      if (world.started.has(name)) void world.start(workflow.name, name, '{"n":9}');
    });
  world.at(start.at, () => void keepGoing(world, start));
  if (start.stopAt !== undefined)
    world.at(start.stopAt, () => {
      const known = world.started.get(name);
      if (known !== undefined) void world.stop(known.arn);
    });
}

/** The objects that an execution finds, and what becomes of them meanwhile. */
function scheduleObjects(world: World, mapRun: MapRunPlan, name: string, at: number): void {
  for (const [key, body] of objectsOf(mapRun, name)) world.outside.bucket.put(key, body);
  for (const [i, ms] of mapRun.changesAt.entries())
    world.time.after(world, at + ms, () => world.outside.bucket.put(...changeOf(mapRun, name, i)));
}

async function checkObjects(world: World, { workflow, name }: Start): Promise<void> {
  const arn = world.started.get(name)?.arn;
  if (workflow.mapRun === undefined || arn === undefined || world.complaints.length > 0) return;
  const record = await world.store.executions.get(arn);
  if (record === undefined || world.deleted.has(workflow.name)) return;
  const say = (complaint: string): void => world.complain(`${arn}: ${complaint}`);
  await checkMapRun(world.store, world.outside.bucket, workflow.mapRun, record, world.stopped.has(arn), say);
}

/** Once it is in the store, it is interrupted now and then, and redriven until it ends by itself. */
async function keepGoing(world: World, { name, workflow, interruptAfter }: Start): Promise<void> {
  const arn = executionArn(ACCOUNT, workflow.name, name);
  while (!world.shadows.byArn.has(arn)) {
    if (world.deleted.has(workflow.name)) return;
    await world.pause(100);
  }
  for (const ms of interruptAfter) world.at(ms, () => void world.interrupt(arn));
  await world.keepGoing(arn);
}

/** A few faults, then calm weather, so that every seed comes to an end. */
function wildFaults(random: Random, crashes: () => number): FaultPlan {
  const most = { crashes: random.int(0, 8), errors: random.int(0, 6) };
  const p = { crash: random.pick([0.02, 0.1, 0.3]), error: random.pick([0, 0.05, 0.2]) };
  const slow = random.pick([0, 0.1, 0.5]);
  let errors = 0;
  return {
    onWrite(): Fault {
      if (crashes() < most.crashes && random.chance(p.crash))
        return { kind: random.chance(0.5) ? 'crash-before' : 'crash-after' };
      if (errors < most.errors && random.chance(p.error)) {
        errors++;
        return { kind: 'error', ms: random.pick([0, 0, 1, 30, 3_000]) };
      }
      if (random.chance(slow))
        return { kind: 'slow', ms: random.pick([0, 1, 20, 3_000]), keptFirst: random.chance(0.5) };
      return NO_FAULT;
    },
    onRead: () =>
      random.chance(slow / 2) ? { ms: random.pick([0, 0, 1, 50]), stale: random.chance(0.5) } : undefined,
  };
}

/** The wall clock is set, by seconds, minutes or hours, forward or back. */
function scheduleJumps(world: World, random: Random): void {
  if (random.chance(0.5)) return;
  for (let i = random.int(1, 6); i > 0; i--) {
    const ms = random.int(1, random.pick([2_000, 20 * 60_000, 3 * HOUR])) * random.pick([1, -1]);
    world.time.after(world, random.int(0, 200_000), () => world.time.jump(ms));
  }
}

function scheduleDeletions(world: World, starts: readonly Start[], random: Random): void {
  for (const { name, type } of new Set(starts.map(({ workflow }) => workflow)))
    if (type === 'STANDARD' && random.chance(0.1))
      world.at(random.int(0, 100_000), () => void world.delete(name));
}

/** Machines that were deleted are gone with their executions, since all of these have ended. */
async function checkDeletions(world: World): Promise<void> {
  await world.run(world.time.elapsed + HOUR, false);
  for (const name of world.deleted) {
    const arn = stateMachineArn(ACCOUNT, name);
    if ((await world.store.catalog.get(arn)) !== undefined)
      world.complain(`${arn} was deleted, and is still there when all its executions have ended`);
  }
}

/** The process stands still while the world goes on. */
function scheduleStalls(world: World, random: Random): void {
  if (random.chance(0.6)) return;
  for (let i = random.int(1, 3); i > 0; i--)
    world.time.after(world, random.int(0, 60_000), () =>
      world.stall(random.pick([100, 3_000, random.int(1, 60_000)])),
    );
}

/** At the end only what waits for a task that never answers may run; it is stopped. */
async function stopTheSilent(world: World): Promise<void> {
  if (world.complaints.length > 0) return;
  for (const { record, state } of world.shadows.byArn.values()) {
    if (state.status !== 'RUNNING') continue;
    const open = [...state.frames.values()].map(({ open }) => open);
    const silent = open.some((state) => state?.task !== undefined && state.task.timeoutAt === undefined);
    const map = open.some((state) => state?.mapRunArn !== undefined);
    if (!silent && !map)
      world.complain(
        `${record.arn} still runs after ${HORIZON / HOUR} hours: wakeAt ${record.wakeAt}, busy ${record.busy}`,
      );
    void world.stop(record.arn);
  }
  await world.run(world.time.elapsed + HOUR);
  if (!world.quiet) world.complain('something still runs after all was stopped');
}

async function checkExecution(world: World, arn: string, ends: Map<string, string>): Promise<void> {
  const shadow = world.shadows.byArn.get(arn)!;
  const record = await world.store.executions.get(arn);
  if (world.deleted.has(resourceNameOf(arn)?.split('/')[0] ?? '')) {
    if (record !== undefined) world.complain(`${arn} is left of a machine that was deleted`);
    return;
  }
  if (record === undefined) return world.complain(`${arn} is not in the store`);
  const say = (complaint: string): void => world.complain(`${arn}: ${complaint}`);
  const journal = await world.store.journal.read(record.key);
  const folded = replay(world.shadows.fresh(record), journal);
  for (const difference of differences(record, folded)) say(difference);
  if (comparable(folded) !== comparable(shadow.state)) say('its journal does not fold to the state it had');
  const events = journal.filter(({ id }) => id > 0);
  for (const complaint of checkShown(events.map(shownOf), record.status)) say(complaint);
  for (const complaint of checkJournal(journal)) say(complaint);
  const first = events[0];
  const start = world.started.get(record.name);
  if (start?.arn === arn && first?.type === 'ExecutionStarted' && first.input.text !== start.input)
    say(`it was acknowledged with input ${start.input}, but runs with ${first.input.text}`);
  if (record.mapRunArn === undefined)
    ends.set(
      record.name,
      endText({ status: record.status, output: folded.output, error: folded.error, cause: folded.cause }),
    );
}

function endText(
  ended: Pick<ExecutionEnd, 'output' | 'error' | 'cause'> & { readonly status: string },
): string {
  const { status, output = Payload.ofValue(null), error = null, cause = null } = ended;
  return withoutIds(JSON.stringify([status, output.text, error, cause]));
}

let listener: ((reason: string) => void) | undefined;

/** Rejections that nobody handles belong to the run under way. */
function onUnhandled(listen: (reason: string) => void): () => void {
  if (listener === undefined)
    process.on('unhandledRejection', (reason) => {
      listener?.(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
    });
  listener = listen;
  return () => {
    listener = () => {};
  };
}
