// Executions written a moment ago: whoever started one asks for it next. Their records and the two ends of their histories
// are answered from memory; one process owns the database, so what it wrote last is what is there.

import type { HistoryEvent } from '../../history/event.ts';
import type { Batch, ExecutionRecord, Executions, Journal } from '../store.ts';

/** Executions kept; the oldest goes first. */
const KEPT = 512;
/** A longer payload is not worth its memory: 16 MiB for all of them. */
const LONGEST_TEXT = 4_096;

interface Entry {
  readonly record: ExecutionRecord;
  readonly first: HistoryEvent;
  readonly last: HistoryEvent;
}

export class Recent {
  readonly #byArn = new Map<string, Entry>();
  readonly #arnOf = new Map<number, string>();

  /** To be called with what is durable. */
  committed({ executions }: Batch): void {
    for (const { record, created, events } of executions) {
      const known = this.#byArn.get(record.arn);
      const first = created ? events[0] : known?.first;
      const last = events.findLast((event) => event.id > 0) ?? known?.last;
      if (first === undefined || last === undefined || first.id !== 1 || long(first) || long(last)) {
        this.#forget(record);
        continue;
      }
      // A slow one keeps its place in line: it is the start that is asked for soon.
      this.#byArn.set(record.arn, { record, first, last });
      this.#arnOf.set(record.key, record.arn);
    }
    while (this.#byArn.size > KEPT) this.#forget(this.#byArn.values().next().value!.record);
  }

  /** Something was removed. */
  clear(): void {
    this.#byArn.clear();
    this.#arnOf.clear();
  }

  executions(stored: Executions): Executions {
    return {
      ...stored,
      get: async (arn) => this.#byArn.get(arn)?.record ?? stored.get(arn),
      getByKey: async (key) => this.#byKey(key)?.record ?? stored.getByKey(key),
      removeClosed: async (page) => {
        const removed = await stored.removeClosed(page);
        if (removed > 0) this.clear();
        return removed;
      },
    };
  }

  journal(stored: Journal): Journal {
    return { ...stored, ends: async (key) => this.#byKey(key) ?? stored.ends(key) };
  }

  #byKey(key: number): Entry | undefined {
    const arn = this.#arnOf.get(key);
    return arn === undefined ? undefined : this.#byArn.get(arn);
  }

  #forget({ arn, key }: ExecutionRecord): void {
    this.#byArn.delete(arn);
    this.#arnOf.delete(key);
  }
}

function long(event: HistoryEvent): boolean {
  if ('input' in event && event.input.text.length > LONGEST_TEXT) return true;
  if ('output' in event && (event.output?.text.length ?? 0) > LONGEST_TEXT) return true;
  return 'cause' in event && (event.cause?.length ?? 0) > LONGEST_TEXT;
}
