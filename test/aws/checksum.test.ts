import { describe, expect, test } from 'vitest';
import { checksumHeader } from '../../src/aws/checksum.ts';

const wire = (body: string | Uint8Array, headers: Record<string, string> = {}) => ({
  method: 'PUT',
  hostname: 'h',
  path: '/',
  query: {},
  headers,
  body,
});
/** "The quick brown fox jumps over the lazy dog" has the CRC 414fa339 in every description of CRC-32. */
const FOX = 'The quick brown fox jumps over the lazy dog';

describe('a body', () => {
  test('of an operation without checksums has none', () => {
    expect(checksumHeader(undefined, {}, wire(FOX))).toEqual({});
  });

  test('has a CRC32 unless the request names another', () => {
    expect(checksumHeader('ChecksumAlgorithm', {}, wire(FOX))).toEqual({
      'x-amz-sdk-checksum-algorithm': 'CRC32',
      'x-amz-checksum-crc32': Buffer.from('414fa339', 'hex').toString('base64'),
    });
  });

  test.each([
    ['SHA1', 'sha1', 'L9ThxnotKPzthJ7hu3bnORuT6xI='],
    ['SHA256', 'sha256', '16j7swfXgJRpypq8sAguT41WUeRtPNt2LQLQvzfJ5ZI='],
  ])('has the %s that the request names', (name, header, value) => {
    expect(checksumHeader('ChecksumAlgorithm', { ChecksumAlgorithm: name }, wire(FOX))).toEqual({
      'x-amz-sdk-checksum-algorithm': name,
      [`x-amz-checksum-${header}`]: value,
    });
  });

  test('has an MD5 where the service requires one and offers no choice', () => {
    expect(checksumHeader(true, {}, wire(FOX))).toEqual({ 'content-md5': 'nhB9nTcrtoJr2B01QqQZ1g==' });
  });

  test('has none of an algorithm that Treadle does not have', () => {
    expect(checksumHeader('ChecksumAlgorithm', { ChecksumAlgorithm: 'CRC32C' }, wire(FOX))).toEqual({});
  });

  test.each(['content-md5', 'x-amz-checksum-sha256'])(
    'that has one already as %s gets no other',
    (header) => {
      expect(checksumHeader('ChecksumAlgorithm', {}, wire(FOX, { [header]: 'x' }))).toEqual({});
    },
  );

  test.each(['x-amz-checksum-algorithm', 'x-amz-checksum-type', 'content-type'])(
    'gets one beside %s',
    (header) => {
      expect(checksumHeader('ChecksumAlgorithm', {}, wire(FOX, { [header]: 'x' }))).toHaveProperty(
        'x-amz-checksum-crc32',
      );
    },
  );
});
