import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { stateMachineArn } from '../../src/base/arn.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { createEngine } from '../../src/engine/create.ts';
import { Overloaded } from '../../src/engine/engine.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { faultyStore } from './faulty-store.ts';
import { settle, VirtualTime } from './virtual-time.ts';
import { ACCOUNT, START } from './world.ts';

/** A disk so slow that a turn of 512 starts takes a second: 512 starts a second can be sustained. */
const COMMIT_MS = 1_000;
const OFFERED_PER_SECOND = 1_024;
const SECONDS = 60;

describe('twice the load that can be sustained', () => {
  it('is refused as far as it is too much; what was accepted is done, and then new starts are taken again', async () => {
    const time = new VirtualTime(START, undefined);
    const owner = {};
    const inner = openSqliteStore({ folder: ':memory:' });
    const store = faultyStore(
      inner,
      owner,
      time,
      { onWrite: () => ({ kind: 'slow', ms: COMMIT_MS, keptFirst: false }), onRead: () => undefined },
      { count: () => 0, kept: () => {}, crash: () => {} },
    );
    const { machine } = await inner.catalog.create({
      arn: stateMachineArn(ACCOUNT, 'passes'),
      name: 'passes',
      type: 'STANDARD',
      createdAt: START,
      settings: {},
      revision: {
        revisionId: undefined,
        definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        roleArn: 'arn:aws:iam::123456789012:role/simulated',
      },
    });
    const engine = createEngine({
      store,
      account: ACCOUNT,
      limits: AWS_LIMITS,
      integrations: { find: () => undefined },
      tokenSecret: 'simulated',
      log: pino({ level: 'silent' }),
      clock: time.clockOf(owner),
    });
    // Taking up notes how the process began, on the same slow disk.
    let isReady = false;
    const recovered = engine.recover().then(() => {
      isReady = true;
    });
    while (!isReady) await time.step();
    await recovered;
    const from = time.elapsed;

    const accepted: string[] = [];
    const counts = { offered: 0, refused: 0, waiting: 0, mostWaiting: 0, slowestMs: 0 };
    const errors: unknown[] = [];
    const offer = (): void => {
      const name = `run-${counts.offered++}`;
      const begun = time.elapsed;
      counts.waiting++;
      counts.mostWaiting = Math.max(counts.mostWaiting, counts.waiting);
      engine.start({ machine, name, input: Payload.ofText('{}'), traceHeader: undefined }).then(
        ({ executionArn }) => {
          counts.waiting--;
          counts.slowestMs = Math.max(counts.slowestMs, time.elapsed - begun);
          accepted.push(executionArn);
        },
        (error: unknown) => {
          counts.waiting--;
          counts.refused++;
          if (!(error instanceof Overloaded)) errors.push(error);
        },
      );
    };
    for (let second = 0; second < SECONDS; second++) {
      for (let i = 0; i < OFFERED_PER_SECOND; i++)
        time.after(owner, second * 1000 + (i * 1000) / OFFERED_PER_SECOND, offer);
    }
    const end = from + SECONDS * 1000;
    while (time.next()! <= end) await time.step();
    expect(errors).toEqual([]);
    expect(counts.refused).toBeGreaterThan(0);
    expect(counts.mostWaiting).toBeLessThanOrEqual(20_000 + 512 + 2);

    while (counts.waiting > 0) await time.step();
    expect(accepted.length + counts.refused).toBe(counts.offered);
    for (const arn of accepted) {
      const record = await inner.executions.get(arn);
      if (record?.status !== 'SUCCEEDED') expect.fail(`${arn} was acknowledged, but is ${record?.status}`);
    }
    expect(await inner.executions.countRunning(machine.arn)).toBe(0);

    const before = accepted.length;
    offer();
    await settle();
    while (counts.waiting > 0) await time.step();
    expect(accepted.length).toBe(before + 1);
    await inner.close();
  }, 120_000);
});
