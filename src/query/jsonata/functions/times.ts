// Dates and times: epoch milliseconds ↔ text.

import { numberOf } from '../data.ts';
import { fail } from '../errors.ts';
import type { Run, Value } from '../run.ts';
import type { Definitions } from './built-in.ts';
import { formatTime, ISO_PICTURE, parseTime } from './time-picture.ts';

const ISO =
  /^(\d{4})(?:-([01]\d)(?:-([0-3]\d))?)?(?:T([0-2]\d):([0-5]\d):([0-5]\d)(?:\.(\d{1,20}))?)?(Z|[+-][0-2]\d:?[0-5]\d)?$/;

/** @throws EvaluationError D3110. */
function parseIso(text: string): number {
  const found = ISO.exec(text);
  if (found === null) return fail('D3110', { value: text });
  const [, year, month, day, hours, minutes, seconds, fraction, zone] = found;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month ?? 1) - 1, Number(day ?? 1));
  const millis = Math.trunc(Number(`0.${fraction ?? 0}`) * 1000 + 1e-6);
  date.setUTCHours(Number(hours ?? 0), Number(minutes ?? 0), Number(seconds ?? 0), millis);
  if (Number(month ?? 1) < 1 || Number(month ?? 1) > 12 || Number(day ?? 1) < 1 || Number(day ?? 1) > 31) {
    return fail('D3110', { value: text });
  }
  return date.getTime() - (zone === undefined || zone === 'Z' ? 0 : offsetMinutes(zone)) * 60_000;
}

/** `+0530` or `-05:00` of a timestamp → minutes east of Greenwich. */
function offsetMinutes(zone: string): number {
  const [, sign, hours, minutes] = OFFSET.exec(zone)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const OFFSET = /^([+-])(\d\d):?(\d\d)$/;

/**
 * The time zone of a picture → minutes east of Greenwich. It is a number hhmm, of which everything after the digits is
 * left out: `+05:30` is five minutes.
 */
function zoneMinutes(zone: string | undefined): number {
  const number = Number.parseInt(zone ?? '', 10);
  return Number.isNaN(number) ? 0 : Math.floor(number / 100) * 60 + (number % 100);
}

const LATEST = 8.64e15;

function format(run: Run, millis: number, picture: string | undefined, zone: string | undefined): string {
  run.charge(10);
  const time = Math.trunc(millis);
  const offset = zoneMinutes(zone);
  if (!(Math.abs(time + offset * 60_000) <= LATEST && Math.abs(time) <= LATEST))
    fail('D1001', { value: millis });
  if (picture === undefined && offset === 0) return new Date(time).toISOString();
  return formatTime(time, picture ?? ISO_PICTURE, offset, run);
}

function toMillis(run: Run, text: string | undefined, picture: string | undefined): Value {
  if (text === undefined) return undefined;
  run.charge(40 + (text.length >> 2));
  return picture === undefined ? parseIso(text) : parseTime(text, picture, run.scope.now, run);
}

function millis(run: Run): Value {
  run.charge(1);
  return run.scope.now;
}

export const TIMES: Definitions = {
  now: [
    '<s?s?:s>',
    2,
    (run: Run, picture: string | undefined, zone: string | undefined) =>
      format(run, run.scope.now, picture, zone),
  ],
  millis: ['<:n>', 0, millis],
  toMillis: ['<s-s?:n>', 2, toMillis],
  fromMillis: [
    '<n-s?s?:s>',
    3,
    (run: Run, millis: Value, picture: string | undefined, zone: string | undefined) => {
      const time = numberOf(millis);
      return time === undefined ? undefined : format(run, time, picture, zone);
    },
  ],
};
