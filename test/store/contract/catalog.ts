// The catalog of state machines and their revisions.

import { describe, expect } from 'vitest';
import { aliasOf, batch, created, ROLE, someEvents } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeCatalog(it: StoreTest): void {
  describe('catalog', () => {
    const machine = (name: string) => ({
      arn: `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
      name,
      type: 'STANDARD' as const,
      createdAt: 5,
      settings: { loggingConfiguration: { level: 'ALL' }, tags: [{ key: 'a', value: 'b' }] },
      revision: { revisionId: undefined, definition: '{"StartAt":"A"}', roleArn: ROLE },
    });

    it('creates a machine once', async ({ store }) => {
      const one = machine('one');
      const first = await store.catalog.create(one);
      expect(first.created).toBe(true);
      expect(first.machine).toEqual({
        arn: one.arn,
        name: 'one',
        type: 'STANDARD',
        status: 'ACTIVE',
        createdAt: 5,
        updatedAt: 5,
        settings: one.settings,
        revision: {
          ...one.revision,
          id: first.machine.revision.id,
          stateMachineArn: one.arn,
          createdAt: 5,
        },
      });
      expect(await store.catalog.get(one.arn)).toEqual(first.machine);
      const again = await store.catalog.create({ ...one, type: 'EXPRESS', createdAt: 6 });
      expect(again).toEqual({ created: false, machine: first.machine, version: undefined });
    });

    it('updates settings with and without a new revision, and keeps the old revision', async ({ store }) => {
      const { machine: before } = await store.catalog.create(machine('one'));
      const settings = { tracingConfiguration: { enabled: true } };
      const same = await store.catalog.update(before.arn, { updatedAt: 8, revision: undefined, settings });
      expect(same?.version).toBeUndefined();
      expect(same?.machine).toEqual({ ...before, updatedAt: 8, settings });
      const revision = { revisionId: 'r2', definition: '{"StartAt":"B"}', roleArn: 'arn:other' };
      const changed = (await store.catalog.update(before.arn, { updatedAt: 9, revision, settings }))?.machine;
      expect(changed?.revision).toEqual({
        ...revision,
        id: changed?.revision.id,
        stateMachineArn: before.arn,
        createdAt: 9,
      });
      expect(changed?.revision.id).not.toBe(before.revision.id);
      expect(await store.catalog.revision(before.revision.id)).toEqual(before.revision);
      expect(await store.catalog.revision(changed!.revision.id)).toEqual(changed!.revision);
    });

    it('knows nothing of an unknown machine', async ({ store }) => {
      expect(await store.catalog.get('arn:none')).toBeUndefined();
      expect(await store.catalog.revision(12345)).toBeUndefined();
      const change = { updatedAt: 1, revision: undefined, settings: {} };
      expect(await store.catalog.update('arn:none', change)).toBeUndefined();
    });

    it('lists by name in pages', async ({ store }) => {
      for (const name of ['b', 'a', 'C', 'd']) await store.catalog.create(machine(name));
      const names = async (after: string | undefined, limit: number) =>
        (await store.catalog.list({ after, limit })).map((one) => one.name);
      expect(await names(undefined, 10)).toEqual(['C', 'a', 'b', 'd']);
      expect(await names(undefined, 2)).toEqual(['C', 'a']);
      expect(await names('a', 2)).toEqual(['b', 'd']);
      expect(await names('d', 2)).toEqual([]);
    });

    it('marks a machine, then removes it with all that is its own', async ({ store }) => {
      const { machine: gone } = await store.catalog.create(machine('gone'));
      const { machine: stays } = await store.catalog.create(machine('gone2'));
      const writes = Array.from({ length: 600 }, (_, i) =>
        created(store.nextKey(), someEvents(1, 2), { name: `g${i}`, stateMachineArn: gone.arn }),
      );
      const other = created(store.nextKey(), someEvents(1, 2), {
        name: 'other',
        stateMachineArn: stays.arn,
      });
      const child = created(store.nextKey(), someEvents(1, 2), {
        name: 'child',
        stateMachineArn: `${gone.arn}/Each`,
      });
      await store.commit(batch(...writes, other, child));
      const version = await store.catalog.versions.publish(gone.arn, {}, 6);
      await store.catalog.aliases.create(aliasOf(gone.arn, 'prod', [[1, 100]]));
      await store.catalog.setDeleting(gone.arn);
      expect(await store.catalog.deleting()).toEqual([{ ...gone, status: 'DELETING' }]);
      await store.catalog.remove(gone.arn);
      expect(await store.catalog.deleting()).toEqual([]);
      expect(await store.catalog.get(gone.arn)).toBeUndefined();
      expect(await store.catalog.revision(gone.revision.id)).toBeUndefined();
      expect(await store.catalog.versions.get(version!.arn)).toBeUndefined();
      expect(await store.catalog.aliases.list(gone.arn)).toEqual([]);
      for (const write of [writes[0]!, writes[599]!, child]) {
        expect(await store.executions.get(write.record.arn)).toBeUndefined();
        expect(await store.journal.read(write.record.key)).toEqual([]);
      }
      expect(await store.executions.get(other.record.arn)).toEqual(other.record);
      expect(await store.journal.read(other.record.key)).toHaveLength(2);
      const { created: anew, machine: next } = await store.catalog.create(machine('gone'));
      expect(anew).toBe(true);
      expect(next.revision.id).not.toBe(gone.revision.id);
      expect((await store.catalog.versions.publish(gone.arn, {}, 7))?.number).toBe(1);
    });
  });
}
