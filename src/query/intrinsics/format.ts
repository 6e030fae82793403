// States.Format: a template text with `{}` for every argument.

import type { Json } from '../../base/json.ts';
import type { Meter } from '../../base/meter.ts';
import { javaText } from '../json-path/java-text.ts';
import { payForText } from '../prices.ts';
import { IntrinsicFault } from './fault.ts';

/** Text between the placeholders: one piece more than there are placeholders. */
export type Pieces = readonly string[];

/**
 * @param source with its backslashes: `\{`, `\}`, `\'` and `\\` stand for the second character.
 * A brace that is not part of `{}` stands for itself.
 */
export function splitTemplate(source: string): Pieces {
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < source.length; i++) {
    const pair = source.slice(i, i + 2);
    if (pair === '{}') {
      pieces.push(piece);
      piece = '';
      i++;
    } else {
      if (/^\\[{}'\\]$/.test(pair)) i++;
      piece += source[i];
    }
  }
  pieces.push(piece);
  return pieces;
}

/** @throws IntrinsicFault when there are more or fewer values than placeholders. */
export function fillTemplate(pieces: Pieces, values: readonly Json[], meter: Meter): string {
  if (pieces.length - 1 !== values.length) {
    throw new IntrinsicFault(
      `The template has ${pieces.length - 1} placeholders, but there are ${values.length} arguments for them`,
    );
  }
  let text = pieces[0]!;
  for (const [i, value] of values.entries()) {
    const next = javaText(value, meter) + pieces[i + 1]!;
    payForText(meter, next.length);
    text += next;
  }
  return text;
}
