// One change at a time per key: an update reads a machine's settings, changes them and writes them back, and two of them
// at once must not lose one.

export type WithLock = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** @returns a function that runs `work` when every earlier work of the same key has ended, however it ended. */
export function createKeyLock(): WithLock {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const done = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, done);
    try {
      return await done;
    } finally {
      if (last.get(key) === done) last.delete(key);
    }
  };
}
