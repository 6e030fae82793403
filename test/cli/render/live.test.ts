import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { liveView, plainView, silentView, stillPicture } from '../../../src/cli/render/live.ts';
import { events, treeOf } from '../../history/notation.ts';
import { outputOf } from './terminal.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const RUN = `
  1<0 ExecutionStarted @0
  2<0 PassStateEntered A @0
  3<2 PassStateExited A @1
  4<3 TaskStateEntered B @1
  5<4 LambdaFunctionScheduled @1 resource=arn:aws:lambda:r:1:function:f`;
const visible = (text: string) => text.replace(/\x1b\[\??\d*[A-Za-z]|\r/g, '').replace(/(\S) {2,}/g, '$1  ');

test('draws again and again what moves, and once what has settled', () => {
  const { written, output } = outputOf({ columns: 80, rows: 20 });
  const view = liveView(output, 20);
  view.add(events(RUN));
  vi.advanceTimersByTime(80);
  vi.advanceTimersByTime(80);
  const frames = written.slice(1).map(visible);
  expect(frames[0]).toMatch(/^✓ A {2}1 ms {2}pass\n⠋ B {2}1\.08 s {2}lambda f\n$/);
  expect(frames[1]).toMatch(/^⠙ B {2}1\.16 s {2}lambda f\n$/);
  view.close();
});

test('ends with a still picture of what is left, and draws no more', () => {
  const { written, output } = outputOf({ columns: 80, rows: 20 });
  const view = liveView(output, 20);
  view.add(
    events(
      `${RUN}\n6<5 LambdaFunctionSucceeded @900\n7<6 TaskStateExited B @901\n8<7 ExecutionSucceeded @901`,
    ),
  );
  view.close();
  view.close();
  const drawn = written.length;
  expect(written.map(visible).join('')).toBe('✓ A  1 ms  pass\n✓ B  900 ms  lambda f\n');
  vi.advanceTimersByTime(1_000);
  expect(written).toHaveLength(drawn);
  expect(view.tree.status).toBe('SUCCEEDED');
});

test('prints one line per change where nothing can be redrawn', () => {
  const { written, output } = outputOf({});
  const view = plainView(output);
  view.add(events(RUN));
  view.close();
  expect(written.map(visible)).toEqual(['+1 ms  ✓ A  1 ms\n', '+1 ms  ▸ B  task\n']);
});

test('folds without a word when asked to be quiet', () => {
  const view = silentView();
  view.add(events(RUN));
  view.close();
  expect(view.tree.root.visits.map(({ name }) => name)).toEqual(['A', 'B']);
});

test('prints a finished run with the times since its start', () => {
  const { output } = outputOf({ columns: 80 });
  expect(stillPicture(treeOf(RUN), output, 500).map(visible)).toEqual([
    expect.stringMatching(/✓ A {2}1 ms {2}pass$/),
    expect.stringMatching(/● B {2}499 ms {2}lambda f$/),
  ]);
});
