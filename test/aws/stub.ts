// An HTTP server that stands in for a service: it answers what the test says and keeps what it was asked.

import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Aws, createAws } from '../../src/aws/aws.ts';
import { type AwsAnswer, type AwsCall, type Caller, createCaller } from '../../src/aws/call.ts';
import { createEndpoints } from '../../src/aws/endpoints.ts';
import type { SignedRequest } from '../../src/aws/send.ts';
import { REGION } from '../integrations/support.ts';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Stub {
  readonly url: string;
  readonly asked: Asked[];
  readonly aws: Aws;
  call(request: Partial<AwsCall> & Pick<AwsCall, 'service' | 'action'>): Promise<AwsAnswer>;
  /** What the next requests are answered; the last reply stays. */
  reply(...replies: Reply[]): void;
  close(): Promise<void>;
}

/** @param services whose endpoint the stub is, by the names a configuration gives them. */
export async function openStub(...services: string[]): Promise<Stub> {
  const asked: Asked[] = [];
  let replies: Reply[] = [{}];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const { status = 200, headers: own = {}, body = '' } = replies[0]!;
      if (replies.length > 1) replies = replies.slice(1);
      response.writeHead(status, { 'x-amzn-requestid': 'request-1', ...own });
      response.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const aws = createAws({
    region: REGION,
    endpoints: Object.fromEntries(services.map((service) => [service, url])),
    credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
  });
  return {
    url,
    asked,
    aws,
    call: (request) => aws.call({ input: {}, signal: AbortSignal.timeout(10_000), ...request }),
    reply(...next) {
      replies = next;
    },
    async close() {
      await aws.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A caller whose requests go nowhere: each is kept, and answered with an empty body. */
export function openRecorder(region: string): { caller: Caller; sent: SignedRequest[] } {
  const sent: SignedRequest[] = [];
  const caller = createCaller({
    endpoints: createEndpoints({}, region, true),
    access: true,
    async send(request) {
      sent.push(request);
      return { status: 200, headers: {}, spelled: {}, body: new Uint8Array() };
    },
    open: () => Promise.reject(new Error('Expected no call that streams')),
  });
  return { caller, sent };
}

/** The output of a call that succeeded. */
export function outputOf(answer: AwsAnswer): unknown {
  if (!answer.ok) throw new Error(`Expected an output, but got ${answer.error}: ${answer.message}`);
  return answer.output;
}
