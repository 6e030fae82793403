// Events → the tree of what an execution did: states in sequence, below them the branches of a Parallel and the iterations
// of a Map. It follows previousEventId, so the events of a running engine and those that any Step Functions endpoint
// returns give the same tree. A fold over plain data: no clock, no output; `lines.ts` and `plain.ts` print it.

import { resourceNameOf, resourceTypeOf } from '../base/arn.ts';

/** What the fold reads of an event; a `HistoryEvent` is one as it is, `fromWire` makes one of an API answer. */
export interface TraceEvent {
  readonly type: string;
  /** 0 for the engine's notes. */
  readonly id: number;
  readonly previous: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Thread of control; the API does not tell it. */
  readonly frame?: number;
  readonly name?: string;
  readonly state?: string;
  readonly index?: number;
  readonly length?: number;
  readonly input?: Text;
  readonly output?: Text;
  readonly parameters?: Text;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly resource?: string;
  readonly resourceType?: string;
  readonly mapRunArn?: string;
  readonly redriveCount?: number;
  readonly until?: number;
}

/** JSON text, perhaps made on demand. */
export interface Text {
  readonly text: string;
}

export type Status = 'running' | 'succeeded' | 'caught' | 'failed' | 'aborted';

export interface Failure {
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly at: number;
}

/** One state, from Entered to Exited. */
export interface Visit {
  readonly name: string;
  /** `Task`, `Map`, … */
  readonly type: string;
  readonly sequence: Sequence;
  readonly enteredAt: number;
  readonly input: Text | undefined;
  exitedAt: number | undefined;
  output: Text | undefined;
  status: Status;
  /** Failed attempts that were retried, with the time of the next attempt once it began. */
  readonly retried: (Failure & { nextAt: number | undefined })[];
  /** The failure that was not retried (yet). */
  failure: Failure | undefined;
  /** When the next attempt or the end of a Wait is due. */
  until: number | undefined;
  /** What a Task calls: `lambda charge`, `sqs sendMessage`. */
  target: string | undefined;
  /** `submitted`: waits for a job or a task token. */
  phase: 'scheduled' | 'started' | 'submitted' | undefined;
  children: Sequence[];
  /** Items of a Map. */
  items: number | undefined;
  mapRunArn: string | undefined;
}

/** States one after another: the execution itself, a branch, an iteration. */
export interface Sequence {
  readonly parent: Visit | undefined;
  /** Of an iteration. */
  readonly index: number | undefined;
  readonly visits: Visit[];
  frame: number | undefined;
  status: Status;
}

export interface Trace {
  readonly root: Sequence;
  /** Public events so far. */
  events: number;
  startedAt: number | undefined;
  stoppedAt: number | undefined;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
  input: Text | undefined;
  output: Text | undefined;
  failure: Failure | undefined;
  redrives: number;
  /** Event id → where it happened. */
  readonly places: Map<number, Place>;
  readonly failures: Map<number, Failure>;
}

interface Place {
  readonly sequence: Sequence;
  readonly visit: Visit | undefined;
  /** ParallelStateStarted: what is entered next opens a branch. */
  readonly opens?: boolean;
}

/** What an event changed, for those who print one line per change. */
export interface Change {
  readonly kind: 'entered' | 'failed' | 'retrying' | 'exited' | 'opened';
  readonly visit: Visit;
}

export function newTrace(): Trace {
  return {
    root: newSequence(undefined, undefined),
    events: 0,
    startedAt: undefined,
    stoppedAt: undefined,
    status: 'RUNNING',
    input: undefined,
    output: undefined,
    failure: undefined,
    redrives: 0,
    places: new Map(),
    failures: new Map(),
  };
}

function newSequence(parent: Visit | undefined, index: number | undefined): Sequence {
  return { parent, index, visits: [], frame: undefined, status: 'running' };
}

/** Folds one event into the trace (which it changes). Events that show nothing return undefined. */
export function addEvent(trace: Trace, event: TraceEvent): Change | undefined {
  if (event.id > 0) trace.events++;
  const state = /^(Pass|Task|Choice|Wait|Succeed|Fail|Parallel|Map)State(Entered|Exited)$/.exec(event.type);
  if (state !== null) return state[2] === 'Entered' ? enter(trace, event, state[1]!) : exit(trace, event);
  if (event.error !== undefined || /(Failed|TimedOut)$/.test(event.type)) {
    trace.failures.set(event.id, { error: event.error, cause: event.cause, at: event.at });
  }
  switch (event.type) {
    case 'ExecutionStarted':
      trace.startedAt = event.at;
      trace.input = event.input;
      return undefined;
    case 'ExecutionSucceeded':
    case 'ExecutionFailed':
    case 'ExecutionAborted':
    case 'ExecutionTimedOut':
      return close(trace, event);
    case 'ExecutionRedriven':
      reopen(trace, event);
      return undefined;
    case 'ParallelStateStarted':
    case 'MapStateStarted':
      return openChildren(trace, event);
    case 'MapIterationStarted':
      startIteration(trace, event);
      return undefined;
    case 'MapIterationSucceeded':
    case 'MapIterationFailed':
    case 'MapIterationAborted':
      endIteration(trace, event);
      return undefined;
    case 'ParallelStateFailed':
    case 'MapStateFailed':
      return failComposite(trace, event);
    case 'ParallelStateSucceeded':
    case 'MapStateSucceeded':
    case 'ParallelStateAborted':
    case 'MapStateAborted':
    case 'TaskStateAborted':
    case 'WaitStateAborted':
      copyPlace(trace, event);
      return undefined;
    case 'EvaluationFailed':
      return fail(trace, event, evaluated(trace, event));
    case 'RetryScheduled':
      return retry(trace, event);
    case 'WaitScheduled': {
      const visit = placeOf(trace, event).visit;
      if (visit !== undefined) visit.until = event.until;
      return undefined;
    }
    case 'HeartbeatReceived':
    case 'CallbackReceived':
      return undefined;
    default:
      return task(trace, event);
  }
}

function placeOf(trace: Trace, event: TraceEvent): Place {
  return trace.places.get(event.previous) ?? { sequence: trace.root, visit: undefined };
}

function put(trace: Trace, event: TraceEvent, visit: Visit): void {
  if (event.id > 0) trace.places.set(event.id, { sequence: visit.sequence, visit });
}

function copyPlace(trace: Trace, event: TraceEvent): void {
  trace.places.set(event.id, placeOf(trace, event));
}

/** The state at a place or the nearest around it that passes the test. */
function climb(place: Place, test: (visit: Visit) => boolean): Visit | undefined {
  let visit = place.visit ?? place.sequence.parent;
  while (visit !== undefined && !test(visit)) visit = visit.sequence.parent;
  return visit;
}

const isOpen = (visit: Visit) => visit.exitedAt === undefined;
const isComposite = (visit: Visit) => visit.type === 'Map' || visit.type === 'Parallel';

function enter(trace: Trace, event: TraceEvent, type: string): Change {
  const place = placeOf(trace, event);
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
  put(trace, event, visit);
  return { kind: 'entered', visit };
}

function exit(trace: Trace, event: TraceEvent): Change | undefined {
  const visit = climb(placeOf(trace, event), (at) => at.name === event.name && isOpen(at));
  if (visit === undefined) return undefined;
  visit.exitedAt = event.at;
  visit.output = event.output;
  visit.until = undefined;
  visit.status = visit.failure === undefined ? 'succeeded' : 'caught';
  // A branch has no event of its own that says it ended; the Parallel's end does.
  for (const child of visit.children) if (child.status === 'running') child.status = 'succeeded';
  put(trace, event, visit);
  return { kind: 'exited', visit };
}

/** Events of a task: scheduled, started, submitted, ended. */
function task(trace: Trace, event: TraceEvent): Change | undefined {
  const visit = climb(placeOf(trace, event), isOpen) ?? waitingTask(trace.root);
  if (visit === undefined) return undefined;
  put(trace, event, visit);
  if (event.mapRunArn !== undefined) visit.mapRunArn = event.mapRunArn;
  if (/Scheduled$/.test(event.type)) {
    const again = visit.failure !== undefined;
    if (again) closeRound(visit, event.at);
    visit.target = targetOf(event);
    visit.phase = 'scheduled';
    return undefined;
  }
  if (/Failed$|TimedOut$/.test(event.type)) return fail(trace, event, visit);
  if (/Submitted$/.test(event.type)) visit.phase = 'submitted';
  else if (/Started$/.test(event.type)) visit.phase = 'started';
  return undefined;
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

function fail(trace: Trace, event: TraceEvent, visit: Visit | undefined): Change | undefined {
  if (visit === undefined) return undefined;
  put(trace, event, visit);
  visit.failure = { error: event.error, cause: event.cause, at: event.at };
  return { kind: 'failed', visit };
}

/** EvaluationFailed stands beside the state's Entered event, not behind it. */
function evaluated(trace: Trace, event: TraceEvent): Visit | undefined {
  const place = placeOf(trace, event);
  const sequences = place.opens === true ? (place.visit?.children ?? []) : [place.sequence];
  for (const sequence of sequences) {
    const visit = sequence.visits.findLast((at) => at.name === event.state && isOpen(at));
    if (visit !== undefined && (event.frame === undefined || sequence.frame === event.frame)) return visit;
  }
  return climb(place, isOpen);
}

function retry(trace: Trace, event: TraceEvent): Change | undefined {
  const visit = climb(placeOf(trace, event), (at) => isOpen(at) && at.sequence.frame === event.frame);
  if (visit === undefined) return undefined;
  const failure = trace.failures.get(event.previous);
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

function openChildren(trace: Trace, event: TraceEvent): Change | undefined {
  const type = event.type === 'MapStateStarted' ? 'Map' : 'Parallel';
  const visit = climb(
    placeOf(trace, event),
    (at) => at.type === type && isOpen(at) && at.status === 'running',
  );
  if (visit === undefined) return undefined;
  if (visit.children.length > 0) {
    const failure = trace.failures.get(event.previous);
    visit.failure ??= failure ?? { error: undefined, cause: undefined, at: event.at };
    closeRound(visit, event.at);
    visit.children = [];
  }
  visit.items = event.length;
  trace.places.set(event.id, { sequence: visit.sequence, visit, opens: type === 'Parallel' });
  return { kind: 'opened', visit };
}

function mapOf(trace: Trace, event: TraceEvent): Visit | undefined {
  return climb(placeOf(trace, event), (at) => at.type === 'Map' && at.name === event.name);
}

function startIteration(trace: Trace, event: TraceEvent): void {
  const map = mapOf(trace, event);
  if (map === undefined) return;
  const sequence = newSequence(map, event.index);
  map.children.push(sequence);
  trace.places.set(event.id, { sequence, visit: undefined });
}

function endIteration(trace: Trace, event: TraceEvent): void {
  copyPlace(trace, event);
  // Iterations mostly end in the order they began, so the search from the front of a long list would be slow.
  const children = mapOf(trace, event)?.children ?? [];
  const index = event.index ?? -1;
  const sequence =
    children[index]?.index === index ? children[index] : children.find((at) => at.index === index);
  if (sequence === undefined) return;
  if (event.type === 'MapIterationSucceeded') sequence.status = 'succeeded';
  else settle(sequence, event.type === 'MapIterationFailed' ? 'failed' : 'aborted');
}

function failComposite(trace: Trace, event: TraceEvent): Change | undefined {
  const place = placeOf(trace, event);
  const type = event.type === 'MapStateFailed' ? 'Map' : 'Parallel';
  const visit = climb(place, (at) => at.type === type && isOpen(at) && at.status === 'running');
  if (visit === undefined) return undefined;
  const failure = trace.failures.get(event.previous);
  visit.failure = { error: failure?.error, cause: failure?.cause, at: event.at };
  trace.failures.set(event.id, visit.failure);
  // It may yet be caught: `status` says failed so that no other failure is taken for its own.
  visit.status = 'failed';
  for (const child of visit.children) {
    if (child.status === 'running') settle(child, hasFailed(child) ? 'failed' : 'aborted');
  }
  put(trace, event, visit);
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

function close(trace: Trace, event: TraceEvent): Change | undefined {
  trace.stoppedAt = event.at;
  trace.status = event.type
    .slice('Execution'.length)
    .replace('TimedOut', 'TIMED_OUT')
    .toUpperCase() as Trace['status'];
  trace.output = event.output;
  if (event.type === 'ExecutionSucceeded') {
    trace.root.status = 'succeeded';
    return undefined;
  }
  trace.failure = { error: event.error, cause: event.cause, at: event.at };
  const last = trace.root.visits.at(-1);
  if (event.type !== 'ExecutionFailed' || last === undefined) {
    settle(trace.root, 'aborted');
    return undefined;
  }
  // A failure without an event of its own (States.Runtime) is told by this one alone.
  const told = last.status === 'failed' || last.failure !== undefined;
  last.failure ??= trace.failure;
  if (last.failure.error === undefined) last.failure = trace.failure;
  last.until = undefined;
  settle(trace.root, 'failed');
  return told && last.type !== 'Fail' ? undefined : { kind: 'failed', visit: last };
}

function reopen(trace: Trace, event: TraceEvent): void {
  trace.redrives = event.redriveCount ?? trace.redrives + 1;
  trace.status = 'RUNNING';
  trace.stoppedAt = undefined;
  trace.failure = undefined;
  open(trace.root);
}

function open(sequence: Sequence): void {
  if (sequence.status === 'succeeded') return;
  sequence.status = 'running';
  for (const visit of sequence.visits) {
    if (!isOpen(visit) || visit.type === 'Fail') continue;
    visit.status = 'running';
    if (isComposite(visit)) visit.failure = undefined;
    visit.children.forEach(open);
  }
}

/** `lambda charge`, `activity approve`, `sqs sendMessage`. */
function targetOf(event: TraceEvent): string | undefined {
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
