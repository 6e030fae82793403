// Moments as ISO 8601 text, written as AWS writes them and read as the Amazon States Language has them: RFC 3339 with a
// capital T, seconds and an offset. Calendar arithmetic of our own for reading, because Date takes far more forms and knows
// neither nanoseconds nor wrong dates. JSONata's functions have forms of their own (query/jsonata/functions/times.ts).

/** In UTC as Java's Instant prints it: the fraction is left out when it is zero. */
export function isoTime(epochMs: number): string {
  const text = new Date(epochMs).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

export interface Instant {
  /** Milliseconds since 1970-01-01T00:00:00Z, rounded down. */
  readonly epochMs: number;
  /** What lies beyond the millisecond: 0 to 999,999. */
  readonly nanos: number;
}

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** @returns undefined unless the text is `yyyy-mm-ddThh:mm:ss[.fraction](Z|±hh:mm)` and names a real moment. */
export function parseTimestamp(text: string): Instant | undefined {
  const parts = FORM.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetMinutes(parts[8], parts[9], parts[10]);
  if (offset === undefined) return undefined;
  const minutes = (daysFromEpoch(year, month, day) * 24 + hour) * 60 + minute - offset;
  const fraction = Number((parts[7] ?? '').padEnd(9, '0'));
  const millis = Math.floor(fraction / 1e6);
  return { epochMs: (minutes * 60 + second) * 1000 + millis, nanos: fraction % 1e6 };
}

/** Java's bound on offsets: 18 hours. */
function offsetMinutes(sign: string | undefined, hours = '0', minutes = '0'): number | undefined {
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || total > 18 * 60) return undefined;
  return sign === '-' ? -total : total;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01 in the Gregorian calendar, counted from March so that the leap day comes last. */
function daysFromEpoch(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const yearDays = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  const monthDays = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  return yearDays + monthDays + day - 1 - 719_468;
}

/** Negative, zero or positive. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.epochMs - b.epochMs || a.nanos - b.nanos;
}
