// Writing an object: a small body in one request, a larger one in parts, of which one at a time is in memory.
// Source: AWS, "Uploading and copying objects using multipart upload": parts of 5 MiB and more, at most 10,000.

import { getMember, type JsonObject } from '../base/json.ts';
import type { S3Calls } from './s3-calls.ts';
import { type ObjectWriter, S3Failure } from './s3-objects.ts';

/** 10,000 of them are 78 GiB, more than any file that Map Runs write. */
export const PART_BYTES = 8 * 1024 * 1024;

export function createUpload({ call }: S3Calls, parameters: JsonObject, signal: AbortSignal): ObjectWriter {
  const { Bucket = null, Key = null, ExpectedBucketOwner } = parameters;
  const target = { Bucket, Key, ...(ExpectedBucketOwner !== undefined && { ExpectedBucketOwner }) };
  const whole = { ...parameters, ContentType: 'application/json' };
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let upload: string | undefined;
  let closed = false;
  const parts: { PartNumber: number; ETag: string }[] = [];

  function take(): Uint8Array {
    const body = Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
    return body;
  }

  async function begin(): Promise<string> {
    const { output } = await call('createMultipartUpload', whole, {}, signal);
    const id = getMember(output, 'UploadId');
    if (typeof id !== 'string') throw new S3Failure('Expected S3 to give the upload an UploadId.');
    return id;
  }

  async function sendPart(): Promise<void> {
    upload ??= await begin();
    const PartNumber = parts.length + 1;
    const input = { ...target, UploadId: upload, PartNumber };
    const { output } = await call('uploadPart', input, { payload: take() }, signal);
    parts.push({ PartNumber, ETag: String(getMember(output, 'ETag') ?? '') });
  }

  async function abort(): Promise<void> {
    if (closed) return;
    closed = true;
    waiting = [];
    if (upload === undefined) return;
    // Also when the caller's signal has fired: S3 keeps, and bills, the parts of an upload that nobody ends.
    await call('abortMultipartUpload', { ...target, UploadId: upload }, {}, AbortSignal.timeout(ABORT_MS));
  }

  return {
    async write(chunk) {
      waiting.push(chunk);
      bytes += chunk.length;
      if (bytes >= PART_BYTES) await sendPart();
    },
    async close() {
      if (upload === undefined) {
        await call('putObject', whole, { payload: take() }, signal);
      } else {
        if (bytes > 0) await sendPart();
        const input = { ...target, UploadId: upload, MultipartUpload: { Parts: parts } };
        await call('completeMultipartUpload', input, {}, signal);
      }
      closed = true;
    },
    abort,
  };
}

const ABORT_MS = 10_000;
