// Map Runs over an inbox that empties itself, the process killed at every single write, just before or just after it is kept:
// every object is processed, none counted twice, results belong to their items, and what had ended is not called again.

import { expect, test } from 'vitest';
import type { Integration, TaskRequest } from '../../src/integrations/integration.ts';
import { openVirtualEngine, type VirtualEngine } from '../engine/virtual-engine.ts';
import { createMemoryS3 } from '../support/memory-s3.ts';
import { createRandom } from './random.ts';

const OBJECTS = 12;
const KEYS = Array.from({ length: OBJECTS }, (_, n) => `in/${String(n).padStart(2, '0')}`);

const inbox = (type: string): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'each',
      MaxConcurrency: 3,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Parameters: { Bucket: 'b', Prefix: 'in/' },
      },
      ItemSelector: { 'key.$': '$$.Map.Item.Value.Key', 'index.$': '$$.Map.Item.Index' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
        StartAt: 'Process',
        States: {
          Process: {
            Type: 'Task',
            Resource: 'arn:aws:states:::aws-sdk:simulated:process',
            Parameters: { 'item.$': '$' },
            End: true,
          },
        },
      },
      End: true,
    },
  },
});

interface Ran {
  readonly commits: number;
  readonly crashed: boolean;
}

/** @param crashAt number of the commit at which the process dies. @param kept whether that commit is durable */
async function run(type: string, crashAt: number, kept: boolean, seed: number): Promise<Ran> {
  const random = createRandom(seed);
  const s3 = createMemoryS3();
  s3.pageSize = 5;
  s3.put('b', 'elsewhere', '');
  for (const key of KEYS) s3.put('b', key, 'x');
  const calls = new Map<string, number>();
  let v: VirtualEngine | undefined;
  const process: Integration = {
    start: async (task: TaskRequest) => {
      const { item } = task.input as unknown as { item: { key: string } };
      const opened = v!;
      calls.set(item.key, (calls.get(item.key) ?? 0) + 1);
      await new Promise<void>((resolve) => void opened.time.after(opened, random.int(0, 300), resolve));
      s3.delete('b', item.key);
      return { status: 'completed', outputText: JSON.stringify(item) };
    },
    poll: async () => ({ status: 'running' }),
    cancel: async () => {},
  };
  v = await openVirtualEngine({ s3, integrations: { find: () => process } });
  const engine = v;
  let commits = 0;
  let crashed = false;
  const endedBefore = new Set<string>();
  const never = new Promise<void>(() => undefined);
  engine.onCommit = () => (!crashed && commits++ === crashAt && !kept ? die() : undefined);
  engine.afterCommit = () => (!crashed && commits === crashAt + 1 && kept ? die() : undefined);
  function die(): Promise<void> {
    crashed = true;
    return never;
  }
  try {
    const machine = await engine.machine('m', inbox(type));
    const starting = engine.start(machine, 'parent', '{}').catch(() => undefined);
    await engine.pass(5_000);
    if (crashed) {
      for (const record of await engine.store.mapRuns.open(0, 9)) {
        const page = { status: 'SUCCEEDED', from: 0, limit: 99, reverse: false } as const;
        const found =
          type === 'EXPRESS'
            ? (await engine.store.mapRuns.ends(record.key, page)).map(({ child }) => child)
            : (await engine.store.mapRuns.children(record.key, page)).map(({ mapIndex }) => mapIndex!);
        for (const child of found) endedBefore.add(KEYS[child]!);
      }
    }
    const callsBefore = new Map(calls);
    if (crashed) {
      await engine.restart();
      await engine.pass(5_000);
    }
    const arn = crashed ? PARENT : ((await starting) ?? PARENT);
    if ((await engine.status(arn)) === undefined) {
      // The start itself was not kept, and nobody was told that it was.
      expect([crashAt, kept]).toEqual([0, false]);
      return { commits, crashed };
    }
    expect(await engine.status(arn)).toBe('SUCCEEDED');
    const end = await engine.engine.waitForEnd(arn);
    expect(end?.output?.value).toEqual(KEYS.map((key, index) => ({ key, index })));
    expect(s3.keys('b')).toEqual(['elsewhere']);
    const { key } = (await engine.store.executions.get(arn))!;
    const [record] = await engine.store.mapRuns.list({ executionKey: key, after: undefined, limit: 9 });
    expect(record?.counts?.items).toEqual({ succeeded: OBJECTS, failed: 0, timedOut: 0, aborted: 0 });
    for (const ended of endedBefore)
      expect([ended, calls.get(ended)]).toEqual([ended, callsBefore.get(ended)]);
    for (const [called, times] of calls) expect([called, times <= 2]).toEqual([called, true]);
    return { commits, crashed };
  } finally {
    await engine.dispose();
  }
}

const PARENT = 'arn:aws:states:us-east-1:123456789012:execution:m:parent';

test.each(['EXPRESS', 'STANDARD'])(
  'an inbox that empties itself, %s children, a crash at every write',
  async (type) => {
    const { commits } = await run(type, -1, true, 1);
    expect(commits).toBeGreaterThan(8);
    // How the children's ends fall into commits depends on chance: the last numbers may not be reached.
    let crashes = 0;
    for (let at = 0; at < commits; at++) {
      for (const kept of [false, true]) crashes += Number((await run(type, at, kept, at)).crashed);
    }
    expect(crashes).toBeGreaterThan(commits);
  },
);
