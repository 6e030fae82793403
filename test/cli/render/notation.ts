// Hand-made histories for tests: one event per line, as `id<previous Type name @milliseconds key=value …`.

import { traceLines } from '../../../src/cli/render/lines.ts';
import { columnFor, paintLine } from '../../../src/cli/render/paint.ts';
import { addEvent, newTrace, type Trace, type TraceEvent } from '../../../src/history/tree.ts';

/** Values are numbers or words; `_` in a word or a name stands for a space. */
export function events(text: string): TraceEvent[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [ids, type, ...rest] = line.trim().split(/\s+/) as [string, string, ...string[]];
      const [id, previous] = ids.split('<').map(Number) as [number, number];
      const event: Record<string, unknown> = { id, previous, type, at: 0 };
      for (const word of rest) {
        const [key, value] = word.split('=') as [string, string | undefined];
        if (word.startsWith('@')) event['at'] = Number(word.slice(1));
        else if (value === undefined) event['name'] = word.replaceAll('_', ' ');
        else event[key] = /^\d+$/.test(value) ? Number(value) : value.replaceAll('_', ' ');
      }
      return event as unknown as TraceEvent;
    });
}

export function traceOf(text: string): Trace {
  const trace = newTrace();
  for (const event of events(text)) addEvent(trace, event);
  return trace;
}

/** The tree as text without colours, trailing space cut, runs of space made one where columns align. */
export function tree(text: string, now = 0, foldAbove = 12): string {
  const lines = traceLines(traceOf(text), { now, frame: undefined, foldAbove });
  const canvas = { colour: false, width: 200, column: columnFor(lines) };
  return `\n${lines.map((line) => paintLine(line, canvas).replace(/(\S) {2,}/g, '$1  ')).join('\n')}\n`;
}
