// Runs the recorded cases and those with a verdict against a server of its own, with servers beside it that stand in for
// AWS's services: functions by the runner, the others by moto and test/support/stand-ins.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStandIns, STANDS_IN_FOR, type StandIns } from '../../test/support/stand-ins/stand-ins.ts';

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts');
const START_DEADLINE_MS = 15_000;

/** One case as the runner of recorded cases reports it. */
export interface RunnerResult {
  readonly id: string;
  readonly kind: string;
  readonly needs: readonly string[];
  readonly state: string;
  readonly L1: boolean;
  readonly L2: boolean;
  readonly L3: boolean;
  readonly diffs: readonly (readonly [string, string, string])[];
}

export interface Recorded {
  readonly cases: readonly RunnerResult[];
  /** Ids of those that differed among others and were run again alone, which counts. */
  readonly again: readonly string[];
  readonly verdicts: readonly RunnerResult[];
  /** What kept cases from being run (`needs cloudformation`) → how many. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** What cases need that is there without moto, and with it. */
const ALONE = ['states', 'activity', 'lambda', 'cross-account'];

/** More that differ are no accident of a busy machine. */
const MOST_AGAIN = 12;

/**
 * @param corpus folder of the cases @param tools folder of the runner @param services false: moto is not there
 * @param isKnown whether it is known why the case of that id differs
 */
export async function runRecorded(
  corpus: string,
  tools: string,
  services: boolean,
  isKnown: (id: string) => boolean,
): Promise<Recorded> {
  const work = mkdtempSync(join(tmpdir(), 'treadle-conformance-'));
  const [port, lambdaPort] = [await freePort(), await freePort()];
  let server: ChildProcess | undefined;
  let standIns: StandIns | undefined;
  try {
    const lambda = `http://127.0.0.1:${lambdaPort}`;
    standIns = services ? await openStandIns(lambda) : undefined;
    server = await startServer(work, port, { ...endpointsOf(standIns), LAMBDA_ENDPOINT: lambda });
    const url = `http://127.0.0.1:${port}`;
    const have = [...ALONE, ...(standIns === undefined ? [] : STANDS_IN_FOR)].join();
    const calls = ['--have', have, '--lambda-host', String(lambdaPort), '--timeout', '30'];
    if (standIns !== undefined) calls.push('--services-endpoint', standIns.url);
    const folder = join(corpus, 'recorded');
    const cases = await runTool(tools, url, folder, join(work, 'recorded.json'), calls);
    // Some have deadlines of a second, in which a function must start: alone, they do not wait for other cases.
    const differing = cases.results.filter(({ id, L3 }) => !L3 && !isKnown(id));
    const again = new Map<string, RunnerResult>();
    for (const [i, { id }] of differing.length > MOST_AGAIN ? [] : differing.entries()) {
      const alone = [...calls, '--jobs', '1', '--only', id];
      const { results } = await runTool(tools, url, folder, join(work, `again-${i}.json`), alone);
      for (const result of results) if (result.id === id) again.set(id, result);
    }
    const verdicts = await runTool(tools, url, join(corpus, 'validator'), join(work, 'validator.json'), [
      '--oracles',
      'aws',
      '--validator-via',
      'both',
    ]);
    const results = cases.results.map((result) => again.get(result.id) ?? result);
    return {
      cases: results,
      again: [...again.keys()],
      verdicts: verdicts.results,
      leftOut: needsOf(cases.skipped),
    };
  } finally {
    if (server !== undefined && server.exitCode === null) {
      const stopped = new Promise((exit) => server?.on('exit', exit));
      server.kill('SIGTERM');
      await stopped;
    }
    await standIns?.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Cases of other oracles than AWS are no measure of it. */
function needsOf(skipped: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(skipped).filter(([reason]) => reason.startsWith('needs ')));
}

function endpointsOf(standIns: StandIns | undefined): Readonly<Record<string, string>> {
  if (standIns === undefined) return {};
  const { url, executeApi } = standIns;
  return {
    ...Object.fromEntries(STANDS_IN_FOR.map((name) => [`TREADLE_ENDPOINTS_${name.toUpperCase()}`, url])),
    TREADLE_ENDPOINTS_EXECUTE_API: executeApi,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A server with the default configuration and an empty store, and these variables. */
async function startServer(
  work: string,
  port: number,
  variables: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const folder = join(work, 'empty');
  mkdirSync(folder);
  const server = spawn(process.execPath, [MAIN, 'start'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...variables,
      TREADLE_LISTEN: `127.0.0.1:${port}`,
      TREADLE_DATA: join(work, 'data'),
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
  });
  // It must not outlive this process, however that ends.
  process.once('exit', () => server.kill('SIGKILL'));
  let said = '';
  server.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (answer?.ok === true) return server;
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`The server did not start:\n${said}`);
    }
    await new Promise((later) => setTimeout(later, 50));
  }
}

interface RunnerReport {
  readonly results: readonly RunnerResult[];
  readonly skipped: Readonly<Record<string, number>>;
}

/** Runs the tool over folders of cases. @throws Error when it gives no result. */
async function runTool(
  tools: string,
  url: string,
  folder: string,
  out: string,
  args: string[],
): Promise<RunnerReport> {
  const all = [join(tools, 'run_corpus.py'), url, folder, '--json', out, '--jobs', '4', '--quiet', ...args];
  const tool = spawn('python3', all, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [tool.stdout, tool.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000);
    });
  }
  await new Promise((ended) => tool.on('close', ended));
  if (!existsSync(out)) throw new Error(`run_corpus.py gave no result:\n${said}`);
  return JSON.parse(readFileSync(out, 'utf8')) as RunnerReport;
}
