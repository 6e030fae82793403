// The caches of the API over a store's catalog.

import type { Alias, StateMachine, Store, Version } from '../store/store.ts';
import { FreshCache } from './fresh-cache.ts';

/** Entries of one kind, and the length of their definitions together. */
const BOUNDS = { entries: 1_000, weight: 64 * 1024 * 1024 };

export interface Caches {
  /** Kept are those that can start something. */
  readonly machines: FreshCache<StateMachine>;
  readonly versions: FreshCache<Version>;
  readonly aliases: FreshCache<Alias>;
}

/** @param now epoch milliseconds. */
export function openCaches({ catalog }: Pick<Store, 'catalog'>, now: () => number): Caches {
  return {
    machines: new FreshCache({
      read: (arn) => catalog.get(arn),
      keeps: ({ status }) => status === 'ACTIVE',
      bounds: BOUNDS,
      weigh: ({ revision }) => revision.definition.length,
      now,
    }),
    versions: new FreshCache({
      read: (arn) => catalog.versions.get(arn),
      keeps: () => true,
      bounds: BOUNDS,
      weigh: ({ revision }) => revision.definition.length,
      now,
    }),
    aliases: new FreshCache({
      read: (arn) => catalog.aliases.get(arn),
      keeps: () => true,
      bounds: BOUNDS,
      weigh: () => 1_000,
      now,
    }),
  };
}
