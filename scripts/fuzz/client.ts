// One connection that sends bytes as they are and says how each was answered. HTTP clients would refuse to send most of them.

import { connect, type Socket } from 'node:net';

/** A status; `closed`: the connection ended without an answer; `silent`: neither came in time. */
export type Reply = number | 'closed' | 'silent';

export interface RawClient {
  /** @param answered false: what is sent may be no request at all, so that nothing is waited for long */
  exchange(bytes: Buffer, answered: boolean): Promise<Reply>;
  close(): void;
}

const ANSWER_MS = 90_000;
/** For what may have no answer. */
const SHORT_MS = 150;

export function createRawClient(port: number): RawClient {
  let socket: Socket | undefined;

  function open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const opened = connect(port, '127.0.0.1', () => resolve(opened));
      opened.setNoDelay(true);
      opened.once('error', reject);
    });
  }

  function once(on: Socket, bytes: Buffer, answered: boolean): Promise<Reply> {
    return new Promise((resolve) => {
      let text = '';
      const bodiless = bytes.subarray(0, 5).toString('latin1') === 'HEAD ';
      const end = (reply: Reply, keep: boolean): void => {
        clearTimeout(timer);
        on.removeAllListeners();
        on.on('error', () => {});
        if (!keep) {
          on.destroy();
          socket = undefined;
        }
        resolve(reply);
      };
      const timer = setTimeout(() => end('silent', false), answered ? ANSWER_MS : SHORT_MS);
      on.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1');
        const found = parseAnswer(text, bodiless);
        // What may have been more than a request, or less, leaves a connection that nobody knows the state of.
        if (found !== undefined) end(found.status, answered && found.keep);
      });
      on.on('error', () => end('closed', false));
      on.on('close', () => end('closed', false));
      on.write(bytes);
    });
  }

  return {
    async exchange(bytes, answered) {
      const kept = socket !== undefined;
      socket ??= await open();
      const reply = await once(socket, bytes, answered);
      // A kept connection may have been closed at the moment in which it was used.
      if (reply !== 'closed' || !kept) return reply;
      socket = await open();
      return once(socket, bytes, answered);
    },
    close() {
      socket?.destroy();
    },
  };
}

/** @param bodiless the answer has a length and no body: it is to HEAD. @returns undefined while it is not complete. */
function parseAnswer(text: string, bodiless: boolean): { status: number; keep: boolean } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1]);
  if (status === 100) return parseAnswer(text.slice(end + 4), bodiless);
  const length = bodiless ? 0 : Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (text.length - end - 4 < length) return undefined;
  return { status, keep: !/^connection: *close/im.test(head) };
}
