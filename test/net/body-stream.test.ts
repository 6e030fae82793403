import { expect, it } from 'vitest';
import { BodyStream, collectBytes } from '../../src/net/body-stream.ts';

/** A flow that keeps what is done to it. */
function record(): { done: string[]; stream: BodyStream } {
  const done: string[] = [];
  const stream = new BodyStream({
    pause: () => done.push('pause'),
    resume: () => done.push('resume'),
    abort: () => done.push('abort'),
  });
  return { done, stream };
}

it('gives chunks as they come, and ends', async () => {
  const { stream, done } = record();
  stream.push(Uint8Array.of(1));
  setTimeout(() => {
    stream.push(Uint8Array.of(2, 3));
    setTimeout(() => stream.end(), 1);
  }, 1);
  expect(await Array.fromAsync(stream)).toEqual([Uint8Array.of(1), Uint8Array.of(2, 3)]);
  expect(done).toEqual([]);
});

it('pauses the connection while more waits than is taken, and resumes it at half', async () => {
  const { stream, done } = record();
  const chunk = new Uint8Array(64 * 1024);
  for (let n = 0; n < 3; n++) stream.push(chunk);
  expect(done).toEqual([]);
  stream.push(chunk);
  expect(done).toEqual(['pause']);
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  expect(done).toEqual(['pause']);
  await chunks.next();
  expect(done).toEqual(['pause', 'resume']);
});

it('fails behind what came before', async () => {
  const { stream } = record();
  stream.push(Uint8Array.of(1));
  stream.fail(new Error('broken'));
  const chunks = stream[Symbol.asyncIterator]();
  expect(await chunks.next()).toMatchObject({ value: Uint8Array.of(1) });
  await expect(chunks.next()).rejects.toThrow('broken');
});

it('aborts the connection when the rest is not wanted', async () => {
  const { stream, done } = record();
  stream.push(Uint8Array.of(1));
  for await (const chunk of stream) {
    expect(chunk).toHaveLength(1);
    break;
  }
  expect(done).toEqual(['abort']);
  stream.cancel();
  expect(done).toEqual(['abort']);
});

it('is collected up to a bound', async () => {
  const { stream } = record();
  stream.push(Uint8Array.of(1, 2));
  stream.push(Uint8Array.of(3));
  stream.end();
  expect([...(await collectBytes(stream, 3))]).toEqual([1, 2, 3]);
  const other = record().stream;
  other.push(Uint8Array.of(1, 2));
  await expect(collectBytes(other, 1)).rejects.toThrow('at most 1 bytes');
});
