// The process's log: pino, one JSON line per record on standard error. Secrets and payloads are never logged. A reader that
// does not read stops nothing: so much waits for it, and what comes then is dropped and counted.

import { pino } from 'pino';

export type Log = pino.Logger;

/** Characters that may wait for whoever reads the log. */
export const MOST_WAITING = 1024 * 1024;

/** What takes the lines, such as standard error: it must not block. */
export interface LineStream {
  readonly writableLength: number;
  write(line: string): unknown;
  on(event: 'drain' | 'error', listener: () => void): unknown;
}

/** Lines to a stream, of which no more than a bound waits to be written. */
export class BoundedLines {
  readonly #stream: LineStream;
  #dropped = 0;

  constructor(stream: LineStream) {
    this.#stream = stream;
    stream.on('drain', () => this.#tellDropped());
    // Nobody reads any more, or the disk is full: there is nowhere to tell it.
    stream.on('error', () => {});
  }

  write(line: string): void {
    if (this.#stream.writableLength + line.length > MOST_WAITING) {
      this.#dropped++;
      return;
    }
    this.#tellDropped();
    this.#stream.write(line);
  }

  #tellDropped(): void {
    const dropped = this.#dropped;
    if (dropped === 0) return;
    this.#dropped = 0;
    const msg = 'records of the log were dropped, because nobody read them';
    this.#stream.write(`${JSON.stringify({ level: 40, time: new Date().toISOString(), dropped, msg })}\n`);
  }
}

/** What of an error is logged: not the members that libraries give it, such as parts of an answer. */
export function errorFacts(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    stack,
    ...(cause !== undefined && depth < 4 && { cause: errorFacts(cause, depth + 1) }),
  };
}

let standardError: BoundedLines | undefined;

/** @param level one of pino's: `trace debug info warn error fatal silent`. */
export function openLog(level: string): Log {
  standardError ??= new BoundedLines(process.stderr);
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => errorFacts(error) },
    },
    standardError,
  );
}
