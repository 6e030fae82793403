// The checksum of a body, which S3 and a few others require: CRC32 as the Java SDK sends it by default, or the one that the
// request names.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { SdkObject, WireRequest } from './protocol.ts';

/** @param member what names the checksum; true: the service requires one and offers no choice. */
export function checksumHeader(
  member: string | true | undefined,
  input: SdkObject,
  { body, headers }: WireRequest,
): Record<string, string> {
  if (member === undefined || Object.keys(headers).some(isChecksum)) return {};
  if (member === true) return { 'content-md5': createHash('md5').update(body).digest('base64') };
  const chosen = input[member];
  const algorithm = typeof chosen === 'string' ? chosen : 'CRC32';
  const value = digest(algorithm, body);
  if (value === undefined) return {};
  return { 'x-amz-sdk-checksum-algorithm': algorithm, [`x-amz-checksum-${algorithm.toLowerCase()}`]: value };
}

function isChecksum(header: string): boolean {
  return (
    header === 'content-md5' ||
    (header.startsWith('x-amz-checksum-') &&
      header !== 'x-amz-checksum-algorithm' &&
      header !== 'x-amz-checksum-type')
  );
}

function digest(algorithm: string, body: Uint8Array | string): string | undefined {
  switch (algorithm) {
    case 'CRC32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(crc32(body));
      return bytes.toString('base64');
    }
    case 'SHA1':
    case 'SHA256':
      return createHash(algorithm.toLowerCase()).update(body).digest('base64');
    default:
      return undefined;
  }
}
