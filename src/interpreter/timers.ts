// A binary heap of (time, frame): when a frame has something to do. An entry is not removed when its timer is cancelled:
// the reader of an entry asks the frame whether it still waits for that moment.

export interface Timer {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly frame: number;
}

export type Timers = Timer[];

export function newTimers(): Timers {
  return [];
}

export function pushTimer(heap: Timers, timer: Timer): void {
  let i = heap.length;
  while (i > 0) {
    const above = (i - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || parent.at <= timer.at) break;
    heap[i] = parent;
    i = above;
  }
  heap[i] = timer;
}

export function popTimer(heap: Timers): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    if (a === undefined) break;
    const [below, timer] = b !== undefined && b.at < a.at ? [left + 1, b] : [left, a];
    if (timer.at >= last.at) break;
    heap[i] = timer;
    i = below;
  }
  heap[i] = last;
  return first;
}
