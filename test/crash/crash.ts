// The real process under kill -9: a mixed load over HTTP, SIGKILL at random moments, a restart, again and again. Everything
// acknowledged is remembered; in the end all must have come to the end that was known beforehand, with sound histories.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { checkShown, type Shown } from '../simulation/checks.ts';
import { createRandom, type Random } from '../simulation/random.ts';
import { ApiFailure, createServerProcess, type ServerProcess } from '../support/server-process.ts';
import { ACTIVITY, EXPRESS, type LoadMachine, STANDARD, writeFunctions } from './load.ts';
import { MAPS } from './maps.ts';

export interface CrashOptions {
  readonly seed: number;
  readonly kills: number;
  readonly clients: number;
  readonly port?: number;
  readonly onProgress?: (line: string) => void;
}

export interface CrashReport {
  readonly complaints: readonly string[];
  readonly kills: number;
  readonly executions: number;
  readonly events: number;
  readonly express: number;
  readonly answers: number;
  /** That were read to their end. */
  readonly mapRuns: number;
  readonly slowestStartMs: number;
}

interface Execution {
  readonly machine: LoadMachine;
  readonly n: number;
  readonly id: string;
  readonly arn: string;
  readonly startDate: number | undefined;
  stopDate?: number;
}

interface Described {
  readonly status: string;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

interface DescribedMapRun {
  readonly status: string;
  readonly itemCounts: { readonly succeeded: number; readonly total: number };
}

interface ApiEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly stateEnteredEventDetails?: { readonly name: string };
  readonly stateExitedEventDetails?: { readonly name: string };
  readonly activitySucceededEventDetails?: { readonly output: string };
}

const ROLE = 'arn:aws:iam::123456789012:role/treadle';
const MACHINES: readonly LoadMachine[] = [...STANDARD, ...MAPS];
const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:';
/** All must be closed so long after the last restart. */
const PATIENCE_MS = 120_000;
const READERS = 8;

export async function crashTest(options: CrashOptions): Promise<CrashReport> {
  const scratch = mkdtempSync(join(tmpdir(), 'treadle-crash-'));
  const notes = join(scratch, 'notes.txt');
  const maps = join(scratch, 'maps');
  mkdirSync(maps);
  const functions = writeFunctions(scratch, notes, maps);
  // Handlers are found from the folder the server runs in.
  const absolute = functions.replaceAll('./functions.', `${scratch}/functions.`);
  const server = await createServerProcess(
    { TREADLE_FUNCTIONS: absolute, TREADLE_LOGS_LEVEL: 'error', TREADLE_MAPS_ROOT: maps },
    options.port,
  );
  const test = new CrashTest(server, notes, maps, options);
  try {
    return await test.run();
  } finally {
    await server.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

class CrashTest {
  readonly #server: ServerProcess;
  readonly #notes: string;
  readonly #maps: string;
  readonly #options: CrashOptions;
  readonly #complaints: string[] = [];
  readonly #executions = new Map<string, Execution>();
  /** Ids of acknowledged Express executions. */
  readonly #express = new Set<string>();
  /** Answers to activity tasks that were acknowledged. */
  readonly #answers = new Set<string>();
  #loading = true;
  #slowestStartMs = 0;
  #number = 0;
  #mapRuns = 0;

  constructor(server: ServerProcess, notes: string, maps: string, options: CrashOptions) {
    this.#server = server;
    this.#notes = notes;
    this.#maps = maps;
    this.#options = options;
  }

  async run(): Promise<CrashReport> {
    const { seed, clients, kills, onProgress } = this.#options;
    const random = createRandom(seed);
    await this.#start();
    await this.#create();
    const load = Array.from({ length: clients }, (_, i) => this.#client(random.fork(`client ${i}`)));
    const workers = [this.#worker('a'), this.#worker('b')];
    for (let kill = 1; kill <= kills; kill++) {
      // Now and then it dies while it starts.
      await pause(random.chance(0.2) ? random.int(0, 200) : random.int(200, 2_500));
      await this.#server.kill();
      const starting = this.#start();
      if (random.chance(0.15)) {
        await pause(random.int(0, 300));
        await this.#server.kill();
        await this.#start();
      }
      await starting;
      onProgress?.(`kill ${kill}: ${this.#executions.size} executions, ${this.#express.size} express`);
    }
    await pause(500);
    this.#loading = false;
    await Promise.all(load);
    const events = await this.#readAll();
    await Promise.all(workers);
    await this.#checkExpress();
    await this.#server.stop();
    this.#checkDatabase();
    return {
      complaints: this.#complaints,
      kills,
      executions: this.#executions.size,
      events,
      express: this.#express.size,
      answers: this.#answers.size,
      mapRuns: this.#mapRuns,
      slowestStartMs: this.#slowestStartMs,
    };
  }

  async #start(): Promise<void> {
    const begun = Date.now();
    await this.#server.start();
    this.#slowestStartMs = Math.max(this.#slowestStartMs, Date.now() - begun);
  }

  async #create(): Promise<void> {
    const { call } = this.#server;
    await call('CreateActivity', { name: 'by-hand' });
    for (const { name, definition } of MACHINES)
      await call('CreateStateMachine', { name, definition: JSON.stringify(definition), roleArn: ROLE });
    const { name, definition } = EXPRESS;
    await call('CreateStateMachine', {
      name,
      definition: JSON.stringify(definition),
      roleArn: ROLE,
      type: 'EXPRESS',
    });
  }

  /** Asks until there is an answer; `lost` is called for every one that did not come. */
  async #ask<T>(operation: string, input: object, lost?: () => void): Promise<T> {
    for (;;) {
      try {
        return await this.#server.call<T>(operation, input);
      } catch (error) {
        if (error instanceof ApiFailure && error.code !== 'ThrottlingException') throw error;
        lost?.();
        await pause(50);
      }
    }
  }

  async #client(random: Random): Promise<void> {
    while (this.#loading) {
      const n = random.int(0, 20);
      const id = `run-${this.#number++}`;
      const input = JSON.stringify({ n, id });
      if (random.chance(0.2)) await this.#startExpress(id, input);
      else await this.#startStandard(random, random.pick(MACHINES), n, id, input);
      await pause(random.int(20, 500));
    }
  }

  /** Every attempt of an Express start is another execution; only an acknowledged one must run. */
  async #startExpress(id: string, input: string): Promise<void> {
    await this.#ask('StartExecution', { stateMachineArn: `${MACHINE}${EXPRESS.name}`, name: id, input });
    this.#express.add(id);
  }

  async #startStandard(
    random: Random,
    machine: LoadMachine,
    n: number,
    id: string,
    input: string,
  ): Promise<void> {
    const arn = `${EXECUTION}${machine.name}:${id}`;
    machine.prepare?.(this.#maps, n, id);
    let unsure = false;
    let startDate: number | undefined;
    try {
      const answer = await this.#ask<{ executionArn: string; startDate: number }>(
        'StartExecution',
        { stateMachineArn: `${MACHINE}${machine.name}`, name: id, input },
        () => {
          unsure = true;
        },
      );
      startDate = answer.startDate;
      if (answer.executionArn !== arn) this.#complain(id, `was started as ${answer.executionArn}`);
    } catch (error) {
      // The first attempt was kept, but its answer was lost.
      if (!unsure || !(error instanceof ApiFailure) || error.code !== 'ExecutionAlreadyExists')
        return this.#complain(id, `could not be started: ${String(error)}`);
    }
    const execution: Execution = { machine, n, id, arn, startDate };
    this.#executions.set(id, execution);
    if (!random.chance(0.05)) return;
    await pause(random.int(0, 1_000));
    const { stopDate } = await this.#ask<{ stopDate: number }>('StopExecution', {
      executionArn: arn,
      error: 'Enough',
    });
    execution.stopDate = stopDate;
  }

  /** Takes tasks of the activity and answers them, until nothing is left to answer. */
  async #worker(name: string): Promise<void> {
    for (let i = 0; ; i++) {
      const open = (): boolean => this.#loading || !this.#allRead;
      if (!open()) return;
      let task: { taskToken?: string };
      try {
        task = await Promise.race([
          this.#server.call<{ taskToken?: string }>('GetActivityTask', {
            activityArn: ACTIVITY,
            workerName: name,
          }),
          until(() => !open()).then(() => ({})),
        ]);
      } catch {
        await pause(50);
        continue;
      }
      if (task.taskToken === undefined) continue;
      const answer = `${name}-${i}`;
      try {
        let unsure = false;
        await this.#ask(
          'SendTaskSuccess',
          { taskToken: task.taskToken, output: JSON.stringify(answer) },
          () => {
            unsure = true;
          },
        );
        if (!unsure) this.#answers.add(answer);
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.code !== 'TaskTimedOut')
          this.#complain(answer, `could not be told: ${String(error)}`);
      }
    }
  }
  #allRead = false;

  // --- the reckoning ---

  async #readAll(): Promise<number> {
    const waiting = [...this.#executions.values()];
    const given = new Set<string>();
    const deadline = Date.now() + PATIENCE_MS;
    let events = 0;
    const reader = async (): Promise<void> => {
      for (let execution = waiting.pop(); execution !== undefined; execution = waiting.pop()) {
        const read = await this.#read(execution, deadline, given);
        events += read;
      }
    };
    await Promise.all(Array.from({ length: READERS }, reader));
    this.#allRead = true;
    for (const answer of this.#answers)
      if (!given.has(answer)) this.#complain(answer, 'was acknowledged, but is in no history');
    return events;
  }

  async #read(execution: Execution, deadline: number, given: Set<string>): Promise<number> {
    const { arn, id, machine, n } = execution;
    let described: Described;
    try {
      described = await this.#described(arn, deadline);
    } catch (error) {
      const history = await this.#history(arn).catch((): ApiEvent[] => []);
      const last = history.at(-1);
      this.#complain(
        id,
        `(${machine.name}) was acknowledged, but: ${String(error)}; the last of its ${history.length} events is ${last?.type}`,
      );
      return 0;
    }
    const { status, output, startDate, stopDate } = described;
    if (execution.startDate !== undefined && startDate !== execution.startDate)
      this.#complain(id, `was acknowledged as started at ${execution.startDate}, but says ${startDate}`);
    if (execution.stopDate !== undefined && stopDate !== execution.stopDate)
      this.#complain(id, `was acknowledged as stopped at ${execution.stopDate}, but says ${stopDate}`);
    const stopped = execution.stopDate !== undefined && status === 'ABORTED';
    if (!stopped) {
      if (status !== 'SUCCEEDED')
        this.#complain(id, `is ${status} (${described.error}: ${described.cause?.slice(0, 300)})`);
      else if (!isDeepStrictEqual(JSON.parse(output ?? 'null'), machine.output(n, id)))
        this.#complain(id, `gave ${output}, not ${JSON.stringify(machine.output(n, id))}`);
      else await this.#checkMapRun(execution);
    }
    const history = await this.#history(arn);
    for (const complaint of checkShown(history.map(shown), status)) this.#complain(id, complaint);
    const answered = history.filter(({ type }) => type === 'ActivitySucceeded');
    if (answered.length > 1) this.#complain(id, 'was answered twice');
    for (const event of answered)
      given.add(JSON.parse(event.activitySucceededEventDetails?.output ?? 'null'));
    return history.length;
  }

  /** Every item succeeded once, and the files are as they should be. */
  async #checkMapRun({ arn, machine, n, id }: Execution): Promise<void> {
    if (machine.items === undefined) return;
    this.#mapRuns++;
    const { mapRuns } = await this.#ask<{ mapRuns: { mapRunArn: string }[] }>('ListMapRuns', {
      executionArn: arn,
    });
    for (const { mapRunArn } of mapRuns) {
      const { status, itemCounts } = await this.#ask<DescribedMapRun>('DescribeMapRun', { mapRunArn });
      const { succeeded, total } = itemCounts;
      if (status !== 'SUCCEEDED' || succeeded !== machine.items(n) || total !== succeeded)
        this.#complain(id, `has a Map Run that is ${status} with ${succeeded} of ${total} items`);
    }
    if (mapRuns.length !== 1) this.#complain(id, `has ${mapRuns.length} Map Runs`);
    const wrong = machine.left?.(this.#maps, n, id);
    if (wrong !== undefined) this.#complain(id, `(${machine.name}) ${wrong}`);
  }

  async #described(arn: string, deadline: number): Promise<Described> {
    for (;;) {
      const described = await this.#ask<Described>('DescribeExecution', { executionArn: arn });
      if (described.status !== 'RUNNING') return described;
      if (Date.now() > deadline)
        throw new Error(`it still runs ${PATIENCE_MS / 1000} s after the last restart`);
      await pause(100);
    }
  }

  async #history(executionArn: string): Promise<ApiEvent[]> {
    const events: ApiEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page: { events: ApiEvent[]; nextToken?: string } = await this.#ask('GetExecutionHistory', {
        executionArn,
        maxResults: 1000,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      events.push(...page.events);
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return events;
  }

  async #checkExpress(): Promise<void> {
    const noted = (): Set<string> =>
      new Set(existsSync(this.#notes) ? readFileSync(this.#notes, 'utf8').split('\n') : []);
    const deadline = Date.now() + PATIENCE_MS;
    const missing = (): string[] => [...this.#express].filter((id) => !noted().has(id));
    while (missing().length > 0 && Date.now() < deadline) await pause(100);
    for (const id of missing()) this.#complain(id, 'was acknowledged (Express), but never ran');
  }

  #checkDatabase(): void {
    const database = new DatabaseSync(join(this.#server.folder, 'data', 'treadle.db'), { readOnly: true });
    try {
      const result = database.prepare('pragma integrity_check').get()?.['integrity_check'];
      if (result !== 'ok') this.#complain('the database', `is not sound: ${String(result)}`);
    } finally {
      database.close();
    }
  }

  #complain(who: string, what: string): void {
    if (this.#complaints.length < 50) this.#complaints.push(`${who} ${what}`);
  }
}

function shown(event: ApiEvent): Shown {
  return {
    id: event.id,
    previous: event.previousEventId,
    type: event.type,
    name: event.stateEnteredEventDetails?.name ?? event.stateExitedEventDetails?.name,
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(50);
}
