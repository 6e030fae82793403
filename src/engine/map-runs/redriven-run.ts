// The write that opens a closed Map Run again, for the redrive of its parent.

import type { MapRunReading, MapRunRecord, MapRunWrite } from '../../store/map-runs.ts';

/** As before anything was read. */
const UNREAD: MapRunReading = {
  complete: false,
  children: 0,
  items: 0,
  position: undefined,
  rest: undefined,
};

/** @param redriveCount as the parent's history has it. @param reads items come from an ItemReader. @param at epoch milliseconds */
export function redrivenRun(
  record: MapRunRecord,
  redriveCount: number,
  reads: boolean,
  at: number,
): MapRunWrite {
  // Source: AWS, "Scenarios of input used on Map Run redrive": read again only when no child was started.
  const reading = reads && record.reading.children === 0 ? UNREAD : record.reading;
  return {
    record: {
      ...record,
      status: 'RUNNING',
      stoppedAt: undefined,
      counts: undefined,
      outcome: undefined,
      redriveCount,
      redrivenAt: at,
      reading,
      sequence: record.sequence + 1,
    },
    created: false,
    endsOnly: false,
    chunks: [],
    ends: [],
  };
}
