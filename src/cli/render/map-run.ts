// How far a Map Run is, in words, and the state that it belongs to.

import type { Sequence, Visit } from '../../history/run-tree.ts';
import type { MapRunState } from '../../observe/messages.ts';
import { count, plural } from './text.ts';

/** `1,200 of 10,000 items · 40 running · 3 failed`; with a plus while more items are read. */
export function progressText({ total, read, running, succeeded, failed }: MapRunState): string {
  const done = succeeded + failed;
  const all = plural(total, 'item', 'items');
  const words = [
    read && done === total ? all : `${count(done)} of ${read ? all : `${count(total)}+ items`}`,
    ...(running > 0 ? [`${count(running)} running`] : []),
    ...(failed > 0 ? [`${count(failed)} failed`] : []),
  ];
  return words.join(' · ');
}

/** @returns undefined when no state of the sequence has that Map Run. */
export function stateOfMapRun(sequence: Sequence, mapRunArn: string): Visit | undefined {
  for (const visit of sequence.visits) {
    if (visit.mapRunArn === mapRunArn) return visit;
    for (const child of visit.children) {
      const found = stateOfMapRun(child, mapRunArn);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
