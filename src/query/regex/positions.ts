// Places in a text where a pattern may stand: beginnings and ends of lines and words, as java.util.regex has them.

import { WORD } from './classes.ts';
import type { Position } from './syntax.ts';

/**
 * @param unixLines only \n ends a line.
 * @param from where the search began.
 */
export function standsAt(
  text: string,
  at: number,
  where: Position,
  unixLines: boolean,
  from: number,
): boolean {
  const { length } = text;
  switch (where) {
    case 'begin':
      return at === 0;
    case 'end':
      return at === length;
    case 'searchStart':
      return at === from;
    case 'lineBegin':
      // No line begins at the end of the text.
      return (
        at === 0 || (at < length && endsLine(text, at - 1, unixLines) && !isInsideBreak(text, at, unixLines))
      );
    case 'lineEnd':
      return at === length || (endsLine(text, at, unixLines) && !isInsideBreak(text, at, unixLines));
    case 'lastLineEnd': {
      if (at === length) return true;
      const size = !unixLines && text.startsWith('\r\n', at) ? 2 : 1;
      return at + size === length && endsLine(text, at, unixLines) && !isInsideBreak(text, at, unixLines);
    }
    case 'boundary':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'noBoundary':
      return isWord(text, at - 1) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && WORD(text.charCodeAt(at));
}

function endsLine(text: string, at: number, unixLines: boolean): boolean {
  const unit = text.charCodeAt(at);
  if (unit === 10) return true;
  return !unixLines && (unit === 13 || unit === 0x85 || unit === 0x2028 || unit === 0x2029);
}

/** Between \r and \n, which end one line together. */
function isInsideBreak(text: string, at: number, unixLines: boolean): boolean {
  return !unixLines && text.charCodeAt(at) === 10 && text.charCodeAt(at - 1) === 13;
}

export function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

export function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}
