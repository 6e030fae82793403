// What the commands write to and how much of it they may colour. Results go to standard output, everything that only
// accompanies them to standard error, so `treadle run … | jq` works.

import { type Paint, painter } from './render/paint.ts';

export interface Output {
  readonly stream: NodeJS.WriteStream;
  /** A terminal that can be redrawn. */
  readonly live: boolean;
  readonly colour: boolean;
  readonly paint: Paint;
  line(text?: string): void;
}

/** Honours NO_COLOR, FORCE_COLOR and TERM=dumb. */
export function outputTo(stream: NodeJS.WriteStream): Output {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const terminal = stream.isTTY === true && TERM !== 'dumb';
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '';
  const colour = (NO_COLOR ?? '') === '' && (terminal || forced);
  return {
    stream,
    live: terminal,
    colour,
    paint: painter(colour),
    line: (text = '') => {
      stream.write(`${text}\n`);
    },
  };
}

/** A reader that closes the pipe early (`treadle … | head`) is not an error. */
export function forgiveBrokenPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
}
