// Status events: each start and end of a Standard execution goes to an EventBridge, or what stands in for it, with PutEvents.
// Those of one execution go one after the other.

import type { CallAws } from '../../aws/call.ts';
import type { Clock } from '../../base/clock.ts';
import { isoTime } from '../../base/iso-time.ts';
import { getMember, isJsonArray, isJsonObject, type JsonObject } from '../../base/json.ts';
import type { Log } from '../../base/log.ts';
import { utf8Length } from '../../base/payload.ts';
import { answerToSent } from '../answers.ts';
import { Batches, type Sent } from '../batches.ts';
import type { Bus } from '../bus.ts';
import type { StatusChange } from '../messages.ts';
import { toStatusDetail } from './status-event.ts';

export const DETAIL_TYPE = 'Step Functions Execution Status Change';

/** Of PutEvents. */
const MOST_ITEMS = 10;
const MOST_BYTES = 256 * 1024;
/** An event has a time, a source, a type and the execution's ARN besides its detail. */
const EVENT_BYTES = 256;
const LINGER_MS = 20;
const MOST_CALL_MS = 30_000;
/** Calls at once; executions are spread over them. */
const LANES = 8;

export interface StatusEventsParts {
  readonly bus: Bus;
  readonly call: CallAws;
  /** `aws.states` as on AWS, which does not take that from anybody else. */
  readonly source: string;
  /** Most events of a history. */
  readonly historyEvents: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}

export class StatusEvents {
  readonly #parts: StatusEventsParts;
  readonly #batches: Batches<JsonObject>;
  readonly #unsubscribe: () => void;

  constructor(parts: StatusEventsParts) {
    this.#parts = parts;
    const { bus, clock, random, log } = parts;
    this.#batches = new Batches<JsonObject>({
      name: 'status events',
      mostItems: MOST_ITEMS,
      mostBytes: MOST_BYTES,
      lingerMs: LINGER_MS,
      send: (_lane, entries, signal) => this.#put(entries, signal),
      clock,
      random,
      log,
    });
    this.#unsubscribe = bus.on('statusChanged', (change) => this.#take(change));
  }

  /** To be called when the engine has stopped. */
  async close(deadlineMs: number): Promise<void> {
    this.#unsubscribe();
    await this.#batches.close(deadlineMs);
  }

  #take(change: StatusChange): void {
    const { source, historyEvents } = this.#parts;
    const { executionArn, stoppedAt, redrivenAt, startedAt } = change;
    const detail = toStatusDetail(change, historyEvents);
    // The time of an event has whole seconds.
    const seconds = Math.floor((stoppedAt ?? redrivenAt ?? startedAt) / 1000);
    const entry = {
      Source: source,
      DetailType: DETAIL_TYPE,
      Detail: detail,
      Time: isoTime(seconds * 1000),
      Resources: [executionArn],
    };
    this.#batches.add(laneOf(executionArn), entry, utf8Length(detail) + EVENT_BYTES);
  }

  async #put(entries: readonly JsonObject[], signal: AbortSignal): Promise<Sent> {
    const answer = await this.#parts.call({
      service: 'eventbridge',
      action: 'putEvents',
      input: { Entries: [...entries] },
      signal: AbortSignal.any([signal, AbortSignal.timeout(MOST_CALL_MS)]),
    });
    return (answer.ok ? entryFailure(answer.output) : undefined) ?? answerToSent(answer);
  }
}

/** What PutEvents says of entries that it did not take; when one of them may go later, all are sent again. */
function entryFailure(output: JsonObject): Sent | undefined {
  const entries = getMember(output, 'Entries');
  const failed = (isJsonArray(entries) ? entries : []).filter(
    (entry): entry is JsonObject => isJsonObject(entry) && getMember(entry, 'ErrorCode') !== undefined,
  );
  const [first] = failed;
  if (first === undefined) return undefined;
  const reason = `${String(getMember(first, 'ErrorCode'))}: ${String(getMember(first, 'ErrorMessage'))}`;
  const passes = failed.some((entry) => /Throttl|Internal/.test(String(getMember(entry, 'ErrorCode'))));
  return passes ? { outcome: 'again', reason } : { outcome: 'refused', reason, count: failed.length };
}

function laneOf(executionArn: string): string {
  let sum = 0;
  for (let i = 0; i < executionArn.length; i++) sum = (sum * 31 + executionArn.charCodeAt(i)) % 1_000_003;
  return `${sum % LANES}`;
}
