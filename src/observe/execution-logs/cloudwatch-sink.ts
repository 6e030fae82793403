// Execution logs to CloudWatch Logs, or what stands in for it: PutLogEvents in batches within its bounds, one call at a time
// for each log stream. A stream that is missing is made; a log group that is missing loses its records, as on AWS.

import type { AwsAnswer, AwsCall, CallAws } from '../../aws/call.ts';
import { parseArn } from '../../base/arn.ts';
import type { Clock } from '../../base/clock.ts';
import { getMember, isJsonObject, type JsonObject, toNumber } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { answerToSent } from '../answers.ts';
import { Batches, type Sent } from '../batches.ts';
import type { LogRecord, LogSink, LogTarget } from './execution-logs.ts';

/** Of PutLogEvents: 10,000 events, 1,048,576 bytes with 26 for each event, within 24 hours. Batches stay well below. */
const MOST_ITEMS = 1_000;
const MOST_BYTES = 512 * 1024;
const EVENT_BYTES = 26;
const DAY_MS = 24 * 60 * 60 * 1000;
const LINGER_MS = 250;
const MOST_CALL_MS = 30_000;

export interface CloudWatchParts {
  readonly call: CallAws;
  /** Ends the names of streams: two processes write to different ones. */
  readonly node: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

interface Stream {
  readonly region: string;
  readonly group: string;
  readonly name: string;
}

export function openCloudWatchSink({ call, node, clock, random, log }: CloudWatchParts): LogSink {
  const request = (stream: Stream, action: string, more: Pick<AwsCall, 'jsonBody'>, signal: AbortSignal) =>
    call({
      service: 'cloudwatchlogs',
      action,
      input: { LogGroupName: stream.group, LogStreamName: stream.name },
      ...more,
      region: stream.region,
      signal: AbortSignal.any([signal, AbortSignal.timeout(MOST_CALL_MS)]),
    });

  async function put(stream: Stream, records: readonly LogRecord[], signal: AbortSignal): Promise<Sent> {
    // Written here: through the model a record costs 15 µs, ten times as much.
    const logEvents = records.map(({ at, text }) => ({ timestamp: at, message: text }));
    const jsonBody = JSON.stringify({ logGroupName: stream.group, logStreamName: stream.name, logEvents });
    const attempt = () => request(stream, 'putLogEvents', { jsonBody }, signal);
    let answer = await attempt();
    if (isMissing(answer)) {
      const made = await request(stream, 'createLogStream', {}, signal);
      if (!made.ok && made.error !== 'ResourceAlreadyExistsException') return answerToSent(made);
      answer = await attempt();
    }
    const rejected = answer.ok ? countRejected(answer.output, records.length) : 0;
    return rejected === 0
      ? answerToSent(answer)
      : { outcome: 'refused', reason: 'too old or too new for the log group', count: rejected };
  }

  const batches = new Batches<LogRecord>({
    name: 'execution logs',
    mostItems: MOST_ITEMS,
    mostBytes: MOST_BYTES,
    lingerMs: LINGER_MS,
    async send(lane, records, signal) {
      const stream = toStream(lane);
      let refused: Sent = { outcome: 'sent' };
      for (const part of inSpans(records)) {
        const sent = await put(stream, part, signal);
        if (sent.outcome === 'again') return sent;
        if (sent.outcome === 'refused') refused = sent;
      }
      return refused;
    },
    clock,
    random,
    log,
  });
  /** The lane of each target's last record: they come in runs. */
  const lanes = new WeakMap<LogTarget, { readonly day: number; readonly lane: string }>();

  function laneOf(target: LogTarget, at: number): string {
    const day = Math.floor(at / DAY_MS);
    const last = lanes.get(target);
    if (last?.day === day) return last.lane;
    const { region, resource } = parseArn(target.logGroupArn)!;
    const date = new Date(at).toISOString().slice(0, 10);
    const lane = `${region} ${resource.split(':')[1]} states/${target.machine}/${date}/${node}`;
    lanes.set(target, { day, lane });
    return lane;
  }

  return {
    add(target, record) {
      batches.add(laneOf(target, record.at), record, Buffer.byteLength(record.text) + EVENT_BYTES);
    },
    close: (deadlineMs) => batches.close(deadlineMs),
  };
}

/** @param lane `us-east-1 /aws/states/x states/machine/2026-11-28/node`; only the group may have blanks in it. */
function toStream(lane: string): Stream {
  const [first, last] = [lane.indexOf(' '), lane.lastIndexOf(' ')];
  return { region: lane.slice(0, first), group: lane.slice(first + 1, last), name: lane.slice(last + 1) };
}

/** In the order of their times, as CloudWatch Logs wants them, parted where they are more than a day apart. */
function inSpans(records: readonly LogRecord[]): LogRecord[][] {
  const spans: LogRecord[][] = [];
  for (const record of records.toSorted((a, b) => a.at - b.at)) {
    const span = spans.at(-1);
    if (span === undefined || record.at - span[0]!.at >= DAY_MS) spans.push([record]);
    else span.push(record);
  }
  return spans;
}

function isMissing(answer: AwsAnswer): boolean {
  return !answer.ok && answer.error === 'ResourceNotFoundException';
}

/** Events that were too old, too new or expired: the others are kept. */
function countRejected(output: JsonObject, of: number): number {
  const info = getMember(output, 'RejectedLogEventsInfo');
  if (!isJsonObject(info)) return 0;
  const at = (name: string) => toNumber(getMember(info, name));
  const tooOld = Math.max(at('TooOldLogEventEndIndex') ?? 0, at('ExpiredLogEventEndIndex') ?? 0);
  return tooOld + of - (at('TooNewLogEventStartIndex') ?? of);
}
