import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { liveView, plainView, silentView, stillPicture } from '../../../src/cli/render/live.ts';
import type { MapRunState } from '../../../src/observe/messages.ts';
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

const MAP = `
  1<0 ExecutionStarted @1000
  2<0 MapStateEntered Each @1000
  3<2 MapStateStarted @1000 length=0
  4<3 MapRunStarted @1000 mapRunArn=a:b:mapRun:x/y:run-1`;
const goesOn = (more: object): MapRunState => ({
  mapRunArn: 'a:b:mapRun:x/y:run-1',
  executionArn: 'e',
  status: 'RUNNING',
  total: 12_000,
  read: false,
  running: 40,
  succeeded: 1_200,
  failed: 0,
  ...more,
});

test('shows how far a Map Run is, and what came of it', () => {
  const { written, output } = outputOf({ columns: 80, rows: 20 });
  const view = liveView(output, 20);
  view.add(events(MAP));
  vi.advanceTimersByTime(80);
  expect(visible(written.at(-1)!)).toBe('⠋ Each  80 ms  map run run-1\n');
  view.progress(goesOn({}));
  vi.advanceTimersByTime(80);
  expect(visible(written.at(-1)!)).toBe('⠙ Each  160 ms  1,200 of 12,000+ items · 40 running\n');
  view.progress(goesOn({ read: true, running: 0, succeeded: 11_997, failed: 3, status: 'SUCCEEDED' }));
  view.add(events('5<4 MapRunSucceeded @2000\n6<5 MapStateSucceeded @2000\n7<4 MapStateExited Each @2000'));
  view.close();
  expect(visible(written.join('').split('\n').at(-2)!)).toBe('✓ Each  1.00 s  12,000 items · 3 failed');
});

test('prints how far a Map Run is every ten seconds, and once more at its end, where nothing can be redrawn', () => {
  const { written, output } = outputOf({});
  const view = plainView(output);
  view.add(events(MAP));
  const begun = written.length;
  view.progress(goesOn({}));
  vi.advanceTimersByTime(10_000);
  view.progress(goesOn({ read: true, succeeded: 2_000, failed: 1 }));
  view.progress(goesOn({ read: true, succeeded: 2_001, failed: 1 }));
  view.progress(goesOn({ mapRunArn: 'of another execution', read: true }));
  view.progress(goesOn({ running: 0, read: true, succeeded: 12_000, status: 'SUCCEEDED' }));
  expect(written.slice(begun).map(visible)).toEqual([
    '+10.0 s  ▸ Each  2,001 of 12,000 items · 40 running · 1 failed\n',
    '+10.0 s  ▸ Each  12,000 items\n',
  ]);
});
