// Versions and aliases of state machines, and the executions that were started through them.

import { describe, expect } from 'vitest';
import type { StateMachine, Store } from '../../../src/store/store.ts';
import { aliasOf, batch, created, MACHINE, ROLE } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeVersions(it: StoreTest): void {
  const settings = { tracingConfiguration: { enabled: true } };

  function create(store: Store, publish?: object) {
    return store.catalog.create({
      arn: MACHINE,
      name: 'orders',
      type: 'STANDARD',
      createdAt: 5,
      settings,
      revision: { revisionId: undefined, definition: '{"StartAt":"A"}', roleArn: ROLE },
      publish,
    });
  }

  async function revise(store: Store, n: number, publish?: object): Promise<StateMachine> {
    const updated = await store.catalog.update(MACHINE, {
      updatedAt: 10 + n,
      revision: { revisionId: `r${n}`, definition: `{"StartAt":"${n}"}`, roleArn: ROLE },
      settings: {},
      publish,
    });
    return updated!.machine;
  }

  const numbersOf = async (store: Store, before?: number, limit = 10): Promise<number[]> => {
    const page = await store.catalog.versions.list({ stateMachineArn: MACHINE, before, limit });
    return page.map(({ number }) => number);
  };

  describe('versions', () => {
    it('keeps the revision and the settings of the moment it was published in', async ({ store }) => {
      const { machine, version } = await create(store, { description: 'the first' });
      expect(version).toEqual({
        arn: `${MACHINE}:1`,
        stateMachineArn: MACHINE,
        number: 1,
        revision: machine.revision,
        settings,
        description: 'the first',
        createdAt: 5,
      });
      await revise(store, 2);
      expect(await store.catalog.versions.get(`${MACHINE}:1`)).toEqual(version);
      expect(await store.catalog.versions.ofRevision(machine.revision.id)).toEqual(version);
    });

    it('publishes with a creation and with an update only when it is asked to', async ({ store }) => {
      expect((await create(store)).version).toBeUndefined();
      expect(await numbersOf(store)).toEqual([]);
      const machine = await revise(store, 2, {});
      expect((await store.catalog.versions.ofRevision(machine.revision.id))?.number).toBe(1);
    });

    it('gives a revision one version, with the description that it had first', async ({ store }) => {
      await create(store);
      const first = await store.catalog.versions.publish(MACHINE, { description: 'a' }, 20);
      expect(await store.catalog.versions.publish(MACHINE, { description: 'b' }, 30)).toEqual(first);
      expect(await store.catalog.versions.count(MACHINE)).toBe(1);
    });

    it('never gives a number twice', async ({ store }) => {
      await create(store, {});
      await revise(store, 2, {});
      await store.catalog.versions.remove(`${MACHINE}:2`);
      expect(await store.catalog.versions.get(`${MACHINE}:2`)).toBeUndefined();
      expect((await store.catalog.versions.publish(MACHINE, {}, 30))?.number).toBe(3);
      await store.catalog.versions.remove(`${MACHINE}:2`);
      expect(await numbersOf(store)).toEqual([3, 1]);
    });

    it('keeps the revision of a version that was removed', async ({ store }) => {
      const { machine } = await create(store, {});
      await store.catalog.versions.remove(`${MACHINE}:1`);
      expect(await store.catalog.revision(machine.revision.id)).toEqual(machine.revision);
    });

    it('lists the highest number first, in pages', async ({ store }) => {
      await create(store, {});
      for (let n = 2; n <= 5; n++) await revise(store, n, {});
      expect(await numbersOf(store)).toEqual([5, 4, 3, 2, 1]);
      expect(await numbersOf(store, undefined, 2)).toEqual([5, 4]);
      expect(await numbersOf(store, 4, 2)).toEqual([3, 2]);
      expect(await numbersOf(store, 1)).toEqual([]);
    });

    it('knows nothing of an unknown machine', async ({ store }) => {
      expect(await store.catalog.versions.publish('arn:none', {}, 1)).toBeUndefined();
      expect(await store.catalog.versions.count('arn:none')).toBe(0);
      expect(await store.catalog.versions.get('arn:none:1')).toBeUndefined();
    });
  });

  describe('aliases', () => {
    const prod = aliasOf(MACHINE, 'prod', [
      [1, 90],
      [2, 10],
    ]);

    it('creates an alias once', async ({ store }) => {
      expect(await store.catalog.aliases.create(prod)).toEqual({ created: true, alias: prod });
      const again = await store.catalog.aliases.create({ ...prod, description: 'other', createdAt: 9 });
      expect(again).toEqual({ created: false, alias: prod });
      expect(await store.catalog.aliases.get(prod.arn)).toEqual(prod);
    });

    it('updates and removes it', async ({ store }) => {
      await store.catalog.aliases.create(prod);
      const { routing } = aliasOf(MACHINE, 'prod', [[2, 100]]);
      const updated = await store.catalog.aliases.update(prod.arn, {
        description: 'd',
        routing,
        updatedAt: 9,
      });
      expect(updated).toEqual({ ...prod, description: 'd', routing, updatedAt: 9 });
      await store.catalog.aliases.remove(prod.arn);
      await store.catalog.aliases.remove(prod.arn);
      expect(await store.catalog.aliases.get(prod.arn)).toBeUndefined();
      const change = { description: undefined, routing, updatedAt: 10 };
      expect(await store.catalog.aliases.update(prod.arn, change)).toBeUndefined();
    });

    it('lists those of a machine in the order of their creation', async ({ store }) => {
      for (const name of ['b', 'a', 'c'])
        await store.catalog.aliases.create(aliasOf(MACHINE, name, [[1, 100]]));
      await store.catalog.aliases.create(aliasOf(`${MACHINE}2`, 'other', [[1, 100]]));
      const names = (await store.catalog.aliases.list(MACHINE)).map(({ name }) => name);
      expect(names).toEqual(['b', 'a', 'c']);
    });
  });

  describe('executions started through a version or an alias', () => {
    it('lists them apart, by status too, latest start first', async ({ store }) => {
      const [version, alias] = [`${MACHINE}:1`, `${MACHINE}:prod`];
      const statuses = ['SUCCEEDED', 'FAILED', 'RUNNING'] as const;
      const writes = Array.from({ length: 12 }, (_, i) =>
        created(store.nextKey(), [], {
          name: `e${i}`,
          status: statuses[i % 3]!,
          startedAt: 100 + i,
          ...(i % 2 === 0 && { stateMachineVersionArn: version }),
          ...(i % 4 === 0 && { stateMachineAliasArn: alias }),
        }),
      );
      await store.commit(batch(...writes));
      const names = async (qualifiedArn: string, status?: (typeof statuses)[number], limit = 20) => {
        const page = { stateMachineArn: MACHINE, qualifiedArn, status, after: undefined, limit };
        return (await store.executions.list(page)).map(({ name }) => name);
      };
      expect(await names(version)).toEqual(['e10', 'e8', 'e6', 'e4', 'e2', 'e0']);
      expect(await names(alias)).toEqual(['e8', 'e4', 'e0']);
      expect(await names(version, 'SUCCEEDED')).toEqual(['e6', 'e0']);
      expect(await names(version, 'FAILED')).toEqual(['e10', 'e4']);
      expect(await names(alias, 'RUNNING')).toEqual(['e8']);
      expect(await names(`${MACHINE}:2`)).toEqual([]);
      const [last] = await store.executions.list({
        stateMachineArn: MACHINE,
        qualifiedArn: version,
        status: undefined,
        after: { startedAt: 104, key: writes[4]!.record.key },
        limit: 1,
      });
      expect(last?.name).toBe('e2');
    });
  });
}
