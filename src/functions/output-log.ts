// What a function prints: cut into lines of bounded length for the log, and the last 4 KB kept for LogType Tail.

import { StringDecoder } from 'node:string_decoder';

/** Characters of one line that are kept. */
export const MAX_LINE = 8_192;
const TAIL_BYTES = 4_096;

/** @returns a sink for chunks of bytes; `end` gives out a last line without a line break. */
export function lineReader(emit: (line: string) => void): { write(chunk: Buffer): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let line = '';
  let dropped = 0;
  const add = (text: string): void => {
    const room = MAX_LINE - line.length;
    line += text.slice(0, room);
    dropped += Math.max(0, text.length - room);
  };
  const give = (): void => {
    emit(dropped === 0 ? line.replace(/\r$/, '') : `${line}… (${dropped} more characters)`);
    line = '';
    dropped = 0;
  };
  return {
    write(chunk) {
      const pieces = decoder.write(chunk).split('\n');
      const last = pieces.pop()!;
      for (const piece of pieces) {
        add(piece);
        give();
      }
      add(last);
    },
    end() {
      add(decoder.end());
      if (line !== '') give();
    },
  };
}

/** The newest lines, as much as Lambda returns in X-Amz-Log-Result. */
export class LogTail {
  #lines: string[] = [];
  #characters = 0;

  add(line: string): void {
    this.#lines.push(`${line}\n`);
    this.#characters += line.length + 1;
    while (this.#lines.length > 1 && this.#characters - this.#lines[0]!.length >= TAIL_BYTES) {
      this.#characters -= this.#lines.shift()!.length;
    }
  }

  base64(): string {
    const bytes = Buffer.from(this.#lines.join(''));
    return bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString('base64');
  }
}
