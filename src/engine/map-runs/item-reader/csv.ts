// CSV as Step Functions reads it. A newline ends a record; a field in double quotes may hold delimiters and newlines, and
// two quotes in it are one; a backslash escapes a backslash, a quote or the delimiter, and is dropped before anything else.
// Source: AWS, "ItemReader (Map)", CSV files; cells that lack or are too many: recorded.

import type { JsonObject } from '../../../base/json.ts';
import { withMember } from '../../../base/json-object.ts';
import { utf8Length } from '../../../base/payload.ts';
import { checkItemSize, ItemReaderFailed } from './failure.ts';

export const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** Bytes of the names of all columns. */
const HEADER_BYTES = 10 * 1024;

/**
 * One object per row, column → text. Cells that lack are empty, those beyond the columns are dropped.
 * @param columns their names; undefined: the first row has them.
 * @throws ItemReaderFailed
 */
export function* csvItems(
  text: string,
  delimiter: string,
  columns: readonly string[] | undefined,
): Generator<JsonObject> {
  if (columns !== undefined) checkColumns(columns);
  let names = columns;
  for (const cells of csvRecords(text, delimiter)) {
    if (names === undefined) {
      checkColumns(cells);
      names = cells;
      continue;
    }
    let item: JsonObject = {};
    for (let i = 0; i < names.length; i++) item = withMember(item, names[i]!, cells[i] ?? '');
    yield item;
  }
}

function checkColumns(names: readonly string[]): void {
  if (new Set(names).size < names.length)
    throw new ItemReaderFailed('CSV headers cannot contain duplicates.');
  if (utf8Length(names.join(',')) > HEADER_BYTES) {
    throw new ItemReaderFailed(`CSV headers cannot have more than ${HEADER_BYTES} bytes.`);
  }
}

/** The cells of each record; lines without any character are no records. @throws ItemReaderFailed */
export function* csvRecords(text: string, delimiter: string): Generator<string[]> {
  let at = 0;
  let record = 0;
  while (at < text.length) {
    const start = at;
    const cells: string[] = [];
    for (;;) {
      const cell = text[at] === '"' ? quoted(text, at, delimiter) : plain(text, at, delimiter, '');
      cells.push(cell.value);
      at = cell.end;
      if (text[at] !== delimiter) break;
      at++;
    }
    record++;
    checkItemSize(at - start, `Record ${record} of the CSV file`);
    const empty = at === start;
    if (text[at] === '\r') at++;
    at++;
    if (!empty) yield cells;
  }
}

interface Cell {
  readonly value: string;
  /** Where the delimiter, the line break or the end of the text is. */
  readonly end: number;
}

/** @param before what the cell holds already. */
function plain(text: string, from: number, delimiter: string, before: string): Cell {
  let value = before;
  let start = from;
  let at = from;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === delimiter || endsLine(text, at)) break;
    if (char !== '\\') continue;
    value += text.slice(start, at);
    start = escaped(text, at, delimiter) ? ++at : at + 1;
  }
  return { value: value + text.slice(start, at), end: at };
}

function quoted(text: string, from: number, delimiter: string): Cell {
  let value = '';
  let start = from + 1;
  for (let at = start; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\') {
      value += text.slice(start, at);
      start = escaped(text, at, delimiter) ? ++at : at + 1;
    } else if (char === '"') {
      value += text.slice(start, at);
      // What follows the closing quote up to the delimiter belongs to the cell as well.
      if (text[at + 1] !== '"') return plain(text, at + 1, delimiter, value);
      start = ++at;
    }
  }
  throw new ItemReaderFailed('A quoted field of the CSV file has no closing quote.');
}

/** Whether the backslash at `at` escapes what follows. */
function escaped(text: string, at: number, delimiter: string): boolean {
  const next = text[at + 1];
  return next === '\\' || next === '"' || next === delimiter;
}

function endsLine(text: string, at: number): boolean {
  const char = text[at];
  return char === '\n' || (char === '\r' && text[at + 1] === '\n');
}
