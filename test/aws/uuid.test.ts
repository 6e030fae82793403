import { expect, test } from 'vitest';
import { uuidOf } from '../../src/aws/uuid.ts';

test.each(['', 'a', 'arn:aws:states:eu-west-1:123456789012:execution:m:e/7'])(
  '%j has a UUID of version 4',
  (text) => {
    expect(uuidOf(text)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  },
);

test('the same text has the same one, in every version of Treadle: calls in flight are made again after an update', () => {
  expect(uuidOf('a')).toBe(uuidOf('a'));
  expect(uuidOf('a')).toBe('ca978112-ca1b-4dca-bac2-31b39a23dc4d');
  expect(uuidOf('b')).not.toBe(uuidOf('a'));
});
