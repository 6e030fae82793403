// The journal: segments of events, appended once and read in order.

import type { DatabaseSync } from 'node:sqlite';
import { BoundedCache } from '../../base/bounded-cache.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { JournalDamaged, segmentFromBytes, segmentToBytes } from '../segment-bytes.ts';
import type { ExecutionWrite, Journal } from '../store.ts';
import { query } from './statement.ts';

/** Segments kept decoded, by the bytes they have: whoever reads a history reads the next events of the same segment. */
const KEPT = { entries: 64, weight: 2 * 1024 * 1024 };

type SegmentRow = [id: number, sequence: number, segment: Uint8Array];

interface Decoded {
  readonly key: number;
  readonly events: readonly HistoryEvent[];
  readonly bytes: number;
}

export interface JournalWriter {
  /** Appends the events of a commit as one segment; nothing when there are none. Inside a transaction. */
  append(write: ExecutionWrite): void;
}

export function openJournalWriter(database: DatabaseSync): JournalWriter {
  const insert = database.prepare(
    'insert into journal (execution_key, last_id, sequence, segment) values (?, ?, ?, ?)',
  );
  const lastIdOf = query<[number | null]>(
    database,
    'select max(last_id) from journal where execution_key = ?',
  );
  return {
    append({ record, events }) {
      if (events.length === 0) return;
      // A segment of notes alone goes on from the last public event, so that segments stay in order.
      const lastId = lastPublicId(events) ?? lastIdOf.get(record.key)?.[0] ?? 0;
      insert.run(record.key, lastId, record.sequence - events.length, segmentToBytes(events));
    },
  };
}

function lastPublicId(events: readonly HistoryEvent[]): number | undefined {
  for (let i = events.length - 1; i >= 0; i--) {
    if (events[i]!.id > 0) return events[i]!.id;
  }
  return undefined;
}

export function openJournal(database: DatabaseSync): Journal {
  const columns = 'select id, sequence, segment from journal';
  const whole = query<SegmentRow>(database, `${columns} where execution_key = ? order by last_id, id`);
  const ascending = query<SegmentRow>(
    database,
    `${columns} where execution_key = ? and last_id >= ? order by last_id, id`,
  );
  const descending = query<SegmentRow>(
    database,
    `${columns} where execution_key = ? and last_id <= ? order by last_id desc, id desc`,
  );
  const first = query<SegmentRow>(
    database,
    `${columns} where execution_key = ? order by last_id, id limit 1`,
  );
  const lastOf = query<SegmentRow>(
    database,
    `${columns} where execution_key = ? and last_id = ? order by id limit 1`,
  );
  const endOf = query<[number | null]>(
    database,
    'select min(last_id) from journal where execution_key = ? and last_id >= ?',
  );
  const greatestId = query<[number | null]>(
    database,
    'select max(last_id) from journal where execution_key = ?',
  );
  const sequenceOf = query<[number]>(database, 'select sequence from execution where key = ?');

  function decode(key: number, row: SegmentRow): HistoryEvent[] {
    return segmentFromBytes(row[2], { key, segment: row[0] });
  }

  /** Segments are never changed, and keys never given twice. */
  const pages = new BoundedCache<number, Decoded>(KEPT, ({ bytes }) => bytes);
  function decodeForPage(key: number, row: SegmentRow): readonly HistoryEvent[] {
    const known = pages.get(row[0]);
    if (known?.key === key) return known.events;
    const events = decode(key, row);
    pages.set(row[0], { key, events, bytes: row[2].byteLength });
    return events;
  }

  return {
    async read(key) {
      const events: HistoryEvent[] = [];
      for (const row of whole.all(key)) {
        expectSequence(key, row, events.length);
        for (const event of decode(key, row)) events.push(event);
      }
      const expected = sequenceOf.get(key)?.[0] ?? 0;
      if (expected !== events.length) {
        throw new JournalDamaged(
          `Expected ${expected} journal entries of execution ${key}, but there are ${events.length}`,
        );
      }
      return events;
    },

    async page(key, { from, limit, reverse }) {
      const events: HistoryEvent[] = [];
      if (limit <= 0) return events;
      if (reverse) {
        const end = endOf.get(key, from)?.[0] ?? from;
        let sequence: number | undefined;
        for (const row of descending.iterate(key, end)) {
          const segment = decodeForPage(key, row);
          if (sequence !== undefined) expectSequence(key, row, sequence - segment.length);
          sequence = row[1];
          for (let i = segment.length - 1; i >= 0; i--) {
            const event = segment[i]!;
            if (event.id === 0 || event.id > from) continue;
            events.push(event);
            if (events.length === limit) return events;
          }
        }
        return events;
      }
      let sequence: number | undefined;
      for (const row of ascending.iterate(key, from)) {
        if (sequence !== undefined) expectSequence(key, row, sequence);
        const segment = decodeForPage(key, row);
        sequence = row[1] + segment.length;
        for (const event of segment) {
          if (event.id === 0 || event.id < from) continue;
          events.push(event);
          if (events.length === limit) return events;
        }
      }
      return events;
    },

    async ends(key) {
      const lastId = greatestId.get(key)?.[0];
      if (lastId == null) return undefined;
      const firstRow = first.get(key)!;
      const firstEvents = decode(key, firstRow);
      const lastRow = lastOf.get(key, lastId)!;
      const lastEvents = lastRow[0] === firstRow[0] ? firstEvents : decode(key, lastRow);
      const last = lastEvents.findLast((event) => event.id > 0);
      const start = firstEvents.find((event) => event.id > 0);
      if (last?.id !== lastId || start?.id !== 1 || firstRow[1] !== 0) {
        throw new JournalDamaged(
          `Expected the history of execution ${key} from 1 to ${lastId}, but its ends differ`,
        );
      }
      return { first: start, last };
    },
  };
}

/** @param lastId of the segment's last public event */
export function lastEventOf(key: number, segment: number, lastId: number, bytes: Uint8Array): HistoryEvent {
  const last = segmentFromBytes(bytes, { key, segment }).findLast((event) => event.id > 0);
  if (last?.id === lastId) return last;
  throw new JournalDamaged(
    `Expected journal segment ${segment} of execution ${key} to end with event ${lastId}, but it ends with ${last?.id}`,
  );
}

export function noEvents(key: number): never {
  throw new JournalDamaged(`Expected the history of execution ${key}, but there is none`);
}

function expectSequence(key: number, row: SegmentRow, sequence: number): void {
  if (row[1] === sequence) return;
  throw new JournalDamaged(
    `Expected journal segment ${row[0]} of execution ${key} to begin at entry ${sequence}, but it begins at ${row[1]}: a segment is missing`,
  );
}
