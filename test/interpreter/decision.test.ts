import { describe, expect, it } from 'vitest';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import {
  append,
  emit,
  HistoryFull,
  newDecision,
  note,
  scaled,
  stateNamed,
  stateOf,
} from '../../src/interpreter/decision.ts';
import { frameOf, openFrame } from '../../src/interpreter/state.ts';
import { START } from '../support/drive.ts';
import { only, task } from '../support/machine.ts';
import { session } from '../support/session.ts';

const aborted = { type: 'TaskStateAborted', frame: 0 } as const;
const failed = { type: 'ExecutionFailed', frame: 0 } as const;

function running(limits: object = {}, express = false) {
  const one = session(only(task()), { env: { limits: { ...AWS_LIMITS, ...limits } }, info: { express } });
  one.start();
  return one;
}

describe('emit', () => {
  it('numbers the event and lets it follow the last one of its frame', () => {
    const decision = running().decision(7);
    expect(emit(decision, aborted)).toBe(5);
    expect(decision.events).toEqual([{ ...aborted, id: 5, at: START + 7000, previous: 4 }]);
    expect(decision.state.lastId).toBe(5);
  });

  it('lets it follow another event, or none', () => {
    const decision = running().decision();
    emit(decision, { ...aborted }, 2);
    emit(decision, { ...aborted }, 0);
    emit(decision, { ...aborted, frame: 99 });
    expect(decision.events.map(({ previous }) => previous)).toEqual([2, 0, 0]);
  });

  it('keeps the last place in the history for the end of the execution', () => {
    const decision = running({ historyEvents: 6 }).decision();
    emit(decision, { ...aborted });
    expect(() => emit(decision, { ...aborted })).toThrow(HistoryFull);
    expect(emit(decision, { ...failed })).toBe(6);
  });

  it('has no bound for an Express execution, which keeps no history', () => {
    const decision = running({ historyEvents: 5 }, true).decision();
    for (let id = 5; id < 9; id++) expect(emit(decision, { ...aborted })).toBe(id);
  });
});

describe('note', () => {
  it('has no id and follows nothing unless told', () => {
    const decision = running().decision(1);
    note(decision, { type: 'HeartbeatReceived', frame: 0 });
    note(decision, { type: 'RetryScheduled', frame: 0, retrier: 0, until: START }, 4);
    expect(decision.events).toMatchObject([
      { id: 0, previous: 0, at: START + 1000 },
      { id: 0, previous: 4 },
    ]);
    expect([decision.state.lastId, decision.state.sequence]).toEqual([4, 6]);
  });
});

describe('append', () => {
  it('folds an event that is complete', () => {
    const decision = running().decision();
    append(decision, { ...failed, id: 5, at: START, previous: 0, error: 'E' });
    expect([decision.state.status, decision.events.length]).toEqual(['FAILED', 1]);
  });
});

describe('scaled', () => {
  it.each([
    [undefined, 1500, 1500],
    [1, 1500, 1500],
    [0.1, 1500, 150],
    [0.001, 1, 1],
    [0, 1500, 0],
  ])('with the factor %s makes %i ms into %i ms', (waitScale, delayMs, expected) => {
    const { program, state } = running();
    const env = { ...running().decision().env, ...(waitScale === undefined ? {} : { waitScale }) };
    expect(scaled(newDecision(program, state, env), delayMs)).toBe(expected);
  });
});

describe('the definition of a state', () => {
  it('is found by its name, and by the frame that is in it', () => {
    const decision = running().decision();
    expect(stateNamed(decision, 'S').type).toBe('Task');
    expect(stateOf(decision, openFrame(frameOf(decision.state, 0)), 'Task').name).toBe('S');
  });

  it('must be there, and be of the type', () => {
    const decision = running().decision();
    expect(() => stateNamed(decision, 'X')).toThrow('Expected state X in the definition');
    expect(() => stateOf(decision, openFrame(frameOf(decision.state, 0)), 'Map')).toThrow(
      'Expected a Map state, but S is a Task state',
    );
  });
});
