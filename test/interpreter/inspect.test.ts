// One state on its own, without an engine: where it starts from, what is seen of it, how it ends.
// Source of the context object: TestState recorded from AWS.

import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../src/asl/compile.ts';
import { ownersOf } from '../../src/asl/program.ts';
import type { JsonObject } from '../../src/base/json.ts';
import { Payload } from '../../src/base/payload.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import type { Command } from '../../src/interpreter/command.ts';
import { decide } from '../../src/interpreter/decide.ts';
import type { ContextObject, Environment } from '../../src/interpreter/decision.ts';
import { arriveAt, createObserver, endOf, standIn } from '../../src/interpreter/inspect.ts';
import { INFO, START } from '../support/drive.ts';
import { machine, map, only, parallel, pass, task } from '../support/machine.ts';

const NESTED = machine({
  P: parallel([machine({ M: map(machine({ Deep: pass() })) }), machine({ B: pass() })]),
});

describe('the states around a state', () => {
  const program = compileDefinition(JSON.stringify(NESTED));

  it('are its Maps and Parallels, the nearest first', () => {
    const names = (state: string) => ownersOf(program, state).map(({ name }) => name);
    expect([names('Deep'), names('M'), names('B'), names('P'), names('?')]).toEqual([
      ['M', 'P'],
      ['P'],
      ['P'],
      [],
      [],
    ]);
  });
});

describe('the context object of a state on its own', () => {
  const own = (): ContextObject => ({
    Execution: { Id: 'id', Input: 1, StartTime: 'then', Name: 'name', RoleArn: 'own' },
    StateMachine: { Id: 'm', Name: 'n' },
    State: { Name: 'S', EnteredTime: 'now' },
  });
  const context = (stateName: string, given?: JsonObject, map?: JsonObject): JsonObject => {
    const program = compileDefinition(JSON.stringify(NESTED));
    const alone = standIn(program, stateName, 7, undefined, 2, given);
    return alone.context({ ...own(), ...(map && { Map: map }) });
  };

  it("is that of an execution in TestState's order, as if nothing had been retried", () => {
    expect(JSON.stringify(context('B'))).toBe(
      '{"Execution":{"Id":"id","Input":1,"Name":"name","RoleArn":null,"StartTime":"then"},"StateMachine":{"Id":"m","Name":"n"},"State":{"Name":"S","EnteredTime":"now","RetryCount":0}}',
    );
  });

  it('has the input as first item inside a Map, and the item that a selector looks at', () => {
    expect(context('Deep')['Map']).toEqual({ Item: { Index: 0, Value: 7 } });
    const item = { Item: { Index: 3, Value: 'x' } };
    expect(context('Deep', undefined, item)['Map']).toEqual(item);
    expect(context('B', { State: {} }, item)).toEqual({ State: {}, Map: item });
  });

  it('is the one that is given', () => {
    const given = { State: {} };
    expect(context('Deep', given)).toBe(given);
  });
});

describe('a state on its own', () => {
  /** Tells it the commands, and enters no other state. */
  function run(definition: object, stateName: string, ...commands: Command[]) {
    const program = compileDefinition(JSON.stringify(definition));
    const variables = { v: Payload.ofValue(1) };
    const arrival = { stateName, input: Payload.ofText('{"a":1}'), variables };
    const state = arriveAt(INFO, arrival);
    const observer = createObserver(1_000);
    const events: HistoryEvent[] = [];
    const env: Environment = {
      now: START,
      random: () => 0.5,
      uuid: () => 'u',
      taskToken: () => 'token',
      knowsActivity: () => true,
      checkParameters: () => [],
      limits: AWS_LIMITS,
      maxTransitions: 1,
      inspect: observer.inspect,
      alone: standIn(program, stateName, 1, undefined, 0, undefined),
    };
    for (const command of [{ type: 'Continue' } as const, ...commands]) {
      const maxTransitions = command.type === 'Continue' ? 1 : 0;
      events.push(...decide(program, state, command, { ...env, maxTransitions }).events);
    }
    return { state, seen: observer.seen, events, end: endOf(state, arrival, events, observer.seen) };
  }

  it('begins where an execution would have come to it, with its variables', () => {
    const { end, seen } = run(only(pass({ Parameters: { 'x.$': '$v' }, Assign: { 'w.$': '$.x' } })), 'S');
    expect(end).toMatchObject({ status: 'SUCCEEDED', nextState: undefined });
    expect(end?.output?.text).toBe('{"x":1}');
    expect(Object.keys(end?.variables ?? {})).toEqual(['v', 'w']);
    expect(seen.map(({ stage }) => stage)).toContain('Parameters');
  });

  it('does not enter the state behind it', () => {
    const { state, end } = run(machine({ A: pass({ Next: 'B' }), B: pass() }), 'A');
    expect(end).toMatchObject({ status: 'SUCCEEDED', nextState: 'B' });
    expect(state.status).toBe('RUNNING');
  });

  it('has no end while it waits for a task or its children', () => {
    expect(run(only(task()), 'S').end).toBeUndefined();
    expect(run(NESTED, 'P').end).toBeUndefined();
  });

  it('starts neither branches nor iterations, and takes what they would have come to', () => {
    const outcome = { status: 'succeeded', output: Payload.ofText('[1,2]') } as const;
    const { end, events } = run(NESTED, 'P', { type: 'CompleteChildren', frame: 0, outcome });
    expect(end?.output?.text).toBe('[1,2]');
    expect(events.map(({ type }) => type)).toEqual([
      'ParallelStateEntered',
      'ParallelStateStarted',
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
  });
});

describe('CompleteChildren', () => {
  it('is refused by a state that is not on its own', () => {
    const program = compileDefinition(JSON.stringify(NESTED));
    const arrival = { stateName: 'P', input: Payload.ofText('1'), variables: {} };
    const state = arriveAt(INFO, arrival);
    const env: Environment = {
      now: START,
      random: () => 0,
      uuid: () => 'u',
      taskToken: () => 't',
      knowsActivity: () => true,
      checkParameters: () => [],
      limits: AWS_LIMITS,
      maxTransitions: 1,
    };
    decide(program, state, { type: 'Continue' }, env);
    const outcome = { status: 'failed', error: 'E', cause: undefined } as const;
    const { refused } = decide(program, state, { type: 'CompleteChildren', frame: 0, outcome }, env);
    expect(refused).toBe('not-started');
  });
});
