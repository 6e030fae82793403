// Diagnostics as a good compiler prints them: the line of the definition, the place underlined, the code to look up.

import type { Diagnostic } from '../../asl/diagnostic.ts';
import { type Position, positionsIn } from '../../text/position.ts';
import type { Paint } from './paint.ts';
import { clean } from './text.ts';

/** Longer lines are cut around the place. */
const MOST_COLUMNS = 100;

/** @param file the name to print; @param text the definition the offsets point into. */
export function diagnosticLines(
  file: string,
  text: string,
  diagnostics: readonly Diagnostic[],
  paint: Paint,
): string[] {
  const positionOf = positionsIn(text);
  return [...diagnostics]
    .sort((a, b) => a.from - b.from)
    .flatMap((diagnostic) => [...linesOf(file, text, diagnostic, positionOf(diagnostic.from), paint), '']);
}

function linesOf(
  file: string,
  text: string,
  diagnostic: Diagnostic,
  { line, column }: Position,
  paint: Paint,
): string[] {
  const { severity, code, message, location, from, to } = diagnostic;
  const style = severity === 'ERROR' ? 'red' : 'yellow';
  const gutter = ' '.repeat(String(line).length);
  const bar = paint('cyan', '|');
  const inside = stripSource(location ?? '');
  const where = inside === '' ? '' : paint('dim', `  at ${clean(inside)}`);
  const lines = [
    `${paint(style, severity.toLowerCase())} ${paint('dim', code)}: ${paint('bold', clean(stripSource(message)))}`,
    `${gutter}${paint('cyan', '-->')} ${file}:${line}:${column}${where}`,
  ];
  const source = sourceLine(text, from - column + 1);
  const length = Math.max(1, Math.min(to - from, source.length - column + 1));
  const shown = window(source, column - 1, length);
  if (shown.text.trim() === '') return lines;
  const pad = ' '.repeat(shown.from);
  lines.push(
    `${gutter} ${bar}`,
    `${paint('cyan', String(line))} ${bar} ${shown.text}`,
    `${gutter} ${bar} ${pad}${paint(style, '^'.repeat(shown.length))}`,
  );
  return lines;
}

/** Texts of AWS's parsers end with where they were, the whole definition quoted; the place is shown below them. */
function stripSource(text: string): string {
  return text.replace(/\s*\bat \[Source: [\s\S]*\]\s*$/, '');
}

function sourceLine(text: string, from: number): string {
  const end = text.slice(from).search(/[\r\n]/);
  return (end === -1 ? text.slice(from) : text.slice(from, from + end)).replaceAll('\t', ' ');
}

/** The part of a long line around the place. */
function window(line: string, at: number, length: number): { text: string; from: number; length: number } {
  const plain = line.replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
  if (plain.length <= MOST_COLUMNS) return { text: plain, from: at, length };
  const start = Math.max(0, Math.min(at - 20, plain.length - MOST_COLUMNS));
  const text = plain.slice(start, start + MOST_COLUMNS);
  const head = start > 0 ? '…' : '';
  const tail = start + MOST_COLUMNS < plain.length ? '…' : '';
  const from = at - start + head.length;
  return {
    text: head + text + tail,
    from,
    length: Math.max(1, Math.min(length, MOST_COLUMNS - (at - start))),
  };
}

/** `2 errors, 1 warning`. */
export function tally(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR').length;
  const warnings = diagnostics.length - errors;
  const words = [plural(errors, 'error'), plural(warnings, 'warning')].filter((word) => word !== '');
  return words.join(', ');
}

function plural(number: number, word: string): string {
  return number === 0 ? '' : `${number} ${word}${number === 1 ? '' : 's'}`;
}
