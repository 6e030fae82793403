// One state on its own, as TestState runs it: the same `decide` and the same calls as an execution, but it ends where the state
// is left, retries nothing, and nothing is written. What a mock answers for is not called.

import { type Account, stateMachineArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Payload } from '../base/payload.ts';
import { TEST_STATE_SECONDS } from '../base/quotas.ts';
import type { HistoryEvent } from '../history/event.ts';
import type { HttpExchange } from '../integrations/integration.ts';
import type { Command, TaskOutcome } from '../interpreter/command.ts';
import { decide } from '../interpreter/decide.ts';
import { type Alone, type Environment, newDecision } from '../interpreter/decision.ts';
import type { InvokeTask, ReadItems, StartMapRun } from '../interpreter/effect.ts';
import {
  type Arrival,
  arriveAt,
  createObserver,
  endOf,
  makeInputs,
  type Observer,
  standIn,
} from '../interpreter/inspect.ts';
import type { MapItem } from '../interpreter/map-inputs.ts';
import { nextWake } from '../interpreter/outstanding.ts';
import { type ExecutionInfo, type ExecutionState, frameOf, hasChildren } from '../interpreter/state.ts';
import {
  Overloaded,
  type StateMock,
  StateTestRefused,
  type StateTestRequest,
  type StateTestResult,
} from './engine.ts';
import type { Environments } from './environments.ts';
import { ItemReaderFailed } from './map-runs/item-reader/failure.ts';
import { givenItems } from './map-runs/item-reader/given-items.ts';
import { isOverTolerance, OVER_TOLERANCE } from './map-runs/run-state.ts';
import { SLICE_MS } from './map-runs/slices.ts';
import { commandsFor } from './mocked-tasks.ts';
import { CALLED_OFF, callTask, type Integrations } from './task-calls.ts';

export interface StateTestParts {
  readonly account: Account;
  readonly environments: Environments;
  readonly integrations: Integrations;
  readonly clock: Clock;
  readonly uuid: () => string;
  /** Of what is shown of the inputs of a Map's iterations. */
  readonly payloadBytes: number;
  readonly log: Log;
}

type Failed = Extract<TaskOutcome, { status: 'failed' }>;

/** States that are tested at once; each may wait for five minutes. */
const MAX_TESTS = 1_000;

export class StateTests {
  readonly #parts: StateTestParts;
  readonly #running = new Set<StateTest>();

  constructor(parts: StateTestParts) {
    this.#parts = parts;
  }

  /** @throws StateTestRefused, Overloaded */
  async run(request: StateTestRequest, signal: AbortSignal): Promise<StateTestResult> {
    if (this.#running.size >= MAX_TESTS) throw new Overloaded(`${MAX_TESTS} states are being tested already`);
    const test = new StateTest(this.#parts, request);
    this.#running.add(test);
    const abort = (): void => test.abandon(new Overloaded('Nobody waits for the end of the test any more'));
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await test.run();
    } finally {
      signal.removeEventListener('abort', abort);
      this.#running.delete(test);
    }
  }

  close(): void {
    for (const test of this.#running) test.abandon(new Overloaded('The server is stopping'));
  }
}

class StateTest {
  readonly #parts: StateTestParts;
  readonly #request: StateTestRequest;
  readonly #info: ExecutionInfo;
  readonly #state: ExecutionState;
  readonly #arrival: Arrival;
  readonly #alone: Alone;
  readonly #observer: Observer;
  readonly #events: HistoryEvent[] = [];
  /** Commands that follow from what was decided, in order. */
  readonly #commands: Command[] = [];
  readonly #calls = new AbortController();
  readonly #end = Promise.withResolvers<StateTestResult>();
  #ended = false;
  #http: HttpExchange | undefined;
  #cancelTimer = (): void => {};
  #wakeAt: number | undefined;

  constructor(parts: StateTestParts, request: StateTestRequest) {
    this.#parts = parts;
    this.#request = request;
    const { program, stateName, input, variables, roleArn, retries, context } = request;
    this.#alone = standIn(program, stateName, input.value, roleArn, retries, context);
    this.#observer = createObserver(parts.payloadBytes);
    this.#info = infoOf(parts, roleArn);
    this.#arrival = { stateName, input, variables };
    this.#state = arriveAt(this.#info, this.#arrival);
  }

  run(): Promise<StateTestResult> {
    this.#tell({ type: 'Continue' });
    return this.#end.promise;
  }

  abandon(reason: unknown): void {
    if (this.#ended) return;
    this.#close();
    this.#end.reject(reason);
  }

  #tell(command: Command): void {
    this.#commands.push(command);
    try {
      for (let next = this.#commands.shift(); next !== undefined; next = this.#commands.shift()) {
        if (this.#ended) return;
        this.#perform(next);
      }
    } catch (error) {
      this.abandon(error);
    }
  }

  #perform(command: Command): void {
    const { program } = this.#request;
    const { events, effects } = decide(program, this.#state, command, this.#environment(command));
    this.#events.push(...events);
    const end = endOf(this.#state, this.#arrival, this.#events, this.#observer.seen);
    if (end !== undefined) {
      this.#close();
      return this.#end.resolve({ end, seen: this.#observer.seen, http: this.#http });
    }
    for (const effect of effects) {
      if (effect.type === 'InvokeTask') this.#invoke(effect);
      else if (effect.type === 'StartMapRun') this.#later(this.#mapRun(effect));
    }
    const frame = frameOf(this.#state, 0);
    if (this.#state.ready.has(frame)) this.#commands.push({ type: 'Continue' });
    else if (hasChildren(frame) && frame.open.mapRunArn === undefined) {
      if (frame.open.type === 'Map') this.#later(this.#endMap());
      else this.#commands.push({ type: 'CompleteChildren', frame: 0, outcome: this.#mock().outcome });
    }
    this.#setTimer();
  }

  #later(work: Promise<void>): void {
    work.catch((error: unknown) => this.abandon(error));
  }

  /** Only `Continue` moves it: into the state, and on to the call. What leaves the state must not enter the next. */
  #environment(command?: Command): Environment {
    const { mock } = this.#request;
    const own = this.#parts.environments.of(this.#info.arn);
    return {
      ...own,
      isMocked: () => mock !== undefined,
      maxTransitions: command?.type === 'Continue' ? 1 : 0,
      inspect: this.#observer.inspect,
      alone: this.#alone,
    };
  }

  #invoke(effect: InvokeTask): void {
    const { mock, revealSecrets } = this.#request;
    const { account, integrations, clock, log } = this.#parts;
    if (mock !== undefined) {
      this.#commands.push(...commandsFor(effect, mock.outcome));
      return;
    }
    const exchange = (http: HttpExchange): void => {
      this.#http = http;
    };
    const caller = {
      executionArn: this.#info.arn,
      stateMachineArn: this.#info.stateMachineArn,
      region: account.region,
      account: account.account,
      trace: { revealSecrets, exchange },
    };
    void callTask(integrations, caller, effect, this.#calls.signal, clock, log).then((command) => {
      if (command !== undefined) this.#tell(command);
    });
  }

  /** An inline Map ends as its mock says, unless what its iterations would get cannot be made. */
  async #endMap(): Promise<void> {
    const { outcome, failedIterations } = this.#mock();
    const made = await this.#makeInputs(undefined, undefined);
    if (typeof made === 'number') checkIterations(failedIterations, made);
    const ending = typeof made === 'number' ? outcome : made;
    this.#tell({ type: 'CompleteChildren', frame: 0, outcome: ending });
  }

  async #mapRun(run: StartMapRun): Promise<void> {
    const outcome = await this.#endOfMapRun(run);
    this.#tell({ type: 'CompleteMapRun', frame: run.frame, mapRunArn: run.mapRunArn, outcome });
  }

  async #endOfMapRun(run: StartMapRun): Promise<TaskOutcome> {
    const { outcome, failedIterations, itemReaderData } = this.#mock();
    let iterations: number | undefined;
    // What a reader would read may be left open.
    if (run.reader === undefined || itemReaderData !== undefined) {
      const items = run.reader && (await this.#readItems(run.reader, itemReaderData ?? ''));
      if (items !== undefined && 'status' in items) return items;
      const made = run.complete ? run.inputs.length : await this.#makeInputs(run, items);
      if (typeof made !== 'number') return made;
      checkIterations(failedIterations, made);
      iterations = made;
    }
    if (outcome.status === 'failed' || failedIterations === undefined) return outcome;
    const over = isOverTolerance(run, failedIterations, iterations);
    return over ? { status: 'failed', ...OVER_TOLERANCE } : outcome;
  }

  async #readItems(reader: ReadItems, data: string): Promise<MapItem[] | Failed> {
    try {
      const items = await givenItems(reader, data, this.#calls.signal);
      if (reader.itemsPointer !== undefined)
        this.#observer.show('ItemsPointer', Payload.ofValue(items.map(({ value }) => value)));
      return items;
    } catch (error) {
      if (!(error instanceof ItemReaderFailed)) throw error;
      return { status: 'failed', error: 'States.ItemReaderFailed', cause: error.message };
    }
  }

  /** @returns how many iterations there would be, or why there are none. */
  async #makeInputs(
    run: StartMapRun | undefined,
    items: readonly MapItem[] | undefined,
  ): Promise<number | Failed> {
    const { clock } = this.#parts;
    const decision = newDecision(this.#request.program, this.#state, this.#environment());
    const steps = makeInputs(decision, run, items);
    for (let begun = clock.now(); ; ) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (clock.now() - begun < SLICE_MS) continue;
      // Others go on in between.
      await new Promise<void>((resolve) => clock.soon(resolve));
      // Its end has been told.
      if (this.#ended) return { status: 'failed', error: undefined, cause: undefined };
      begun = clock.now();
    }
  }

  #mock(): StateMock {
    const { mock, stateName } = this.#request;
    assert(mock !== undefined, `Expected a mock for ${stateName}`);
    return mock;
  }

  #setTimer(): void {
    const { clock } = this.#parts;
    const next = this.#ended ? undefined : nextWake(this.#state);
    if (next === this.#wakeAt || next === undefined) return;
    this.#cancelTimer();
    this.#wakeAt = next;
    this.#cancelTimer = clock.after(next - clock.now(), () => {
      this.#wakeAt = undefined;
      this.#tell({ type: 'FireTimers', until: clock.now() });
    });
  }

  #close(): void {
    this.#ended = true;
    this.#cancelTimer();
    this.#calls.abort(CALLED_OFF);
  }
}

/** @throws StateTestRefused */
function checkIterations(failed: number | undefined, iterations: number): void {
  if (failed === undefined || failed <= iterations) return;
  throw new StateTestRefused(
    'Map iteration failure count must be less than or equal to the number of Map iterations',
  );
}

/** The facts of the execution that the state seems to be in; AWS makes up a new machine for every test (recorded). */
function infoOf({ account, uuid, clock }: StateTestParts, roleArn: string | undefined): ExecutionInfo {
  const [machine, name] = [uuid(), uuid()];
  const arn = stateMachineArn(account, machine);
  const startedAt = clock.now();
  return {
    arn: `${arn.replace(':stateMachine:', ':express:')}:${name}`,
    name,
    stateMachineArn: arn,
    stateMachineName: machine,
    roleArn: roleArn ?? '',
    region: account.region,
    express: true,
    showRedriveCount: false,
    startedAt,
    deadline: startedAt + TEST_STATE_SECONDS * 1000,
  };
}
