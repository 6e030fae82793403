// Fields of a date as pictures name them, and dates from such fields. All in UTC.

import { fail } from '../errors.ts';

/** Values by component letter: Y M D d F W w X x H h P m s f Z z. */
export type Fields = Record<string, number>;

const DAY = 86_400_000;

/** Thursday of the ISO week: the week belongs to the year and month in which it falls. */
function thursdayOf(date: Date): Date {
  const weekday = date.getUTCDay() || 7;
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return new Date(midnight + (4 - weekday) * DAY);
}

function dayOfYear(date: Date): number {
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  return Math.round((midnight - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

export function calendarField(date: Date, component: string): number {
  switch (component) {
    case 'Y':
      return date.getUTCFullYear();
    case 'M':
      return date.getUTCMonth() + 1;
    case 'D':
      return date.getUTCDate();
    case 'd':
      return dayOfYear(date);
    case 'F':
      return date.getUTCDay() || 7;
    case 'W':
      return Math.ceil(dayOfYear(thursdayOf(date)) / 7);
    case 'w':
      return Math.ceil(thursdayOf(date).getUTCDate() / 7);
    case 'X':
      return thursdayOf(date).getUTCFullYear();
    case 'x':
      return thursdayOf(date).getUTCMonth() + 1;
    case 'H':
      return date.getUTCHours();
    case 'h':
      return date.getUTCHours() % 12 || 12;
    case 'P':
      return date.getUTCHours() < 12 ? 0 : 1;
    case 'm':
      return date.getUTCMinutes();
    case 's':
      return date.getUTCSeconds();
    default:
      return date.getUTCMilliseconds();
  }
}

/**
 * Epoch milliseconds of parsed fields: what is missing before the first given field is now, after it the least value.
 * @throws EvaluationError D3136 when fields are missing in between, or weeks are given.
 */
export function millisOf(fields: Fields, now: Date): number {
  const has = (component: string) => fields[component] !== undefined;
  const byMonth = has('Y') && has('M') && has('D');
  const byDay = !byMonth && has('Y') && has('d');
  const onlyWeeks = Array.from('XxWw').some(has) && !Array.from('YMDd').some(has);
  if (onlyWeeks || (!byMonth && has('X') && (has('W') || (has('x') && has('w'))))) fail('D3136');
  const twelve = has('P') && has('h');
  const all = complete(`${byDay ? 'Yd' : 'YMD'}${twelve ? 'Phmsf' : 'Hmsf'}`, fields, now);
  const of = (component: string) => all[component] as number;
  const hours = twelve ? (of('h') % 12) + (of('P') === 1 ? 12 : 0) : of('H');
  const month = byDay ? 0 : Math.max(of('M') - 1, 0);
  const date = new Date(0);
  date.setUTCFullYear(of('Y'), month, byDay ? of('d') : of('D'));
  date.setUTCHours(hours, of('m'), of('s'), of('f'));
  return date.getTime() - (fields['Z'] ?? fields['z'] ?? 0) * 60_000;
}

function complete(order: string, fields: Fields, now: Date): Fields {
  const all: Fields = { ...fields };
  let started = false;
  let ended = false;
  for (const component of order) {
    if (fields[component] !== undefined) {
      if (ended) fail('D3136');
      started = true;
    } else if (started) {
      all[component] = 'MDd'.includes(component) ? 1 : 0;
      ended = true;
    } else {
      all[component] = calendarField(now, component);
    }
  }
  return all;
}
