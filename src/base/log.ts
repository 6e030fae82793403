// The process's log: pino, one JSON line per record on standard error. Secrets and payloads are never logged.

import { pino } from 'pino';

export type Log = pino.Logger;

/** @param level one of pino's: `trace debug info warn error fatal silent`. */
export function openLog(level: string): Log {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
