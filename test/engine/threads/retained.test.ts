// The state of an execution without a journal can be found again, whatever was kept of its past.

import { expect, test } from 'vitest';
import { compileDefinition } from '../../../src/asl/compile.ts';
import { Payload } from '../../../src/base/payload.ts';
import { AWS_LIMITS } from '../../../src/base/quotas.ts';
import { Retained } from '../../../src/engine/threads/retained.ts';
import { decide } from '../../../src/interpreter/decide.ts';
import { type ExecutionInfo, newExecutionState } from '../../../src/interpreter/state.ts';

const LOOP = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: ['A', 'B'].map((name) => ({
        StartAt: name,
        States: {
          [name]: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: `${name}2` },
          [`${name}2`]: {
            Type: 'Choice',
            Choices: [{ Variable: '$.n', NumericLessThan: 2_000, Next: name }],
            Default: `${name}3`,
          },
          [`${name}3`]: { Type: 'Wait', Seconds: 10, End: true },
        },
      })),
      End: true,
    },
  },
};

test('after few events and after many, the state is what deciding made of it', () => {
  const program = compileDefinition(JSON.stringify(LOOP));
  const info = { arn: 'a', express: true, startedAt: 0, deadline: 1e12 } as ExecutionInfo;
  const state = newExecutionState(info);
  const retained = new Retained(program, info);
  const env = {
    now: 1,
    random: () => 0,
    uuid: () => '',
    taskToken: () => '',
    knowsActivity: () => false,
    checkParameters: () => [],
    limits: AWS_LIMITS,
    maxTransitions: 100,
  };
  let command: Parameters<typeof decide>[2] = { type: 'StartExecution', input: Payload.ofText('{"n":0}') };
  for (let more = true; more; ) {
    const verdict = decide(program, state, command, env);
    retained.add(verdict.events, state);
    const restored = retained.restore();
    // Private fields of payloads are not compared: which of their two forms they know does not matter.
    expect(restored).toEqual(state);
    expect([...restored.frames.values()].map(({ open, next }) => (open ?? next)?.input.text)).toEqual(
      [...state.frames.values()].map(({ open, next }) => (open ?? next)?.input.text),
    );
    more = verdict.more;
    command = { type: 'Continue' };
  }
  expect(state.lastId).toBeGreaterThan(5_000);
});
