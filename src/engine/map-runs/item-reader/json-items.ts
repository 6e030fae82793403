// Items of JSON files: the elements of the array, or the members of the object, that the file holds or the pointer leads
// to. Source: AWS, "ItemReader (Map)".

import { type Json, parseJson } from '../../../base/json.ts';
import { jacksonMessage } from '../../../text/jackson.ts';
import type { Batch, ReadItem } from './batch.ts';
import { ItemReaderFailed } from './failure.ts';
import { type FoundItem, JsonScanner } from './json-scanner.ts';

/** @throws ItemReaderFailed */
export async function* jsonItems(
  chunks: AsyncIterable<Uint8Array>,
  pointer: string | undefined,
): AsyncGenerator<Batch> {
  const scanner = new JsonScanner(pointer);
  for await (const chunk of chunks) {
    const items = scanner.push(chunk).map(parseItem);
    if (items.length > 0) yield { items, bytes: chunk.length };
    if (scanner.finished) return;
  }
  scanner.end();
}

function parseItem({ key, value }: FoundItem): ReadItem {
  const read = { value: parse(value) };
  return key === undefined ? read : { key: String(parse(key)), ...read };
}

function parse(bytes: Uint8Array): Json {
  const text = textOf(bytes);
  try {
    return parseJson(text);
  } catch {
    throw new ItemReaderFailed(`The JSON file is not valid JSON: ${jacksonMessage(text)}`);
  }
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString();
}
