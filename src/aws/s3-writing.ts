// Writing an object: a small body in one request, a larger one in parts, of which one at a time is in memory.
// Source: AWS, "Uploading and copying objects using multipart upload": parts of 5 MiB and more, at most 10,000.

import { getMember, type JsonObject, toNumber } from '../base/json.ts';
import type { S3Calls } from './s3-calls.ts';
import { type ObjectWriter, S3Failure } from './s3-objects.ts';

/** 10,000 of them are 48 GiB, more than any file that Map Runs write. */
const PART_BYTES = 5 * 1024 * 1024;
/** For ending an upload that is not wanted any more. */
const ABORT_MS = 10_000;
interface Part {
  readonly PartNumber: number;
  readonly ETag: string;
  /** As S3 gives it back: an upload that was begun with checksums wants them at its end. */
  readonly ChecksumCRC32?: string;
}

export function createUpload({ call }: S3Calls, parameters: JsonObject, signal: AbortSignal): ObjectWriter {
  const { Bucket = null, Key = null, ExpectedBucketOwner } = parameters;
  const target = { Bucket, Key, ...(ExpectedBucketOwner !== undefined && { ExpectedBucketOwner }) };
  const whole = { ...parameters, ContentType: 'application/json' };
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let upload: string | undefined;
  let closed = false;
  let total = 0;
  const parts: Part[] = [];

  function take(): Uint8Array {
    const body = Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
    return body;
  }

  async function begin(): Promise<string> {
    const input = { ...whole, ChecksumAlgorithm: 'CRC32' };
    const { output } = await call('createMultipartUpload', input, {}, signal);
    const id = getMember(output, 'UploadId');
    if (typeof id !== 'string') throw new S3Failure('Expected S3 to give the upload an UploadId.');
    return id;
  }

  async function sendPart(): Promise<void> {
    upload ??= await begin();
    const PartNumber = parts.length + 1;
    const input = { ...target, UploadId: upload, PartNumber };
    const { output } = await call('uploadPart', input, { payload: take() }, signal);
    const checksum = getMember(output, 'ChecksumCRC32');
    parts.push({
      PartNumber,
      ETag: String(getMember(output, 'ETag') ?? ''),
      ...(typeof checksum === 'string' && { ChecksumCRC32: checksum }),
    });
  }

  async function complete(UploadId: string): Promise<void> {
    const Parts = parts.map((part) => ({ ...part }));
    try {
      await call('completeMultipartUpload', { ...target, UploadId, MultipartUpload: { Parts } }, {}, signal);
    } catch (error) {
      // When the answer was lost, the upload is gone at the second attempt: by the first the object may be there.
      if (!(error instanceof S3Failure) || error.kind !== 'absent') throw error;
      const { output } = await call('headObject', target, {}, signal);
      if (toNumber(getMember(output, 'ContentLength')) !== total) throw error;
    }
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
      total += chunk.length;
      if (bytes >= PART_BYTES) await sendPart();
    },
    async close() {
      if (upload === undefined) {
        await call('putObject', whole, { payload: take() }, signal);
      } else {
        if (bytes > 0) await sendPart();
        await complete(upload);
      }
      closed = true;
    },
    abort,
  };
}
