// Styled lines → text for a terminal of a given width, with or without colours.

import pc from 'picocolors';
import type { Line, Span, Style } from './lines.ts';
import { clip, columns, duration, timeOfDay } from './text.ts';

export interface Canvas {
  readonly colour: boolean;
  /** Columns of the terminal; lines never take more. */
  readonly width: number;
  /** Column where durations begin. */
  readonly column: number;
  /** Put absolute and relative times before each line, counted from this moment. */
  readonly timesFrom?: number | undefined;
}

export type Paint = (style: Style, text: string) => string;

/** @param colour false gives the text alone. */
export function painter(colour: boolean): Paint {
  const colors = pc.createColors(colour);
  return (style, text) => (style === 'plain' || text === '' ? text : colors[style](text));
}

const LEAST_COLUMN = 24;
const MOST_COLUMN = 52;
const DURATION_WIDTH = 11;

/** The column that suits these lines: behind the longest name, within reason. */
export function columnFor(lines: readonly Line[]): number {
  const widths = lines.filter((line) => line.duration !== '').map((line) => widthOf(line.left));
  return clamp(Math.max(0, ...widths) + 2, LEAST_COLUMN, MOST_COLUMN);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

export function paintLine(line: Line, canvas: Canvas): string {
  const paint = painter(canvas.colour);
  const spans: Span[] = [];
  if (canvas.timesFrom !== undefined) {
    const times =
      line.at === undefined ? '' : `${timeOfDay(line.at)} +${duration(line.at - canvas.timesFrom)}`;
    spans.push({ text: `${times.padEnd(26)}`, style: 'dim' });
  }
  spans.push(...line.left);
  if (line.duration !== '' || line.detail.length > 0) {
    const gap = Math.max(1, canvas.column - widthOf(line.left));
    spans.push({ text: ' '.repeat(gap) + line.duration.padStart(DURATION_WIDTH - 1), style: 'plain' });
    if (line.detail.length > 0) spans.push({ text: '  ', style: 'plain' }, ...line.detail);
  }
  let left = canvas.width;
  let text = '';
  for (const { text: part, style } of spans) {
    if (left <= 0) break;
    const shown = clip(part, left);
    text += paint(style, shown);
    left -= columns(shown);
    if (shown !== part) break;
  }
  return text.trimEnd();
}

function widthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + columns(text), 0);
}
