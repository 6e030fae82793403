// Hand-made histories for tests: one event per line, as `id<previous Type name @milliseconds key=value …`.

import { isEventType } from '../../src/history/events.ts';
import { newTree, type RunTree, type TreeEvent } from '../../src/history/run-tree.ts';
import { addEvent } from '../../src/history/tree.ts';

/** Values are numbers or words; `_` in a word or a name stands for a space. */
export function events(text: string): TreeEvent[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [ids, type, ...rest] = line.trim().split(/\s+/) as [string, string, ...string[]];
      const [id, previous] = ids.split('<').map(Number) as [number, number];
      const event: Record<string, unknown> = {
        id,
        previous,
        type: isEventType(type) ? type : 'Unknown',
        at: 0,
      };
      for (const word of rest) {
        const [key, value] = word.split('=') as [string, string | undefined];
        if (word.startsWith('@')) event['at'] = Number(word.slice(1));
        else if (value === undefined) event['name'] = word.replaceAll('_', ' ');
        else event[key] = /^\d+$/.test(value) ? Number(value) : value.replaceAll('_', ' ');
      }
      return event as unknown as TreeEvent;
    });
}

export function treeOf(text: string): RunTree {
  const run = newTree();
  for (const event of events(text)) addEvent(run, event);
  return run;
}
