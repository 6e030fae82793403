// Items of JSON Lines files: the value of each line that is not blank. Source: AWS, "ItemReader (Map)".

import { type Json, parseJson } from '../../../base/json.ts';
import { jacksonMessage } from '../../../text/jackson.ts';
import type { Batch, ReadItem } from './batch.ts';
import { checkItemSize, ItemReaderFailed } from './failure.ts';
import type { Checkpoint } from './position.ts';

const LF = 0x0a;

/** @param chunks the file from the checkpoint on. @throws ItemReaderFailed */
export async function* jsonLines(
  chunks: AsyncIterable<Uint8Array>,
  from: Checkpoint | undefined,
): AsyncGenerator<Batch> {
  let line = from?.records ?? 0;
  let at = from?.at ?? 0;
  /** Of the line that has not ended. */
  let open: Uint8Array[] = [];
  let openBytes = 0;

  const take = (end: Uint8Array): string => {
    const bytes = open.length === 0 ? end : Buffer.concat([...open, end]);
    open = [];
    openBytes = 0;
    return new TextDecoder().decode(bytes);
  };
  const items = (text: string): ReadItem[] => {
    const read: ReadItem[] = [];
    for (const raw of text.split('\n')) {
      line++;
      // The mark of the byte order is a space to `trim`.
      const one = raw.trim();
      if (one !== '') read.push({ value: parseLine(one, line) });
    }
    return read;
  };

  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > 0) {
      const bytes = openBytes + end;
      // Without the newline, which would begin another line.
      const batch = items(take(chunk.subarray(0, end - 1)));
      at += bytes;
      yield { items: batch, bytes, checkpoint: { at, records: line } };
    }
    const rest = chunk.subarray(end);
    if (rest.length === 0) continue;
    open.push(rest);
    openBytes += rest.length;
    checkItemSize(openBytes, `Line ${line + 1} of the JSONL file`);
  }
  if (openBytes === 0) return;
  const bytes = openBytes;
  yield { items: items(take(new Uint8Array())), bytes };
}

function parseLine(text: string, line: number): Json {
  const where = `Line ${line} of the JSONL file`;
  checkItemSize(text.length, where);
  try {
    return parseJson(text);
  } catch {
    throw new ItemReaderFailed(`${where} is not valid JSON: ${jacksonMessage(text)}`);
  }
}
