// Waits and retries of a process last as long as they should, whatever the wall clock does.

import type { Batch } from '../../src/store/store.ts';

/** What a Wait or retry may be late, for slow and failing writes. */
const LATEST_MS = 60_000;

export class Delays {
  readonly #complain: (complaint: string) => void;
  /** By frame: when what it waits for should be over, in milliseconds since the beginning. */
  readonly #pending = new Map<string, { readonly until: number; readonly troubles: number }>();

  constructor(complain: (complaint: string) => void) {
    this.#complain = complain;
  }

  /** @param elapsed milliseconds since the beginning @param troubles crashes and stalls so far, which excuse delays */
  kept({ executions }: Batch, elapsed: number, troubles: number): void {
    for (const { record, events } of executions) {
      for (const event of events) {
        // What waited when the execution closed begins anew.
        if (event.type === 'ExecutionRedriven')
          for (const frame of this.#pending.keys())
            if (frame.startsWith(`${record.arn} `)) this.#pending.delete(frame);
        const frame = `${record.arn} ${event.frame}`;
        const pending = this.#pending.get(frame);
        this.#pending.delete(frame);
        const lateMs = pending?.troubles === troubles ? elapsed - pending.until : 0;
        if (lateMs > LATEST_MS) this.#complain(`${frame}: what it waited for came ${lateMs} ms late`);
        if (event.type === 'WaitScheduled' || event.type === 'RetryScheduled')
          this.#pending.set(frame, { until: elapsed + event.until - event.at, troubles });
      }
    }
  }
}
