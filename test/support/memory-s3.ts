// An S3 in memory: objects by bucket and key, and requests that can be held up or refused.

import { type S3, S3Failure } from '../../src/aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../src/base/json.ts';

export interface MemoryS3 extends S3 {
  put(bucket: string, key: string, body: string | Uint8Array): void;
  text(bucket: string, key: string): string;
  json(bucket: string, key: string): unknown;
  keys(bucket: string): string[];
  /** Names of the requests: `getObject bucket/key`. */
  readonly requests: string[];
  /** Objects of a page. */
  pageSize: number;
  /** Awaited before each request is answered. */
  before: (request: string) => Promise<void> | void;
}

export function createMemoryS3(): MemoryS3 {
  const buckets = new Map<string, Map<string, Uint8Array>>();

  async function bucketOf(
    action: string,
    parameters: JsonObject,
  ): Promise<{ objects: Map<string, Uint8Array>; key: string }> {
    const bucket = String(getMember(parameters, 'Bucket'));
    const key = String(getMember(parameters, 'Key') ?? getMember(parameters, 'ContinuationToken') ?? '');
    const request = `${action} ${bucket}/${key}`;
    s3.requests.push(request);
    await s3.before(request);
    const objects = buckets.get(bucket);
    if (objects === undefined) throw new S3Failure('The specified bucket does not exist');
    return { objects, key };
  }

  const s3: MemoryS3 = {
    requests: [],
    pageSize: 1_000,
    before: () => undefined,
    put(bucket, key, body) {
      if (!buckets.has(bucket)) buckets.set(bucket, new Map());
      buckets.get(bucket)!.set(key, typeof body === 'string' ? new TextEncoder().encode(body) : body);
    },
    text: (bucket, key) => new TextDecoder().decode(buckets.get(bucket)?.get(key)),
    json: (bucket, key) => JSON.parse(s3.text(bucket, key)) as unknown,
    keys: (bucket) => [...(buckets.get(bucket)?.keys() ?? [])].sort(),
    async getObject(parameters, maxBytes) {
      const { objects, key } = await bucketOf('getObject', parameters);
      const body = objects.get(key);
      if (body === undefined) throw new S3Failure('The specified key does not exist.');
      if (body.length > maxBytes) throw new S3Failure(`The object is larger than ${maxBytes} bytes.`);
      return body;
    },
    async listObjectsV2(parameters) {
      const { objects, key: after } = await bucketOf('listObjectsV2', parameters);
      const prefix = String(getMember(parameters, 'Prefix') ?? '');
      const keys = [...objects.keys()].sort().filter((key) => key.startsWith(prefix) && key > after);
      const page = keys.slice(0, s3.pageSize);
      return {
        objects: page.map((key) => ({
          key,
          size: objects.get(key)!.length,
          etag: '"e"',
          lastModifiedMs: 1_700_000_000_999,
          storageClass: 'STANDARD',
        })),
        next: page.length < keys.length ? page.at(-1) : undefined,
      };
    },
    async putObject(parameters, body) {
      const { objects, key } = await bucketOf('putObject', parameters);
      objects.set(key, new TextEncoder().encode(body));
    },
  };
  return s3;
}
