// A CloudWatch Logs that keeps what it is sent and refuses what AWS refuses. Source of the bounds: AWS's API reference of
// PutLogEvents (10,000 events, 1,048,576 bytes with 26 for each, in order of time, within 24 hours).

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

interface Fault {
  readonly status: number;
  readonly type: string;
}

export interface CloudWatchLogs {
  readonly url: string;
  /** Names of the operations that were called. */
  readonly called: string[];
  /** Events of each PutLogEvents that was taken. */
  readonly puts: (readonly LogEvent[])[];
  /** Answers of the next calls of PutLogEvents in place of its own. */
  readonly faults: Fault[];
  createGroup(name: string): void;
  deleteGroup(name: string): void;
  streams(group: string): string[];
  /** Of all streams of the group. */
  events(group: string): LogEvent[];
  /** The records of an execution as they came, each parsed. */
  records(group: string, executionArn?: string): Record<string, unknown>[];
  close(): Promise<void>;
}

interface Input {
  readonly logGroupName?: string;
  readonly logGroupNamePrefix?: string;
  readonly logStreamName?: string;
  readonly logEvents?: readonly LogEvent[];
}

class Refusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export async function openCloudWatchLogs(): Promise<CloudWatchLogs> {
  const groups = new Map<string, Map<string, LogEvent[]>>();
  const called: string[] = [];
  const puts: (readonly LogEvent[])[] = [];
  const faults: Fault[] = [];

  function groupOf({ logGroupName = '' }: Input): Map<string, LogEvent[]> {
    const group = groups.get(logGroupName);
    if (group === undefined)
      throw new Refusal('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  function put(input: Input): object {
    const { logStreamName = '', logEvents = [] } = input;
    const stream = groupOf(input).get(logStreamName);
    if (stream === undefined)
      throw new Refusal('ResourceNotFoundException', 'The specified log stream does not exist.');
    const bytes = logEvents.reduce((sum, { message }) => sum + Buffer.byteLength(message) + 26, 0);
    const [first, last] = [logEvents[0]?.timestamp ?? 0, logEvents.at(-1)?.timestamp ?? 0];
    const ordered = logEvents.every(
      ({ timestamp }, i) => i === 0 || logEvents[i - 1]!.timestamp <= timestamp,
    );
    if (logEvents.length === 0 || logEvents.length > 10_000 || bytes > 1_048_576 || !ordered)
      throw new Refusal(
        'InvalidParameterException',
        `${logEvents.length} events, ${bytes} bytes, in order: ${ordered}`,
      );
    if (last - first > 24 * 3_600_000)
      throw new Refusal(
        'InvalidParameterException',
        'The batch of log events cannot span more than 24 hours',
      );
    puts.push(logEvents);
    stream.push(...logEvents);
    return { nextSequenceToken: '1' };
  }

  const operations: Readonly<Record<string, (input: Input) => object>> = {
    DescribeLogGroups: ({ logGroupNamePrefix = '' }) => ({
      logGroups: [...groups.keys()]
        .filter((name) => name.startsWith(logGroupNamePrefix))
        .map((logGroupName) => ({ logGroupName })),
    }),
    CreateLogStream(input) {
      const { logStreamName = '' } = input;
      const group = groupOf(input);
      if (group.has(logStreamName))
        throw new Refusal('ResourceAlreadyExistsException', 'The specified log stream already exists');
      if (!/^[^:*]{1,512}$/.test(logStreamName))
        throw new Refusal('InvalidParameterException', logStreamName);
      group.set(logStreamName, []);
      return {};
    },
    PutLogEvents: put,
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const name = String(request.headers['x-amz-target']).split('.').at(-1)!;
    called.push(name);
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    const fault = name === 'PutLogEvents' ? faults.shift() : undefined;
    if (fault !== undefined)
      return answer(fault.status, { __type: fault.type, message: 'as the test wants it' });
    try {
      const input = JSON.parse(Buffer.concat(chunks).toString()) as Input;
      answer(200, operations[name]?.(input) ?? { __type: 'UnknownOperationException' });
    } catch (error) {
      answer(400, { __type: (error as Refusal).type, message: (error as Error).message });
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  const logs: CloudWatchLogs = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    called,
    puts,
    faults,
    createGroup: (name) => void groups.set(name, new Map()),
    deleteGroup: (name) => void groups.delete(name),
    streams: (group) => [...(groups.get(group)?.keys() ?? [])],
    events: (group) => [...(groups.get(group)?.values() ?? [])].flat(),
    records(group, executionArn) {
      const all = logs.events(group).map(({ message }) => JSON.parse(message) as Record<string, unknown>);
      return executionArn === undefined
        ? all
        : all.filter((record) => record['execution_arn'] === executionArn);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return logs;
}
