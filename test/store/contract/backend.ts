// A backend as the contract sees it, and the test function that opens an empty store for each test.

import { test } from 'vitest';
import type { Store } from '../../../src/store/store.ts';

export interface Backend {
  readonly name: string;
  /** Gives an empty store. */
  readonly open: () => Promise<OpenedStore>;
  readonly capabilities: {
    /** Data outlives the closing of the store: `reopen` works, and the aspect "after a restart" is tested. */
    readonly restart: boolean;
  };
}

export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens it again on the same data. */
  readonly reopen: () => Promise<Store>;
  /** Closes and removes everything. */
  readonly dispose: () => Promise<void>;
}

export type StoreTest = ReturnType<typeof storeTest>;

/** `it('…', async ({ store, reopen }) => …)`: a store of its own for each test, removed afterwards. */
export function storeTest(backend: Backend) {
  return test
    .extend('backend', backend)
    .extend('opened', async ({ backend }, { onCleanup }): Promise<OpenedStore> => {
      const opened = await backend.open();
      onCleanup(() => opened.dispose());
      return opened;
    })
    .extend('store', ({ opened }): Store => opened.store)
    .extend('reopen', ({ opened }): (() => Promise<Store>) => opened.reopen);
}
