// The one place where the fold casts the `readonly`s of the execution state away. For apply.ts and reopen.ts alone.

import type { ExecutionState, Frame, OpenState } from './state.ts';

/** A part of the state without its `readonly`s, one level deep. */
export type Writable<T> = { -readonly [K in keyof T]: WritableCollection<T[K]> };

type WritableCollection<V> =
  V extends ReadonlyMap<infer K, infer W>
    ? Map<K, W>
    : V extends ReadonlySet<infer W>
      ? Set<W>
      : V extends readonly (infer W)[]
        ? W[]
        : V;

export type WritableState = Writable<ExecutionState>;
export type WritableFrame = Writable<Frame>;
export type WritableOpenState = Writable<OpenState>;

export function writable<T>(part: T): Writable<T> {
  return part as Writable<T>;
}
