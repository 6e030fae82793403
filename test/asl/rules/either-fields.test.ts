// A field and its Path form exclude each other, in every state that has the pair. Source: the States Language specification,
// and AWS's tables of fields ("cannot include both").

import { describe, expect, it } from 'vitest';
import { checkStates, DONE, map, task } from '../check.ts';

const READER = { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } };
const pair = (name: string, value: number, more: object = {}) => ({
  [name]: value,
  [`${name}Path`]: '$.n',
  ...more,
});

describe('a field and its Path', () => {
  it.each<[string, Record<string, object>]>([
    ['TimeoutSeconds', task(pair('TimeoutSeconds', 9))],
    ['HeartbeatSeconds', task({ TimeoutSeconds: 9, ...pair('HeartbeatSeconds', 3) })],
    ['MaxConcurrency', map(pair('MaxConcurrency', 2))],
    ['ToleratedFailureCount', map(pair('ToleratedFailureCount', 2))],
    ['ToleratedFailurePercentage', map(pair('ToleratedFailurePercentage', 2))],
    ['MaxItemsPerBatch', map({ ItemBatcher: pair('MaxItemsPerBatch', 2) })],
    ['MaxInputBytesPerBatch', map({ ItemBatcher: pair('MaxInputBytesPerBatch', 2) })],
    ['MaxItems', map({ ItemReader: { ...READER, ReaderConfig: pair('MaxItems', 2) } })],
    ['Error', { F: { Type: 'Fail', Error: 'e', ErrorPath: '$.e' } }],
    ['Cause', { F: { Type: 'Fail', Cause: 'c', CausePath: '$.c' } }],
    ['Seconds', { W: { Type: 'Wait', Seconds: 1, SecondsPath: '$.s', Next: 'Done' }, ...DONE }],
  ])('exclude each other: %s', (name, states) => {
    const lines = checkStates(states);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${name}Path`);
  });
});
