// RunTree → lines of styled spans: the tree that `treadle run` and `treadle history` show. Pure; `paint.ts` gives them
// colours and widths.

import { splitLast } from '../../base/arn.ts';
import type { Failure, RunTree, Sequence, Status, Visit } from '../../history/run-tree.ts';
import type { MapRunState } from '../../observe/messages.ts';
import { progressText } from './map-run.ts';
import { clean, count, countdown, duration, failureText, plural } from './text.ts';

export type Style = 'plain' | 'dim' | 'bold' | 'green' | 'red' | 'yellow' | 'cyan';

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export interface Line {
  /** Branch drawing, icon and name. */
  readonly left: readonly Span[];
  readonly duration: string;
  readonly detail: readonly Span[];
  /** When it began; for lines that stand for a state. */
  readonly at: number | undefined;
}

export interface Look {
  /** Epoch milliseconds, for what is still going on. */
  readonly now: number;
  /** Counts up; moves the spinner. undefined: a still picture. */
  readonly frame: number | undefined;
  /** A Map with more iterations than this is folded. */
  readonly foldAbove: number;
  /** How far Map Runs are, by ARN; absent: that is not known. */
  readonly mapRuns?: ReadonlyMap<string, MapRunState>;
}

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Iterations of each kind that a folded Map still shows. */
const SHOWN_WHEN_FOLDED = 3;

/** Lines of one state of the top level and all below it. */
export function visitLines(visit: Visit, look: Look): Line[] {
  return linesOf(visit, [], [], look);
}

/** Lines of the whole execution. */
export function treeLines(tree: RunTree, look: Look): Line[] {
  return tree.root.visits.flatMap((visit) => visitLines(visit, look));
}

function linesOf(visit: Visit, first: readonly Span[], rest: readonly Span[], look: Look): Line[] {
  const lines: Line[] = [
    {
      left: [...first, icon(visit, look), span(' '), span(clean(visit.name), nameStyle(visit.status))],
      duration: elapsedTime(visit, look),
      detail: detail(visit, look),
      at: visit.enteredAt,
    },
  ];
  const under = (spans: readonly Span[], lengthText = '') =>
    lines.push({ left: [...rest, span('  '), ...spans], duration: lengthText, detail: [], at: undefined });
  for (const attempt of visit.retried) {
    const gap = attempt.nextAt === undefined ? '' : `, again after ${duration(attempt.nextAt - attempt.at)}`;
    under([span('↻ ', 'yellow'), span(failureText(attempt), 'yellow'), span(gap, 'dim')]);
  }
  if (visit.failure !== undefined && !isToldBelow(visit)) under(failureSpans(visit, visit.failure, look));
  lines.push(...childLines(visit, rest, look));
  return lines;
}

/** A failed Map or Parallel says nothing that its failed state has not said. */
function isToldBelow(visit: Visit): boolean {
  if (visit.status !== 'failed') return false;
  return visit.children.some((child) => {
    const told = child.visits.at(-1)?.failure;
    return told !== undefined && told.error === visit.failure?.error && told.cause === visit.failure?.cause;
  });
}

function failureSpans(visit: Visit, failure: Failure, look: Look): Span[] {
  const text = failureText(failure);
  if (visit.status === 'caught') return [span('↷ ', 'yellow'), span(text, 'yellow'), span(', caught', 'dim')];
  if (visit.until !== undefined && visit.status === 'running') {
    return [
      span('↻ ', 'yellow'),
      span(text, 'yellow'),
      span(`, again in ${countdown(visit.until - look.now)}`, 'dim'),
    ];
  }
  // The API does not tell whether a retry is due; while the state is open, one may be.
  if (visit.status === 'running') return [span('↻ ', 'yellow'), span(text, 'yellow')];
  return [span('✗ ', 'red'), span(text, 'red')];
}

function childLines(visit: Visit, rest: readonly Span[], look: Look): Line[] {
  const shown = fold(visit.children, look.foldAbove);
  const hidden = visit.children.length - shown.length;
  const lines = shown.flatMap((child, i) =>
    sequenceLines(child, rest, i === shown.length - 1 && hidden === 0, look),
  );
  if (hidden > 0) lines.push(lineOfFolded(visit, hidden, rest));
  return lines;
}

function sequenceLines(sequence: Sequence, rest: readonly Span[], last: boolean, look: Look): Line[] {
  const label = sequence.index === undefined ? '' : `${sequence.index} `;
  const joint = [...rest, span(last ? '└─ ' : '├─ ', 'dim')];
  const below = [...rest, span(last ? '   ' : '│  ', 'dim')];
  const pad = span(' '.repeat(label.length));
  if (sequence.visits.length === 0) {
    const waiting = [...joint, span(label, 'dim'), span('…', 'dim')];
    return [{ left: waiting, duration: '', detail: [], at: undefined }];
  }
  return sequence.visits.flatMap((visit, i) =>
    linesOf(visit, i === 0 ? [...joint, span(label, 'dim')] : [...below, pad], [...below, pad], look),
  );
}

/** The iterations worth a line: those that failed, those under way, and the first ones. */
function fold(children: readonly Sequence[], foldAbove: number): readonly Sequence[] {
  if (children.length <= foldAbove) return children;
  const chosen = new Set<Sequence>();
  for (const status of ['failed', 'running', 'succeeded', 'aborted'] as const) {
    let left = SHOWN_WHEN_FOLDED;
    for (const child of children) {
      if (left === 0) break;
      if (child.status !== status) continue;
      chosen.add(child);
      left--;
    }
  }
  return children.filter((child) => chosen.has(child));
}

function lineOfFolded(map: Visit, hidden: number, rest: readonly Span[]): Line {
  const tally = (status: Status) => map.children.filter((child) => child.status === status).length;
  const parts = [
    [tally('succeeded'), 'done', 'green'],
    [tally('failed'), 'failed', 'red'],
    [tally('aborted'), 'aborted', 'dim'],
    [tally('running'), 'running', 'cyan'],
  ] as const;
  const tallies = parts
    .filter(([number]) => number > 0)
    .flatMap(([number, word, style], i) => [
      span(i === 0 ? ' (' : ', ', 'dim'),
      span(`${count(number)} ${word}`, style),
    ]);
  const all = count(map.items ?? map.children.length);
  const left = [
    ...rest,
    span('└─ ', 'dim'),
    span(`… ${count(hidden)} more`, 'dim'),
    ...tallies,
    span(` of ${all})`, 'dim'),
  ];
  return { left, duration: '', detail: [], at: undefined };
}

function icon(visit: Visit, look: Look): Span {
  switch (visit.status) {
    case 'succeeded':
      return span('✓', 'green');
    case 'caught':
      return span('✓', 'yellow');
    case 'failed':
      return span('✗', 'red');
    case 'aborted':
      return span('⊘', 'dim');
    case 'running':
      if (look.frame === undefined) return span('●', 'cyan');
      return span(SPINNER[look.frame % SPINNER.length]!, visit.until === undefined ? 'cyan' : 'yellow');
  }
}

function nameStyle(status: Status): Style {
  if (status === 'aborted') return 'dim';
  return status === 'running' || status === 'failed' ? 'bold' : 'plain';
}

function elapsedTime(visit: Visit, look: Look): string {
  if (visit.exitedAt !== undefined) return duration(visit.exitedAt - visit.enteredAt);
  if (visit.status === 'running') return duration(look.now - visit.enteredAt);
  return visit.failure === undefined ? '' : duration(visit.failure.at - visit.enteredAt);
}

/** What a state does, in a few words: the task's target, the number of items, where a Choice went. */
function detail(visit: Visit, look: Look): Span[] {
  const words = [about(visit, look)].filter((text) => text !== '');
  if (visit.retried.length > 0) words.push(`attempt ${visit.retried.length + 1}`);
  return words.length === 0 ? [] : [span(words.join(' · '), 'dim')];
}

function about(visit: Visit, look: Look): string {
  const running = visit.status === 'running';
  switch (visit.type) {
    case 'Task': {
      const target = clean(visit.target ?? 'task');
      if (!running || visit.phase !== 'submitted') return target;
      return `${target} · waiting for the answer`;
    }
    case 'Wait':
      return running && visit.until !== undefined ? `${countdown(visit.until - look.now)} to go` : 'wait';
    case 'Choice': {
      const { visits } = visit.sequence;
      const next = visits[visits.indexOf(visit) + 1];
      return next === undefined ? 'choice' : `→ ${clean(next.name)}`;
    }
    case 'Parallel':
      return plural(visit.children.length, 'branch', 'branches');
    case 'Map':
      if (visit.mapRunArn !== undefined) {
        const run = look.mapRuns?.get(visit.mapRunArn);
        return run === undefined ? `map run ${splitLast(visit.mapRunArn)[1]}` : progressText(run);
      }
      return visit.items === undefined ? 'map' : plural(visit.items, 'item', 'items');
    default:
      return visit.type.toLowerCase();
  }
}

export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}
