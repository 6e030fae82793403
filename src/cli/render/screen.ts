// The part of a terminal that is redrawn in place: settled lines scroll away above it and are never touched again.

import type { Output } from '../output.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
/** Terminals that know it show a frame at once, without flicker; others ignore it. */
const FRAME = ['\x1b[?2026h', '\x1b[?2026l'] as const;

export class Screen {
  readonly #output: Output;
  readonly #restore = () => {
    this.#output.stream.write(SHOW_CURSOR);
  };
  #height = 0;

  constructor(output: Output) {
    this.#output = output;
    output.stream.write(HIDE_CURSOR);
    // Also when the process ends by an error.
    process.once('exit', this.#restore);
  }

  get width(): number {
    return Math.max(20, (this.#output.stream.columns ?? 80) - 1);
  }

  /** @param settled printed once, above; @param moving replaces what moved before; lines must fit `width`. */
  draw(settled: readonly string[], moving: readonly string[]): void {
    const rows = Math.max(3, (this.#output.stream.rows ?? 24) - 1);
    const shown =
      moving.length <= rows
        ? moving
        : [...moving.slice(0, rows - 1), `  … ${moving.length - rows + 1} more lines`];
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    const text = [...settled, ...shown].map((line) => `${line}\x1b[K\n`).join('');
    this.#output.stream.write(`${FRAME[0]}${up}\r${text}\x1b[J${FRAME[1]}`);
    this.#height = shown.length;
  }

  /** Nothing moves any more. */
  close(): void {
    this.#restore();
    process.removeListener('exit', this.#restore);
  }
}
