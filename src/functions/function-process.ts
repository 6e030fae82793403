// One process of a local function: started, given one invocation at a time, and ended. The queue is the pool's,
// which listens to its events.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Log } from '../base/log.ts';
import type { Isolation } from '../config/functions.ts';
import { type Launch, RUNTIME_FOLDER } from './environment.ts';
import {
  type Answer,
  failedAnswer,
  type Invocation,
  sandboxError,
  timeoutError,
  tooLargeError,
} from './invocation.ts';
import { setApart } from './isolation.ts';
import { killTree } from './kill-tree.ts';
import { LogTail, lineReader } from './output-log.ts';
import { hasStreams, type Reaper } from './reaper.ts';
import { type Door, RuntimeApi } from './runtime-api.ts';
import type { Owner, SocketFolders } from './socket-folder.ts';

/** What passes: descriptors, processes or memory have run out. Retriers know Lambda's ServiceException. */
const EXHAUSTED: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** AWS's bound on starting the runtime and loading the handler. */
export const INIT_TIMEOUT_MS = 10_000;

export interface Call {
  readonly requestId: string;
  readonly invocation: Invocation;
  readonly finish: (answer: Answer) => void;
}

export interface FunctionSpec {
  readonly name: string;
  readonly launch: Launch;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly initTimeoutMs: number;
  readonly log: Log;
  readonly reaper: Reaper;
  readonly sockets: SocketFolders;
  /** Folder of treadle.yaml. */
  readonly root: string;
  readonly isolation: Isolation;
  /** The user of its process; undefined: Treadle's own. */
  readonly user: Owner | undefined;
}

export interface ProcessListener {
  /** Ready for an invocation; also after each. */
  idle(process: FunctionProcess): void;
  /**
   * It ended before it was ever ready, or could not be started.
   * @param answer for the invocation it was started for.
   */
  initFailed(process: FunctionProcess, answer: (requestId: string) => Answer): void;
  ended(process: FunctionProcess): void;
}

/** `answered`: the answer is out, but the runtime has not asked for the next invocation yet. */
export type ProcessState = 'starting' | 'idle' | 'busy' | 'answered' | 'ended';

interface Running {
  readonly call: Call;
  readonly startedAt: number;
  readonly tail: LogTail | undefined;
}

const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGINT: 'interrupt',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGPIPE: 'broken pipe',
  SIGTRAP: 'trace/breakpoint trap',
};

export class FunctionProcess {
  state: ProcessState = 'starting';
  /** Code has changed: ended after the call it is in. */
  stale = false;
  /** Of `performance.now()`. */
  idleSince = 0;

  readonly #spec: FunctionSpec;
  readonly #listener: ProcessListener;
  readonly #startedAt = performance.now();
  #api: RuntimeApi | undefined;
  #child: ChildProcess | undefined;
  #running: Running | undefined;
  /** Of the newest invocation: lines printed after its answer belong to it. */
  #requestId: string | undefined;
  /** Of its socket. */
  #folder: string | undefined;
  #refusals = 0;
  #timer: NodeJS.Timeout | undefined;
  #initMs: number | undefined;
  /** The runtime has asked for the next invocation while the answer to the last was still being given out. */
  #asked = false;

  constructor(spec: FunctionSpec, listener: ProcessListener) {
    this.#spec = spec;
    this.#listener = listener;
    this.#start().catch((error: NodeJS.ErrnoException) => this.#notStarted(error));
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Hands over an invocation; only in state `idle`. */
  invoke(call: Call): void {
    const { invocation, requestId } = call;
    const { log, timeoutSeconds } = this.#spec;
    this.state = 'busy';
    this.#requestId = requestId;
    this.#running = {
      call,
      startedAt: performance.now(),
      tail: invocation.logTail ? new LogTail() : undefined,
    };
    if (this.#reports(log)) this.#report(`START RequestId: ${requestId} Version: $LATEST`);
    const timeoutMs = timeoutSeconds * 1000;
    this.#timer = setTimeout(() => this.#timeoutError(), timeoutMs);
    this.#api!.deliver({
      requestId,
      deadlineMs: Date.now() + timeoutMs,
      arn: invocation.arn,
      traceId: newTraceId(),
      clientContext: decodeContext(invocation.clientContext),
      payload: invocation.payload,
    });
  }

  /** Ends the process group at once. A call it is in ends as `aborted`, unless it has been answered. */
  kill(): void {
    if (this.state === 'ended') return;
    const call = this.state === 'busy' ? this.#running?.call : undefined;
    this.#end();
    this.#killGroup();
    if (call === undefined) return;
    this.#running = undefined;
    call.finish({ kind: 'aborted' });
  }

  async #start(): Promise<void> {
    const { launch, log, name, initTimeoutMs, reaper, user, isolation, root } = this.#spec;
    const api = await RuntimeApi.open(
      {
        ready: () => this.#ready(),
        responded: (body) => this.#answered(body, false),
        failed: (body) => this.#answered(body, true),
        initFailed: (body) => this.#initFailed(body?.toString('utf8') ?? tooLargeError()),
        refused: (what) => this.#noteRefusal(what),
      },
      this.#door(),
    );
    if (this.state === 'ended') {
      api.close();
      return;
    }
    this.#api = api;
    const places = { code: launch.folder, root, runtime: RUNTIME_FOLDER, socket: this.#folder };
    const line = setApart(launch, isolation, places);
    const child = spawn(line.command, [...line.args], {
      ...user,
      cwd: launch.cwd,
      env: { ...launch.env, AWS_LAMBDA_LOG_STREAM_NAME: newLogStream(), AWS_LAMBDA_RUNTIME_API: api.address },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the function starts is ended with it.
      detached: true,
      windowsHide: true,
    });
    this.#child = child;
    // First of all: an error that nobody hears would end the server.
    child.on('error', (error: NodeJS.ErrnoException) => this.#notStarted(error));
    if (!hasStreams(child)) return;
    if (child.pid !== undefined) reaper.add(child.pid);
    for (const stream of ['stdout', 'stderr'] as const) {
      const reader = lineReader((line) => {
        this.#running?.tail?.add(line);
        log.info({ function: name, requestId: this.#requestId, stream }, line);
      });
      child[stream]!.on('data', (chunk: Buffer) => reader.write(chunk));
      child[stream]!.on('end', () => reader.end());
    }
    this.#timer = setTimeout(() => this.#initTimedOut(), initTimeoutMs);
    child.on('exit', (code, signal) => {
      if (child.pid !== undefined) reaper.remove(child.pid);
      // What it printed last is still in the pipe.
      setImmediate(() => this.#exited(code, signal));
    });
  }

  #door(): Door {
    const { launch, sockets, user, isolation } = this.#spec;
    this.#folder = launch.ours ? sockets.create(user) : undefined;
    if (this.#folder !== undefined) return { kind: 'socket', folder: this.#folder, owner: user };
    // A sandbox may be another user's.
    const known = isolation.command === undefined ? (user?.uid ?? process.getuid?.()) : undefined;
    return { kind: 'port', user: known };
  }

  /** Told at the 1st, 2nd, 4th, 8th … : whoever tries it again and again must not fill the log. */
  #noteRefusal(what: string): void {
    const count = ++this.#refusals;
    if ((count & (count - 1)) !== 0) return;
    const { log, name } = this.#spec;
    log.warn({ function: name, pid: this.pid, count }, `the Runtime API refused ${what}`);
  }

  #ready(): void {
    if (this.state === 'starting') this.#initMs = performance.now() - this.#startedAt;
    else if (this.state !== 'answered') return;
    if (this.#running !== undefined) {
      this.#asked = true;
      return;
    }
    clearTimeout(this.#timer);
    this.state = 'idle';
    this.idleSince = performance.now();
    this.#listener.idle(this);
  }

  #answered(body: Buffer | undefined, failed: boolean): void {
    if (this.state !== 'busy') return;
    this.state = 'answered';
    // One turn later everything it printed before answering has been read, and goes under this request's id.
    setImmediate(() => {
      const payload = body === undefined ? tooLargeError() : body.toString('utf8');
      this.#finish(payload, failed || body === undefined, 'success');
      if (!this.#asked) return;
      this.#asked = false;
      this.#ready();
    });
  }

  #finish(payload: string, failed: boolean, status: string): void {
    const running = this.#running;
    if (running === undefined) return;
    const { call, tail, startedAt } = running;
    if (tail !== undefined || this.#reports(this.#spec.log)) {
      this.#report(`END RequestId: ${call.requestId}`);
      this.#report(this.#reportLine(call.requestId, performance.now() - startedAt, status));
    }
    this.#running = undefined;
    this.#initMs = undefined;
    const answer = failedAnswer(call.requestId, payload);
    call.finish({ ...answer, failed, logResult: tail?.base64() } as Answer);
  }

  #timeoutError(): void {
    const { timeoutSeconds } = this.#spec;
    const id = this.state === 'busy' ? this.#running?.call.requestId : undefined;
    this.#killGroup();
    this.#end();
    if (id !== undefined) this.#finish(timeoutError(id, timeoutSeconds), true, 'timeout');
  }

  #initFailed(payload: string): void {
    // What it printed about it is still in the pipe.
    setImmediate(() => {
      if (this.state !== 'starting') return;
      this.#killGroup();
      this.#failInit(() => payload);
    });
  }

  #initTimedOut(): void {
    const { log, name, initTimeoutMs } = this.#spec;
    log.warn(
      { function: name },
      `INIT_REPORT Init Duration: ${initTimeoutMs.toFixed(2)} ms\tPhase: init\tStatus: timeout`,
    );
    this.#killGroup();
    this.#failInit((id) => timeoutError(id, initTimeoutMs / 1000));
  }

  #notStarted(error: NodeJS.ErrnoException): void {
    if (this.state !== 'starting') return;
    const { launch, log, name } = this.#spec;
    if (error.code !== undefined && EXHAUSTED.has(error.code)) {
      const message = `Expected the system to start a process for function ${name}, but it has no more: ${error.message}`;
      log.error({ function: name, err: error }, message);
      this.#close();
      this.#listener.initFailed(this, (requestId) => ({
        kind: 'refused',
        status: 500,
        code: 'ServiceException',
        message,
        requestId,
      }));
      return;
    }
    const why =
      error.code === 'ENOENT'
        ? `Couldn't find valid bootstrap(s): [${this.#spec.isolation.command?.[0] ?? launch.command}]`
        : `${launch.command}: ${error.message}`;
    this.#failInit((id) => sandboxError('Runtime.InvalidEntrypoint', id, why));
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.state === 'ended') return;
    // Processes that it started and left behind have no one to answer to: they end with it.
    this.#killGroup();
    const { log, name } = this.#spec;
    const [type, reason] = describeExit(code, signal);
    if (this.state === 'starting') {
      this.#failInit((id) => sandboxError(type, id, reason));
      return;
    }
    if (this.state === 'idle')
      log.warn({ function: name, pid: this.pid }, `process ended between calls: ${reason}`);
    const id = this.#running?.call.requestId;
    this.#end();
    if (id !== undefined) this.#finish(sandboxError(type, id, reason), true, 'error');
  }

  #failInit(payload: (requestId: string) => string): void {
    this.#close();
    this.#listener.initFailed(this, (id) => failedAnswer(id, payload(id)));
  }

  #end(): void {
    this.#close();
    this.#listener.ended(this);
  }

  #close(): void {
    this.state = 'ended';
    clearTimeout(this.#timer);
    this.#api?.close();
    if (this.#folder !== undefined) this.#spec.sockets.remove(this.#folder);
  }

  #killGroup(): void {
    const pid = this.pid;
    if (pid === undefined) return;
    killTree(pid);
  }

  #reports(log: Log): boolean {
    return this.#running?.tail !== undefined || log.isLevelEnabled('debug');
  }

  #report(line: string): void {
    this.#running?.tail?.add(line);
    this.#spec.log.debug({ function: this.#spec.name, requestId: this.#requestId }, line);
  }

  #reportLine(requestId: string, durationMs: number, status: string): string {
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs)} ms`,
      `Memory Size: ${this.#spec.memoryMb} MB`,
    ];
    const used = peakMemoryMb(this.pid);
    if (used !== undefined) parts.push(`Max Memory Used: ${used} MB`);
    if (this.#initMs !== undefined) parts.push(`Init Duration: ${this.#initMs.toFixed(2)} ms`);
    if (status !== 'success') parts.push(`Status: ${status}`);
    return `${parts.join('\t')}\t`;
  }
}

/** Error type and text as Lambda words the end of a runtime. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): [type: string, reason: string] {
  if (signal !== null) {
    // Sent by the kernel when memory runs out; after a kill by Treadle itself the state is `ended` already.
    const type = signal === 'SIGKILL' ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
    return [type, `Runtime exited with error: signal: ${SIGNALS[signal] ?? signal}`];
  }
  if (code === 0) return ['Runtime.ExitError', 'Runtime exited without providing a reason'];
  return ['Runtime.ExitError', `Runtime exited with error: exit status ${code}`];
}

/** Linux only. */
function peakMemoryMb(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const kb = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kb === undefined ? undefined : Math.ceil(Number(kb) / 1024);
  } catch {
    // The process has just ended; the report goes without.
    return undefined;
  }
}

/** JSON text fit for a header: everything but visible ASCII escaped. */
function decodeContext(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const asEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return Buffer.from(base64, 'base64')
    .toString('utf8')
    .replace(/[\x00-\x1f]/g, ' ')
    .replace(/[^ -~]/g, asEscape);
}

function newTraceId(): string {
  const hex = randomBytes(20).toString('hex');
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${hex.slice(0, 24)};Parent=${hex.slice(24)};Sampled=0`;
}

function newLogStream(): string {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
}
