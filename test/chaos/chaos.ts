// One seed in this process: the real runtime, adapters and store on a fast clock, against the world.

import { pino } from 'pino';
import { stateMachineArn } from '../../src/base/arn.ts';
import type { Clock } from '../../src/base/clock.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { Runtime } from '../../src/engine/runtime.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { StateMachine } from '../../src/store/store.ts';
import { checkJournal, checkShown, shownOf } from '../simulation/checks.ts';
import { createRandom } from '../simulation/random.ts';
import { ACCOUNT } from '../simulation/world.ts';
import { checkJobs, checkTasks, taskEventOf } from './checks.ts';
import { workflows } from './workflows.ts';
import { openWorld } from './world.ts';

export interface ChaosReport {
  readonly complaints: readonly string[];
  readonly executions: number;
  readonly requests: number;
  /** How often the world treated a request how. */
  readonly faults: Readonly<Record<string, number>>;
  readonly ends: Readonly<Record<string, number>>;
}

/** The engine's seconds pass twenty times as fast. */
const SECOND_MS = 50;
/** Real time in which everything has to end: four attempts of five tasks take a minute of the engine's at most. */
const PATIENCE_MS = 20_000;
const BUGS = /A bug of Treadle|A task adapter failed|cannot be taken up|cannot be read/;

export async function chaos(seed: number, executions: number): Promise<ChaosReport> {
  const random = createRandom(seed);
  const complaints: string[] = [];
  const complain = (what: string): void => {
    if (complaints.length < 20) complaints.push(what);
  };
  const world = await openWorld({
    seed,
    badness: 0.6,
    secondMs: SECOND_MS,
    callBack(token, output) {
      runtime.completeTask(token, { status: 'succeeded', output: Payload.ofText(output) }).then(
        (answered) => {
          if (answered === 'invalid') complain('a token was not known');
        },
        (error: unknown) => complain(`a worker could not answer: ${String(error)}`),
      );
    },
  });
  const log = pino(
    { level: 'warn', base: undefined },
    {
      write: (line: string) =>
        BUGS.test(line) ? complain(`the log says: ${line.slice(0, 1_500)}`) : undefined,
    },
  );
  const store = openSqliteStore({ folder: ':memory:' });
  const registry = createRegistry({
    region: ACCOUNT.region,
    root: '.',
    functions: {},
    endpoints: { lambda: world.url, ecs: world.url, sqs: world.url },
    connections: { chaos: { headers: { 'x-chaos': 'yes' } } },
    payloadBytes: AWS_LIMITS.payloadBytes,
    log,
  });
  const runtime = new Runtime({
    store,
    account: ACCOUNT,
    limits: AWS_LIMITS,
    adapters: registry,
    tokenSecret: 'chaos',
    log,
    clock: fastClock(),
  });
  await runtime.recover();
  const machines: StateMachine[] = [];
  for (const [name, definition] of Object.entries(workflows(world.url))) {
    const { machine } = await store.catalog.create({
      arn: stateMachineArn(ACCOUNT, name),
      name,
      type: 'STANDARD',
      createdAt: Date.now(),
      settings: {},
      revision: {
        revisionId: undefined,
        definition: JSON.stringify(definition),
        roleArn: 'arn:aws:iam::123456789012:role/chaos',
      },
    });
    machines.push(machine);
  }
  const arns: string[] = [];
  for (let i = 0; i < executions; i++) {
    const { executionArn } = await runtime.start({
      machine: machines[i % machines.length]!,
      name: `run-${i}`,
      input: Payload.ofText('{}'),
      traceHeader: undefined,
    });
    arns.push(executionArn);
    if (random.chance(0.15))
      setTimeout(
        () => void runtime.stop(executionArn, 'Chaos.Stop', undefined),
        random.int(0, SECOND_MS * 6),
      );
  }
  await ended(runtime, arns, complain);
  // Calls that nobody waits for any more are cut off.
  for (let i = 0; i < 50 && world.open() > 0; i++) await pause(20);
  if (world.open() > 0) complain(`${world.open()} requests are still open after everything has ended`);

  const ends: Record<string, number> = {};
  for (const arn of arns) {
    const record = await store.executions.get(arn);
    if (record === undefined) {
      complain(`${arn} is not in the store`);
      continue;
    }
    const journal = await store.journal.read(record.key);
    const events = journal.filter(({ id }) => id > 0);
    const asked = world.asked.filter(({ who }) => who.startsWith(`${record.name}~`));
    const jobs = [...world.jobs.values()].filter(({ who }) => who.startsWith(`${record.name}~`));
    ends[record.status] = (ends[record.status] ?? 0) + 1;
    if (!['SUCCEEDED', 'ABORTED'].includes(record.status)) complain(`${record.name} is ${record.status}`);
    for (const complaint of [
      ...checkShown(events.map(shownOf), record.status),
      ...checkJournal(journal),
      ...checkTasks(events.map(taskEventOf), asked, false),
      ...checkJobs(events.map(taskEventOf), jobs),
    ])
      complain(`${record.name} (${arn.split(':').at(-2)}): ${complaint}`);
  }
  await runtime.close(1_000);
  await registry.close();
  await store.close();
  const closed = await Promise.race([world.close().then(() => true), pause(5_000).then(() => false)]);
  if (!closed) {
    complain('connections are still open after the adapters were closed');
    world.cut();
  }
  const faults: Record<string, number> = {};
  for (const { fault } of world.asked) faults[fault] = (faults[fault] ?? 0) + 1;
  return { complaints, executions, requests: world.asked.length, faults, ends };
}

async function ended(
  runtime: Runtime,
  arns: readonly string[],
  complain: (what: string) => void,
): Promise<void> {
  const open = new Set(arns);
  const all = Promise.all(arns.map((arn) => runtime.ended(arn).then(() => open.delete(arn))));
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([all, patience]);
  clearTimeout(timer);
  if (open.size > 0) complain(`still running after ${PATIENCE_MS} ms: ${[...open].slice(0, 5).join(', ')}`);
}

function fastClock(): Clock {
  const speed = 1_000 / SECOND_MS;
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    after(delayMs, act) {
      const timer = setTimeout(act, Math.min(Math.max(delayMs / speed, 0), 2_147_483_647));
      return () => clearTimeout(timer);
    },
    soon: (act) => void setImmediate(act),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
