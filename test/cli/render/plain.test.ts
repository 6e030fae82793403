import { expect, test } from 'vitest';
import { plainLine } from '../../../src/cli/render/plain.ts';
import { newTree } from '../../../src/history/run-tree.ts';
import { addEvent } from '../../../src/history/tree.ts';
import { events } from '../../history/notation.ts';

function plain(text: string): string {
  const trace = newTree();
  const lines = events(text).flatMap((event) => {
    const change = addEvent(trace, event);
    const spans = change === undefined ? undefined : plainLine(change, event.at, 0);
    return spans === undefined ? [] : [spans.map((span) => span.text).join('')];
  });
  return `\n${lines.join('\n')}\n`;
}

test('says when a lasting state begins and when any state ends', () => {
  expect(
    plain(`
      2<0 PassStateEntered Prepare @0
      3<2 PassStateExited Prepare @1
      4<3 TaskStateEntered Charge @1
      5<4 TaskScheduled @1 resourceType=sqs resource=sendMessage
      6<5 TaskFailed @3 error=Busy cause=later
      0<6 RetryScheduled @3 until=1003
      7<6 TaskScheduled @1003 resourceType=sqs resource=sendMessage
      8<7 TaskFailed @1004 error=Declined
      9<8 TaskStateExited Charge @1005
      10<9 FailStateEntered Stop @1005
      11<10 ExecutionFailed @1005 error=Nope`),
  ).toBe(`
+1 ms      ✓ Prepare  1 ms
+1 ms      ▸ Charge  task
+3 ms      ✗ Charge  Busy: later
+3 ms      ↻ Charge  attempt 2 in 1.0 s
+1.00 s    ✗ Charge  Declined
+1.00 s    ↷ Charge  1.00 s  caught
+1.00 s    ✗ Stop  Nope
`);
});

test('names the way to a state inside Parallel and Map', () => {
  expect(
    plain(`
      2<0 ParallelStateEntered Both @0
      3<2 ParallelStateStarted @0
      4<3 PassStateEntered Left @0
      5<3 MapStateEntered Each @0
      6<5 MapStateStarted length=1
      7<6 MapIterationStarted Each index=0
      8<7 PassStateEntered Do @0
      9<4 PassStateExited Left @1
      10<8 PassStateExited Do @2`),
  ).toBe(`
+0 ms      ▸ Both  parallel
+0 ms      ▸ Both[1] › Each  map, 1 item
+1 ms      ✓ Both[0] › Left  1 ms
+2 ms      ✓ Both[1] › Each[0] › Do  2 ms
`);
});

test('leaves out the lines of late iterations, but not their failures', () => {
  expect(
    plain(`
      2<0 MapStateEntered Each @0
      3<2 MapStateStarted length=500
      4<3 MapIterationStarted Each index=400
      5<4 TaskStateEntered Do @0
      6<5 TaskScheduled resourceType=sqs resource=sendMessage
      7<6 TaskFailed error=Broken`),
  ).toBe(`
+0 ms      ▸ Each  map, 500 items (lines of the first 20 and of failures)
+0 ms      ✗ Each[400] › Do  Broken
`);
});
