// The store as one process sees it on a bad day: a write that fails, a disk that is slow, a process that dies just before or
// just after a write became durable. Everything that is kept is kept by the real store underneath.

import type { Batch, Store } from '../../src/store/store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Fault =
  | { readonly kind: 'none' | 'crash-before' | 'crash-after' }
  /** Nothing is kept, as the caller hears after so long. */
  | { readonly kind: 'error'; readonly ms: number }
  /** The write is kept and answered, but only after so long; `keptFirst` says whether it is kept at once. */
  | { readonly kind: 'slow'; readonly ms: number; readonly keptFirst: boolean };

export const NO_FAULT: Fault = { kind: 'none' };

export interface FaultPlan {
  /** @param write number of the write, counted from 0 over all processes. */
  onWrite(write: number): Fault;
  /** Milliseconds a read takes, and whether what it gives is as old as its beginning; undefined: at once. */
  onRead(): { readonly ms: number; readonly stale: boolean } | undefined;
}

export interface StoreHooks {
  /** Number of the next write. */
  count(): number;
  /** The batch is durable; nobody has been told yet. */
  kept(batch: Batch): void;
  /** The process that owns this store dies now. */
  crash(): void;
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/**
 * @param owner the process: once it is dead nothing is read, written or answered any more.
 * @param inner outlives it.
 */
export function faultyStore(
  inner: Store,
  owner: object,
  time: VirtualTime,
  plan: FaultPlan,
  hooks: StoreHooks,
): Store {
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => void time.after(owner, ms, () => resolve()));

  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    if (time.isDead(owner)) return never();
    const delay = plan.onRead();
    if (delay === undefined) return work();
    if (delay.stale) {
      const found = await work();
      await pause(delay.ms);
      return found;
    }
    await pause(delay.ms);
    return work();
  };

  const write = async <T>(work: () => Promise<T>, kept: () => void): Promise<T> => {
    if (time.isDead(owner)) return never();
    const fault = plan.onWrite(hooks.count());
    const keep = async (): Promise<T> => {
      const result = await work();
      kept();
      return result;
    };
    switch (fault.kind) {
      case 'none':
        return keep();
      case 'error':
        if (fault.ms > 0) await pause(fault.ms);
        throw new StoreUnavailable('Expected the database to keep a transaction, but it refused: disk full');
      case 'crash-before':
        hooks.crash();
        return never();
      case 'crash-after':
        await keep();
        hooks.crash();
        return never();
      case 'slow': {
        if (fault.keptFirst) {
          const result = await keep();
          await pause(fault.ms);
          return result;
        }
        await pause(fault.ms);
        return keep();
      }
    }
  };

  const part = <Part extends object>(methods: Part): Part =>
    guarded(methods, read, (work) => write(work, () => {}));
  return {
    catalog: part(inner.catalog),
    executions: part(inner.executions),
    journal: part(inner.journal),
    work: part(inner.work),
    mapRuns: part(inner.mapRuns),
    commit: (batch) =>
      write(
        () => inner.commit(batch),
        () => hooks.kept(batch),
      ),
    nextKey: () => inner.nextKey(),
    check: () => inner.check(),
    async close() {},
  };
}

type Method = (...parameters: never[]) => Promise<unknown>;
type Through = <T>(work: () => Promise<T>) => Promise<T>;

const WRITES = /^(create|update|set|remove)/;

/** The same methods, each through `read` or `write`. */
function guarded<Part extends object>(part: Part, read: Through, write: Through): Part {
  const through = Object.entries(part).map(([name, member]) => {
    if (typeof member !== 'function') return [name, guarded(member as object, read, write)];
    const call = member as Method;
    const way = WRITES.test(name) ? write : read;
    return [name, (...parameters: never[]) => way(() => call.apply(part, parameters))];
  });
  return Object.fromEntries(through) as Part;
}
