// What must hold of every history, however often the process died. One list of complaints; empty is good. The first half
// takes what GetExecutionHistory shows, the second the journal with its private fields and notes.

import type { HistoryEvent } from '../../src/history/event.ts';

/** An event as both the journal and the API's answers give it. */
export interface Shown {
  readonly id: number;
  readonly previous: number;
  readonly type: string;
  /** State of an …Entered or …Exited event. */
  readonly name: string | undefined;
}

const TERMINAL = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);
const STATUS_OF: Readonly<Record<string, string>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionAborted: 'ABORTED',
  ExecutionTimedOut: 'TIMED_OUT',
};

/** Dense ids, a sound chain, one end, balanced states. @param status of the record. */
export function checkShown(events: readonly Shown[], status: string): string[] {
  const complaints: string[] = [];
  const open = new Map<string, number>();
  const ends: Shown[] = [];
  let redrives = 0;
  events.forEach((event, i) => {
    if (event.id !== i + 1) complaints.push(`event ${i + 1} has id ${event.id}`);
    if (event.previous < 0 || event.previous >= event.id)
      complaints.push(`event ${event.id} follows ${event.previous}`);
    if (TERMINAL.has(event.type)) ends.push(event);
    if (event.type === 'ExecutionRedriven') {
      redrives++;
      if (event.previous !== event.id - 1 || ends.at(-1)?.id !== event.previous)
        complaints.push(`redrive ${event.id} follows ${event.previous}, which did not end it`);
    }
    if (event.type.endsWith('StateEntered')) count(open, event.name, 1);
    if (event.type.endsWith('StateExited')) count(open, event.name, -1);
  });
  if (events[0]?.type !== 'ExecutionStarted') complaints.push(`it begins with ${events[0]?.type}`);
  if (events[1]?.type.endsWith('StateEntered') && events[1].previous !== 0)
    complaints.push(`the first state follows event ${events[1].previous}, not 0`);
  if (status === 'RUNNING') {
    if (ends.length > redrives) complaints.push(`it runs, but has ended with ${ends[0]!.type}`);
  } else {
    if (ends.length !== 1 + redrives)
      complaints.push(`it is ${status} with ${ends.length} terminal events and ${redrives} redrives`);
    const last = events.at(-1);
    if (last === undefined || STATUS_OF[last.type] !== status)
      complaints.push(`it is ${status}, but ends with ${last?.type}`);
  }
  for (const [name, balance] of open) {
    if (balance < 0) complaints.push(`state ${name} was exited more often than entered`);
    if (balance > 0 && status === 'SUCCEEDED' && redrives === 0 && !cutOff(events))
      complaints.push(`state ${name} was never left, but the execution succeeded`);
  }
  return complaints;
}

function count(open: Map<string, number>, name: string | undefined, by: number): void {
  open.set(name ?? '', (open.get(name ?? '') ?? 0) + by);
}

/** Branches and iterations that were cut off leave states entered and never exited. */
function cutOff(events: readonly Shown[]): boolean {
  return events.some(({ type }) =>
    /Aborted$|^(Parallel|Map)State(Failed|Aborted)$|IterationFailed$/.test(type),
  );
}

/** What one thread of control is in. */
interface Thread {
  name: string | undefined;
  /** …Scheduled event whose end is still to come. */
  scheduled: number | undefined;
  waitUntil: number | undefined;
  retryUntil: number | undefined;
}

/** Threads of control one by one: one state at a time, one end per attempt, no timer before its time. */
export function checkJournal(events: readonly HistoryEvent[]): string[] {
  const complaints: string[] = [];
  const threads = new Map<number, Thread>();
  const thread = (frame: number): Thread => {
    let found = threads.get(frame);
    if (found === undefined) {
      found = { name: undefined, scheduled: undefined, waitUntil: undefined, retryUntil: undefined };
      threads.set(frame, found);
    }
    return found;
  };
  let closed = false;
  const failing = new Set<number>();
  for (const event of events) {
    const say = (complaint: string): void => {
      complaints.push(`${event.type} ${event.id} of thread ${event.frame}: ${complaint}`);
    };
    if (closed && event.type !== 'ExecutionRedriven') say('it comes after the end');
    const at = thread(event.frame);
    if (event.type === 'ExecutionRedriven') {
      closed = false;
      for (const [frame, { name }] of threads) {
        // A Fail state is entered again.
        const again = failing.has(frame) ? undefined : name;
        threads.set(frame, {
          name: again,
          scheduled: undefined,
          waitUntil: undefined,
          retryUntil: undefined,
        });
      }
    } else if (TERMINAL.has(event.type)) closed = true;
    else if (event.type.endsWith('StateEntered')) {
      if (at.name !== undefined) say(`it is still in ${at.name}`);
      at.name = (event as { name: string }).name;
      if (event.type === 'FailStateEntered') failing.add(event.frame);
    } else if (event.type.endsWith('StateExited')) {
      const { name } = event as { name: string };
      if (at.name !== name) say(`it leaves ${name}, but is in ${at.name}`);
      if (at.waitUntil !== undefined && event.at < at.waitUntil)
        say(`it ended at ${event.at}, ${at.waitUntil - event.at} ms before its time`);
      threads.set(event.frame, { ...at, name: undefined, waitUntil: undefined, retryUntil: undefined });
      if (at.scheduled !== undefined) say(`the task scheduled by event ${at.scheduled} has not ended`);
    } else if (event.type === 'WaitScheduled') at.waitUntil = event.until;
    else if (event.type === 'RetryScheduled') {
      at.retryUntil = event.until;
      at.scheduled = undefined;
    } else if (/^(Task|LambdaFunction|Activity)Scheduled$/.test(event.type)) {
      if (at.scheduled !== undefined) say(`the task scheduled by event ${at.scheduled} has not ended`);
      if (at.retryUntil !== undefined && event.at < at.retryUntil) say('it is tried again before its time');
      at.scheduled = event.id;
      at.retryUntil = undefined;
    } else if (
      /^(Task|LambdaFunction|Activity)(Succeeded|Failed|TimedOut|StartFailed|SubmitFailed)$/.test(event.type)
    ) {
      if (at.scheduled === undefined) say('it ends a task that is not open: a result counted twice');
      at.scheduled = undefined;
    }
  }
  return complaints;
}

export function shownOf(event: HistoryEvent): Shown {
  return {
    id: event.id,
    previous: event.previous,
    type: event.type,
    name: 'name' in event ? event.name : undefined,
  };
}
