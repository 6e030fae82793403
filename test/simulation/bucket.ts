// S3 as a service that is slow, fails for a while and breaks off in the middle of a body, below the client that makes up for it.
// It lives on when the process dies, and others change its objects at any time.

import { createHash } from 'node:crypto';
import type { AwsAnswer, AwsCall, Caller } from '../../src/aws/call.ts';
import { createS3 } from '../../src/aws/s3.ts';
import type { S3 } from '../../src/aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../src/base/json.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What may be read and written, and what may not be written. */
export const OPEN = 'simulated';
export const DENIED = 'denied';

/** Failures of one request in a row: the client tries eight times. */
const MOST_FAILURES = 4;
const OBJECTS_OF_A_PAGE = 3;

export interface BucketHost {
  readonly time: VirtualTime;
  readonly random: Random;
  /** False: every call succeeds at once. */
  readonly faults: boolean;
  /** A process asks for objects or their names. */
  asked(name: string): void;
}

export class Bucket {
  readonly #host: BucketHost;
  readonly #objects = new Map<string, Uint8Array>();
  readonly #failures = new Map<string, number>();
  /** Bodies that are being read, by process. */
  readonly #bodies = new WeakMap<object, number>();

  constructor(host: BucketHost) {
    this.#host = host;
  }

  /** What a process sees of it. */
  s3Of(owner: object, random: Random): S3 {
    const call = (request: AwsCall): Promise<AwsAnswer> => this.#call(request, owner);
    const aws: Caller = { call, checkInput: () => [], knows: () => true };
    return createS3({ aws, clock: this.#host.time.clockOf(owner), random: () => random.next() });
  }

  isReadBy(owner: object): boolean {
    return (this.#bodies.get(owner) ?? 0) > 0;
  }

  put(key: string, body: string): void {
    this.#objects.set(key, new TextEncoder().encode(body));
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }

  text(key: string): string | undefined {
    const body = this.#objects.get(key);
    return body === undefined ? undefined : new TextDecoder().decode(body);
  }

  keys(prefix: string): string[] {
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async #call({ action, input, payload, signal }: AwsCall, owner: object): Promise<AwsAnswer> {
    const { random, faults, time } = this.#host;
    const key = String(getMember(input, 'Key') ?? getMember(input, 'Prefix') ?? '');
    if (action !== 'putObject') this.#host.asked(key);
    await this.#pause(faults ? random.pick([0, 1, 20, 500, 3_000]) : 1, owner, signal);
    if (time.isDead(owner)) return new Promise(() => {});
    if (signal.aborted) return noAnswer('aborted');
    const fault = this.#fault(`${action} ${key}`);
    if (fault === 'silent') {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      return noAnswer('aborted');
    }
    if (fault === 'unreachable') return noAnswer('unreachable');
    if (fault === 'lost') {
      this.#do(action, input, payload, owner);
      return noAnswer('unreachable');
    }
    if (fault !== undefined)
      return refusal(fault, fault === 'SlowDown' || fault === 'Unavailable' ? 503 : 500);
    return this.#do(action, input, payload, owner);
  }

  #fault(request: string): string | undefined {
    const { random, faults } = this.#host;
    const failures = this.#failures.get(request) ?? 0;
    if (!faults || failures >= MOST_FAILURES || !random.chance(0.15)) {
      this.#failures.delete(request);
      return undefined;
    }
    this.#failures.set(request, failures + 1);
    return random.pick(['SlowDown', 'Unavailable', 'InternalError', 'unreachable', 'lost', 'silent']);
  }

  #do(action: string, input: JsonObject, payload: AwsCall['payload'], owner: object): AwsAnswer {
    switch (action) {
      case 'listObjectsV2':
        return this.#list(input);
      case 'getObject':
        return this.#get(input, owner);
      case 'putObject': {
        if (getMember(input, 'Bucket') === DENIED) return refusal('AccessDenied', 403);
        const body = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
        this.put(String(getMember(input, 'Key')), body);
        return answer({}, 200, {});
      }
      default:
        throw new Error(`Expected a call of S3 that the simulation knows, but got ${action}`);
    }
  }

  #list(input: JsonObject): AwsAnswer {
    const after = String(getMember(input, 'ContinuationToken') ?? getMember(input, 'StartAfter') ?? '');
    const keys = this.keys(String(getMember(input, 'Prefix') ?? '')).filter((key) => key > after);
    const page = keys.slice(0, OBJECTS_OF_A_PAGE);
    const Contents = page.map((Key) => ({
      Key,
      Size: this.#objects.get(Key)!.length,
      ETag: etagOf(this.#objects.get(Key)!),
      LastModified: 1_700_000_000_000,
    }));
    const more = page.length < keys.length;
    return answer({ Contents, ...(more && { NextContinuationToken: page.at(-1)! }) }, 200, {});
  }

  #get(input: JsonObject, owner: object): AwsAnswer {
    const body = this.#objects.get(String(getMember(input, 'Key')));
    if (body === undefined) return refusal('NoSuchKey', 404);
    const etag = etagOf(body);
    const expected = getMember(input, 'IfMatch');
    if (expected !== undefined && expected !== etag) return refusal('PreconditionFailed', 412);
    const range = /^bytes=(\d+)-(\d*)$/.exec(String(getMember(input, 'Range') ?? ''));
    const start = Number(range?.[1] ?? 0);
    if (range !== null && start >= body.length) return refusal('InvalidRange', 416);
    const end = range?.[2] ? Math.min(Number(range[2]) + 1, body.length) : body.length;
    const headers = {
      etag,
      'content-length': String(end - start),
      ...(range !== null && { 'content-range': `bytes ${start}-${end - 1}/${body.length}` }),
    };
    return {
      ...answer({}, range === null ? 200 : 206, headers),
      stream: this.#body(body.subarray(start, end), owner),
    };
  }

  /** What was there when it was asked for, in pieces; the connection may break. */
  #body(bytes: Uint8Array, owner: object): NonNullable<Extract<AwsAnswer, { ok: true }>['stream']> {
    const { random, faults } = this.#host;
    const pieces = this.#pieces(
      bytes,
      owner,
      faults && random.chance(0.2) ? random.int(0, bytes.length) : undefined,
    );
    return { [Symbol.asyncIterator]: () => pieces, cancel: () => void pieces.return(undefined) };
  }

  async *#pieces(bytes: Uint8Array, owner: object, cutAt: number | undefined): AsyncGenerator<Uint8Array> {
    const { random, faults } = this.#host;
    this.#bodies.set(owner, (this.#bodies.get(owner) ?? 0) + 1);
    try {
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(at + random.pick([100, 20_000, 70_000]), cutAt ?? bytes.length, bytes.length);
        await this.#pause(faults ? random.pick([0, 0, 5, 900]) : 0, owner);
        if (end > at) yield bytes.subarray(at, end);
        at = end;
        if (at === cutAt) throw new Error('socket hang up');
      }
    } finally {
      this.#bodies.set(owner, this.#bodies.get(owner)! - 1);
    }
  }

  #pause(ms: number, owner: object, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#host.time.after(owner, ms, resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}

function answer(
  output: JsonObject,
  httpStatus: number,
  headers: Record<string, string>,
): Extract<AwsAnswer, { ok: true }> {
  return { ok: true, output, httpStatus, headers, requestId: 'r' };
}

function refusal(error: string, httpStatus: number): AwsAnswer {
  const facts = { requestId: 'r', extendedRequestId: undefined, serviceName: 'S3', exception: undefined };
  return { ok: false, error, message: `${error}, says the simulation`, httpStatus, ...facts };
}

function noAnswer(reason: 'unreachable' | 'aborted'): AwsAnswer {
  const facts = {
    requestId: undefined,
    extendedRequestId: undefined,
    serviceName: 'S3',
    exception: undefined,
  };
  return {
    ok: false,
    error: 'SdkClientException',
    message: reason,
    noAnswer: reason,
    httpStatus: undefined,
    ...facts,
  };
}
