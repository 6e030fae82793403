import { expect, test } from 'vitest';
import { AWS_LIMITS } from '../../src/base/quotas.ts';

// AWS: "Step Functions service quotas" and, for concurrent iterations, "Map state in Inline mode".
test('the defaults are the quotas of AWS', () => {
  expect(AWS_LIMITS).toEqual({
    payloadBytes: 256 * 1024,
    historyEvents: 25_000,
    standardSeconds: 365 * 24 * 60 * 60,
    expressSeconds: 5 * 60,
    inlineMapConcurrency: 40,
    definitionCharacters: 1024 * 1024,
    retentionDays: 90,
  });
});
