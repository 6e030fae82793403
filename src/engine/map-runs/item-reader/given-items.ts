// Items of an ItemReader whose source is not read but given: as the text of the object, or, where a reader would gather them
// from many objects, as the array of them.

import { NO_S3, type S3 } from '../../../aws/s3-objects.ts';
import { isJsonArray, type Json, parseJson } from '../../../base/json.ts';
import type { ReadItems } from '../../../interpreter/effect.ts';
import type { MapItem } from '../../../interpreter/map-inputs.ts';
import { ItemReaderFailed } from './failure.ts';
import { sourceOf } from './object-items.ts';
import { readItems } from './read-items.ts';

const OF_TEXT: readonly (string | undefined)[] = ['JSON', 'JSONL', 'CSV'];

/** @throws ItemReaderFailed */
export async function givenItems(reader: ReadItems, data: string, signal: AbortSignal): Promise<MapItem[]> {
  const { action, inputType, manifestType } = reader;
  const isObject = action === 'getObject' && manifestType === undefined && OF_TEXT.includes(inputType);
  if (!isObject) return itemsOf(data);
  const items: MapItem[] = [];
  for await (const slice of readItems(textAsS3(data), reader, undefined, signal)) items.push(...slice.items);
  return items;
}

function itemsOf(data: string): MapItem[] {
  let items: Json | undefined;
  try {
    items = parseJson(data);
  } catch {
    // Said below.
  }
  if (!isJsonArray(items)) throw new ItemReaderFailed('Expected the items that are read as a JSON array.');
  const source = sourceOf('');
  return items.map((value) => ({ value, source }));
}

function textAsS3(text: string): S3 {
  const bytes = new TextEncoder().encode(text);
  return {
    ...NO_S3,
    async openObject() {
      return { version: { etag: '"given"' }, size: bytes.length, chunks: oneChunk(bytes) };
    },
  };
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
