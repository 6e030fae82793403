// The two faces of a running execution: a tree redrawn in place on a terminal, one line per change elsewhere.

import { newTree, type RunTree, type TreeEvent } from '../../history/run-tree.ts';
import { addEvent } from '../../history/tree.ts';
import type { MapRunState } from '../../observe/messages.ts';
import type { Output } from '../output.ts';
import { type Line, type Span, treeLines, visitLines } from './lines.ts';
import { progressText, stateOfMapRun } from './map-run.ts';
import { type Canvas, columnFor, paintLine } from './paint.ts';
import { plainLine, progressLine } from './plain.ts';
import { Screen } from './screen.ts';

export interface View {
  readonly tree: RunTree;
  add(events: readonly TreeEvent[]): void;
  /** A Map Run of it has gone on. */
  progress(run: MapRunState): void;
  /** Draws what is left and gives the terminal back; once more does nothing. */
  close(): void;
}

const FRAME_MS = 80;
/** A Map with more iterations is folded on the screen. */
export const FOLD_ABOVE = 12;

/** @param column where durations begin; from the definition's names, so that it never moves. */
export function liveView(output: Output, column: number): View {
  const tree = newTree();
  const screen = new Screen(output);
  const mapRuns = new Map<string, MapRunState>();
  let settled = 0;
  let frame = 0;
  const draw = () => {
    const canvas: Canvas = { colour: output.colour, width: screen.width, column };
    const look = { now: Date.now(), frame: frame++, foldAbove: FOLD_ABOVE, mapRuns };
    const { visits } = tree.root;
    const done: Line[] = [];
    while (
      settled < visits.length &&
      visits[settled]!.exitedAt !== undefined &&
      settled < visits.length - 1
    ) {
      done.push(...visitLines(visits[settled]!, look));
      settled++;
    }
    const moving = visits.slice(settled).flatMap((visit) => visitLines(visit, look));
    screen.draw(
      done.map((line) => paintLine(line, canvas)),
      moving.map((line) => paintLine(line, canvas)),
    );
  };
  const timer = setInterval(draw, FRAME_MS);
  let closed = false;
  return {
    tree,
    add(events) {
      for (const event of events) addEvent(tree, event);
    },
    progress: (run) => void mapRuns.set(run.mapRunArn, run),
    close() {
      if (closed) return;
      closed = true;
      clearInterval(timer);
      const canvas: Canvas = { colour: output.colour, width: screen.width, column };
      const look = { now: Date.now(), frame: undefined, foldAbove: FOLD_ABOVE, mapRuns };
      const rest = tree.root.visits.slice(settled).flatMap((visit) => visitLines(visit, look));
      screen.draw(
        rest.map((line) => paintLine(line, canvas)),
        [],
      );
      screen.close();
    },
  };
}

/** Between two lines that say how far a Map Run is. */
const PROGRESS_MS = 10_000;

export function plainView(output: Output): View {
  const tree = newTree();
  const print = (spans: readonly Span[]): void =>
    output.line(spans.map(({ text, style }) => output.paint(style, text)).join(''));
  /** When a line was printed last, by ARN of the Map Run. */
  const printedAt = new Map<string, number>();
  return {
    tree,
    add(events) {
      for (const event of events) {
        const change = addEvent(tree, event);
        if (change === undefined) continue;
        const spans = plainLine(change, event.at, tree.startedAt ?? event.at);
        if (spans !== undefined) print(spans);
      }
    },
    progress(run) {
      const now = Date.now();
      const startedAt = tree.startedAt ?? now;
      const due = (printedAt.get(run.mapRunArn) ?? startedAt) + PROGRESS_MS;
      // One that has ended is told of once more, if it was told of before.
      if (run.status === 'RUNNING' ? now < due : !printedAt.has(run.mapRunArn)) return;
      const visit = stateOfMapRun(tree.root, run.mapRunArn);
      if (visit === undefined) return;
      printedAt.set(run.mapRunArn, now);
      print(progressLine(visit, progressText(run), now - startedAt));
    },
    close() {},
  };
}

/** Folds without showing anything. */
export function silentView(): View {
  const tree = newTree();
  return {
    tree,
    add(events) {
      for (const event of events) addEvent(tree, event);
    },
    progress() {},
    close() {},
  };
}

/** The whole tree at once, as `treadle history` prints it. */
export function stillPicture(tree: RunTree, output: Output, now: number): string[] {
  const lines = treeLines(tree, { now, frame: undefined, foldAbove: FOLD_ABOVE });
  const width = output.live ? Math.max(40, (output.stream.columns ?? 80) - 1) : 500;
  const canvas = { colour: output.colour, width, column: columnFor(lines), timesFrom: tree.startedAt };
  return lines.map((line) => paintLine(line, canvas));
}
