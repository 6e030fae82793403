// The catalog of activities.

import { describe, expect } from 'vitest';
import { activity } from '../samples.ts';
import type { StoreTest } from './backend.ts';

export function describeActivities(it: StoreTest): void {
  describe('activities', () => {
    it('creates an activity once', async ({ store }) => {
      const one = activity('one');
      expect(await store.catalog.activities.create(one)).toEqual({ created: true, activity: one });
      const again = { ...one, createdAt: 6, settings: {} };
      expect(await store.catalog.activities.create(again)).toEqual({ created: false, activity: one });
      expect(await store.catalog.activities.get(one.arn)).toEqual(one);
      expect(await store.catalog.activities.get(`${one.arn}x`)).toBeUndefined();
    });

    it('sets the settings of an activity', async ({ store }) => {
      const { activities } = store.catalog;
      const one = activity('one');
      await activities.create(one);
      const settings = { tags: [] };
      expect(await activities.update(one.arn, settings)).toEqual({ ...one, settings });
      expect(await activities.get(one.arn)).toEqual({ ...one, settings });
      expect(await activities.update(`${one.arn}x`, settings)).toBeUndefined();
    });

    it('removes an activity, and its name can be used again', async ({ store }) => {
      const { activities } = store.catalog;
      const one = activity('one');
      await activities.create(one);
      await activities.remove(one.arn);
      await activities.remove(one.arn);
      expect(await activities.get(one.arn)).toBeUndefined();
      const later = { ...one, createdAt: 9 };
      expect(await activities.create(later)).toEqual({ created: true, activity: later });
    });

    it('lists activities by name, page by page', async ({ store }) => {
      const { activities } = store.catalog;
      for (const name of ['b', 'a', 'B', 'c']) await activities.create(activity(name));
      const names = async (after: string | undefined) =>
        (await activities.list({ after, limit: 3 })).map((found) => found.name);
      expect(await names(undefined)).toEqual(['B', 'a', 'b']);
      expect(await names('b')).toEqual(['c']);
      expect(await names('c')).toEqual([]);
    });
  });
}
