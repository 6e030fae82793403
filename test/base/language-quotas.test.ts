import { expect, test } from 'vitest';
import * as quotas from '../../src/base/quotas.ts';

// AWS: "Step Functions service quotas" (variables: 256 KiB each, 10 MiB together; nesting of intrinsics), the tables of
// fields (seconds, 80 characters of a state's name), and "AWS Lambda quotas" for functions.
test('the bounds of the language are those of AWS', () => {
  const { MAX_SECONDS, MAX_STATE_NAME, MAX_WAIT_SECONDS, VARIABLE_BYTES, ALL_VARIABLES_BYTES } = quotas;
  expect({ MAX_SECONDS, MAX_STATE_NAME, MAX_WAIT_SECONDS, VARIABLE_BYTES, ALL_VARIABLES_BYTES }).toEqual({
    MAX_SECONDS: 99_999_999,
    MAX_STATE_NAME: 80,
    MAX_WAIT_SECONDS: 2 ** 31 - 1,
    VARIABLE_BYTES: 256 * 1024,
    ALL_VARIABLES_BYTES: 10 * 1024 * 1024,
  });
  expect([quotas.INTRINSIC_NESTING, quotas.JSON_DEPTH]).toEqual([10, 1_000]);
  expect(quotas.FUNCTION_LIMITS).toEqual({
    timeoutSeconds: { usual: 3, most: 15 * 60 },
    memoryMb: { usual: 128, most: 10 * 1024 },
    concurrency: { usual: 10, most: 1_000 },
  });
});
