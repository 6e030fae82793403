// A state that is tested takes its time: waits, time-outs, calls that take long, and callers that go away.
// Source: AWS, API reference of TestState ("can run for up to five minutes … fails with the States.Timeout error").

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DefinitionCache } from '../../src/asl/analysis.ts';
import { assert } from '../../src/base/assert.ts';
import { Payload } from '../../src/base/payload.ts';
import type { StateTestRequest } from '../../src/engine/engine.ts';
import type { Integration } from '../../src/integrations/integration.ts';
import { openVirtualEngine, outcomeOf, type VirtualEngine } from './virtual-engine.ts';

/** Never answers; knows whether it was called off. */
class Silent implements Integration {
  calls = 0;
  aborted = 0;
  start: Integration['start'] = (_, signal) => {
    this.calls++;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.aborted++;
        resolve({ status: 'failed', error: 'gone', cause: undefined });
      });
    });
  };
}

let v: VirtualEngine;
let silent: Silent;
beforeEach(async () => {
  silent = new Silent();
  v = await openVirtualEngine({ integrations: { find: () => silent } });
});
afterEach(() => v.dispose());

function request(state: object, more: Partial<StateTestRequest> = {}): StateTestRequest {
  const { program } = new DefinitionCache().analyzeState(JSON.stringify(state));
  assert(program, 'Expected a valid state');
  return {
    ...{ program, stateName: 'StateName', input: Payload.ofText('1'), variables: {}, roleArn: 'r' },
    ...{ context: undefined, retries: 0, mock: undefined, revealSecrets: false, ...more },
  };
}

/** @returns `SUCCEEDED 1`, `FAILED States.Timeout`, or the name of what it was refused with, once it is there. */
function run(state: object, signal = new AbortController().signal): { now: unknown } {
  const ended = v.engine.testState(request(state), signal);
  return outcomeOf(ended.then(({ end }) => `${end.status} ${end.output?.text ?? end.error}`));
}

const TASK = {
  ...{ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true },
  Parameters: { FunctionName: 'f', 'Payload.$': '$' },
};

describe('a state that is tested', () => {
  it('waits as long as it says', async () => {
    const outcome = run({ Type: 'Wait', Seconds: 30, End: true });
    await v.pass(29_999);
    expect(outcome.now).toBe('open');
    await v.pass(1);
    expect(outcome.now).toBe('SUCCEEDED 1');
  });

  it('fails after five minutes', async () => {
    const outcome = run({ Type: 'Wait', Seconds: 301, End: true });
    await v.pass(299_999);
    expect(outcome.now).toBe('open');
    await v.pass(1);
    expect(outcome.now).toBe('FAILED States.Timeout');
  });

  it('times out by its own TimeoutSeconds, and its call is called off', async () => {
    const outcome = run({ ...TASK, TimeoutSeconds: 10 });
    await v.pass(10_000);
    expect(outcome.now).toBe('FAILED States.Timeout');
    expect([silent.calls, silent.aborted]).toEqual([1, 1]);
  });

  it('retries nothing', async () => {
    const outcome = run({ ...TASK, TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.ALL'] }] });
    await v.pass(60_000);
    expect(outcome.now).toBe('RETRIABLE States.Timeout');
    expect(silent.calls).toBe(1);
  });

  it('writes nothing', async () => {
    const outcome = run({ Type: 'Pass', End: true });
    await v.pass(0);
    expect([outcome.now, v.commits]).toEqual(['SUCCEEDED 1', []]);
  });

  it('is called off when nobody waits for it any more', async () => {
    const caller = new AbortController();
    const outcome = run(TASK, caller.signal);
    await v.pass(1_000);
    expect([outcome.now, silent.calls]).toEqual(['open', 1]);
    caller.abort();
    await v.pass(0);
    expect([outcome.now, silent.aborted]).toEqual(['Overloaded', 1]);
  });

  it('ends with the engine', async () => {
    const outcome = run(TASK);
    await v.pass(0);
    const closed = v.engine.close(0);
    await v.pass(2_000);
    await closed;
    expect([outcome.now, silent.aborted]).toEqual(['Overloaded', 1]);
  });

  it('is one of a bounded number', async () => {
    const caller = new AbortController();
    for (let i = 0; i < 1_000; i++) run({ Type: 'Wait', Seconds: 60, End: true }, caller.signal);
    const outcome = run({ Type: 'Pass', End: true });
    await v.pass(0);
    expect(outcome.now).toBe('Overloaded');
    caller.abort();
    await v.pass(0);
    const later = run({ Type: 'Pass', End: true });
    await v.pass(0);
    expect(later.now).toBe('SUCCEEDED 1');
  });
});
