// Executions in line for the next batch. Two lines: work that comes in bulk (children of Map Runs, executions that used up a
// turn and go on) has a part of each batch while anybody else waits, and all of it when nobody does.

import type { Resident } from './resident.ts';

/** Of a batch: what bulk work gets at least, so that it goes on however many others there are. */
const BULK_PART = 0.25;

export class ResidentQueue {
  #others: Resident[] = [];
  #bulk: Resident[] = [];

  get length(): number {
    return this.#others.length + this.#bulk.length;
  }

  push(resident: Resident): void {
    (isBulk(resident) ? this.#bulk : this.#others).push(resident);
  }

  /** The next in line: one of the bulk, then the others, then the rest of the bulk, as many as there is room for. */
  take(most: number): Resident[] {
    const bulkPart = Math.min(this.#bulk.length, Math.ceil(most * BULK_PART));
    const others = this.#others.splice(0, most - bulkPart);
    const bulk = this.#bulk.splice(0, most - others.length);
    return [...bulk.splice(0, 1), ...others, ...bulk];
  }

  /** Those that were taken and not decided: first in their line. */
  putBack(residents: readonly Resident[]): void {
    this.#others.unshift(...residents.filter((resident) => !isBulk(resident)));
    this.#bulk.unshift(...residents.filter(isBulk));
  }
}

function isBulk({ record, requests }: Resident): boolean {
  return record.mapRunArn !== undefined || requests.every(({ command }) => command.type === 'Continue');
}
