// The body of an answer as it comes, chunk by chunk. What the reader has not taken is bounded: the connection is paused
// until it has.

/** Must be read to its end, or cancelled: its connection is held until then. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
  cancel(): void;
}

/** The connection that the bytes come from. */
export interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Bytes that wait for the reader before the connection is paused. */
const HIGH_WATER = 256 * 1024;

export class BodyStream implements ByteStream {
  readonly #flow: Flow;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #paused = false;
  #ended = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes >= HIGH_WATER && !this.#paused) {
      this.#paused = true;
      this.#flow.pause();
    }
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** What came before is still given. */
  fail(error: Error): void {
    this.#error ??= error;
    this.end();
  }

  cancel(): void {
    if (this.#ended) return;
    const reason = new Error('The rest of the body is not wanted');
    this.fail(reason);
    this.#flow.abort(reason);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#taken(chunk.length);
          yield chunk;
        } else if (this.#ended) {
          if (this.#error !== undefined) throw this.#error;
          return;
        } else await this.#more();
      }
    } finally {
      this.cancel();
    }
  }

  #taken(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.#paused || this.#bytes > HIGH_WATER / 2) return;
    this.#paused = false;
    this.#flow.resume();
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }
}

/** The whole, which must not be longer. @throws RangeError when it is */
export async function collectBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`Expected at most ${maxBytes} bytes, but there are more.`);
    kept.push(chunk);
  }
  return kept.length === 1 ? kept[0]! : Buffer.concat(kept);
}
