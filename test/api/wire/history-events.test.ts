import { expect, test } from 'vitest';
import { SHAPES, type ShapeName } from '../../../src/api/model.ts';
import { payloadCharacters, toWireEvent } from '../../../src/api/wire/history-events.ts';
import { Payload } from '../../../src/base/payload.ts';
import type { HistoryEvent } from '../../../src/history/event.ts';

const DATA = Payload.ofText('{"a": 1}');
const TASK = { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' };
const FAILURE = { error: 'E', cause: 'C' };
const details = (truncated = false) => ({ truncated });
const IN = { input: '{"a": 1}', inputDetails: details() };
const OUT = { output: '{"a": 1}', outputDetails: details() };

/** Event without envelope → name of its details member (none: no details) and what is in it. */
const CASES: readonly [event: Record<string, unknown>, member: string | undefined, content?: object][] = [
  [
    { type: 'ExecutionStarted', input: DATA, roleArn: 'r', stateMachineVersionArn: 'v' },
    'executionStartedEventDetails',
    { ...IN, roleArn: 'r', stateMachineVersionArn: 'v' },
  ],
  [{ type: 'ExecutionSucceeded', output: DATA }, 'executionSucceededEventDetails', OUT],
  [{ type: 'ExecutionFailed', ...FAILURE }, 'executionFailedEventDetails', FAILURE],
  [{ type: 'ExecutionAborted' }, 'executionAbortedEventDetails', {}],
  [
    { type: 'ExecutionTimedOut', error: 'States.Timeout' },
    'executionTimedOutEventDetails',
    { error: 'States.Timeout' },
  ],
  [{ type: 'ExecutionRedriven', redriveCount: 1 }, 'executionRedrivenEventDetails', { redriveCount: 1 }],
  ...['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'].map(
    (state): (typeof CASES)[number] => [
      { type: `${state}StateEntered`, name: 'S', input: DATA },
      'stateEnteredEventDetails',
      { name: 'S', ...IN },
    ],
  ),
  ...['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Parallel', 'Map'].map((state): (typeof CASES)[number] => [
    { type: `${state}StateExited`, name: 'S', output: DATA, next: 'private' },
    'stateExitedEventDetails',
    { name: 'S', ...OUT },
  ]),
  [
    { type: 'PassStateExited', name: 'S', output: DATA, assigned: { x: DATA } },
    'stateExitedEventDetails',
    { name: 'S', ...OUT, assignedVariables: { x: '{"a": 1}' }, assignedVariablesDetails: details() },
  ],
  [
    {
      type: 'TaskScheduled',
      ...TASK,
      region: 'eu',
      parameters: DATA,
      timeoutInSeconds: 5,
      taskCredentials: 'role',
      token: 'secret',
    },
    'taskScheduledEventDetails',
    {
      ...TASK,
      region: 'eu',
      parameters: '{"a": 1}',
      timeoutInSeconds: 5,
      taskCredentials: { roleArn: 'role' },
    },
  ],
  [{ type: 'TaskStarted', ...TASK }, 'taskStartedEventDetails', TASK],
  [{ type: 'TaskSubmitted', ...TASK, output: DATA }, 'taskSubmittedEventDetails', { ...TASK, ...OUT }],
  [{ type: 'TaskSucceeded', ...TASK, output: DATA }, 'taskSucceededEventDetails', { ...TASK, ...OUT }],
  [{ type: 'TaskFailed', ...TASK, ...FAILURE }, 'taskFailedEventDetails', { ...TASK, ...FAILURE }],
  [{ type: 'TaskTimedOut', ...TASK, ...FAILURE }, 'taskTimedOutEventDetails', { ...TASK, ...FAILURE }],
  [{ type: 'TaskStartFailed', ...TASK, ...FAILURE }, 'taskStartFailedEventDetails', { ...TASK, ...FAILURE }],
  [
    { type: 'TaskSubmitFailed', ...TASK, ...FAILURE },
    'taskSubmitFailedEventDetails',
    { ...TASK, ...FAILURE },
  ],
  [
    { type: 'LambdaFunctionScheduled', resource: 'f', input: DATA, taskCredentials: 'role' },
    'lambdaFunctionScheduledEventDetails',
    { resource: 'f', ...IN, taskCredentials: { roleArn: 'role' } },
  ],
  [{ type: 'LambdaFunctionStarted' }, undefined],
  [{ type: 'LambdaFunctionSucceeded', output: DATA }, 'lambdaFunctionSucceededEventDetails', OUT],
  [{ type: 'LambdaFunctionFailed', ...FAILURE }, 'lambdaFunctionFailedEventDetails', FAILURE],
  [{ type: 'LambdaFunctionTimedOut', ...FAILURE }, 'lambdaFunctionTimedOutEventDetails', FAILURE],
  [{ type: 'LambdaFunctionScheduleFailed', ...FAILURE }, 'lambdaFunctionScheduleFailedEventDetails', FAILURE],
  [{ type: 'LambdaFunctionStartFailed', ...FAILURE }, 'lambdaFunctionStartFailedEventDetails', FAILURE],
  [
    { type: 'ActivityScheduled', resource: 'a', input: DATA, heartbeatInSeconds: 3, token: 'secret' },
    'activityScheduledEventDetails',
    { resource: 'a', ...IN, heartbeatInSeconds: 3 },
  ],
  [{ type: 'ActivityStarted', workerName: 'w' }, 'activityStartedEventDetails', { workerName: 'w' }],
  [{ type: 'ActivitySucceeded', output: DATA }, 'activitySucceededEventDetails', OUT],
  [{ type: 'ActivityFailed', ...FAILURE }, 'activityFailedEventDetails', FAILURE],
  [{ type: 'ActivityTimedOut', ...FAILURE }, 'activityTimedOutEventDetails', FAILURE],
  [{ type: 'ActivityScheduleFailed', ...FAILURE }, 'activityScheduleFailedEventDetails', FAILURE],
  [
    { type: 'MapStateStarted', length: 3, items: DATA, maxConcurrency: 1 },
    'mapStateStartedEventDetails',
    { length: 3 },
  ],
  [
    { type: 'MapIterationStarted', name: 'M', index: 2, child: 9, input: DATA },
    'mapIterationStartedEventDetails',
    { name: 'M', index: 2 },
  ],
  ...['Succeeded', 'Failed', 'Aborted'].map((end): (typeof CASES)[number] => [
    { type: `MapIteration${end}`, name: 'M', index: 2 },
    `mapIteration${end}EventDetails`,
    { name: 'M', index: 2 },
  ]),
  [{ type: 'ParallelStateStarted', input: DATA, children: 1, branches: 2 }, undefined],
  ...[
    'MapStateSucceeded',
    'MapStateFailed',
    'MapStateAborted',
    'ParallelStateSucceeded',
    'ParallelStateFailed',
    'ParallelStateAborted',
    'TaskStateAborted',
    'WaitStateAborted',
    'MapRunSucceeded',
    'MapRunAborted',
  ].map((type): (typeof CASES)[number] => [{ type }, undefined]),
  [{ type: 'MapRunStarted', mapRunArn: 'm' }, 'mapRunStartedEventDetails', { mapRunArn: 'm' }],
  [{ type: 'MapRunFailed', ...FAILURE }, 'mapRunFailedEventDetails', FAILURE],
  [
    { type: 'MapRunRedriven', mapRunArn: 'm', redriveCount: 2 },
    'mapRunRedrivenEventDetails',
    { mapRunArn: 'm', redriveCount: 2 },
  ],
  [
    { type: 'EvaluationFailed', state: 'S', location: 'Output', ...FAILURE },
    'evaluationFailedEventDetails',
    { state: 'S', location: 'Output', ...FAILURE },
  ],
];

const event = (body: Record<string, unknown>) =>
  ({ id: 7, previous: 6, at: 1_724_400_000_123, frame: 3, ...body }) as unknown as HistoryEvent;
const printed = (value: object) => JSON.parse(JSON.stringify(value));

test.each(CASES)('shows %j', (body, member, content) => {
  expect(printed(toWireEvent(event(body), true))).toEqual({
    timestamp: 1724400000.123,
    type: body['type'],
    id: 7,
    previousEventId: 6,
    ...(member !== undefined && { [member]: content }),
  });
});

test.each(CASES)('shows only members of the model for %j', (body, member) => {
  const shown = printed(toWireEvent(event(body), true));
  const shapes = SHAPES.HistoryEvent.members as Readonly<Record<string, ShapeName>>;
  expect(Object.keys(shown).filter((name) => !(name in shapes))).toEqual([]);
  expect(SHAPES.HistoryEventType.enum).toContain(body['type']);
  if (member === undefined) return;
  const known = Object.keys(SHAPES[shapes[member]!].members!);
  expect(Object.keys(shown[member]).filter((name) => !known.includes(name))).toEqual([]);
});

test('covers every event type of the model', () => {
  const seen = new Set(CASES.map(([body]) => body['type']));
  expect(SHAPES.HistoryEventType.enum!.filter((type) => !seen.has(type))).toEqual([]);
});

test('leaves out inputs, outputs and variables on request, and keeps parameters and names', () => {
  const show = (body: Record<string, unknown>) => printed(toWireEvent(event(body), false));
  expect(show({ type: 'ExecutionStarted', input: DATA, roleArn: 'r' }).executionStartedEventDetails).toEqual({
    roleArn: 'r',
  });
  const exited = { type: 'PassStateExited', name: 'S', output: DATA, assigned: { x: DATA } };
  expect(show(exited).stateExitedEventDetails).toEqual({ name: 'S' });
  const scheduled = { type: 'TaskScheduled', ...TASK, region: 'eu', parameters: DATA };
  expect(show(scheduled).taskScheduledEventDetails).toMatchObject({ parameters: '{"a": 1}' });
});

test('refuses notes', () => {
  const note = event({ type: 'WaitScheduled', until: 5 });
  expect(() => toWireEvent(note, true)).toThrow('Expected a public event, but got the note WaitScheduled');
});

test('counts the characters of payloads', () => {
  expect(payloadCharacters(event({ type: 'ExecutionSucceeded', output: DATA }))).toBe(8);
  expect(payloadCharacters(event({ type: 'TaskScheduled', parameters: DATA }))).toBe(8);
  expect(payloadCharacters(event({ type: 'PassStateEntered', input: DATA }))).toBe(8);
  expect(payloadCharacters(event({ type: 'LambdaFunctionStarted' }))).toBe(0);
});
