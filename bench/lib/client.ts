// A load client for any endpoint that speaks AWS JSON 1.0: raw keep-alive sockets, one request in flight on each, so that
// the client costs little beside the server. Only for benchmarks: it reads what servers under test send, no more.

import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

class Connection {
  readonly #host: string;
  readonly #port: number;
  #socket: net.Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (body: string) => void; reject: (error: Error) => void } | undefined;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  send(head: string, body: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket ??= this.#dial();
      this.#socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #dial(): net.Socket {
    const socket = net.connect({ host: this.#host, port: this.#port, noDelay: true });
    const fail = (error: Error) => {
      this.#socket = undefined;
      this.#received = Buffer.alloc(0);
      const waiting = this.#waiting;
      this.#waiting = undefined;
      waiting?.reject(error);
    };
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error('The server closed the connection')));
    return socket;
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const total = end + HEAD_END.length + Number(length ?? 0);
    if (length === undefined || this.#received.length < total) return;
    const body = this.#received.toString('utf8', end + HEAD_END.length, total);
    const waiting = this.#waiting;
    this.#received = Buffer.alloc(0);
    this.#waiting = undefined;
    if (head.startsWith('HTTP/1.1 200')) waiting?.resolve(body);
    else waiting?.reject(new Error(body));
  }
}

export interface Client {
  /** @throws Error with the body of an error answer. */
  call<T>(operation: string, input: object): Promise<T>;
  close(): void;
}

/** @param connections requests in flight at most; more wait. */
export function createClient(url: string, connections: number): Client {
  const { hostname, port } = new URL(url);
  const all = Array.from({ length: connections }, () => new Connection(hostname, Number(port)));
  const free = [...all];
  const waiting: ((connection: Connection) => void)[] = [];
  const heads = new Map<string, string>();
  const headOf = (operation: string): string => {
    let head = heads.get(operation);
    if (head === undefined) {
      head = `POST / HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/x-amz-json-1.0\r\nx-amz-target: AWSStepFunctions.${operation}\r\n`;
      heads.set(operation, head);
    }
    return head;
  };
  return {
    async call<T>(operation: string, input: object) {
      const connection = free.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
      try {
        return JSON.parse(await connection.send(headOf(operation), JSON.stringify(input))) as T;
      } finally {
        const next = waiting.shift();
        if (next === undefined) free.push(connection);
        else next(connection);
      }
    },
    close() {
      for (const connection of all) connection.close();
    },
  };
}
