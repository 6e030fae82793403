// Events → the tree of what an execution did. It follows previousEventId, so the events of a running engine and those that
// any Step Functions endpoint returns give the same tree. A fold over plain data, also for browsers: no clock, no colours.

import { resourceNameOf, resourceTypeOf } from '../base/arn.ts';
import { unreachable } from '../base/assert.ts';
import { ENTERED_STATE, type StateType } from './event.ts';
import {
  type Change,
  type Failure,
  newSequence,
  type Place,
  type RunTree,
  type Sequence,
  type Text,
  type TreeEvent,
  type Visit,
} from './run-tree.ts';

/** Folds one event into the tree, which it changes. @returns undefined for an event that shows nothing. */
export function addEvent(tree: RunTree, event: TreeEvent): Change | undefined {
  if (event.id > 0) tree.events++;
  switch (event.type) {
    case 'ExecutionStarted':
      tree.startedAt = event.at;
      tree.input = event.input;
      return undefined;
    case 'ExecutionSucceeded':
      return close(tree, event, 'SUCCEEDED');
    case 'ExecutionFailed':
      return close(tree, event, 'FAILED');
    case 'ExecutionAborted':
      return close(tree, event, 'ABORTED');
    case 'ExecutionTimedOut':
      return close(tree, event, 'TIMED_OUT');
    case 'ExecutionRedriven':
      reopen(tree, event);
      return undefined;
    case 'PassStateEntered':
    case 'TaskStateEntered':
    case 'ChoiceStateEntered':
    case 'WaitStateEntered':
    case 'SucceedStateEntered':
    case 'FailStateEntered':
    case 'ParallelStateEntered':
    case 'MapStateEntered':
      return enter(tree, event, ENTERED_STATE[event.type]);
    case 'PassStateExited':
    case 'TaskStateExited':
    case 'ChoiceStateExited':
    case 'WaitStateExited':
    case 'SucceedStateExited':
    case 'ParallelStateExited':
    case 'MapStateExited':
      return exit(tree, event);
    case 'TaskScheduled':
    case 'LambdaFunctionScheduled':
    case 'ActivityScheduled':
      return schedule(tree, event);
    case 'TaskStarted':
    case 'LambdaFunctionStarted':
    case 'ActivityStarted':
    case 'MapRunStarted':
      return goOn(tree, event, 'started');
    case 'TaskSubmitted':
      return goOn(tree, event, 'submitted');
    case 'TaskSucceeded':
    case 'LambdaFunctionSucceeded':
    case 'ActivitySucceeded':
    case 'MapRunSucceeded':
    case 'MapRunRedriven':
    case 'MapRunAborted':
      return goOn(tree, event, undefined);
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
    case 'ActivityScheduleFailed':
    case 'MapRunFailed':
      return fail(tree, event, openVisit(tree, event));
    case 'EvaluationFailed':
      return fail(tree, event, evaluatedVisit(tree, event));
    case 'ParallelStateStarted':
      return openChildren(tree, event, 'Parallel');
    case 'MapStateStarted':
      return openChildren(tree, event, 'Map');
    case 'ParallelStateFailed':
      return failComposite(tree, event, 'Parallel');
    case 'MapStateFailed':
      return failComposite(tree, event, 'Map');
    case 'MapIterationStarted':
      startIteration(tree, event);
      return undefined;
    case 'MapIterationSucceeded':
      endIteration(tree, event, 'succeeded');
      return undefined;
    case 'MapIterationFailed':
      tree.failures.set(event.id, { error: event.error, cause: event.cause, at: event.at });
      endIteration(tree, event, 'failed');
      return undefined;
    case 'MapIterationAborted':
      endIteration(tree, event, 'aborted');
      return undefined;
    case 'ParallelStateSucceeded':
    case 'MapStateSucceeded':
    case 'ParallelStateAborted':
    case 'MapStateAborted':
    case 'TaskStateAborted':
    case 'WaitStateAborted':
    case 'Unknown':
      copyPlace(tree, event);
      return undefined;
    case 'RetryScheduled':
      return retry(tree, event);
    case 'WaitScheduled': {
      const visit = placeOf(tree, event).visit;
      if (visit !== undefined) visit.until = event.until;
      return undefined;
    }
    case 'HeartbeatReceived':
    case 'CallbackReceived':
      return undefined;
    default:
      return unreachable(event.type);
  }
}

function placeOf(tree: RunTree, event: TreeEvent): Place {
  if (event.previous === tree.redriven && tree.waiting.length > 0) {
    const visit = tree.waiting.find((waiting) => takesUp(event, waiting));
    if (visit !== undefined) return { sequence: visit.sequence, visit };
  }
  return tree.places.get(event.previous) ?? { sequence: tree.root, visit: undefined };
}

/** Whether the event may be the first of the open state since a redrive: it follows ExecutionRedriven, not the state. */
function takesUp(event: TreeEvent, { type, name, sequence }: Visit): boolean {
  if (event.frame !== undefined && sequence.frame !== undefined && event.frame !== sequence.frame)
    return false;
  if (event.type === 'EvaluationFailed') return event.state === name;
  if (/Scheduled$/.test(event.type)) return type === 'Task';
  if (/^MapRun|^MapStateStarted$/.test(event.type)) return type === 'Map';
  if (event.type === 'ParallelStateStarted') return type === 'Parallel';
  return event.name === name && event.type.startsWith(type);
}

function put(tree: RunTree, event: TreeEvent, visit: Visit): void {
  if (event.id > 0) tree.places.set(event.id, { sequence: visit.sequence, visit });
  if (event.previous === tree.redriven) tree.waiting = tree.waiting.filter((waiting) => waiting !== visit);
}

function copyPlace(tree: RunTree, event: TreeEvent): void {
  tree.places.set(event.id, placeOf(tree, event));
}

/** The state at a place or the nearest around it that passes the test. */
function climb(place: Place, test: (visit: Visit) => boolean): Visit | undefined {
  let visit = place.visit ?? place.sequence.parent;
  while (visit !== undefined && !test(visit)) visit = visit.sequence.parent;
  return visit;
}

const isOpen = (visit: Visit) => visit.exitedAt === undefined;
const isComposite = (visit: Visit) => visit.type === 'Map' || visit.type === 'Parallel';

function enter(tree: RunTree, event: TreeEvent, type: StateType): Change {
  const place = placeOf(tree, event);
  let { sequence } = place;
  if (place.opens === true && place.visit !== undefined) {
    sequence = newSequence(place.visit, undefined);
    place.visit.children.push(sequence);
  }
  sequence.frame ??= event.frame;
  const visit: Visit = {
    name: event.name ?? '',
    type,
    sequence,
    enteredAt: event.at,
    input: event.input,
    exitedAt: undefined,
    output: undefined,
    status: type === 'Fail' ? 'failed' : 'running',
    retried: [],
    failure: undefined,
    until: undefined,
    target: undefined,
    phase: undefined,
    children: [],
    items: undefined,
    mapRunArn: undefined,
  };
  sequence.visits.push(visit);
  put(tree, event, visit);
  return { kind: 'entered', visit };
}

function exit(tree: RunTree, event: TreeEvent): Change | undefined {
  const visit = climb(placeOf(tree, event), (at) => at.name === event.name && isOpen(at));
  if (visit === undefined) return undefined;
  visit.exitedAt = event.at;
  visit.output = event.output;
  visit.until = undefined;
  visit.status = visit.failure === undefined ? 'succeeded' : 'caught';
  // A branch has no event of its own that says it ended; the Parallel's end does.
  for (const child of visit.children) if (child.status === 'running') child.status = 'succeeded';
  put(tree, event, visit);
  return { kind: 'exited', visit };
}

/** The state that an event of a task belongs to. */
function openVisit(tree: RunTree, event: TreeEvent): Visit | undefined {
  return climb(placeOf(tree, event), isOpen) ?? waitingTask(tree.root);
}

function schedule(tree: RunTree, event: TreeEvent): undefined {
  const visit = openVisit(tree, event);
  if (visit === undefined) return;
  put(tree, event, visit);
  if (visit.failure !== undefined) closeRound(visit, event.at);
  visit.target = targetOf(event);
  visit.phase = 'scheduled';
}

/** A task goes on, or a Map Run. @param phase undefined: it stays in its phase. */
function goOn(tree: RunTree, event: TreeEvent, phase: Visit['phase']): undefined {
  const visit = openVisit(tree, event);
  if (visit === undefined) return;
  put(tree, event, visit);
  if (event.mapRunArn !== undefined) visit.mapRunArn = event.mapRunArn;
  if (phase !== undefined) visit.phase = phase;
}

/** After a redrive the first event of a state points at ExecutionRedriven, not at the state. */
function waitingTask(sequence: Sequence): Visit | undefined {
  for (const visit of sequence.visits) {
    if (!isOpen(visit)) continue;
    if (visit.type === 'Task') return visit;
    for (const child of visit.children) {
      const found = waitingTask(child);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function fail(tree: RunTree, event: TreeEvent, visit: Visit | undefined): Change | undefined {
  const failure: Failure = { error: event.error, cause: event.cause, at: event.at };
  tree.failures.set(event.id, failure);
  if (visit === undefined) return undefined;
  put(tree, event, visit);
  visit.failure = failure;
  return { kind: 'failed', visit };
}

/** EvaluationFailed stands beside the state's Entered event, not behind it. */
function evaluatedVisit(tree: RunTree, event: TreeEvent): Visit | undefined {
  const place = placeOf(tree, event);
  const sequences = place.opens === true ? (place.visit?.children ?? []) : [place.sequence];
  for (const sequence of sequences) {
    const visit = sequence.visits.findLast((at) => at.name === event.state && isOpen(at));
    if (visit !== undefined && (event.frame === undefined || sequence.frame === event.frame)) return visit;
  }
  return climb(place, isOpen);
}

function retry(tree: RunTree, event: TreeEvent): Change | undefined {
  const visit = climb(placeOf(tree, event), (at) => isOpen(at) && at.sequence.frame === event.frame);
  if (visit === undefined) return undefined;
  const failure = tree.failures.get(event.previous);
  visit.failure ??= { error: failure?.error, cause: failure?.cause, at: event.at };
  visit.until = event.until;
  return { kind: 'retrying', visit };
}

/** The failed attempt is over, another begins. */
function closeRound(visit: Visit, nextAt: number): void {
  if (visit.failure !== undefined) visit.retried.push({ ...visit.failure, nextAt });
  visit.failure = undefined;
  visit.until = undefined;
}

function openChildren(tree: RunTree, event: TreeEvent, type: 'Map' | 'Parallel'): Change | undefined {
  const visit = climb(
    placeOf(tree, event),
    (at) => at.type === type && isOpen(at) && at.status === 'running',
  );
  if (visit === undefined) return undefined;
  if (visit.children.length > 0) {
    const failure = tree.failures.get(event.previous);
    visit.failure ??= failure ?? { error: undefined, cause: undefined, at: event.at };
    closeRound(visit, event.at);
    visit.children = [];
  }
  visit.items = event.length;
  tree.places.set(event.id, { sequence: visit.sequence, visit, opens: type === 'Parallel' });
  return { kind: 'opened', visit };
}

function mapOf(tree: RunTree, event: TreeEvent): Visit | undefined {
  return climb(placeOf(tree, event), (at) => at.type === 'Map' && at.name === event.name);
}

function startIteration(tree: RunTree, event: TreeEvent): void {
  const map = mapOf(tree, event);
  if (map === undefined) return;
  const sequence = newSequence(map, event.index);
  map.children.push(sequence);
  tree.places.set(event.id, { sequence, visit: undefined });
}

function endIteration(tree: RunTree, event: TreeEvent, status: 'succeeded' | 'failed' | 'aborted'): void {
  copyPlace(tree, event);
  // Iterations mostly end in the order they began, so the search from the front of a long list would be slow.
  const children = mapOf(tree, event)?.children ?? [];
  const index = event.index ?? -1;
  const sequence =
    children[index]?.index === index ? children[index] : children.find((at) => at.index === index);
  if (sequence === undefined) return;
  if (status === 'succeeded') sequence.status = status;
  else settle(sequence, status);
}

function failComposite(tree: RunTree, event: TreeEvent, type: 'Map' | 'Parallel'): Change | undefined {
  const place = placeOf(tree, event);
  const visit = climb(place, (at) => at.type === type && isOpen(at) && at.status === 'running');
  if (visit === undefined) return undefined;
  const failure = tree.failures.get(event.previous);
  visit.failure = { error: failure?.error, cause: failure?.cause, at: event.at };
  tree.failures.set(event.id, visit.failure);
  // It may yet be caught: `status` says failed so that no other failure is taken for its own.
  visit.status = 'failed';
  for (const child of visit.children) {
    if (child.status === 'running') settle(child, hasFailed(child) ? 'failed' : 'aborted');
  }
  put(tree, event, visit);
  return { kind: 'failed', visit };
}

function hasFailed(sequence: Sequence): boolean {
  const last = sequence.visits.at(-1);
  return last !== undefined && (last.status === 'failed' || last.failure !== undefined);
}

/** A sequence that will not go on: its open states take the status that fits them. */
function settle(sequence: Sequence, status: 'failed' | 'aborted'): void {
  sequence.status = status;
  for (const visit of sequence.visits) {
    if (visit.status !== 'running') continue;
    visit.status = visit.failure !== undefined && visit.until === undefined ? 'failed' : 'aborted';
    visit.until = undefined;
    for (const child of visit.children) if (child.status === 'running') settle(child, 'aborted');
  }
}

function close(
  tree: RunTree,
  event: TreeEvent,
  status: Exclude<RunTree['status'], 'RUNNING'>,
): Change | undefined {
  tree.stoppedAt = event.at;
  tree.status = status;
  tree.output = event.output;
  if (status === 'SUCCEEDED') {
    tree.root.status = 'succeeded';
    return undefined;
  }
  tree.failure = { error: event.error, cause: event.cause, at: event.at };
  const last = tree.root.visits.at(-1);
  if (status !== 'FAILED' || last === undefined) {
    settle(tree.root, 'aborted');
    return undefined;
  }
  // A failure without an event of its own (States.Runtime) appears in this one alone.
  const told = last.status === 'failed' || last.failure !== undefined;
  last.failure ??= tree.failure;
  if (last.failure.error === undefined) last.failure = tree.failure;
  last.until = undefined;
  settle(tree.root, 'failed');
  return told && last.type !== 'Fail' ? undefined : { kind: 'failed', visit: last };
}

function reopen(tree: RunTree, event: TreeEvent): void {
  tree.redrives = event.redriveCount ?? tree.redrives + 1;
  tree.status = 'RUNNING';
  tree.stoppedAt = undefined;
  tree.failure = undefined;
  tree.redriven = event.id;
  tree.waiting = [];
  open(tree.root, tree.waiting);
}

/** @param waiting gets the innermost states that are open */
function open(sequence: Sequence, waiting: Visit[]): void {
  if (sequence.status === 'succeeded') return;
  sequence.status = 'running';
  for (const visit of sequence.visits) {
    if (!isOpen(visit) || visit.type === 'Fail') continue;
    visit.status = 'running';
    if (isComposite(visit)) visit.failure = undefined;
    const before = waiting.length;
    for (const child of visit.children) open(child, waiting);
    if (waiting.length === before) waiting.push(visit);
  }
}

/** `lambda charge`, `activity approve`, `sqs sendMessage`. */
function targetOf(event: TreeEvent): string | undefined {
  const { resource = '', resourceType } = event;
  if (resourceType === undefined) {
    const kind = resourceTypeOf(resource) === 'activity' ? 'activity' : 'lambda';
    return `${kind} ${resourceNameOf(resource) ?? resource}`;
  }
  const action = resource.replace(/\..*$/, '');
  if (resourceType === 'lambda' && action === 'invoke') {
    const name = functionName(event.parameters);
    if (name !== undefined) return `lambda ${name}`;
  }
  return `${resourceType} ${action}`;
}

function functionName(parameters: Text | undefined): string | undefined {
  // Large payloads are not parsed for one name.
  const match = /"FunctionName":\s*"([^"\\]+)"/.exec(parameters?.text ?? '');
  return match?.[1]?.replace(/^.*:function:/, '');
}
