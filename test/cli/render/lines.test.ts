import { describe, expect, test } from 'vitest';
import { events, treeOf } from '../../history/notation.ts';
import { tree } from './notation.ts';

describe('a sequence', () => {
  test('shows states with their durations and what they do', () => {
    expect(
      tree(
        `
        1<0 ExecutionStarted @0
        2<0 PassStateEntered Prepare @0
        3<2 PassStateExited Prepare @1
        4<3 ChoiceStateEntered Large? @1
        5<4 ChoiceStateExited Large? @1
        6<5 TaskStateEntered Charge @1
        7<6 TaskScheduled @1 resourceType=sqs resource=sendMessage.waitForTaskToken
        8<7 TaskStarted @2
        9<8 TaskSubmitted @3
        10<9 TaskSucceeded @1500
        11<10 TaskStateExited Charge @1501
        12<11 TaskStateEntered Ship @1501
        13<12 LambdaFunctionScheduled @1501 resource=arn:aws:lambda:us-east-1:123456789012:function:ship
        14<13 LambdaFunctionStarted @1502
      `,
        1601,
      ),
    ).toBe(`
✓ Prepare  1 ms  pass
✓ Large?  0 ms  → Charge
✓ Charge  1.50 s  sqs sendMessage
● Ship  100 ms  lambda ship
`);
  });

  test('says what a callback task and a Wait are waiting for', () => {
    expect(
      tree(
        `
        2<0 TaskStateEntered Ask @0
        3<2 TaskScheduled resourceType=sqs resource=sendMessage.waitForTaskToken
        4<3 TaskStarted
        5<4 TaskSubmitted`,
        10,
      ),
    ).toBe('\n● Ask  10 ms  sqs sendMessage · waiting for the answer\n');
    expect(tree('2<0 WaitStateEntered Pause @0\n0<2 WaitScheduled until=2500', 1000)).toBe(
      '\n● Pause  1.00 s  1.5 s to go\n',
    );
  });
});

describe('retries and catches', () => {
  const attempt = `
    2<0 TaskStateEntered Charge @0
    3<2 LambdaFunctionScheduled @0 resource=arn:b:c:d:e:function:charge
    4<3 LambdaFunctionStarted @0
    5<4 LambdaFunctionFailed @10 error=Busy cause={"errorMessage":"try_later"}
    0<5 RetryScheduled @10 until=2010`;

  test('count down to the next attempt', () => {
    expect(tree(attempt, 1010)).toBe(`
● Charge  1.01 s  lambda charge
  ↻ Busy: try later, again in 1.0 s
`);
  });

  test('keep the failed attempts, and the error that was caught', () => {
    expect(
      tree(`${attempt}
        6<5 LambdaFunctionScheduled @2010 resource=arn:b:c:d:e:function:charge
        7<6 LambdaFunctionStarted @2010
        8<7 LambdaFunctionFailed @2020 error=Declined
        9<8 TaskStateExited Charge @2020
        10<9 PassStateEntered Refund @2020
        11<10 PassStateExited Refund @2021
        12<11 ExecutionSucceeded @2021`),
    ).toBe(`
✓ Charge  2.02 s  lambda charge · attempt 2
  ↻ Busy: try later, again after 2.00 s
  ↷ Declined, caught
✓ Refund  1 ms  pass
`);
  });

  test('a failure without an event of its own is told by ExecutionFailed', () => {
    expect(
      tree(`
        2<0 PassStateEntered Cut @0
        3<2 ExecutionFailed @5 error=States.Runtime cause=no_such_path`),
    ).toBe(`
✗ Cut  5 ms  pass
  ✗ States.Runtime: no such path
`);
  });

  test('a Fail state shows its error', () => {
    const text = '2<0 FailStateEntered Stop @0\n3<2 ExecutionFailed @1 error=Nope cause=because';
    expect(tree(text)).toBe('\n✗ Stop  1 ms  fail\n  ✗ Nope: because\n');
    expect(treeOf(text)).toMatchObject({ status: 'FAILED', failure: { error: 'Nope', cause: 'because' } });
  });

  test('a JSONata error belongs to the state beside it', () => {
    expect(
      tree(`
        2<0 PassStateEntered One @0
        3<2 PassStateExited One @0
        4<3 PassStateEntered Two @0
        5<3 EvaluationFailed @1 state=Two error=States.QueryEvaluationError cause=bad
        6<5 ExecutionFailed @1 error=States.QueryEvaluationError cause=bad`),
    ).toBe(`
✓ One  0 ms  pass
✗ Two  1 ms  pass
  ✗ States.QueryEvaluationError: bad
`);
  });
});

describe('Parallel', () => {
  test('shows a branch under each joint, whatever the order of events', () => {
    expect(
      tree(`
        2<0 ParallelStateEntered Both @0
        3<2 ParallelStateStarted @0
        4<3 TaskStateEntered Pack @0
        5<3 PassStateEntered Note @0
        6<5 PassStateExited Note @1
        7<6 PassStateEntered Note_2 @1
        8<4 LambdaFunctionScheduled @1 resource=arn:b:c:d:e:function:pack
        9<7 PassStateExited Note_2 @2
        10<8 LambdaFunctionSucceeded @30
        11<10 TaskStateExited Pack @31
        12<11 ParallelStateSucceeded @31
        13<11 ParallelStateExited Both @31
        14<13 PassStateEntered End @31
        15<14 PassStateExited End @31`),
    ).toBe(`
✓ Both  31 ms  2 branches
├─ ✓ Pack  31 ms  lambda pack
└─ ✓ Note  1 ms  pass
   ✓ Note 2  1 ms  pass
✓ End  0 ms  pass
`);
  });

  test('retried as a whole keeps the error of the first round', () => {
    expect(
      tree(`
        2<0 ParallelStateEntered Both @0
        3<2 ParallelStateStarted @0
        4<3 TaskStateEntered Pack @0 frame=1
        5<4 LambdaFunctionScheduled @1 resource=arn:b:c:d:e:function:pack
        6<5 LambdaFunctionFailed @2 error=Broken
        7<6 TaskStateAborted @2
        8<6 ParallelStateStarted @1002
        9<8 TaskStateEntered Pack @1002
        10<9 LambdaFunctionScheduled @1002 resource=arn:b:c:d:e:function:pack
        11<10 LambdaFunctionFailed @1003 error=Broken
        12<11 TaskStateAborted @1003
        13<11 ParallelStateFailed @1003
        14<13 ExecutionFailed @1003 error=Broken`),
    ).toBe(`
✗ Both  1.00 s  1 branch · attempt 2
  ↻ Broken, again after 1.00 s
└─ ✗ Pack  1 ms  lambda pack
     ✗ Broken
`);
  });
});

describe('Map', () => {
  const iteration = (first: number, after: number, index: number, end: 'Succeeded' | 'Failed') => `
    ${first}<${after} MapIterationStarted Each index=${index}
    ${first + 1}<${first} PassStateEntered Do @${index}
    ${first + 2}<${first + 1} PassStateExited Do @${index}
    ${first + 3}<${first + 2} MapIteration${end} Each index=${index}`;
  const head = '2<0 MapStateEntered Each @0\n3<2 MapStateStarted length=3';

  test('labels iterations by their index', () => {
    expect(
      tree(
        `${head}
        ${iteration(4, 3, 0, 'Succeeded')} ${iteration(8, 6, 1, 'Succeeded')}
        12<3 MapIterationStarted Each index=2
        13<12 TaskStateEntered Do @2`,
        5,
      ),
    ).toBe(`
● Each  5 ms  3 items
├─ 0 ✓ Do  0 ms  pass
├─ 1 ✓ Do  0 ms  pass
└─ 2 ● Do  3 ms  task
`);
  });

  test('folds many iterations, keeping failures and what is under way', () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      iteration(4 + i * 4, 3, i, i === 25 ? 'Failed' : 'Succeeded'),
    );
    const start = head.replace('length=3', 'length=41');
    expect(tree(`${start}${many.join('')}\n990<3 MapIterationStarted Each index=40`)).toBe(`
● Each  0 ms  41 items
├─ 0 ✓ Do  0 ms  pass
├─ 1 ✓ Do  0 ms  pass
├─ 2 ✓ Do  0 ms  pass
├─ 25 ✓ Do  0 ms  pass
├─ 40 …
└─ … 36 more (39 done, 1 failed, 1 running of 41)
`);
  });

  test('fails with the iteration that failed; the others are aborted; a Catch mends it', () => {
    const text = `${head}
      4<3 MapIterationStarted Each index=0
      5<3 MapIterationStarted Each index=1
      6<4 TaskStateEntered Do @0
      7<5 TaskStateEntered Do @0
      8<6 TaskFailed @5 error=Broken
      9<8 MapIterationFailed Each index=0
      10<8 TaskStateAborted
      11<8 MapIterationAborted Each index=1
      12<8 TaskStateAborted
      13<8 MapStateFailed @5`;
    const children = `├─ 0 ✗ Do  5 ms  task
│  ✗ Broken
└─ 1 ⊘ Do  task
`;
    expect(tree(`${text}\n14<13 ExecutionFailed @5 error=Broken`)).toBe(`
✗ Each  5 ms  3 items
${children}`);
    expect(tree(`${text}\n14<13 MapStateExited Each @6`)).toBe(`
✓ Each  6 ms  3 items
  ↷ Broken, caught
${children}`);
  });

  test('inside a Map hangs below the iteration, and each ends its own', () => {
    expect(
      tree(`
        2<0 MapStateEntered Outer @0
        3<2 MapStateStarted length=1
        4<3 MapIterationStarted Outer index=0
        5<4 MapStateEntered Inner @0
        6<5 MapStateStarted length=0
        7<6 MapStateSucceeded
        8<6 MapStateExited Inner @1
        9<8 MapIterationSucceeded Outer index=0
        10<9 MapStateSucceeded
        11<9 MapStateExited Outer @2
        12<11 ExecutionSucceeded @2`),
    ).toBe(`
✓ Outer  2 ms  1 item
└─ 0 ✓ Inner  1 ms  0 items
`);
  });

  test('distributed shows its Map Run', () => {
    expect(
      tree(`
        2<0 MapStateEntered Big @0
        3<2 MapStateStarted length=2
        4<3 MapRunStarted mapRunArn=a:b:mapRun:x/y:run-1
        5<4 MapRunSucceeded @9
        6<5 MapStateSucceeded @9
        7<4 MapStateExited Big @9`),
    ).toBe('\n✓ Big  9 ms  map run run-1\n');
  });
});

test('StopExecution aborts what is open', () => {
  const text = `
    1<0 ExecutionStarted @0
    2<0 TaskStateEntered Long @0
    3<2 TaskScheduled @0 resourceType=sqs resource=sendMessage
    4<0 ExecutionAborted @50 error=Stopped`;
  expect(tree(text)).toBe('\n⊘ Long  sqs sendMessage\n');
  expect(treeOf(text)).toMatchObject({ status: 'ABORTED', stoppedAt: 50, events: 4 });
});

test('a redrive takes up the failed state again', () => {
  expect(
    tree(`
      2<0 TaskStateEntered Charge @0
      3<2 LambdaFunctionScheduled @0 resource=arn:b:c:d:e:function:charge
      4<3 LambdaFunctionFailed @1 error=Broken
      5<4 ExecutionFailed @1 error=Broken
      6<5 ExecutionRedriven @1000 redriveCount=1
      7<6 LambdaFunctionScheduled @1000 resource=arn:b:c:d:e:function:charge
      8<7 LambdaFunctionSucceeded @1001
      9<8 TaskStateExited Charge @1001
      10<9 ExecutionSucceeded @1001`),
  ).toBe(`
✓ Charge  1.00 s  lambda charge · attempt 2
  ↻ Broken, again after 999 ms
`);
});

test('events of an unknown kind or with unknown predecessors never throw', () => {
  expect(tree('7<99 SomethingNew @0\n8<77 TaskSucceeded\n9<3 MapIterationFailed Nowhere index=1')).toBe(
    '\n\n',
  );
  expect(events('1<0 ExecutionStarted @5')).toEqual([
    { id: 1, previous: 0, type: 'ExecutionStarted', at: 5 },
  ]);
});
