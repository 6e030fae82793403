// The numbers of event types and the order of their fields are the journal's format on disk: types and fields are
// appended, none is changed, moved or used again.

import { expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { eventRowByCode } from '../../src/history/events.ts';
import { decodeSegment, encodeSegment } from '../../src/history/segment.ts';

const ROWS = `
1 ExecutionStarted input roleArn stateMachineAliasArn stateMachineVersionArn
2 ExecutionSucceeded output
3 ExecutionFailed error cause
4 ExecutionAborted error cause
5 ExecutionTimedOut error cause
6 ExecutionRedriven redriveCount
10 PassStateEntered name input
11 TaskStateEntered name input
12 ChoiceStateEntered name input
13 WaitStateEntered name input
14 SucceedStateEntered name input
15 FailStateEntered name input
16 ParallelStateEntered name input
17 MapStateEntered name input
20 PassStateExited name output next assigned
21 TaskStateExited name output next assigned
22 ChoiceStateExited name output next assigned
23 WaitStateExited name output next assigned
24 SucceedStateExited name output next assigned
25 ParallelStateExited name output next assigned
26 MapStateExited name output next assigned
30 TaskScheduled resourceType resource region parameters timeoutInSeconds heartbeatInSeconds taskCredentials token
31 TaskStarted resourceType resource
32 TaskSubmitted resourceType resource output
33 TaskSucceeded resourceType resource output
34 TaskFailed resourceType resource error cause
35 TaskTimedOut resourceType resource error cause
36 TaskStartFailed resourceType resource error cause
37 TaskSubmitFailed resourceType resource error cause
40 LambdaFunctionScheduled resource input timeoutInSeconds taskCredentials
41 LambdaFunctionStarted
42 LambdaFunctionSucceeded output
43 LambdaFunctionFailed error cause
44 LambdaFunctionTimedOut error cause
45 LambdaFunctionScheduleFailed error cause
46 LambdaFunctionStartFailed error cause
50 ActivityScheduled resource input timeoutInSeconds heartbeatInSeconds token
51 ActivityStarted workerName
52 ActivitySucceeded output
53 ActivityFailed error cause
54 ActivityTimedOut error cause
55 ActivityScheduleFailed error cause
60 MapStateStarted length maxConcurrency items
61 MapIterationStarted name index child input
62 MapIterationSucceeded name index
63 MapIterationFailed name index
64 MapIterationAborted name index
65 MapStateSucceeded
66 MapStateFailed
67 MapStateAborted
70 ParallelStateStarted input children branches
71 ParallelStateSucceeded
72 ParallelStateFailed
73 ParallelStateAborted
74 TaskStateAborted
75 WaitStateAborted
80 MapRunStarted mapRunArn items
81 MapRunSucceeded
82 MapRunAborted
83 MapRunFailed error cause
84 MapRunRedriven mapRunArn redriveCount
90 EvaluationFailed state error cause location
100 RetryScheduled retrier until
101 WaitScheduled until
102 HeartbeatReceived
103 CallbackReceived error cause output`;

test.each(ROWS.trim().split('\n'))('%s', (line) => {
  const [code, type, ...names] = line.split(' ');
  const row = eventRowByCode(Number(code));
  expect(row.type).toBe(type);
  expect(row.fields.slice(0, names.length).map(({ name }) => name)).toEqual(names);
});

test('a payload may have line ends, as a client that prints its JSON sends it', () => {
  const input = Payload.ofText('{\n  "a": 1\n}');
  const [event] = decodeSegment(
    encodeSegment([{ type: 'ExecutionStarted', id: 1, previous: 0, at: 5, frame: 0, input, roleArn: 'r' }]),
  );
  expect(event).toMatchObject({ type: 'ExecutionStarted', id: 1, at: 5 });
  expect(event?.type === 'ExecutionStarted' && event.input.text).toBe(input.text);
});
