// Items of CSV files: one object per row, column → text. Cells that lack are empty, those beyond the columns are dropped.
// Source: AWS, "ItemReader (Map)", CSV files; cells that lack or are too many: recorded.

import type { JsonObject } from '../../../base/json.ts';
import { withMember } from '../../../base/json-object.ts';
import { utf8Length } from '../../../base/payload.ts';
import type { Batch, ReadItem } from './batch.ts';
import { CsvParser } from './csv-records.ts';
import { ItemReaderFailed } from './failure.ts';
import type { Checkpoint } from './position.ts';

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
 * @param chunks the file from the checkpoint on.
 * @param columns their names; undefined: the first row has them.
 * @throws ItemReaderFailed
 */
export async function* csvItems(
  chunks: AsyncIterable<Uint8Array>,
  delimiter: string,
  columns: readonly string[] | undefined,
  from: Checkpoint | undefined,
): AsyncGenerator<Batch> {
  if (columns !== undefined) checkColumns(columns);
  // The mark of the byte order is no text, but only at the beginning.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: from !== undefined });
  const parser = new CsvParser(delimiter, from?.records);
  const given = columns ?? from?.columns;
  let names = given;
  let at = from?.at ?? 0;

  const items = (records: readonly string[][]): ReadItem[] => {
    const read: ReadItem[] = [];
    for (const cells of records) {
      if (names === undefined) {
        checkColumns(cells);
        names = cells;
      } else read.push({ value: itemOf(names, cells) });
    }
    return read;
  };

  for await (const chunk of chunks) {
    // Up to here the bytes are whole characters, and probably whole records.
    const end = lineEnd(chunk);
    const head = items(parser.push(decoder.decode(chunk.subarray(0, end), { stream: true })));
    at += chunk.length;
    if (parser.betweenRecords && names !== undefined && end > 0) {
      const place = { at: at - chunk.length + end, records: parser.records };
      yield {
        items: head,
        bytes: end,
        checkpoint: columns === undefined ? { ...place, columns: names } : place,
      };
    } else if (head.length > 0) yield { items: head, bytes: end };
    const tail = items(parser.push(decoder.decode(chunk.subarray(end), { stream: true })));
    if (tail.length > 0) yield { items: tail, bytes: chunk.length - end };
  }
  const last = items([...parser.push(decoder.decode()), ...parser.end()]);
  if (last.length > 0) yield { items: last, bytes: 0 };
}

/** Where the last line of the chunk that ends in it ends. */
function lineEnd(chunk: Uint8Array): number {
  const newline = chunk.lastIndexOf(0x0a);
  return (newline < 0 ? chunk.lastIndexOf(0x0d) : newline) + 1;
}

function itemOf(names: readonly string[], cells: readonly string[]): JsonObject {
  let item: JsonObject = {};
  for (let i = 0; i < names.length; i++) item = withMember(item, names[i]!, cells[i] ?? '');
  return item;
}

function checkColumns(names: readonly string[]): void {
  if (new Set(names).size < names.length)
    throw new ItemReaderFailed('CSV headers cannot contain duplicates.');
  if (utf8Length(names.join(',')) > HEADER_BYTES) {
    throw new ItemReaderFailed(`CSV headers cannot have more than ${HEADER_BYTES} bytes.`);
  }
}
