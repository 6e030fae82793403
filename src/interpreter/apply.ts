// The fold: one event changes the state of an execution. Live decisions and replay go through this same function, which
// reads no clock, draws no random number and evaluates no expression. The state is readonly everywhere but here and in reopen.ts.

import { Bug, unreachable } from '../base/assert.ts';
import type { Json } from '../base/json.ts';
import type { Payload } from '../base/payload.ts';
import { ENTERED_STATE, type EventOf, type HistoryEvent, type StateType } from '../history/event.ts';
import { reopen } from './reopen.ts';
import {
  type Children,
  type ExecutionState,
  type Frame,
  frameOf as findFrame,
  hasChildren,
  hasTask,
  type OpenState,
  type OpenTask,
  openFrame,
  parentFrame,
  taskFrame,
} from './state.ts';
import { pushTimer } from './timers.ts';
import { type Writable, type WritableFrame, type WritableState, writable } from './writable.ts';

/** Changes `state` by one event. @throws Bug when the event does not fit the state. */
export function apply(state: ExecutionState, event: HistoryEvent): void {
  change(writable(state), event);
}

function change(state: WritableState, event: HistoryEvent): void {
  state.sequence++;
  if (event.id > 0) {
    if (event.id !== state.lastId + 1)
      throw new Bug(`Expected event ${state.lastId + 1}, but got ${event.id}`);
    state.lastId = event.id;
    state.lastAt = event.at;
  }
  if (state.redriveCount > 0) takeUpAgain(state, event.frame);
  switch (event.type) {
    case 'ExecutionStarted': {
      state.input = event.input;
      const main = newFrame(0, undefined, 0, 0);
      state.frames.set(0, main);
      setNext(state, main, undefined, event.input);
      return;
    }
    case 'ExecutionSucceeded':
      state.output = event.output;
      return close(state, 'SUCCEEDED', event.at);
    case 'ExecutionFailed':
      return closeFailed(state, 'FAILED', event);
    case 'ExecutionAborted':
      return closeFailed(state, 'ABORTED', event);
    case 'ExecutionTimedOut':
      return closeFailed(state, 'TIMED_OUT', event);
    case 'ExecutionRedriven':
      return reopen(state, event);
    case 'PassStateEntered':
    case 'TaskStateEntered':
    case 'ChoiceStateEntered':
    case 'WaitStateEntered':
    case 'SucceedStateEntered':
    case 'FailStateEntered':
    case 'ParallelStateEntered':
    case 'MapStateEntered':
      return enter(state, event);
    case 'PassStateExited':
    case 'TaskStateExited':
    case 'ChoiceStateExited':
    case 'WaitStateExited':
    case 'SucceedStateExited':
    case 'ParallelStateExited':
    case 'MapStateExited':
      return exit(state, event);
    case 'TaskScheduled':
      return schedule(state, event, 'Task', event.parameters);
    case 'LambdaFunctionScheduled':
      return schedule(state, event, 'LambdaFunction', event.input);
    case 'ActivityScheduled':
      return schedule(state, event, 'Activity', event.input);
    case 'TaskStarted':
    case 'LambdaFunctionStarted':
    case 'ActivityStarted':
      return start(state, event);
    case 'TaskSubmitted':
      return submit(state, event);
    case 'HeartbeatReceived': {
      const frame = frameOf(state, event.frame);
      const task = openTask(frame);
      if (task.kind === 'Activity' || task.submitted !== undefined) beat(state, frame, task, event.at);
      return;
    }
    case 'CallbackReceived': {
      const { output, error, cause } = event;
      openTask(frameOf(state, event.frame)).early =
        output === undefined ? { status: 'failed', error, cause } : { status: 'succeeded', output };
      return;
    }
    case 'TaskSucceeded':
    case 'LambdaFunctionSucceeded':
    case 'ActivitySucceeded':
    case 'TaskFailed':
    case 'TaskTimedOut':
    case 'TaskStartFailed':
    case 'TaskSubmitFailed':
    case 'LambdaFunctionFailed':
    case 'LambdaFunctionTimedOut':
    case 'LambdaFunctionScheduleFailed':
    case 'LambdaFunctionStartFailed':
    case 'ActivityFailed':
    case 'ActivityTimedOut':
    case 'ActivityScheduleFailed': {
      const frame = frameOf(state, event.frame);
      dropTask(state, frame);
      frame.cursor = event.id;
      return;
    }
    case 'ParallelStateStarted':
      return startParallel(state, event);
    case 'MapStateStarted':
      return startMap(state, event);
    case 'MapIterationStarted':
      return startIteration(state, event);
    case 'MapIterationSucceeded':
      childrenOf(frameOf(state, event.frame)).last = event.id;
      return;
    case 'ParallelStateSucceeded':
    case 'MapStateSucceeded': {
      // The Exited event that follows shares this event's predecessor.
      const frame = frameOf(state, event.frame);
      if (open(frame).mapRunArn === undefined) frame.cursor = event.previous;
      open(frame).lastChildren = open(frame).children;
      open(frame).children = undefined;
      return;
    }
    case 'ParallelStateFailed':
    case 'MapStateFailed': {
      const frame = frameOf(state, event.frame);
      dropChildren(state, frame);
      frame.cursor = event.id;
      return;
    }
    case 'MapIterationFailed':
    case 'MapIterationAborted':
    case 'TaskStateAborted':
    case 'WaitStateAborted':
    case 'MapStateAborted':
    case 'ParallelStateAborted':
      return;
    case 'MapRunStarted': {
      const frame = frameOf(state, event.frame);
      startMapRun(state, frame, event.id, event.mapRunArn, 0);
      open(frame).mapItems = event.items;
      return;
    }
    case 'MapRunSucceeded':
      state.calls--;
      open(frameOf(state, event.frame)).lastMapRun = undefined;
      return;
    case 'MapRunFailed':
    case 'MapRunAborted': {
      const frame = frameOf(state, event.frame);
      open(frame).mapRunArn = undefined;
      if ('error' in event && NEW_MAP_RUN.has(event.error ?? '')) open(frame).lastMapRun = undefined;
      state.calls--;
      frame.cursor = event.id;
      return;
    }
    case 'MapRunRedriven': {
      const { id, mapRunArn, redriveCount } = event;
      startMapRun(state, frameOf(state, event.frame), id, mapRunArn, redriveCount);
      return;
    }
    case 'EvaluationFailed':
      frameOf(state, event.frame).cursor = event.id;
      return;
    case 'RetryScheduled': {
      const frame = frameOf(state, event.frame);
      const retried = open(frame);
      dropTask(state, frame);
      dropChildren(state, frame);
      // The next attempt begins anew.
      retried.lastChildren = undefined;
      retried.lastMapRun = undefined;
      retried.attempts[event.retrier] = (retried.attempts[event.retrier] ?? 0) + 1;
      retried.retryCount++;
      retried.retryAt = event.until;
      frame.cursor = event.previous;
      pushTimer(state.timers, { at: event.until, frame: frame.id });
      return;
    }
    case 'WaitScheduled': {
      open(frameOf(state, event.frame)).waitUntil = event.until;
      pushTimer(state.timers, { at: event.until, frame: event.frame });
      return;
    }
    default:
      return unreachable(event);
  }
}

/** Folds a whole journal into `state`, which must be new. */
export function replay(state: ExecutionState, events: readonly HistoryEvent[]): ExecutionState {
  for (const event of events) apply(state, event);
  return state;
}

function newFrame(id: number, parent: Frame | undefined, index: number, cursor: number): WritableFrame {
  return { id, parent, index, cursor, variables: new Map(), next: undefined, open: undefined };
}

function frameOf(state: WritableState, id: number): WritableFrame {
  return writable(findFrame(state, id));
}

function open(frame: Frame | undefined): Writable<OpenState> {
  return writable(openFrame(frame).open);
}

function openTask(frame: Frame): Writable<OpenTask> {
  return writable(taskFrame(frame).open.task);
}

function childrenOf(frame: Frame | undefined): Writable<Children> {
  return writable(parentFrame(frame).open.children);
}

function setNext(state: WritableState, frame: WritableFrame, name: string | undefined, input: Payload): void {
  frame.next = { name, input };
  state.ready.add(frame);
}

function enter(state: WritableState, event: EventOf<`${StateType}StateEntered`>): void {
  const frame = frameOf(state, event.frame);
  frame.next = undefined;
  state.ready.delete(frame);
  frame.open = {
    name: event.name,
    type: ENTERED_STATE[event.type],
    enteredId: event.id,
    enteredAt: event.at,
    before: event.previous,
    input: event.input,
    retryCount: 0,
    attempts: [],
    task: undefined,
    waitUntil: undefined,
    retryAt: undefined,
    children: undefined,
    lastChildren: undefined,
    mapRunArn: undefined,
    lastMapRun: undefined,
    again: false,
    mapItems: undefined,
  };
  frame.cursor = event.id;
}

function exit(state: WritableState, event: EventOf<`${Exclude<StateType, 'Fail'>}StateExited`>): void {
  const frame = frameOf(state, event.frame);
  if (event.assigned !== undefined) {
    for (const [name, value] of Object.entries(event.assigned)) frame.variables.set(name, value);
  }
  frame.open = undefined;
  frame.cursor = event.id;
  if (event.next !== undefined) return setNext(state, frame, event.next, event.output);
  if (frame.parent === undefined) return;
  const children = childrenOf(frame.parent);
  children.results[frame.index] = event.output;
  children.finished++;
  children.running.delete(frame);
  children.last = event.id;
  state.frames.delete(frame.id);
}

function schedule(
  state: WritableState,
  event: EventOf<'TaskScheduled' | 'LambdaFunctionScheduled' | 'ActivityScheduled'>,
  kind: OpenTask['kind'],
  input: Payload,
): void {
  const frame = frameOf(state, event.frame);
  const to = open(frame);
  const invocation = state.invocations.get(to.name) ?? 0;
  state.invocations.set(to.name, invocation + 1);
  to.retryAt = undefined;
  to.task = {
    kind,
    scheduled: event.id,
    invocation,
    input,
    token: 'token' in event ? event.token : undefined,
    credentials: 'taskCredentials' in event ? event.taskCredentials : undefined,
    timeoutSeconds: event.timeoutInSeconds,
    heartbeatSeconds: 'heartbeatInSeconds' in event ? event.heartbeatInSeconds : undefined,
    started: false,
    submitted: undefined,
    early: undefined,
    calling: false,
    timeoutAt: undefined,
    heartbeatAt: undefined,
  };
  state.tasks.set(event.id, frame);
  // An activity waits for a worker; everything else is to be called at once.
  if (kind === 'Activity') state.queued++;
  else state.ready.add(frame);
  frame.cursor = event.id;
}

function start(
  state: WritableState,
  event: EventOf<'TaskStarted' | 'LambdaFunctionStarted' | 'ActivityStarted'>,
): void {
  const frame = frameOf(state, event.frame);
  const task = openTask(frame);
  task.started = true;
  state.ready.delete(frame);
  if (task.kind === 'Activity') {
    state.queued--;
  } else {
    task.calling = true;
    state.calls++;
  }
  if (task.timeoutSeconds !== undefined) {
    task.timeoutAt = event.at + task.timeoutSeconds * 1000;
    pushTimer(state.timers, { at: task.timeoutAt, frame: frame.id });
  }
  // A callback's heartbeats count from the moment the service has taken the request (AWS: lambda:invoke.waitForTaskToken).
  if (!isCallback(event)) beat(state, frame, task, event.at);
  frame.cursor = event.id;
}

function isCallback(event: HistoryEvent): boolean {
  return 'resource' in event && event.resource.endsWith('.waitForTaskToken');
}

function submit(state: WritableState, event: EventOf<'TaskSubmitted'>): void {
  const frame = frameOf(state, event.frame);
  const task = openTask(frame);
  task.submitted = event.output;
  if (task.calling && isCallback(event)) {
    task.calling = false;
    state.calls--;
  }
  beat(state, frame, task, event.at);
  frame.cursor = event.id;
}

function beat(state: WritableState, frame: Frame, task: Writable<OpenTask>, at: number): void {
  if (task.heartbeatSeconds === undefined) return;
  task.heartbeatAt = at + task.heartbeatSeconds * 1000;
  pushTimer(state.timers, { at: task.heartbeatAt, frame: frame.id });
}

function dropTask(state: WritableState, frame: Frame): void {
  if (!hasTask(frame)) return;
  const { task } = frame.open;
  state.tasks.delete(task.scheduled);
  state.ready.delete(frame);
  if (task.calling) state.calls--;
  if (task.kind === 'Activity' && !task.started) state.queued--;
  open(frame).task = undefined;
}

/**
 * Ends everything inside the open state of `frame`: branches, iterations, what they wait for. How far they were is kept for a
 * redrive until the state is left.
 */
function dropChildren(state: WritableState, frame: Frame): void {
  if (!hasChildren(frame)) return;
  for (const child of frame.open.children.running) {
    dropTask(state, child);
    dropChildren(state, child);
    if (child.open?.mapRunArn !== undefined) state.calls--;
    state.ready.delete(child);
    state.frames.delete(child.id);
  }
  open(frame).lastChildren = frame.open.children;
  open(frame).children = undefined;
}

/**
 * A Map Run that failed with one of these is not redriven: the redriven state starts another.
 * Source: AWS, "Redriving Map Runs", Redrive eligibility.
 */
const NEW_MAP_RUN: ReadonlySet<string> = new Set(['States.DataLimitExceeded', 'States.Runtime']);

function startMapRun(
  state: WritableState,
  frame: WritableFrame,
  id: number,
  arn: string,
  redrives: number,
): void {
  open(frame).mapRunArn = arn;
  open(frame).lastMapRun = { arn, redrives };
  frame.cursor = id;
  state.calls++;
  state.ready.delete(frame);
}

/** The first event of a frame since a redrive says that its state's work was taken up again. */
function takeUpAgain(state: WritableState, frameId: number): void {
  const frame = state.frames.get(frameId);
  if (frame?.open?.again !== true) return;
  open(frame).again = false;
  state.ready.delete(frame);
}

function startParallel(state: WritableState, event: EventOf<'ParallelStateStarted'>): void {
  const frame = frameOf(state, event.frame);
  const to = open(frame);
  const running = new Set<Frame>();
  to.retryAt = undefined;
  to.lastChildren = undefined;
  to.children = {
    total: event.branches,
    running,
    results: new Array<Payload | undefined>(event.branches),
    finished: 0,
    started: event.branches,
    last: event.id,
    maxConcurrency: 0,
    items: undefined,
  };
  for (let i = 0; i < event.branches; i++) {
    const child = newFrame(event.children + i, frame, i, event.id);
    state.frames.set(child.id, child);
    running.add(child);
    setNext(state, child, undefined, event.input);
  }
  state.nextFrame = event.children + event.branches;
  frame.cursor = event.id;
}

function startMap(state: WritableState, event: EventOf<'MapStateStarted'>): void {
  const frame = frameOf(state, event.frame);
  const to = open(frame);
  to.retryAt = undefined;
  to.lastChildren = undefined;
  to.children = {
    total: event.length,
    running: new Set(),
    results: [],
    finished: 0,
    started: 0,
    last: event.id,
    maxConcurrency: event.maxConcurrency ?? 0,
    items: event.items === undefined ? undefined : (event.items.value as Json[]),
  };
  frame.cursor = event.id;
}

function startIteration(state: WritableState, event: EventOf<'MapIterationStarted'>): void {
  const parent = frameOf(state, event.frame);
  const children = childrenOf(parent);
  const child = newFrame(event.child, parent, event.index, event.id);
  state.frames.set(child.id, child);
  children.running.add(child);
  children.started = event.index + 1;
  state.nextFrame = event.child + 1;
  setNext(state, child, undefined, event.input);
}

function closeFailed(
  state: WritableState,
  status: 'FAILED' | 'ABORTED' | 'TIMED_OUT',
  event: EventOf<'ExecutionFailed' | 'ExecutionAborted' | 'ExecutionTimedOut'>,
): void {
  state.error = event.error;
  state.cause = event.cause;
  close(state, status, event.at);
}

/** Nothing waits any more. Without success the frames stay as they are: a redrive goes on from them. */
function close(state: WritableState, status: ExecutionState['status'], at: number): void {
  state.status = status;
  state.stoppedAt = at;
  if (status === 'SUCCEEDED') state.frames.clear();
  state.tasks.clear();
  state.ready.clear();
  state.timers.length = 0;
  state.calls = 0;
  state.queued = 0;
}
