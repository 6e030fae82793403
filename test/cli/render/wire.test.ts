import { expect, test } from 'vitest';
import { toWireEvent } from '../../../src/api/wire/history-events.ts';
import { Payload } from '../../../src/base/payload.ts';
import { treeLines } from '../../../src/cli/render/lines.ts';
import { toTreeEvent } from '../../../src/cli/render/wire.ts';
import type { HistoryEvent } from '../../../src/history/event.ts';
import { newTree, type TreeEvent } from '../../../src/history/run-tree.ts';
import { addEvent } from '../../../src/history/tree.ts';

const input = Payload.ofText('{}');
const base = { frame: 0 };
const EVENTS: HistoryEvent[] = [
  { ...base, id: 1, previous: 0, at: 1_000, type: 'ExecutionStarted', input, roleArn: 'r' },
  { ...base, id: 2, previous: 0, at: 1_000, type: 'TaskStateEntered', name: 'Pay', input },
  {
    ...base,
    id: 3,
    previous: 2,
    at: 1_000,
    type: 'TaskScheduled',
    resourceType: 'lambda',
    resource: 'invoke',
    region: 'us-east-1',
    parameters: Payload.ofText('{"FunctionName":"arn:aws:lambda:us-east-1:123456789012:function:pay"}'),
  },
  {
    ...base,
    id: 4,
    previous: 3,
    at: 1_250,
    type: 'TaskSucceeded',
    resourceType: 'lambda',
    resource: 'invoke',
    output: input,
  },
  { ...base, id: 5, previous: 4, at: 1_250, type: 'TaskStateExited', name: 'Pay', output: input },
  { ...base, id: 6, previous: 5, at: 1_250, type: 'ExecutionSucceeded', output: Payload.ofText('{"a":1}') },
];

function treeOf(events: readonly TreeEvent[]) {
  const tree = newTree();
  for (const event of events) addEvent(tree, event);
  return tree;
}

test('events of the engine and those of the API give the same picture', () => {
  const look = { now: 0, frame: undefined, foldAbove: 12 };
  const own = treeOf(EVENTS);
  const wired = treeOf(
    EVENTS.map((event) => toTreeEvent(JSON.parse(JSON.stringify(toWireEvent(event, true))))),
  );
  expect(treeLines(wired, look)).toEqual(treeLines(own, look));
  expect(treeLines(own, look)[0]!.detail[0]!.text).toBe('lambda pay');
  expect(wired).toMatchObject({
    status: 'SUCCEEDED',
    startedAt: 1_000,
    stoppedAt: 1_250,
    output: { text: '{"a":1}' },
  });
});
