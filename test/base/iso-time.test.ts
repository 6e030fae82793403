import { describe, expect, test } from 'vitest';
import { compareInstants, isoTime, parseTimestamp } from '../../src/base/iso-time.ts';

describe('isoTime', () => {
  test('leaves the fraction out when it is zero, as Java prints an Instant', () => {
    expect(isoTime(Date.UTC(2024, 1, 29, 23, 59, 58))).toBe('2024-02-29T23:59:58Z');
  });

  test('has three digits of a second otherwise', () => {
    expect(isoTime(Date.UTC(2024, 1, 29, 23, 59, 58, 120))).toBe('2024-02-29T23:59:58.120Z');
    expect(isoTime(1)).toBe('1970-01-01T00:00:00.001Z');
  });
});

describe('compareInstants', () => {
  const at = (text: string) => parseTimestamp(text) ?? expect.fail(text);

  test.each([
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.001Z', -1],
    ['2024-01-01T00:00:00.000000002Z', '2024-01-01T00:00:00.000000001Z', 1],
    ['2024-01-01T01:00:00+01:00', '2024-01-01T00:00:00Z', 0],
  ])('of %s and %s has the sign %i', (a, b, sign) => {
    expect(Math.sign(compareInstants(at(a), at(b)))).toBe(sign);
  });
});

describe('parseTimestamp', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0, 0],
    ['2016-03-14T01:59:00Z', Date.UTC(2016, 2, 14, 1, 59), 0],
    ['2024-02-29T23:59:59.999Z', Date.UTC(2024, 1, 29, 23, 59, 59, 999), 0],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29), 0],
    ['2024-12-31T00:00:00+18:00', Date.UTC(2024, 11, 30, 6), 0],
    ['2024-06-01T12:30:00-05:30', Date.UTC(2024, 5, 1, 18), 0],
    ['1969-12-31T23:59:59.5Z', -500, 0],
    ['2024-01-01T00:00:00.123456789Z', Date.UTC(2024, 0, 1, 0, 0, 0, 123), 456_789],
    ['2024-01-01T00:00:00.000000001Z', Date.UTC(2024, 0, 1), 1],
    ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z'), 0],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59), 0],
  ])('%s is %i ms and %i ns', (text, epochMs, nanos) => {
    expect(parseTimestamp(text)).toEqual({ epochMs, nanos });
  });

  test('agrees with the calendar on every day of four centuries', () => {
    const wrong: string[] = [];
    for (let day = Date.UTC(1801, 0, 1); day < Date.UTC(2201, 0, 1); day += 86_400_000) {
      const text = new Date(day).toISOString();
      if (parseTimestamp(text)?.epochMs !== day) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  test.each([
    '',
    '2024-01-01',
    '2024-01-01T00:00:00',
    '2024-01-01t00:00:00Z',
    '2024-01-01T00:00:00z',
    '2024-01-01 00:00:00Z',
    '2024-01-01T00:00Z',
    '2024-1-1T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2024-01-00T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00.1234567890Z',
    '2024-01-01T00:00:00+0100',
    '2024-01-01T00:00:00+01:60',
    '2024-01-01T00:00:00+18:01',
    '2024-01-01T00:00:00Z\n',
    ' 2024-01-01T00:00:00Z',
  ])('%j is none', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
