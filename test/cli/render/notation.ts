// The tree of a hand-made history as the terminal shows it.

import { treeLines } from '../../../src/cli/render/lines.ts';
import { columnFor, paintLine } from '../../../src/cli/render/paint.ts';
import { treeOf } from '../../history/notation.ts';

/** The tree as text without colours, trailing space cut, runs of space made one where columns align. */
export function tree(text: string, now = 0, foldAbove = 12): string {
  const lines = treeLines(treeOf(text), { now, frame: undefined, foldAbove });
  const canvas = { colour: false, width: 200, column: columnFor(lines) };
  return `\n${lines.map((line) => paintLine(line, canvas).replace(/(\S) {2,}/g, '$1  ')).join('\n')}\n`;
}
