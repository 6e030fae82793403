// The functions of the configuration: by name, each a pool of processes or a URL. Nothing is started before a first call.

import { randomUUID } from 'node:crypto';
import type { Log } from '../base/log.ts';
import { FUNCTION_LIMITS } from '../base/quotas.ts';
import type { LocalFunction } from '../config/functions.ts';
import type { Guard } from '../net/addresses.ts';
import { launchOf, runtimeOf } from './environment.ts';
import { INIT_TIMEOUT_MS } from './function-process.ts';
import type { Answer, Invocation } from './invocation.ts';
import { userOf } from './isolation.ts';
import { FunctionPool, IDLE_MS, MAX_QUEUED } from './pool.ts';
import { openReaper, type Reaper } from './reaper.ts';
import { openSocketFolders, type SocketFolders } from './socket-folder.ts';
import { createUrlFunction } from './url-function.ts';

export interface LocalFunctionsOptions {
  readonly functions: Readonly<Record<string, LocalFunction>>;
  /** Folder of treadle.yaml: handlers are relative to it. */
  readonly root: string;
  readonly region: string;
  readonly log: Log;
  /** Of the addresses that functions with a `url` may be at. */
  readonly guard: Guard;
  /** Where the few passed variables come from; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly maxQueued?: number;
  readonly idleMs?: number;
  readonly initTimeoutMs?: number;
}

export interface LocalFunctions {
  readonly names: readonly string[];
  has(name: string): boolean;
  /** @param invocation of a function that `has` knows. */
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

interface Callable {
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Answer>;
  close(): void | Promise<void>;
}

export function createLocalFunctions(options: LocalFunctionsOptions): LocalFunctions {
  const { functions, log, guard } = options;
  const opened = new Map<string, Callable>();
  const reaper = openReaper((error) => log.warn({ err: error }, 'no watch over function processes'));
  const sockets = openSocketFolders((folder) => reaper.folder(folder));
  // Told at the start, not at the first call.
  for (const [name, local] of Object.entries(functions)) checkIsolation(name, local, options.root);
  const neverAborted = new AbortController().signal;

  function open(name: string): Callable {
    const known = opened.get(name);
    if (known !== undefined) return known;
    const local = functions[name]!;
    const callable =
      local.url === undefined
        ? openPool(name, local, options, { reaper, sockets })
        : createUrlFunction(local, guard);
    opened.set(name, callable);
    return callable;
  }

  return {
    names: Object.keys(functions),
    has: (name) => Object.hasOwn(functions, name),
    async invoke(invocation, signal) {
      if (invocation.type === 'RequestResponse') return open(invocation.name).invoke(invocation, signal);
      if (invocation.type === 'DryRun') return acceptedAnswer(204);
      open(invocation.name)
        .invoke(invocation, neverAborted)
        .then(
          (answer) => {
            if (answer.kind !== 'answered' || answer.failed) {
              log.warn(
                { function: invocation.name, answer: answer.kind },
                'an invocation of type Event failed',
              );
            }
          },
          (error: unknown) =>
            log.error({ function: invocation.name, err: error }, 'an invocation of type Event failed'),
        );
      return acceptedAnswer(202);
    },
    async close() {
      await Promise.all([...opened.values()].map((callable) => callable.close()));
      sockets.close();
      reaper.close();
    },
  };
}

/** @throws Error for an isolation that cannot be had here. */
function checkIsolation(name: string, local: LocalFunction, root: string): void {
  const { isolation, handler = '', runtime = runtimeOf(handler, root) } = local;
  if (isolation === undefined) return;
  userOf(isolation, `functions.${name}.isolation.user`);
  if (isolation.permissions !== undefined && runtime !== 'nodejs') {
    throw new Error(
      `functions.${name}.isolation.permissions are Node's: expected a function of the runtime nodejs, but it is ${runtime}`,
    );
  }
}

function openPool(
  name: string,
  local: LocalFunction,
  options: LocalFunctionsOptions,
  { reaper, sockets }: { readonly reaper: Reaper; readonly sockets: SocketFolders },
): FunctionPool {
  const { root, region, log } = options;
  const { isolation = {} } = local;
  return new FunctionPool({
    spec: {
      name,
      launch: launchOf(name, local, root, region, options.env ?? process.env),
      timeoutSeconds: local.timeout ?? FUNCTION_LIMITS.timeoutSeconds.usual,
      memoryMb: local.memory ?? FUNCTION_LIMITS.memoryMb.usual,
      initTimeoutMs: options.initTimeoutMs ?? INIT_TIMEOUT_MS,
      log,
      reaper,
      sockets,
      root,
      isolation,
      user: userOf(isolation, `functions.${name}.isolation.user`),
    },
    concurrency: local.concurrency ?? FUNCTION_LIMITS.concurrency.usual,
    maxQueued: options.maxQueued ?? MAX_QUEUED,
    idleMs: options.idleMs ?? IDLE_MS,
  });
}

/** The answer to an invocation without a result (types Event and DryRun). */
function acceptedAnswer(statusCode: number): Answer {
  return {
    kind: 'answered',
    statusCode,
    requestId: randomUUID(),
    executedVersion: statusCode === 204 ? '$LATEST' : undefined,
    failed: false,
    payload: '',
    logResult: undefined,
    headers: undefined,
  };
}
