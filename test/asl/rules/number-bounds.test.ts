// The least and the greatest number that a field takes. Source: AWS, the tables of fields of each state, and of retriers.

import { expect, test } from 'vitest';
import { checkStates, DONE, map, task } from '../check.ts';

const SECONDS = 99_999_999;
const retrier = (fields: object) => task({ Retry: [{ ErrorEquals: ['A'], ...fields }] });
const s3 = { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } };

const FIELDS: [string, (value: number) => Record<string, object>, number, number | undefined][] = [
  ['TimeoutSeconds', (TimeoutSeconds) => task({ TimeoutSeconds }), 1, SECONDS],
  [
    'HeartbeatSeconds',
    (HeartbeatSeconds) => task({ HeartbeatSeconds, TimeoutSeconds: SECONDS }),
    1,
    SECONDS - 1,
  ],
  ['Seconds', (Seconds) => ({ W: { Type: 'Wait', Seconds, Next: 'Done' }, ...DONE }), 0, SECONDS],
  ['IntervalSeconds', (IntervalSeconds) => retrier({ IntervalSeconds }), 1, SECONDS],
  ['MaxAttempts', (MaxAttempts) => retrier({ MaxAttempts }), 0, SECONDS],
  ['MaxDelaySeconds', (MaxDelaySeconds) => retrier({ MaxDelaySeconds }), 1, 31_622_400],
  ['BackoffRate', (BackoffRate) => retrier({ BackoffRate }), 1, undefined],
  ['MaxConcurrency', (MaxConcurrency) => map({ MaxConcurrency }), 0, undefined],
  ['ToleratedFailureCount', (ToleratedFailureCount) => map({ ToleratedFailureCount }), 0, undefined],
  ['ToleratedFailurePercentage', (p) => map({ ToleratedFailurePercentage: p }), 0, 100],
  ['MaxItems', (MaxItems) => map({ ItemReader: { ...s3, ReaderConfig: { MaxItems } } }), 0, undefined],
  ['MaxItemsPerBatch', (MaxItemsPerBatch) => map({ ItemBatcher: { MaxItemsPerBatch } }), 1, undefined],
  ['MaxInputBytesPerBatch', (n) => map({ ItemBatcher: { MaxInputBytesPerBatch: n } }), 1, 262_144],
];

test.each(FIELDS)('%s', (_name, states, least, most) => {
  expect(checkStates(states(least))).toEqual([]);
  expect(checkStates(states(least - 1))).toHaveLength(1);
  expect(checkStates(states(most ?? SECONDS))).toEqual([]);
  if (most !== undefined) expect(checkStates(states(most + 1))).toHaveLength(1);
});

test.each(FIELDS.filter(([name]) => !['BackoffRate', 'ToleratedFailurePercentage'].includes(name)))(
  '%s is whole',
  (_name, states, least) => {
    expect(checkStates(states(least + 0.5))[0]).toContain('Expected value of type [INTEGER]');
  },
);

test('a rate and a percentage may have a fraction', () => {
  expect(checkStates(retrier({ BackoffRate: 1.5 }))).toEqual([]);
  expect(checkStates(map({ ToleratedFailurePercentage: 99.9 }))).toEqual([]);
});
