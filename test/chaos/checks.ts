// What must hold of tasks, however the outside behaved: no attempt lost or doubled, no answer counted for another attempt.

import type { HistoryEvent } from '../../src/history/event.ts';
import { whoIn } from './workflows.ts';
import { type Asked, attemptOf, type Job } from './world.ts';

/** An event as both the journal and the API's answers give it, as far as tasks go. */
export interface TaskEvent {
  readonly id: number;
  readonly previous: number;
  readonly type: string;
  /** Parameters or input of a …Scheduled event, output of another. */
  readonly text: string | undefined;
  readonly error: string | undefined;
}

const SCHEDULED = /^(Task|LambdaFunction)Scheduled$/;
const ENDED = /^(Task|LambdaFunction)(Succeeded|Failed|TimedOut|StartFailed|SubmitFailed)$/;

/** Faults after which no attempt may count as good, by the operation that met them. */
const NEVER_GOOD: Readonly<Record<string, readonly string[]>> = {
  Invoke: [
    'hang',
    'half',
    'half-chunked',
    'drop-before',
    'drop-after',
    'reset',
    'error',
    'throttle',
    'proxy-error',
    'huge',
    'enormous',
    'late',
  ],
  Http: [
    'hang',
    'half',
    'half-chunked',
    'drop-before',
    'drop-after',
    'reset',
    'error',
    'throttle',
    'proxy-error',
    'huge',
    'enormous',
    'late',
  ],
  RunTask: [
    'hang',
    'half',
    'half-chunked',
    'drop-before',
    'drop-after',
    'reset',
    'error',
    'throttle',
    'proxy-error',
    'enormous',
    'late',
    'not-json',
  ],
};

/** Errors that an attempt may end with. */
const ERRORS =
  /^(States\.(Timeout|HeartbeatTimeout|DataLimitExceeded|TaskFailed)|States\.Http\.(Socket|StatusCode\.(429|500|503))|(Lambda|ECS|SQS|AmazonECS|AmazonSQS)\.\w+)$/;

/** @param asked what the world was asked for this execution. @param redelivered a process died meanwhile. */
export function checkTasks(
  events: readonly TaskEvent[],
  asked: readonly Asked[],
  redelivered: boolean,
): string[] {
  const complaints: string[] = [];
  const byId = new Map(events.map((event) => [event.id, event]));
  const seen = new Map<number, Set<string>>();
  /** The …Scheduled event that an event of a task follows. */
  const scheduledOf = (event: TaskEvent): TaskEvent | undefined => {
    let at = byId.get(event.previous);
    while (at !== undefined && !SCHEDULED.test(at.type)) at = byId.get(at.previous);
    return at;
  };
  const attempts = new Set<string>();
  for (const event of events) {
    const say = (what: string): void => void complaints.push(`${event.type} ${event.id}: ${what}`);
    if (SCHEDULED.test(event.type)) {
      const who = whoIn(event.text);
      if (who === undefined) say('it names no attempt');
      else if (attempts.has(who)) say(`${who} was scheduled before`);
      else attempts.add(who);
      continue;
    }
    if (!/^(Task|LambdaFunction)(?!State)/.test(event.type)) continue;
    const scheduled = scheduledOf(event);
    if (scheduled === undefined) {
      say('it follows no scheduled task');
      continue;
    }
    const kind = ENDED.test(event.type) ? 'end' : event.type;
    const kinds = seen.get(scheduled.id) ?? new Set();
    seen.set(scheduled.id, kinds);
    if (kinds.has(kind)) say(`a second ${kind} of the task scheduled by ${scheduled.id}`);
    if (kinds.has('end')) say(`it comes after the end of the task scheduled by ${scheduled.id}`);
    kinds.add(kind);
    if (event.error !== undefined && !ERRORS.test(event.error)) say(`it ends with ${event.error}`);
    if (event.type.endsWith('Succeeded')) checkResult(event, whoIn(scheduled.text), asked, redelivered, say);
  }
  checkTokens(asked, redelivered, complaints);
  for (const who of new Set(asked.map(attemptOf)))
    if (!attempts.has(who)) complaints.push(`the world was asked for ${who}, which was never scheduled`);
  return complaints;
}

function checkResult(
  event: TaskEvent,
  who: string | undefined,
  asked: readonly Asked[],
  redelivered: boolean,
  say: (what: string) => void,
): void {
  const answered = whoIn(event.text);
  const faults = asked.filter((request) => attemptOf(request) === who);
  if (answered === undefined) {
    if (!faults.some(({ fault }) => fault === 'not-json'))
      say(`it has a result that nobody gave: ${event.text?.slice(0, 200)}`);
  } else if (answered !== who) say(`it is the attempt ${who}, but has the result of ${answered}`);
  if (redelivered) return;
  for (const { operation, fault } of faults)
    if (NEVER_GOOD[operation]?.includes(fault))
      say(`${operation} of ${who} met '${fault}', but it succeeded`);
}

/** One token for every delivery of an attempt, another for every other attempt. */
function checkTokens(asked: readonly Asked[], redelivered: boolean, complaints: string[]): void {
  const owners = new Map<string, string>();
  const tokens = new Map<string, string>();
  const times = new Map<string, number>();
  for (const request of asked) {
    const who = attemptOf(request);
    if (!['DescribeTasks', 'StopTask'].includes(request.operation)) {
      times.set(who, (times.get(who) ?? 0) + 1);
      if (!redelivered && times.get(who)! > 1) complaints.push(`${who} was called twice by one process`);
    }
    const { token } = request;
    if (token === undefined) continue;
    if (token === 'undefined') complaints.push(`${who} came without a token`);
    if ((owners.get(token) ?? who) !== who) complaints.push(`${who} has the token of ${owners.get(token)}`);
    if ((tokens.get(who) ?? token) !== token) complaints.push(`${who} came with two tokens`);
    owners.set(token, who);
    tokens.set(who, token);
  }
}

/** A job that its service was asked for must be called off when its attempt was left without a result, and only then. */
export function checkJobs(
  events: readonly TaskEvent[],
  jobs: readonly Pick<Job, 'who' | 'looks' | 'ended' | 'stopped'>[],
): string[] {
  const complaints: string[] = [];
  const succeeded = new Set(
    events.filter(({ type }) => type === 'TaskSucceeded').map(({ text }) => whoIn(text)),
  );
  const failed = new Set<string | undefined>();
  for (const event of events) {
    if (event.type !== 'TaskFailed') continue;
    let at: TaskEvent | undefined = event;
    while (at !== undefined && at.type !== 'TaskScheduled') at = events[at.previous - 1];
    failed.add(whoIn(at?.text));
  }
  for (const { who, looks, ended, stopped } of jobs) {
    if (succeeded.has(who) && stopped) complaints.push(`the job of ${who} was called off, but succeeded`);
    const left = looks > 0 && !ended && !succeeded.has(who) && !failed.has(who);
    if (left && !stopped) complaints.push(`the job of ${who} was left and goes on`);
  }
  return complaints;
}

export function taskEventOf(event: HistoryEvent): TaskEvent {
  const text =
    'parameters' in event
      ? event.parameters.text
      : event.type === 'LambdaFunctionScheduled'
        ? event.input.text
        : 'output' in event
          ? event.output?.text
          : undefined;
  const error = 'error' in event ? event.error : undefined;
  return { id: event.id, previous: event.previous, type: event.type, text, error };
}
