// Small texts of the terminal: durations, times, failures, widths.

import type { Failure } from '../../history/run-tree.ts';

/** 0.4 ms is `0 ms`; then `120 ms`, `1.24 s`, `12.3 s`, `2 min 05 s`, `3 h 07 min`, `2 d 04 h`. */
export function duration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${two(minutes % 60)} min`
    : `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** Time until something is due, for a countdown: tenths of seconds below ten seconds. */
export function countdown(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : duration(Math.round(ms / 1000) * 1000);
}

/** Local time of day with milliseconds: `14:03:07.120`. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Local date and time of day: `2026-03-01 14:03:07.120`. */
export function dateAndTime(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${timeOfDay(at)}`;
}

/** 12345 → `12,345`. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 item`, `1,200 items`. */
export function plural(number: number, one: string, many: string): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** `Payment.Declined: the card has expired`: a Lambda error's JSON cause is reduced to its message. */
export function failureText(failure: Pick<Failure, 'error' | 'cause'>): string {
  const cause = causeText(failure.cause);
  const error = failure.error ?? '';
  if (cause === '') return error === '' ? 'failed without an error' : clean(error);
  return error === '' ? cause : `${clean(error)}: ${cause}`;
}

function causeText(cause: string | undefined): string {
  if (cause === undefined) return '';
  if (cause.startsWith('{')) {
    try {
      const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
      if (typeof errorMessage === 'string') return clean(errorMessage);
    } catch {
      // Not JSON after all: shown as it is.
    }
  }
  return clean(cause);
}

/** One line without control characters: what a definition or a function says may not steer the terminal. */
export function clean(text: string): string {
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}

/** Columns that a text takes on a terminal. */
export function columns(text: string): number {
  let width = 0;
  for (const character of text) width += charColumns(character.codePointAt(0)!);
  return width;
}

/** The start of `text` that fits, with `…` when something is left out. */
export function clip(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let result = '';
  let left = width - 1;
  for (const character of text) {
    left -= charColumns(character.codePointAt(0)!);
    if (left < 0) break;
    result += character;
  }
  return width > 0 ? `${result}…` : '';
}

function charColumns(code: number): number {
  if ((code >= 0x300 && code < 0x370) || code === 0x200d || (code >= 0xfe00 && code < 0xfe10)) return 0;
  const wide =
    (code >= 0x1100 && code < 0x1160) ||
    (code >= 0x2e80 && code < 0xa4d0) ||
    (code >= 0xac00 && code < 0xd7a4) ||
    (code >= 0xf900 && code < 0xfb00) ||
    (code >= 0xfe30 && code < 0xfe70) ||
    (code >= 0xff00 && code < 0xff61) ||
    (code >= 0x1f300 && code < 0x1faff) ||
    (code >= 0x20000 && code < 0x40000);
  return wide ? 2 : 1;
}
