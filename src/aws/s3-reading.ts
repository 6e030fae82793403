// The body of an object as chunks. A connection that breaks or falls silent in the middle is made anew from the next byte,
// if the object is still the same (If-Match).

import type { JsonObject } from '../base/json.ts';
import type { ByteStream } from '../net/body-stream.ts';
import { ATTEMPTS, pause, retryDelay, TimedOut } from './retry.ts';
import type { S3Calls } from './s3-calls.ts';
import { type ObjectPart, type ObjectVersion, type OpenObject, S3Failure } from './s3-objects.ts';

/** Longest silence in the middle of a body. */
const SILENCE_MS = 30_000;

interface Opened extends Omit<OpenObject, 'chunks'> {
  readonly body: ByteStream | undefined;
  /** Bytes of the body that come before the part: from servers that know no Range. */
  readonly surplus: number;
}

export async function openBody(
  calls: S3Calls,
  parameters: JsonObject,
  part: ObjectPart,
  signal: AbortSignal,
): Promise<OpenObject> {
  try {
    const first = await openSame(calls, parameters, part, signal);
    const { version, size } = first;
    return { version, size, chunks: chunksOf(calls, parameters, part, first, signal) };
  } catch (error) {
    // What begins at the end is no mistake: everything before has been read.
    if (!isOf(error, 'beyond the end') || part.same === undefined) throw error;
    return { version: part.same, size: part.start ?? 0, chunks: none() };
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}

/** An object that was replaced can still be read where the bucket keeps versions. */
async function openSame(
  calls: S3Calls,
  parameters: JsonObject,
  part: ObjectPart,
  signal: AbortSignal,
): Promise<Opened> {
  const versionId = part.same?.versionId;
  try {
    return await request(calls, parameters, part, signal);
  } catch (error) {
    if (versionId === undefined || !(isOf(error, 'changed') || isOf(error, 'absent'))) throw error;
    return await request(calls, { ...parameters, VersionId: versionId }, part, signal);
  }
}

function isOf(error: unknown, kind: S3Failure['kind']): boolean {
  return error instanceof S3Failure && error.kind === kind;
}

async function request(
  { call }: S3Calls,
  parameters: JsonObject,
  { start = 0, end, same }: ObjectPart,
  signal: AbortSignal,
): Promise<Opened> {
  const ranged = start > 0 || end !== undefined;
  const input = {
    ...parameters,
    ...(ranged && { Range: `bytes=${start}-${end === undefined ? '' : end - 1}` }),
    ...(same !== undefined && { IfMatch: same.etag }),
  };
  const { headers, httpStatus, stream } = await call('getObject', input, { streamBody: true }, signal);
  const etag = headers['etag'] ?? '';
  if (same !== undefined && etag !== same.etag) {
    stream?.cancel();
    throw new S3Failure(`The object has the ETag ${etag}, not ${same.etag}.`, 'changed');
  }
  const versionId = headers['x-amz-version-id'];
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '');
  const kept = versionId !== undefined && versionId !== 'null';
  return {
    version: kept ? { etag, versionId } : { etag },
    size: Number(range?.[2] ?? headers['content-length'] ?? Infinity),
    body: stream,
    surplus: httpStatus === 206 ? 0 : start,
  };
}

async function* chunksOf(
  calls: S3Calls,
  parameters: JsonObject,
  part: ObjectPart,
  first: Opened,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { version, size } = first;
  const end = Math.min(part.end ?? Infinity, size);
  let at = part.start ?? 0;
  let opened = first;
  let failures = 0;
  for (;;) {
    try {
      let surplus = opened.surplus;
      for await (const chunk of watched(opened.body, calls, signal)) {
        const wanted = chunk.subarray(Math.min(surplus, chunk.length), surplus + end - at);
        surplus -= Math.min(surplus, chunk.length);
        if (wanted.length === 0) continue;
        at += wanted.length;
        failures = 0;
        yield wanted;
        if (at >= end) return;
      }
      if (at >= end || end === Infinity) return;
      throw new S3Failure(`The object ended after ${at} of ${end} bytes.`);
    } catch (error) {
      signal.throwIfAborted();
      failures++;
      if (failures >= ATTEMPTS) throw new S3Failure((error as Error).message);
    }
    await pause(retryDelay(failures, calls.random), calls.clock, signal);
    // Outside of the try: a refusal is no broken body, and `call` has tried it often enough.
    const same: ObjectVersion | undefined = version.etag === '' ? undefined : version;
    opened = await openSame(calls, parameters, { ...part, start: at, ...(same && { same }) }, signal);
  }
}

/** The chunks; a silence that is too long is a failure. Time counts only while a chunk is waited for. */
async function* watched(
  body: ByteStream | undefined,
  { clock }: S3Calls,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const silence = Promise.withResolvers<never>();
      const cancel = clock.after(SILENCE_MS, () => silence.reject(new TimedOut(SILENCE_MS)));
      const next = chunks.next();
      const { done, value } = await Promise.race([next, silence.promise]).finally(cancel);
      signal.throwIfAborted();
      if (done === true) return;
      yield value;
    }
  } finally {
    body.cancel();
  }
}
