// An S3 in memory: objects by bucket and key, and requests that can be held up or refused. It counts what readers hold.

import { createHash } from 'node:crypto';
import {
  type ListedObject,
  type ObjectPart,
  type ObjectWriter,
  type S3,
  S3Failure,
} from '../../src/aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../src/base/json.ts';

export interface MemoryS3 extends S3 {
  put(bucket: string, key: string, body: string | Uint8Array): void;
  delete(bucket: string, key: string): void;
  text(bucket: string, key: string): string;
  json(bucket: string, key: string): unknown;
  keys(bucket: string): string[];
  /** Names of the requests: `getObject bucket/key`. */
  readonly requests: string[];
  /** First bytes of the parts that were asked for, request by request. */
  readonly starts: number[];
  /** Objects of a page. */
  pageSize: number;
  /** Bytes of a chunk. */
  chunkBytes: number;
  /** Awaited before each request is answered. */
  before: (request: string) => Promise<void> | void;
}

export function createMemoryS3(): MemoryS3 {
  const buckets = new Map<string, Map<string, Uint8Array>>();

  async function bucketOf(
    action: string,
    parameters: JsonObject,
    after = '',
  ): Promise<{ objects: Map<string, Uint8Array>; key: string }> {
    const bucket = String(getMember(parameters, 'Bucket'));
    const key = String(getMember(parameters, 'Key') ?? after);
    const request = `${action} ${bucket}/${key}`;
    s3.requests.push(request);
    await s3.before(request);
    const objects = buckets.get(bucket);
    if (objects === undefined) throw new S3Failure('The specified bucket does not exist');
    return { objects, key };
  }

  const s3: MemoryS3 = {
    requests: [],
    starts: [],
    pageSize: 1_000,
    chunkBytes: 64 * 1024,
    before: () => undefined,
    put(bucket, key, body) {
      if (!buckets.has(bucket)) buckets.set(bucket, new Map());
      buckets.get(bucket)!.set(key, typeof body === 'string' ? new TextEncoder().encode(body) : body);
    },
    delete(bucket, key) {
      buckets.get(bucket)?.delete(key);
    },
    text: (bucket, key) => new TextDecoder().decode(buckets.get(bucket)?.get(key)),
    json: (bucket, key) => JSON.parse(s3.text(bucket, key)) as unknown,
    keys: (bucket) => [...(buckets.get(bucket)?.keys() ?? [])].sort(),
    async openObject(parameters, part, signal) {
      const { objects, key } = await bucketOf('getObject', parameters);
      signal.throwIfAborted();
      const body = objects.get(key);
      if (body === undefined) throw new S3Failure('The specified key does not exist.', 'absent');
      const etag = etagOf(body);
      if (part.same !== undefined && part.same.etag !== etag) {
        throw new S3Failure('At least one of the pre-conditions you specified did not hold', 'changed');
      }
      s3.starts.push(part.start ?? 0);
      return { version: { etag }, size: body.length, chunks: chunksOf(body, part, s3.chunkBytes) };
    },
    async *listObjects(parameters, after) {
      let last = after ?? '';
      const prefix = String(getMember(parameters, 'Prefix') ?? '');
      for (;;) {
        const { objects } = await bucketOf('listObjectsV2', parameters, last);
        const keys = [...objects.keys()].sort().filter((key) => key.startsWith(prefix) && key > last);
        const page = keys.slice(0, s3.pageSize);
        yield page.map((key) => toListed(key, objects.get(key)!));
        if (page.length === keys.length) return;
        last = page.at(-1)!;
      }
    },
    createObject(parameters): ObjectWriter {
      const chunks: Uint8Array[] = [];
      return {
        async write(bytes) {
          chunks.push(bytes);
        },
        async close() {
          const { objects, key } = await bucketOf('putObject', parameters);
          objects.set(key, Buffer.concat(chunks));
        },
        async abort() {
          chunks.length = 0;
        },
      };
    },
  };
  return s3;
}

function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function toListed(key: string, body: Uint8Array): ListedObject {
  const { length: size } = body;
  return { key, size, etag: '"e"', lastModifiedMs: 1_700_000_000_999, storageClass: 'STANDARD' };
}

async function* chunksOf(
  body: Uint8Array,
  { start = 0, end = body.length }: ObjectPart,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const last = Math.min(end, body.length);
  for (let at = start; at < last; at += chunkBytes) yield body.subarray(at, Math.min(at + chunkBytes, last));
}
