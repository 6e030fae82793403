// An output that keeps what was written to it.

import type { Output } from '../../../src/cli/output.ts';
import { painter } from '../../../src/cli/render/paint.ts';

interface Size {
  readonly columns?: number;
  readonly rows?: number;
}

export function outputOf(size: Size): { readonly written: string[]; readonly output: Output } {
  const written: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const output: Output = {
    stream: { ...size, write } as unknown as NodeJS.WriteStream,
    live: true,
    colour: false,
    paint: painter(false),
    line: (text = '') => {
      write(`${text}\n`);
    },
  };
  return { written, output };
}
