// Listings of S3, page by page.

import { getMember, isJsonArray, isJsonObject, type Json, type JsonObject, toNumber } from '../base/json.ts';
import type { S3Calls } from './s3-calls.ts';
import type { ListedObject } from './s3-objects.ts';

/** Keys come in the order of their bytes, so that a listing can go on behind any of them. */
export async function* listPages(
  { call }: S3Calls,
  parameters: JsonObject,
  after: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<readonly ListedObject[]> {
  const { ContinuationToken: _, ...others } = parameters;
  let request = after === undefined ? parameters : { ...others, StartAfter: after };
  for (;;) {
    const { output } = await call('listObjectsV2', request, {}, signal);
    const contents = getMember(output, 'Contents');
    yield isJsonArray(contents) ? contents.map(toListedObject) : [];
    const next = getMember(output, 'NextContinuationToken');
    if (typeof next !== 'string') return;
    request = { ...request, ContinuationToken: next };
  }
}

function toListedObject(value: Json): ListedObject {
  const object = isJsonObject(value) ? value : {};
  const text = (name: string): string => String(getMember(object, name) ?? '');
  const number = (name: string): number => toNumber(getMember(object, name)) ?? 0;
  return {
    key: text('Key'),
    size: number('Size'),
    etag: text('ETag'),
    lastModifiedMs: number('LastModified'),
    storageClass: text('StorageClass') || 'STANDARD',
  };
}
