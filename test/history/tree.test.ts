// What the tree of a run says of each state; how it looks when printed is tested in test/cli/render.

import { describe, expect, test } from 'vitest';
import { EVENT_ROWS } from '../../src/history/events.ts';
import { newTree, type RunTree, type Sequence, type Visit } from '../../src/history/run-tree.ts';
import { addEvent } from '../../src/history/tree.ts';
import { events, treeOf } from './notation.ts';

/** `Charge:caught`, with children as `Both:running(Pack:running)(Note:succeeded)`. */
function outline(sequence: Sequence): string {
  return sequence.visits.map(outlineVisit).join(' ');
}

function outlineVisit({ name, status, children }: Visit): string {
  return `${name}:${status}${children.map((child) => `(${child.status} ${outline(child)})`).join('')}`;
}

/** The last change that each event makes, as `entered Charge`. */
function changes(text: string): string[] {
  const tree = newTree();
  return events(text).flatMap((event) => {
    const change = addEvent(tree, event);
    return change === undefined ? [] : [`${change.kind} ${change.visit.name}`];
  });
}

function only({ root }: RunTree): Visit {
  expect(root.visits.length).toBe(1);
  return root.visits[0] as Visit;
}

const TASK = `
  1<0 ExecutionStarted @5 input={}
  2<0 TaskStateEntered Charge @10 frame=0
  3<2 TaskScheduled @11 resourceType=sqs resource=sendMessage`;

describe('the execution', () => {
  test('has its start, end, input and output, and counts public events alone', () => {
    const tree = treeOf(`1<0 ExecutionStarted @5 input={"a":1}
      2<0 PassStateEntered One @6
      0<2 EvaluationFailed @6 state=Other
      3<2 PassStateExited One @7
      4<3 ExecutionSucceeded @9 output={"b":2}`);
    expect(tree).toMatchObject({
      events: 4,
      startedAt: 5,
      stoppedAt: 9,
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"b":2}',
      failure: undefined,
      redrives: 0,
    });
    expect(tree.root.status).toBe('succeeded');
  });

  test.each([
    ['ExecutionFailed', 'FAILED', 'failed', 'failed'],
    ['ExecutionAborted', 'ABORTED', 'aborted', 'aborted'],
    ['ExecutionTimedOut', 'TIMED_OUT', 'aborted', 'aborted'],
  ])('%s ends what is open', (type, status, root, visit) => {
    const tree = treeOf(`${TASK}\n4<3 ${type} @20 error=E cause=c`);
    expect(tree).toMatchObject({ status, stoppedAt: 20, failure: { error: 'E', cause: 'c', at: 20 } });
    expect([tree.root.status, only(tree).status]).toEqual([root, visit]);
  });

  test('that fails before any state has no state to blame', () => {
    const tree = treeOf('1<0 ExecutionStarted @5\n2<1 ExecutionFailed @6 error=States.Runtime');
    expect([tree.status, tree.root.status, tree.root.visits]).toEqual(['FAILED', 'aborted', []]);
  });
});

describe('a task', () => {
  test('goes through its phases', () => {
    const phases = ['4<3 TaskStarted', '5<4 TaskSubmitted', '6<5 TaskSucceeded'].map(
      (_line, at, all) => only(treeOf(`${TASK}\n${all.slice(0, at + 1).join('\n')}`)).phase,
    );
    expect([only(treeOf(TASK)).phase, ...phases]).toEqual(['scheduled', 'started', 'submitted', 'submitted']);
  });

  test.each([
    ['resourceType=sqs resource=sendMessage.waitForTaskToken', 'sqs sendMessage'],
    ['resourceType=ecs resource=runTask.sync', 'ecs runTask'],
    ['resourceType=lambda resource=invoke', 'lambda invoke'],
    ['resourceType=lambda resource=listFunctions', 'lambda listFunctions'],
    ['resource=arn:aws:lambda:r:1:function:charge', 'lambda charge'],
    ['resource=arn:aws:states:r:1:activity:approve', 'activity approve'],
    ['resource=odd', 'lambda odd'],
  ])('with %s calls %s', (resource, target) => {
    expect(only(treeOf(`2<0 TaskStateEntered Do\n3<2 TaskScheduled ${resource}`)).target).toBe(target);
  });

  test.each([
    ['{"FunctionName":"charge"}', 'lambda charge'],
    ['{"Payload":{}, "FunctionName": "arn:aws:lambda:r:1:function:charge:PROD"}', 'lambda charge:PROD'],
    ['{"FunctionName":1}', 'lambda invoke'],
  ])('of lambda:invoke with %s calls %s', (text, target) => {
    const tree = newTree();
    addEvent(tree, { id: 2, previous: 0, at: 0, type: 'TaskStateEntered', name: 'Do' });
    const scheduled = { resourceType: 'lambda', resource: 'invoke', parameters: { text } };
    addEvent(tree, { id: 3, previous: 2, at: 0, type: 'TaskScheduled', ...scheduled });
    expect(only(tree).target).toBe(target);
  });

  test('keeps each failed attempt with the time of the next, and is open until it leaves', () => {
    const retried = `${TASK}
      4<3 TaskFailed @20 error=Busy cause=later
      0<4 RetryScheduled @20 until=120 frame=0`;
    expect(only(treeOf(retried))).toMatchObject({
      status: 'running',
      failure: { error: 'Busy', cause: 'later', at: 20 },
      until: 120,
      retried: [],
      exitedAt: undefined,
    });
    const again = `${retried}\n5<4 TaskScheduled @121 resourceType=sqs resource=sendMessage`;
    expect(only(treeOf(again))).toMatchObject({
      failure: undefined,
      until: undefined,
      phase: 'scheduled',
      retried: [{ error: 'Busy', cause: 'later', at: 20, nextAt: 121 }],
    });
    const over = `${again}\n6<5 TaskSucceeded @130\n7<6 TaskStateExited Charge @131 output=1`;
    expect(only(treeOf(over))).toMatchObject({ status: 'succeeded', exitedAt: 131, output: 1 });
    expect(changes(over)).toEqual(['entered Charge', 'failed Charge', 'retrying Charge', 'exited Charge']);
  });

  test.each(['TaskTimedOut', 'LambdaFunctionTimedOut', 'ActivityScheduleFailed'])(
    '%s is a failure',
    (type) => {
      expect(only(treeOf(`${TASK}\n4<3 ${type} @20 error=States.Timeout`)).failure?.error).toBe(
        'States.Timeout',
      );
    },
  );

  test('whose failure is caught says so when it leaves', () => {
    const tree = treeOf(`${TASK}\n4<3 TaskFailed @20 error=Busy\n5<4 TaskStateExited Charge @21`);
    expect(outline(tree.root)).toBe('Charge:caught');
    expect(only(tree).failure?.error).toBe('Busy');
  });

  test('that waits for its next attempt is aborted, not failed, when the execution ends', () => {
    const tree = treeOf(`${TASK}
      4<3 TaskFailed @20 error=Busy
      0<4 RetryScheduled @20 until=120 frame=0
      5<4 ExecutionAborted @30`);
    expect(only(tree)).toMatchObject({ status: 'aborted', until: undefined });
  });

  test('heartbeats and answers to callbacks change nothing', () => {
    const tree = treeOf(`${TASK}\n0<3 HeartbeatReceived @12\n0<3 CallbackReceived @13`);
    expect(only(tree)).toMatchObject({ phase: 'scheduled', status: 'running' });
  });
});

describe('failures', () => {
  test('of a Fail state are its own, and told by ExecutionFailed', () => {
    const text = '2<0 FailStateEntered Stop @1\n3<2 ExecutionFailed @2 error=Nope';
    expect(outline(treeOf(text).root)).toBe('Stop:failed');
    expect(changes(text)).toEqual(['entered Stop', 'failed Stop']);
  });

  test('with an event of their own are told once', () => {
    const text = `${TASK}\n4<3 TaskFailed @20 error=Busy\n5<4 ExecutionFailed @20 error=Busy`;
    expect(changes(text)).toEqual(['entered Charge', 'failed Charge']);
  });

  test('without an event of their own, or without a name, take what ExecutionFailed says', () => {
    expect(only(treeOf(`${TASK}\n4<3 ExecutionFailed @20 error=E`)).failure).toEqual({
      error: 'E',
      cause: undefined,
      at: 20,
    });
    const unnamed = treeOf(`${TASK}\n4<3 TaskFailed @15\n5<4 ExecutionFailed @20 error=E`);
    expect(only(unnamed).failure).toMatchObject({ error: 'E', at: 20 });
  });

  test('of an evaluation belong to the state that they name, in the frame that they name', () => {
    const tree = treeOf(`
      2<0 ParallelStateEntered Both @0 frame=0
      3<2 ParallelStateStarted @0
      4<3 PassStateEntered Same @0 frame=1
      5<3 PassStateEntered Same @0 frame=2
      6<3 EvaluationFailed @1 state=Same frame=2 error=Bad`);
    const [first, second] = only(tree).children.map(({ visits }) => visits[0]);
    expect([first?.failure, second?.failure?.error]).toEqual([undefined, 'Bad']);
  });

  test('of an evaluation are never those of a visit that is over', () => {
    const tree = treeOf(`
      2<0 PassStateEntered One @0
      3<2 PassStateExited One @0
      4<3 PassStateEntered Two @0
      5<4 EvaluationFailed @1 state=One error=Bad`);
    expect(tree.root.visits.map(({ failure }) => failure?.error)).toEqual([undefined, 'Bad']);
  });

  test('of an evaluation without a known state belong to the nearest open one', () => {
    const tree = treeOf(`${TASK}\n4<3 EvaluationFailed @12 state=Unknown error=Bad`);
    expect(only(tree).failure?.error).toBe('Bad');
  });
});

const BOTH = `
  2<0 ParallelStateEntered Both @0 frame=0
  3<2 ParallelStateStarted @0
  4<3 TaskStateEntered Pack @0 frame=1
  5<3 PassStateEntered Note @0 frame=2
  6<5 PassStateExited Note @1
  7<4 LambdaFunctionScheduled @1 resource=a:b:c:d:e:function:pack`;

describe('Parallel', () => {
  test('opens a branch for each state entered after its start', () => {
    const tree = treeOf(BOTH);
    expect(outline(tree.root)).toBe('Both:running(running Pack:running)(running Note:succeeded)');
    expect(only(tree).children.map(({ frame, parent }) => [frame, parent?.name])).toEqual([
      [1, 'Both'],
      [2, 'Both'],
    ]);
    expect(changes(BOTH)).toEqual([
      'entered Both',
      'opened Both',
      'entered Pack',
      'entered Note',
      'exited Note',
    ]);
  });

  test('that leaves has only branches that succeeded', () => {
    const tree = treeOf(`${BOTH}
      8<7 LambdaFunctionSucceeded @2
      9<8 TaskStateExited Pack @2
      10<9 ParallelStateSucceeded @2
      11<9 ParallelStateExited Both @2`);
    expect(outline(tree.root)).toBe('Both:succeeded(succeeded Pack:succeeded)(succeeded Note:succeeded)');
  });

  test('that fails takes the failure of its branch, and aborts the others', () => {
    const tree = treeOf(`${BOTH}
      8<7 LambdaFunctionFailed @5 error=Broken cause=c
      9<8 ParallelStateFailed @6`);
    expect(outline(tree.root)).toBe('Both:failed(failed Pack:failed)(aborted Note:succeeded)');
    expect(only(tree).failure).toEqual({ error: 'Broken', cause: 'c', at: 6 });
    expect(only(tree).exitedAt).toBeUndefined();
  });

  test('leaves by its own name, though the event points into a branch', () => {
    const tree = treeOf(`${BOTH}\n8<7 ParallelStateExited Both @9`);
    expect([only(tree).exitedAt, only(tree).children[0]?.visits[0]?.exitedAt]).toEqual([9, undefined]);
  });

  test('inside another fails that one with the same error', () => {
    const tree = treeOf(`
      2<0 ParallelStateEntered Outer @0 frame=0
      3<2 ParallelStateStarted @0
      4<3 ParallelStateEntered Inner @0 frame=1
      5<4 ParallelStateStarted @0
      6<5 TaskStateEntered Do @0 frame=2
      7<6 TaskScheduled @0 resourceType=sqs resource=sendMessage
      8<7 TaskFailed @1 error=Broken
      9<8 ParallelStateFailed @1
      10<9 ParallelStateFailed @1`);
    expect(outline(tree.root)).toBe('Outer:failed(failed Inner:failed(failed Do:failed))');
    expect(only(tree).failure?.error).toBe('Broken');
  });

  test('that starts again forgets the branches of the first round, and keeps its error', () => {
    const tree = treeOf(`${BOTH}
      8<7 LambdaFunctionFailed @5 error=Broken
      0<8 RetryScheduled @5 until=1005 frame=0
      9<8 ParallelStateStarted @1006
      10<9 TaskStateEntered Pack @1006 frame=3`);
    expect(outline(tree.root)).toBe('Both:running(running Pack:running)');
    expect(only(tree)).toMatchObject({
      failure: undefined,
      until: undefined,
      retried: [{ error: 'Broken', at: 5, nextAt: 1006 }],
    });
  });
});

const EACH = `
  2<0 MapStateEntered Each @0 frame=0
  3<2 MapStateStarted length=3
  4<3 MapIterationStarted Each index=0
  5<3 MapIterationStarted Each index=2
  6<4 TaskStateEntered Do @0 frame=1
  7<5 TaskStateEntered Do @0 frame=2`;

describe('Map', () => {
  test('knows its items, and its iterations by their index', () => {
    const map = only(treeOf(EACH));
    expect([map.items, map.children.map(({ index }) => index)]).toEqual([3, [0, 2]]);
  });

  test.each([
    ['MapIterationSucceeded', 'running', 'succeeded'],
    ['MapIterationFailed', 'running', 'failed'],
    ['MapIterationAborted', 'running', 'aborted'],
  ])('%s ends the iteration of its index alone', (type, first, last) => {
    const map = only(treeOf(`${EACH}\n8<7 ${type} Each index=2`));
    expect(map.children.map(({ status }) => status)).toEqual([first, last]);
  });

  test('an iteration of an index that never began ends nothing', () => {
    const map = only(treeOf(`${EACH}\n8<7 MapIterationSucceeded Each index=1`));
    expect(map.children.map(({ status }) => status)).toEqual(['running', 'running']);
  });

  test('an iteration that fails says of its open state whether it failed or was cut off', () => {
    const failing = `${EACH}
      8<6 TaskScheduled @1 resourceType=sqs resource=sendMessage
      9<8 TaskFailed @2 error=Broken
      10<9 MapIterationFailed Each index=0
      11<9 MapIterationAborted Each index=2`;
    expect(outline(treeOf(failing).root)).toBe('Each:running(failed Do:failed)(aborted Do:aborted)');
    const failed = treeOf(`${failing}\n12<9 MapStateFailed @3`);
    expect(only(failed)).toMatchObject({ status: 'failed', failure: { error: 'Broken', at: 3 } });
  });

  test('in a state of its own name inside another Map ends its own iteration', () => {
    const tree = treeOf(`
      2<0 MapStateEntered Outer @0
      3<2 MapStateStarted length=1
      4<3 MapIterationStarted Outer index=0
      5<4 MapStateEntered Inner @0
      6<5 MapStateStarted length=1
      7<6 MapIterationStarted Inner index=0
      8<7 MapIterationSucceeded Inner index=0
      9<8 MapIterationFailed Outer index=0`);
    expect(outline(tree.root)).toBe('Outer:running(failed Inner:aborted(succeeded ))');
  });

  test('that is distributed names its Map Run', () => {
    const tree = treeOf(
      `2<0 MapStateEntered Big\n3<2 MapStateStarted length=2\n4<3 MapRunStarted mapRunArn=run`,
    );
    expect(only(tree)).toMatchObject({ mapRunArn: 'run', phase: 'started', items: 2 });
  });
});

describe('a Wait', () => {
  test('knows when it is over, until it leaves', () => {
    const waiting = '2<0 WaitStateEntered Pause @0\n0<2 WaitScheduled until=2500';
    expect(only(treeOf(waiting)).until).toBe(2500);
    const over = only(treeOf(`${waiting}\n3<2 WaitStateExited Pause @2500`));
    expect([over.until, over.status]).toEqual([undefined, 'succeeded']);
  });

  test('that is aborted stays where it was', () => {
    const tree = treeOf('2<0 WaitStateEntered Pause @0\n3<2 WaitStateAborted\n4<3 ExecutionAborted @9');
    expect(outline(tree.root)).toBe('Pause:aborted');
  });
});

describe('a redrive', () => {
  const failed = `${EACH}
    8<6 TaskScheduled @1 resourceType=sqs resource=sendMessage
    9<8 TaskFailed @2 error=Broken
    10<9 MapIterationFailed Each index=0
    11<7 MapIterationSucceeded Each index=2
    12<9 MapStateFailed @3
    13<12 ExecutionFailed @3 error=Broken`;

  test('opens again what did not succeed', () => {
    const tree = treeOf(`${failed}\n14<13 ExecutionRedriven @100 redriveCount=1`);
    expect(tree).toMatchObject({ status: 'RUNNING', stoppedAt: undefined, failure: undefined, redrives: 1 });
    expect(outline(tree.root)).toBe('Each:running(running Do:running)(succeeded Do:running)');
    expect(only(tree).failure).toBeUndefined();
  });

  test('counts itself where the event does not say how often', () => {
    expect(treeOf(`${failed}\n14<13 ExecutionRedriven @100`).redrives).toBe(1);
    expect(treeOf(`${failed}\n14<13 ExecutionRedriven @100 redriveCount=4`).redrives).toBe(4);
  });

  test('calls the task that waits inside, though the event points at the redrive', () => {
    const tree = treeOf(`${failed}
      14<13 ExecutionRedriven @100 redriveCount=1
      15<14 TaskScheduled @101 resourceType=sqs resource=sendMessage`);
    const task = only(tree).children[0]?.visits[0];
    expect(task).toMatchObject({ phase: 'scheduled', retried: [{ error: 'Broken', nextAt: 101 }] });
  });

  test('opens the state that failed behind others that ended', () => {
    const tree = treeOf(`2<0 PassStateEntered One @1
      3<2 PassStateExited One @1
      4<3 TaskStateEntered Two @1
      5<4 TaskScheduled @1 resourceType=sqs resource=sendMessage
      6<5 TaskFailed @2 error=Broken
      7<6 ExecutionFailed @2 error=Broken
      8<7 ExecutionRedriven @3`);
    expect(outline(tree.root)).toBe('One:succeeded Two:running');
  });

  test('gives each branch its own events, though all of them point at the redrive', () => {
    const tree = treeOf(`2<0 ParallelStateEntered Both @1
      3<2 ParallelStateStarted @1
      4<3 TaskStateEntered A @1
      5<4 TaskScheduled @1 resourceType=sqs resource=sendMessage
      6<3 TaskStateEntered B @1
      7<6 TaskScheduled @1 resourceType=sns resource=publish
      8<3 WaitStateEntered C @1
      9<5 TaskFailed @2 error=Broken
      10<9 ParallelStateFailed @2
      11<10 ExecutionFailed @2 error=Broken
      12<11 ExecutionRedriven @9 redriveCount=1
      13<12 TaskScheduled @9 resourceType=sqs resource=sendMessage
      14<12 TaskScheduled @9 resourceType=sns resource=publish
      15<12 WaitStateExited C @9
      16<14 TaskSucceeded @10
      17<16 TaskStateExited B @10`);
    expect(outline(tree.root)).toBe(
      'Both:running(running A:running)(running B:succeeded)(running C:succeeded)',
    );
    const [a] = only(tree).children.map(({ visits }) => visits[0]!);
    expect([a?.target, a?.phase]).toEqual(['sqs sendMessage', 'scheduled']);
  });

  test('leaves a Fail state failed', () => {
    const tree = treeOf(`2<0 FailStateEntered Stop @1
      3<2 ExecutionFailed @2 error=Nope
      4<3 ExecutionRedriven @3`);
    expect([tree.root.status, outline(tree.root)]).toEqual(['running', 'Stop:failed']);
  });
});

test.each(EVENT_ROWS.filter(({ type }) => /^(Task|Lambda|Activity).*(Failed|TimedOut)$/.test(type)))(
  'a task that ends with $type has failed',
  ({ type }) => {
    const text = `2<0 TaskStateEntered A\n3<2 LambdaFunctionScheduled\n4<3 ${type} @9 error=E`;
    expect(changes(text)).toEqual(['entered A', 'failed A']);
    expect(only(treeOf(text)).failure).toEqual({ error: 'E', cause: undefined, at: 9 });
  },
);

test('an event of a newer API is passed over, and what follows it finds its place', () => {
  expect(outline(treeOf('2<0 TaskStateEntered A\n3<2 SomethingNew\n4<3 TaskStateExited A').root)).toBe(
    'A:succeeded',
  );
});

test.each(EVENT_ROWS)('$type without a place is no mistake', ({ type }) => {
  const tree = newTree();
  expect(() => addEvent(tree, { type, id: 9, previous: 77, at: 0 })).not.toThrow();
  expect(tree.events).toBe(1);
});
