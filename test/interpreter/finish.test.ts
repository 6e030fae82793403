import { describe, expect, it } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { finish } from '../../src/interpreter/finish.ts';
import { frameOf, openFrame } from '../../src/interpreter/state.ts';
import { machine, map, only, parallel, pass, task } from '../support/machine.ts';
import { session } from '../support/session.ts';

const departure = (assigned?: Record<string, Payload>) => ({ output: Payload.ofValue('out'), assigned });

/** A decision in which frame `id` of the definition is in a task. */
function inTask(
  definition: object,
  id: number,
  input: Parameters<ReturnType<typeof session>['start']>[0] = {},
) {
  const one = session(definition);
  one.start(input);
  return { one, decision: one.decision(), frame: openFrame(frameOf(one.state, id)) };
}

describe('finish', () => {
  it('with a next state queues the frame to enter it', () => {
    const { decision, frame } = inTask(machine({ S: task({ Next: 'Z' }), Z: pass() }), 0);
    finish(decision, frame, departure(), 'Z');
    expect(decision.events).toMatchObject([{ type: 'TaskStateExited', name: 'S', next: 'Z', previous: 4 }]);
    expect([decision.queue, decision.finished]).toEqual([[frame], []]);
    expect(frame.next).toMatchObject({ name: 'Z' });
  });

  it('without one ends the execution in the main flow', () => {
    const { decision, frame } = inTask(only(task()), 0);
    finish(decision, frame, departure(), undefined);
    expect(decision.events).toMatchObject([
      { type: 'TaskStateExited' },
      { type: 'ExecutionSucceeded', output: departure().output, previous: 5 },
    ]);
    expect(decision.events[0]).not.toHaveProperty('next');
    expect([decision.queue, decision.finished]).toEqual([[], []]);
  });

  it.each([
    ['branch', only(parallel([machine({ T: task() })]))],
    ['iteration', only(map(machine({ T: task() })))],
  ])('without one ends the %s, and leaves the rest to the state around it', (_name, definition) => {
    const { decision, frame } = inTask(definition, 1, [1]);
    finish(decision, frame, departure(), undefined);
    expect(decision.events).toMatchObject([{ type: 'TaskStateExited' }]);
    expect([decision.queue, decision.finished]).toEqual([[], [frame]]);
  });

  it('tells assigned variables, but not that there are none', () => {
    const one = inTask(machine({ S: task({ Next: 'Z' }), Z: pass() }), 0);
    const x = Payload.ofValue(1);
    finish(one.decision, one.frame, departure({ x }), 'Z');
    expect(one.decision.events).toMatchObject([{ assigned: { x } }]);
    expect(one.frame.variables.get('x')).toBe(x);
    const other = inTask(only(task()), 0);
    finish(other.decision, other.frame, departure({}), undefined);
    expect(other.decision.events[0]).not.toHaveProperty('assigned');
  });

  it('hands on nothing that is over the payload quota', () => {
    const { decision, frame } = inTask(only(task()), 0);
    const output = Payload.ofValue('x'.repeat(262_143));
    expect(() => finish(decision, frame, { output, assigned: undefined }, undefined)).toThrow(
      "The state/task 'S' returned a result with a size exceeding the maximum number of bytes service limit.",
    );
    expect(decision.events).toEqual([]);
  });
});
