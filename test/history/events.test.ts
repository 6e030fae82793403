import { expect, test } from 'vitest';
import { EVENT_ROWS, eventRow, eventRowByCode } from '../../src/history/events.ts';

test('each type of event has a code of its own', () => {
  expect(new Set(EVENT_ROWS.map(({ code }) => code)).size).toBe(EVENT_ROWS.length);
});

test.each(EVENT_ROWS)('finds $type by its type and by its code', (row) => {
  expect(eventRow(row.type)).toBe(row);
  expect(eventRowByCode(row.code)).toBe(row);
});

test('refuses a code of a newer version', () => {
  expect(() => eventRowByCode(999)).toThrow('an event has the unknown type 999');
});

test('shows nothing of a note, and every public field somewhere', () => {
  for (const { note, details, fields } of EVENT_ROWS) {
    const shown = fields.filter(({ kind }) => kind !== 'private' && kind !== 'privateData');
    if (note) expect([details, shown]).toEqual([undefined, []]);
    if (shown.length > 0) expect(details).toMatch(/EventDetails$/);
  }
});
