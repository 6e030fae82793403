// S3 that fails and is slow: what is tried again, how often, and how a body goes on that broke off.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import { createS3 } from '../../src/aws/s3.ts';
import type { ObjectPart, S3 } from '../../src/aws/s3-objects.ts';
import type { Clock } from '../../src/base/clock.ts';
import { collectBytes } from '../../src/net/body-stream.ts';

const signal = AbortSignal.timeout(30_000);
const BODY = Buffer.from('0123456789'.repeat(100_000));
const OBJECT = { Bucket: 'objects', Key: 'k' };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let aws: Aws;
let s3: S3;
let asked: string[];
let answers: Answer[];
/** Pauses between calls; those that only watch over a call are not among them. */
let pauses: number[];
/** Whether the first silence in a body is too long. */
let impatient: boolean;
/** What watches over the time of calls. */
let watchers: Set<() => void>;

/** Pauses are over at once; the time of a call or a silence is over when a test says so. */
const clock: Pick<Clock, 'after'> = {
  after(delayMs, act) {
    if (delayMs >= 30_000 && !(impatient && delayMs === 30_000 && asked.length === 1)) {
      watchers.add(act);
      return () => watchers.delete(act);
    }
    if (delayMs < 30_000) pauses.push(delayMs);
    const timer = setTimeout(act, delayMs < 30_000 ? 0 : 50);
    return () => clearTimeout(timer);
  },
};

beforeEach(async () => {
  [asked, answers, pauses, impatient, watchers] = [[], [], [], false, new Set()];
  server = createServer((request, response) => {
    asked.push(
      `${request.method} ${request.headers['range'] ?? 'all'} ${request.headers['if-match'] ?? 'any'}`,
    );
    request.on('data', () => undefined);
    request.on('end', () => {
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' });
  aws = createAws({ region: 'us-east-1', endpoints: { s3: url }, credentials });
  s3 = createS3({ aws, clock, random: () => 1 });
});

afterEach(async () => {
  await aws.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const refuse =
  (status: number, code: string): Answer =>
  (_, response) => {
    response.writeHead(status, { 'x-amz-request-id': 'r' });
    response.end(`<Error><Code>${code}</Code><Message>No.</Message></Error>`);
  };

/** Gives what is asked for. @param breakAfter bytes after which the connection breaks. */
const give =
  (etag = '"one"', breakAfter = Infinity, versionId?: string): Answer =>
  (request, response) => {
    const [, first, last] = /bytes=(\d+)-(\d*)/.exec(request.headers['range'] ?? '') ?? [];
    const start = Number(first ?? 0);
    const body = BODY.subarray(start, last ? Number(last) + 1 : undefined);
    response.writeHead(first === undefined ? 200 : 206, {
      etag,
      'content-length': body.length,
      ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
      ...(first !== undefined && {
        'content-range': `bytes ${start}-${start + body.length - 1}/${BODY.length}`,
      }),
    });
    if (breakAfter >= body.length) return response.end(body);
    response.write(body.subarray(0, breakAfter), () => response.destroy());
  };

const cut: Answer = (_, response) => response.destroy();

async function get(part: ObjectPart = {}): Promise<Buffer> {
  const { chunks } = await s3.openObject(OBJECT, part, signal);
  return Buffer.from(await collectBytes(chunks, 10_000_000));
}

describe('a call', () => {
  test.each<[string, Answer]>([
    ['SlowDown', refuse(503, 'SlowDown')],
    ['an internal error', refuse(500, 'InternalError')],
    ['a request that came too slowly', refuse(400, 'RequestTimeout')],
    ['a connection that breaks', cut],
  ])('is made again after %s, each time after a longer pause', async (_, answer) => {
    answers = [answer, answer, answer, give()];
    expect((await get()).equals(BODY)).toBe(true);
    expect(asked).toHaveLength(4);
    expect(pauses).toEqual([200, 400, 800]);
  });

  it('is made eight times at most', async () => {
    answers = [refuse(503, 'SlowDown')];
    await expect(get()).rejects.toMatchObject({
      name: 'S3Failure',
      message: 'No. (Service: S3, Status Code: 503, Request ID: r)',
    });
    expect(asked).toHaveLength(8);
    expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800]);
  });

  test.each([
    [403, 'AccessDenied', undefined],
    [404, 'NoSuchKey', 'absent'],
    [412, 'PreconditionFailed', 'changed'],
  ])('is not made again after %i %s', async (status, code, kind) => {
    answers = [refuse(status, code)];
    await expect(get()).rejects.toMatchObject({ name: 'S3Failure', kind });
    expect(asked).toHaveLength(1);
  });

  it('that is not answered in time is made again', async () => {
    answers = [
      () => {
        for (const act of watchers) act();
      },
      give(),
    ];
    expect(await get({ end: 3 })).toHaveLength(3);
    expect(asked).toHaveLength(2);
  });

  it('ends at once when it is aborted, also between two attempts', async () => {
    const controller = new AbortController();
    answers = [refuse(503, 'SlowDown')];
    s3 = createS3({
      aws,
      clock: {
        after(delayMs) {
          if (delayMs < 30_000) queueMicrotask(() => controller.abort(new Error('stopped')));
          return () => undefined;
        },
      },
      random: () => 1,
    });
    await expect(s3.openObject(OBJECT, {}, controller.signal)).rejects.toThrow('stopped');
    expect(asked).toHaveLength(1);
  });
});

describe('a body', () => {
  it('that breaks off goes on at the next byte of the same object', async () => {
    answers = [give('"one"', 300_000), give('"one"', 200_000), cut, give()];
    expect((await get()).equals(BODY)).toBe(true);
    expect(asked[0]).toBe('GET all any');
    expect(asked.slice(1).every((line) => /^GET bytes=\d+- "one"$/.test(line))).toBe(true);
  });

  it('that breaks off at every part goes on as long as it comes forward', async () => {
    answers = [give('"one"', 50_000)];
    expect((await get()).equals(BODY)).toBe(true);
    expect(asked.length).toBeGreaterThan(10);
  });

  it('of a part that breaks off goes on to the end of the part', async () => {
    answers = [give('"one"', 1_000), give()];
    const part = await get({ start: 5_005, end: 205_000 });
    expect(part.equals(BODY.subarray(5_005, 205_000))).toBe(true);
    expect(asked[1]).toMatch(/^GET bytes=\d+-204999 "one"$/);
  });

  it('that falls silent is asked for again', async () => {
    impatient = true;
    const silent: Answer = (_, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': BODY.length });
      response.write(BODY.subarray(0, 100_000));
    };
    answers = [silent, give()];
    expect((await get()).equals(BODY)).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('of an object that was replaced in between is refused', async () => {
    answers = [give('"one"', 300_000), refuse(412, 'PreconditionFailed')];
    await expect(get()).rejects.toMatchObject({ kind: 'changed' });
    // A server that does not know the condition.
    answers = [give('"one"', 300_000), give('"two"')];
    await expect(get()).rejects.toMatchObject({ kind: 'changed' });
  });

  it('of an object that was replaced goes on in its version, where there are versions', async () => {
    answers = [
      give('"one"', 300_000, 'v1'),
      refuse(412, 'PreconditionFailed'),
      give('"one"', Infinity, 'v1'),
    ];
    expect((await get()).equals(BODY)).toBe(true);
    expect(asked).toHaveLength(3);
  });

  it('is the part that was asked for, also of a server that gives all', async () => {
    const all: Answer = (_, response) => {
      response.writeHead(200, { etag: '"one"', 'content-length': BODY.length });
      response.end(BODY);
    };
    answers = [all];
    expect((await get({ start: 123_456, end: 300_000 })).equals(BODY.subarray(123_456, 300_000))).toBe(true);
    expect((await get({ start: 999_995 })).toString()).toBe('56789');
  });

  it('that is not wanted to its end lets its connection go', async () => {
    answers = [give()];
    for (let n = 0; n < 300; n++) {
      const { chunks } = await s3.openObject(OBJECT, {}, signal);
      for await (const chunk of chunks) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
    }
    // More than there are connections.
    expect(asked).toHaveLength(300);
  });

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    answers = [
      (_, response) => {
        response.writeHead(200, { etag: '"one"', 'content-length': BODY.length });
        response.write(BODY.subarray(0, 10));
      },
    ];
    const { chunks } = await s3.openObject(OBJECT, {}, controller.signal);
    const read = (async () => {
      for await (const chunk of chunks) {
        expect(chunk).toHaveLength(10);
        setTimeout(() => controller.abort(new Error('stopped')), 5);
      }
    })();
    await expect(read).rejects.toThrow('stopped');
    expect(asked).toHaveLength(1);
  });
});

describe('an object that is written', () => {
  /** Takes uploads as S3 does. @returns what has been sent: parts by their number, and the end. */
  function take(end: Answer[]): string[] {
    const sent: string[] = [];
    answers = [
      (request, response) => {
        const { searchParams } = new URL(request.url!, 'http://s3');
        const part = searchParams.get('partNumber');
        if (searchParams.has('uploads')) {
          sent.push(`begin ${request.headers['x-amz-checksum-algorithm']}`);
          response.end(
            '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
          );
        } else if (part !== null) {
          const checksum = String(request.headers['x-amz-checksum-crc32']);
          sent.push(`part ${part}`);
          response.writeHead(200, { etag: `"${part}"`, 'x-amz-checksum-crc32': checksum });
          response.end();
        } else {
          sent.push(request.method === 'POST' ? 'end' : request.method!);
          (end.length > 1 ? end.shift()! : end[0]!)(request, response);
        }
      },
    ];
    return sent;
  }

  const done: Answer = (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/xml' })
      .end('<CompleteMultipartUploadResult/>');
  const chunk = new Uint8Array(1024 * 1024);

  async function write(chunks: number): Promise<void> {
    const writer = s3.createObject(OBJECT, signal);
    for (let n = 0; n < chunks; n++) await writer.write(chunk);
    await writer.close();
  }

  it('goes in one request when it is small', async () => {
    const sent = take([(_, response) => void response.end()]);
    await write(4);
    expect(sent).toEqual(['PUT']);
  });

  it('goes in parts of 5 MiB, with checksums', async () => {
    const sent = take([done]);
    await write(12);
    expect(sent).toEqual(['begin CRC32', 'part 1', 'part 2', 'part 3', 'end']);
  });

  it('is tried again when S3 fails after it has answered 200', async () => {
    const late: Answer = (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end('<Error><Code>InternalError</Code><Message>Later.</Message></Error>');
    const sent = take([late, done]);
    await write(6);
    expect(sent.slice(-2)).toEqual(['end', 'end']);
  });

  it('is there when the answer to its end was lost', async () => {
    const head =
      (length: number): Answer =>
      (_, response) =>
        void response.writeHead(200, { 'content-length': length }).end();
    const sent = take([cut, refuse(404, 'NoSuchUpload'), head(6 * 1024 * 1024)]);
    await write(6);
    expect(sent.slice(-3)).toEqual(['end', 'end', 'HEAD']);
    take([cut, refuse(404, 'NoSuchUpload'), head(5)]);
    await expect(write(6)).rejects.toMatchObject({ name: 'S3Failure', kind: 'absent' });
  });

  it('leaves nothing when it is aborted, also after its caller is', async () => {
    const controller = new AbortController();
    const sent = take([(_, response) => void response.writeHead(204).end()]);
    const writer = s3.createObject(OBJECT, controller.signal);
    for (let n = 0; n < 6; n++) await writer.write(chunk);
    controller.abort(new Error('stopped'));
    await expect(writer.close()).rejects.toThrow('stopped');
    await writer.abort();
    expect(sent.at(-1)).toBe('DELETE');
  });
});
