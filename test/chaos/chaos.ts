// One seed in this process: the real engine, integrations and store on a fast clock, against the world.

import { pino } from 'pino';
import { stateMachineArn } from '../../src/base/arn.ts';
import type { Clock } from '../../src/base/clock.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine, type RunningEngine } from '../../src/engine/create.ts';
import { createRegistry } from '../../src/integrations/registry.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { StateMachine } from '../../src/store/store.ts';
import { checkJournal, checkShown, shownOf } from '../simulation/checks.ts';
import { createRandom } from '../simulation/random.ts';
import { ACCOUNT } from '../simulation/world.ts';
import { until } from '../support/until.ts';
import { checkJobs, checkTasks, taskEventOf } from './checks.ts';
import { pacedClock } from './paced-clock.ts';
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

/** In which everything has to end, by the engine's clock: four attempts of five tasks take a minute at most. */
const PATIENCE_MS = 300_000;
const BUGS = /A bug of Treadle|A task integration failed|cannot be taken up|cannot be read/;

export async function chaos(seed: number, executions: number): Promise<ChaosReport> {
  const random = createRandom(seed);
  const clock = pacedClock();
  const complaints: string[] = [];
  const complain = (what: string): void => {
    if (complaints.length < 20) complaints.push(what);
  };
  const world = await openWorld({
    seed,
    badness: 0.6,
    clock,
    callBack(token, output) {
      engine.completeTask(token, { status: 'succeeded', output: Payload.ofText(output) }).then(
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
  const engine = createEngine({
    store,
    account: ACCOUNT,
    limits: AWS_LIMITS,
    integrations: registry,
    tokenSecret: 'chaos',
    log,
    clock,
  });
  await engine.recover();
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
    const { executionArn } = await engine.start({
      machine: machines[i % machines.length]!,
      name: `run-${i}`,
      input: Payload.ofText('{}'),
      traceHeader: undefined,
    });
    arns.push(executionArn);
    if (random.chance(0.15))
      clock.after(random.int(0, 6_000), () => void engine.stop(executionArn, 'Chaos.Stop', undefined));
  }
  await ended(engine, clock, arns, complain);
  // Calls that nobody waits for any more are cut off, and jobs called off.
  const settled = until('the end of all requests', () => world.open() === 0);
  await settled.catch((error: unknown) => complain(String(error)));

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
  await engine.close(1_000);
  await registry.close();
  await store.close();
  let closed = false;
  void world.close().then(() => {
    closed = true;
  });
  await until('the end of all connections', () => closed).catch((error: unknown) => {
    complain(String(error));
    world.cut();
  });
  clock.stop();
  const faults: Record<string, number> = {};
  for (const { fault } of world.asked) faults[fault] = (faults[fault] ?? 0) + 1;
  return { complaints, executions, requests: world.asked.length, faults, ends };
}

async function ended(
  engine: RunningEngine,
  clock: Clock,
  arns: readonly string[],
  complain: (what: string) => void,
): Promise<void> {
  const open = new Set(arns);
  const all = Promise.all(arns.map((arn) => engine.waitForEnd(arn).then(() => open.delete(arn))));
  const patience = new Promise<void>((resolve) => clock.after(PATIENCE_MS, resolve));
  await Promise.race([all, patience]);
  if (open.size > 0) complain(`still running after ${PATIENCE_MS} ms: ${[...open].slice(0, 5).join(', ')}`);
}
