// A binary heap of (time, frame): when a thread of control wants to be looked at. Entries are not removed when a timer is
// cancelled; whoever pops one asks the frame whether it still waits for that moment.

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
  heap.push(timer);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (heap[parent]!.at <= timer.at) break;
    heap[i] = heap[parent]!;
    i = parent;
  }
  heap[i] = timer;
}

export function popTimer(heap: Timers): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++;
    if (heap[child]!.at >= last.at) break;
    heap[i] = heap[child]!;
    i = child;
  }
  heap[i] = last;
  return first;
}
