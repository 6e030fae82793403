// The outside on its worst day: one loopback server that is Lambda, ECS, SQS, an HTTP API and the workers behind them. Which
// attempt is treated how follows from the seed; it keeps a book of what it was asked and what it answered.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../src/base/clock.ts';
import { hashText } from '../simulation/random.ts';
import { answer, FAULTS, type Fault, type Good } from './faults.ts';
import { whoIn } from './workflows.ts';

const SECOND_MS = 1_000;

export interface WorldOptions {
  readonly seed: number;
  /** Share of requests that are treated badly. */
  readonly badness: number;
  /** The engine's clock. */
  readonly clock: Clock;
  /** A worker tells the outcome of a task; called more than once for some. */
  readonly callBack: (token: string, output: string) => void;
}

export interface Asked {
  readonly operation: string;
  readonly who: string;
  readonly fault: Fault;
  /** ClientToken of RunTask. */
  readonly token: string | undefined;
}

export interface Job {
  readonly who: string;
  readonly doneAt: number;
  looks: number;
  /** A look was answered that it has stopped by itself. */
  ended: boolean;
  stopped: boolean;
}

export interface World {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** By ARN. */
  readonly jobs: ReadonlyMap<string, Job>;
  /** Requests without an answer whose connection is still open. */
  open(): number;
  /** Closes the listener and waits until the other side has closed its connections. */
  close(): Promise<void>;
  /** Cuts what is left. */
  cut(): void;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { seed, badness, clock } = options;
  const asked: Asked[] = [];
  const jobs = new Map<string, Job>();
  const open = new Set<ServerResponse>();
  const sockets = new Set<Socket>();
  const deliveries = new Map<string, number>();

  /** The first and later deliveries of one attempt may fare differently. */
  function faultOf(operation: string, who: string): Fault {
    const key = `${operation} ${who}`;
    const delivery = deliveries.get(key) ?? 0;
    deliveries.set(key, delivery + 1);
    const draw = hashText(`${seed}/${key}/${delivery}`);
    if ((draw % 1000) / 1000 >= badness) return 'good';
    return FAULTS[Math.floor(draw / 1000) % FAULTS.length]!;
  }

  function handle(request: IncomingMessage, body: string, response: ServerResponse): void {
    const operation = operationOf(request);
    const given = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
    const { who, good, token } = serve(operation, given);
    const fault = operation === 'StopTask' ? 'good' : faultOf(operation, who);
    asked.push({ operation, who, fault, token });
    const delayMs = fault === 'delayed' ? SECOND_MS / 2 : fault === 'late' ? SECOND_MS * 7 : 0;
    if (delayMs === 0) answer(response, fault, good);
    else clock.after(delayMs, () => answer(response, fault, good));
  }

  function serve(
    operation: string,
    given: Record<string, unknown>,
  ): { readonly who: string; readonly good: Good; readonly token?: string } {
    const aws = (body: object, code: string): Good => ({
      body: JSON.stringify(body),
      contentType: 'application/x-amz-json-1.1',
      refusal: { code, status: 500 },
    });
    switch (operation) {
      case 'Invoke':
      case 'Http': {
        const who = String(given['who']);
        const refusal = { code: 'ServiceException', status: 500 };
        return { who, good: { body: JSON.stringify({ who }), contentType: 'application/json', refusal } };
      }
      case 'RunTask': {
        const who = String(given['group']);
        const token = String(given['clientToken']);
        const arn = `arn:aws:ecs:us-east-1:123456789012:task/chaos/${hashText(token)}`;
        const doneAt = clock.now() + SECOND_MS * (hashText(who) % 3);
        // The service takes the same token for the same task.
        if (!jobs.has(arn)) jobs.set(arn, { who, doneAt, looks: 0, ended: false, stopped: false });
        return { who, token, good: aws({ tasks: [taskOf(arn)], failures: [] }, 'ServerException') };
      }
      case 'DescribeTasks': {
        const arn = (given['tasks'] as string[])[0]!;
        const job = jobs.get(arn)!;
        job.looks++;
        if (clock.now() >= job.doneAt) job.ended = true;
        return {
          who: `${job.who}#${job.looks}`,
          good: aws({ tasks: [taskOf(arn)], failures: [] }, 'ServerException'),
        };
      }
      case 'StopTask': {
        const arn = String(given['task']);
        const job = jobs.get(arn)!;
        job.stopped = true;
        return { who: job.who, good: aws({ task: taskOf(arn) }, 'ServerException') };
      }
      case 'SendMessage': {
        const message = JSON.parse(String(given['MessageBody'])) as { who: string; token: string };
        work(message);
        return { who: message.who, good: aws({ MessageId: 'm-1' }, 'RequestThrottled') };
      }
      default:
        throw new Error(`Expected an operation of the world, but got ${operation}`);
    }
  }

  function taskOf(taskArn: string): object {
    const { who, doneAt } = jobs.get(taskArn)!;
    const done = clock.now() >= doneAt;
    return {
      taskArn,
      clusterArn: 'arn:aws:ecs:us-east-1:123456789012:cluster/chaos',
      group: who,
      lastStatus: done ? 'STOPPED' : 'RUNNING',
      containers: done ? [{ name: 'one', exitCode: 0 }] : [],
    };
  }

  /** A worker who got the message: it may answer at once, later, twice, too late or never. */
  function work({ who, token }: { who: string; token: string }): void {
    const draw = hashText(`${seed}/worker/${who}`);
    const output = (nth: number): string => JSON.stringify({ who, nth });
    const later = (ms: number, nth: number): void =>
      void clock.after(ms, () => options.callBack(token, output(nth)));
    switch (draw % 6) {
      case 0:
        return;
      case 1:
        return later(0, 1);
      case 2:
        later(SECOND_MS / 2, 1);
        return later(SECOND_MS / 2, 2);
      case 3:
        return later(SECOND_MS * 6, 1);
      default:
        return later(SECOND_MS, 1);
    }
  }

  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handle(request, Buffer.concat(chunks).toString(), response));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    // A client that is killed resets its connections.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    jobs,
    open: () => open.size,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function operationOf(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1)!;
  return request.url!.startsWith('/2015-03-31/functions/') ? 'Invoke' : 'Http';
}

/** The attempt a request belongs to, without the count of looks at a job. */
export function attemptOf(asked: Asked): string {
  return whoIn(asked.who)!;
}
