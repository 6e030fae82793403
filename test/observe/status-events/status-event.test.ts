// The detail of "Step Functions Execution Status Change". Source: AWS, "EventBridge for Step Functions execution status
// changes": examples, payloads above 248 KiB, redriveStatus.

import { expect, test } from 'vitest';
import { Payload } from '../../../src/base/payload.ts';
import type { StatusChange } from '../../../src/observe/messages.ts';
import { toStatusDetail } from '../../../src/observe/status-events/status-event.ts';

const ARN = 'arn:aws:states:us-east-1:123456789012';
const RUNNING: StatusChange = {
  executionArn: `${ARN}:execution:m:e`,
  stateMachineArn: `${ARN}:stateMachine:m`,
  stateMachineVersionArn: undefined,
  stateMachineAliasArn: undefined,
  name: 'e',
  status: 'RUNNING',
  startedAt: 1_551_225_271_984,
  stoppedAt: undefined,
  input: Payload.ofText('{"a":1}'),
  output: undefined,
  error: undefined,
  cause: undefined,
  redriveCount: 0,
  redrivenAt: undefined,
  mapRunArn: undefined,
  events: 1,
};
const STOPPED = { stoppedAt: 1_551_225_272_984, events: 5 };

function detail(change: Partial<StatusChange>, limit = 25_000): Record<string, unknown> {
  return JSON.parse(toStatusDetail({ ...RUNNING, ...change }, limit)) as Record<string, unknown>;
}

test('a start has every member, in AWS’s order', () => {
  expect(toStatusDetail(RUNNING, 25_000)).toBe(
    `{"executionArn":"${ARN}:execution:m:e","stateMachineArn":"${ARN}:stateMachine:m","name":"e","status":"RUNNING",` +
      '"startDate":1551225271984,"stopDate":null,"input":"{\\"a\\":1}","output":null,' +
      '"stateMachineVersionArn":null,"stateMachineAliasArn":null,"redriveCount":0,"redriveDate":null,' +
      '"redriveStatus":"NOT_REDRIVABLE","redriveStatusReason":"Execution is RUNNING and cannot be redriven",' +
      '"inputDetails":{"included":true},"outputDetails":null,"error":null,"cause":null}',
  );
});

test('an end has its output, or error and cause', () => {
  expect(detail({ ...STOPPED, status: 'SUCCEEDED', output: Payload.ofText('[1]') })).toMatchObject({
    ...{ status: 'SUCCEEDED', stopDate: 1_551_225_272_984, output: '[1]', outputDetails: { included: true } },
    ...{
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    },
  });
  expect(detail({ ...STOPPED, status: 'FAILED', error: 'E', cause: 'C' })).toMatchObject({
    ...{ output: null, outputDetails: null, error: 'E', cause: 'C' },
    ...{ redriveStatus: 'REDRIVABLE', redriveStatusReason: 'Execution is FAILED and is redrivable' },
  });
});

test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
  '%s can be redriven, a child by its Map Run',
  (status) => {
    expect(detail({ ...STOPPED, status })).toMatchObject({
      redriveStatus: 'REDRIVABLE',
      redriveStatusReason: `Execution is ${status} and is redrivable`,
    });
    expect(detail({ ...STOPPED, status, mapRunArn: 'run' })['redriveStatus']).toBe('REDRIVABLE_BY_MAP_RUN');
    expect(detail({ ...STOPPED, status, events: 99 }, 100)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution history event limit exceeded',
    });
  },
);

test('version, alias and redrive are named', () => {
  const change = { stateMachineVersionArn: 'v', stateMachineAliasArn: 'a', redriveCount: 2, redrivenAt: 5 };
  expect(detail(change)).toMatchObject({
    ...{ stateMachineVersionArn: 'v', stateMachineAliasArn: 'a', redriveCount: 2, redriveDate: 5 },
  });
});

test('above 248 KiB the input is left out, then the output', () => {
  const large = (bytes: number) => Payload.ofValue('x'.repeat(bytes - 4));
  const whole = 248 * 1024;
  const ended = { ...STOPPED, status: 'SUCCEEDED' } as const;
  const included = (input: number, output: number) => {
    const found = detail({ ...ended, input: large(input), output: large(output) });
    expect(found['input'] === null).toBe(!(found['inputDetails'] as { included: boolean }).included);
    expect(found['output'] === null).toBe(!(found['outputDetails'] as { included: boolean }).included);
    return [found['input'] !== null, found['output'] !== null];
  };
  expect(included(whole / 2, whole / 2)).toEqual([true, true]);
  expect(included(whole / 2, whole / 2 + 1)).toEqual([false, true]);
  expect(included(10, whole)).toEqual([false, true]);
  expect(included(10, whole + 1)).toEqual([true, false]);
  expect(included(whole + 1, whole + 1)).toEqual([false, false]);
  const quotes = Payload.ofValue('"'.repeat(90_000));
  expect(detail({ input: quotes })['inputDetails']).toEqual({ included: false });
});

test('a long cause leaves no room for a long input', () => {
  const change = { ...STOPPED, status: 'FAILED', cause: 'c'.repeat(32_000) } as const;
  const text = toStatusDetail({ ...RUNNING, ...change, input: Payload.ofValue('x'.repeat(240_000)) }, 25_000);
  expect(Buffer.byteLength(text)).toBeLessThan(255 * 1024);
  expect(JSON.parse(text)).toMatchObject({ input: null, inputDetails: { included: false } });
});
