// Texts as pieces of bytes, and what the readers make of them.

import type { Batch, ReadItem } from '../../../../src/engine/map-runs/item-reader/batch.ts';

/** @param bytes of a piece; default: all at once. */
export async function* inPieces(text: string | Uint8Array, bytes = Infinity): AsyncGenerator<Uint8Array> {
  const all = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  if (bytes === Infinity) return yield all;
  for (let at = 0; at < all.length; at += bytes) yield all.subarray(at, at + bytes);
}

export async function collectItems(batches: AsyncIterable<Batch>): Promise<ReadItem[]> {
  const items: ReadItem[] = [];
  for await (const batch of batches) for (const item of batch.items) items.push(item);
  return items;
}
