// One line per change, never redrawn: what `treadle run` prints where output is not a terminal (logs, CI, pipes).

import { unreachable } from '../../base/assert.ts';
import type { Change, Sequence, Visit } from '../../history/run-tree.ts';
import { type Span, span } from './lines.ts';
import { clean, countdown, duration, failureText, plural } from './text.ts';

/** Iterations of one Map whose lines are printed; failures always are. */
const ITERATIONS_SHOWN = 20;

/** States that last: their beginning is worth a line of its own. A Map has one when its items are known. */
const LASTING = new Set(['Task', 'Wait', 'Parallel']);

/**
 * @param startedAt start of the execution, epoch milliseconds
 * @returns undefined when the change needs no line.
 */
export function plainLine(change: Change, at: number, startedAt: number): Span[] | undefined {
  const { kind, visit } = change;
  if (kind !== 'failed' && kind !== 'retrying' && isFolded(visit)) return undefined;
  const head = (icon: Span) => headOf(visit, icon, at - startedAt);
  switch (kind) {
    case 'entered':
      if (!LASTING.has(visit.type)) return undefined;
      return [...head(span('▸', 'cyan')), span(`  ${visit.type.toLowerCase()}`, 'dim')];
    case 'opened':
      if (visit.type !== 'Map') return undefined;
      return [
        ...head(span('▸', 'cyan')),
        span(`  map, ${plural(visit.items ?? 0, 'item', 'items')}${foldNote(visit)}`, 'dim'),
      ];
    case 'failed':
      return [...head(span('✗', 'red')), span('  '), span(failureText(visit.failure ?? NOTHING), 'red')];
    case 'retrying': {
      const wait = visit.until === undefined ? '' : ` in ${countdown(visit.until - at)}`;
      return [...head(span('↻', 'yellow')), span(`  attempt ${visit.retried.length + 2}${wait}`, 'yellow')];
    }
    case 'exited': {
      const time = span(`  ${duration((visit.exitedAt ?? at) - visit.enteredAt)}`, 'dim');
      if (visit.status !== 'caught') return [...head(span('✓', 'green')), time];
      return [...head(span('↷', 'yellow')), time, span('  caught', 'yellow')];
    }
    default:
      return unreachable(kind);
  }
}

/** How far the Map Run of a state is. @param elapsedMs since the execution started */
export function progressLine(visit: Visit, text: string, elapsedMs: number): Span[] {
  return [...headOf(visit, span('▸', 'cyan'), elapsedMs), span(`  ${text}`, 'dim')];
}

function headOf(visit: Visit, icon: Span, elapsedMs: number): Span[] {
  const time = span(`+${duration(elapsedMs)}`.padEnd(11), 'dim');
  return [time, icon, span(' '), ...path(visit), span(clean(visit.name))];
}

const NOTHING = { error: undefined, cause: undefined };

function foldNote(visit: Visit): string {
  const more = (visit.items ?? 0) - ITERATIONS_SHOWN;
  return more > 0 ? ` (lines of the first ${ITERATIONS_SHOWN} and of failures)` : '';
}

function isFolded(visit: Visit): boolean {
  for (let at: Sequence | undefined = visit.sequence; at !== undefined; at = at.parent?.sequence) {
    if (at.index !== undefined && at.index >= ITERATIONS_SHOWN) return true;
  }
  return false;
}

/** `Each order[3] › ` before the name of what happens inside. */
function path(visit: Visit): Span[] {
  const { parent } = visit.sequence;
  if (parent === undefined) return [];
  const which = visit.sequence.index ?? parent.children.indexOf(visit.sequence);
  return [...path(parent), span(`${clean(parent.name)}[${which}] › `, 'dim')];
}
