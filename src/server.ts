// The composition root: the one place that names concrete classes and puts them together.

import { randomBytes, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { getHeapStatistics } from 'node:v8';
import { type Api, createApi } from './api/api.ts';
import { DefinitionCache } from './asl/analysis.ts';
import type { Account } from './base/arn.ts';
import { systemClock } from './base/clock.ts';
import { type Log, openLog } from './base/log.ts';
import type { Config } from './config/load.ts';
import { ConfigError } from './config/problem.ts';
import { type Deployed, deploy, watchDefinitions } from './deploy.ts';
import { createEngine, type RunningEngine } from './engine/create.ts';
import { withLocalFiles } from './engine/map-runs/local-files.ts';
import { limitsFor } from './engine/memory.ts';
import { ThreadPool } from './engine/thread-pool.ts';
import { Analyses } from './engine/threads/analyses.ts';
import type { Health } from './http/health.ts';
import { createApiServer, requestBytes } from './http/listener.ts';
import { checkTemplate } from './integrations/checks.ts';
import { mockFault } from './integrations/mock-results.ts';
import { createRegistry } from './integrations/registry.ts';
import { type OpenMocks, openMocks } from './mocks/open.ts';
import { Bus } from './observe/bus.ts';
import { openObservers } from './observers.ts';
import { Readiness } from './readiness.ts';
import { openSqliteStore, type SqliteStore } from './store/sqlite/open.ts';
import type { Store } from './store/store.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
  readonly url: string;
  readonly dataFolder: string;
  readonly deployed: readonly Deployed[];
  readonly warnings: readonly string[];
  /** Executions that an earlier process left unfinished and this one took up. */
  readonly recovered: number;
  /** Stops within ten seconds; what is under way goes on at the next start. */
  close(): Promise<void>;
}

export interface LocalEngine {
  readonly engine: RunningEngine;
  readonly bus: Bus;
  readonly api: Api;
  readonly store: Store;
  readonly account: Account;
  readonly definitions: DefinitionCache;
  close(): Promise<void>;
}

interface LocalOptions {
  /** A folder; default: memory. */
  readonly data?: string;
  /** In place of those of the configuration. */
  readonly mocks?: OpenMocks | undefined;
}

/** Time for requests and Express executions to end on their own; what is left of the ten seconds is for a busy machine. */
const CLOSE_DEADLINE_MS = 6_000;
/** Time for what listeners have not delivered yet. */
const OBSERVERS_MS = 2_000;

/**
 * @param onReady is called when the first request can be answered; what an earlier process left is still being taken up then
 * @throws StoreUnavailable, DefinitionRefused, or the listener's error (EADDRINUSE, EACCES). Nothing is left open then.
 */
export async function startServer(given: Config, onReady: () => void = () => {}): Promise<RunningServer> {
  const { config, activities } = await withTemplates(given);
  const log = openLog(config.logs.level);
  let health: Health = { status: 'starting', version: VERSION };
  const parts = await openParts(config, config.data, log);
  const { api, store, engine } = parts;
  // Requests wait until the engine can tell the work of an earlier process from new work.
  const ready = Promise.withResolvers<void>();
  const readiness = new Readiness(() => store.check(), log);
  const http = createApiServer({
    handle: async (...request) => {
      if (health.status === 'starting') await ready.promise;
      return api.handle(...request);
    },
    health: () => health,
    faults: () => readiness.faults(),
    log,
    maxBodyBytes: requestBytes(config.limits),
    browser: { allowedHosts: config.hosts },
  });
  try {
    await new Promise<void>((resolve, reject) => {
      http.server.once('error', reject);
      http.server.listen(config.listen.port, config.listen.host, resolve);
    });
    const target = { api, store, account: config, definitions: parts.definitions };
    for (const name of activities) await api.handle('CreateActivity', { name });
    const deployed: Deployed[] = [];
    for (const source of config.stateMachines) deployed.push(await deploy(target, source));
    const unmocked = await checkMocks(parts, deployed);
    const recovered = await engine.recover(() => {
      health = { status: 'ok', version: VERSION };
      ready.resolve();
      onReady();
    });
    const unwatch = watchDefinitions(target, deployed, log);
    return {
      url: urlOf(http.server.address() as AddressInfo),
      dataFolder: config.data,
      deployed,
      warnings: [
        ...config.warnings,
        ...deployed.flatMap(({ warnings }) => warnings),
        ...store.warnings,
        ...unmocked,
      ],
      recovered,
      async close() {
        health = { status: 'stopping', version: VERSION };
        unwatch();
        readiness.close();
        const begun = performance.now();
        const closed = http.close(CLOSE_DEADLINE_MS / 2);
        parts.engine.endPolls();
        await closed;
        await parts.close(CLOSE_DEADLINE_MS - (performance.now() - begun));
      },
    };
  } catch (error) {
    readiness.close();
    await http.close(0);
    await parts.close(0);
    throw error;
  }
}

/**
 * Machines that the mock file names may come later, through the API; those that were just deployed must fit.
 * @returns warnings. @throws ConfigError
 */
async function checkMocks({ mocks, store }: Parts, deployed: readonly Deployed[]): Promise<string[]> {
  if (mocks === undefined) return [];
  const problems = [];
  for (const { name, arn } of deployed) {
    const machine = await store.catalog.get(arn);
    if (machine !== undefined) problems.push(...mocks.misfits(name, machine.revision.definition));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const absent = mocks.machines().filter((name) => deployed.every((machine) => machine.name !== name));
  if (deployed.length === 0 || absent.length === 0) return [];
  const names = absent.slice(0, 5).join(', ');
  const more = absent.length > 5 ? ` and ${absent.length - 5} more` : '';
  return [`${mocks.name} has test cases of state machines that are not in stateMachines: ${names}${more}`];
}

/** The engine without its port: `treadle run`, `import 'treadle'` and tests. */
export async function startLocalEngine(
  given: Config,
  { data = ':memory:', mocks }: LocalOptions = {},
): Promise<LocalEngine> {
  const { config } = await withTemplates(given);
  const parts = await openParts(config, data, openLog(config.logs.level), mocks);
  await parts.engine.recover();
  return { ...parts, account: config, close: () => parts.close(0) };
}

/** The configuration with what its templates add. Most have none, and then nothing of templates is loaded. @throws TemplateProblem */
async function withTemplates(
  config: Config,
): Promise<{ readonly config: Config; readonly activities: readonly string[] }> {
  const { templates, stateMachines } = config;
  if (templates.length === 0 && stateMachines.every(({ template }) => template === undefined))
    return { config, activities: [] };
  const { readTemplates } = await import('./templates/served.ts');
  const { warnings, activities, ...served } = readTemplates(config, process.env);
  return { config: { ...config, ...served, warnings: [...config.warnings, ...warnings] }, activities };
}

interface Parts {
  readonly api: Api;
  readonly store: SqliteStore;
  readonly engine: RunningEngine;
  readonly bus: Bus;
  readonly mocks: OpenMocks | undefined;
  readonly definitions: DefinitionCache;
  close(deadlineMs: number): Promise<void>;
}

async function openParts(config: Config, folder: string, log: Log, given?: OpenMocks): Promise<Parts> {
  const definitions = new DefinitionCache({
    answersFor: (arn) => integrations.answersFor(arn),
    checkParameters: checkTemplate,
  });
  // Before the store: a mock file with mistakes leaves nothing open.
  const mocks = given ?? (config.mocks === undefined ? undefined : openMocks(config.mocks, definitions));
  const store = openSqliteStore({ folder });
  for (const warning of store.warnings) log.error(warning);
  const bus = new Bus(log);
  const integrations = createRegistry({
    region: config.region,
    root: config.folder,
    functions: config.functions,
    endpoints: config.endpoints,
    connections: config.connections,
    http: config.http,
    access: config.aws,
    payloadBytes: config.limits.payloadBytes,
    log,
    // The one circle: tasks may call this server's own API, which asks the engine, which makes the tasks' calls. None is made
    // before all three are there.
    self: (operation, input, signal) => api.handle(operation, input, () => signal),
    ended: (executionArn) => engine.waitForEnd(executionArn),
  });
  const observers = openObservers({ config, bus, store, call: integrations.call, log });
  const tokenSecret = await store.work.secret('task tokens', () => randomBytes(32).toString('hex'));
  const functions = Object.fromEntries(
    Object.entries(config.functions).map(([name, { resources }]) => [name, resources ? { resources } : {}]),
  );
  const pool = new ThreadPool({ data: { tokenSecret, functions }, log });
  const engine: RunningEngine = createEngine({
    store,
    account: config,
    limits: config.limits,
    integrations,
    s3: withLocalFiles(integrations.s3, config.mapsRoot),
    mocks,
    waitScale: config.waitTimeScale,
    tokenSecret,
    bus,
    log,
    definitions,
    memory: limitsFor(getHeapStatistics().heap_size_limit, config.limits.payloadBytes),
    pool,
  });
  const api: Api = createApi({
    store,
    engine,
    account: config,
    limits: config.limits,
    now: systemClock.now,
    uuid: randomUUID,
    log,
    definitions,
    analyses: new Analyses(definitions, pool),
    mocks,
    hasLogGroup: (arn) => integrations.hasLogGroup(arn),
    kmsKeyProblem: (keyId) => integrations.kmsKeyProblem(keyId),
    mockFault,
    revealSecrets: config.http.revealSecrets,
  });
  return {
    api,
    store,
    engine,
    bus,
    mocks,
    definitions,
    async close(deadlineMs) {
      await engine.close(deadlineMs);
      await observers.close(OBSERVERS_MS);
      await integrations.close();
      await store.close();
    },
  };
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
