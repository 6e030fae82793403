// How much the executions in memory hold together, in bytes of their payloads. When it is much, nothing more is let in, and what
// grows on gets less than usual: better one execution fails than the process.

export interface MemoryLimits {
  /** Of one execution. */
  readonly executionBytes: number;
  /** Of all together: from there on no execution is let in, and none may hold more than a little. */
  readonly totalBytes: number;
}

/** What any execution may hold, however tight memory is. */
const LEAST_BYTES = 2 * 1024 * 1024;
/** Whoever fills the memory with large inputs does not keep small ones out. */
const SMALL_BYTES = 16 * 1024;
const SHARE_WITH_SMALL = 1.25;
const MEBIBYTE = 1024 * 1024;

/**
 * @param heapBytes what the process may use for JavaScript's data. A text of some bytes is up to eight times as long as data.
 * @param payloadBytes the limit of one payload: an execution may hold some of them.
 */
export function limitsFor(heapBytes: number, payloadBytes: number): MemoryLimits {
  return {
    executionBytes: Math.max(Math.min(heapBytes / 16, 128 * MEBIBYTE), 8 * payloadBytes),
    totalBytes: heapBytes / 5,
  };
}

export class Memory {
  readonly #limits: MemoryLimits;
  #total = 0;

  constructor(limits: MemoryLimits) {
    this.#limits = limits;
  }

  /** An execution holds other than before. */
  change(bytes: number): void {
    this.#total += bytes;
  }

  /** What all executions in memory hold. */
  get total(): number {
    return this.#total;
  }

  /** Whether something of that size may be taken in, beside what waits for it. A part is kept for what is small. */
  hasRoom(bytes: number, waiting: number): boolean {
    const { totalBytes } = this.#limits;
    const most = bytes <= SMALL_BYTES ? totalBytes * SHARE_WITH_SMALL : totalBytes;
    return this.#total + waiting + bytes <= most;
  }

  /** What one execution may hold now. */
  get executionBytes(): number {
    const { executionBytes, totalBytes } = this.#limits;
    return this.#total > totalBytes ? Math.min(LEAST_BYTES, executionBytes) : executionBytes;
  }
}
