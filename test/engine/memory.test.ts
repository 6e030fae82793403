// What executions hold is counted until they leave the memory, and one that holds too much fails.

import { afterEach, expect, test } from 'vitest';
import { Payload } from '../../src/base/payload.ts';
import { Overloaded } from '../../src/engine/engine.ts';
import { limitsFor, Memory } from '../../src/engine/memory.ts';
import { openVirtualEngine, outcomeOf, sleeper, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
afterEach(() => v?.dispose());

const KIB = 1024;

/** Results of 10 KiB each that wait for their Map. */
const results = (count: number): object => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Items: `{% [1..${count}] %}`,
      ItemProcessor: {
        StartAt: 'P',
        States: { P: { Type: 'Pass', Output: "{% $pad('', 10240, 'x') & $states.input %}", End: true } },
      },
      Output: 1,
      End: true,
    },
  },
});

for (const type of ['STANDARD', 'EXPRESS'] as const) {
  test(`${type}: results of a Map may hold what an execution may hold, and no more`, async () => {
    v = await openVirtualEngine({ memory: { executionBytes: 1024 * KIB, totalBytes: 100_000 * KIB } });
    const run = async (count: number): Promise<unknown> => {
      const machine = await v.machine(`m-${count}`, results(count), type);
      const request = { machine, name: 'a', input: Payload.ofText('{}'), traceHeader: undefined };
      const end = outcomeOf(
        type === 'EXPRESS'
          ? v.engine.startSync(request)
          : v.engine.start(request).then(({ executionArn }) => v.engine.waitForEnd(executionArn)),
      );
      await v.pass(1_000);
      return end.now;
    };
    expect(await run(80)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run(200)).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });
}

test('Express executions that wait count until they end', async () => {
  v = await openVirtualEngine({ memory: { executionBytes: 1024 * KIB, totalBytes: 500 * KIB } });
  const machine = await v.machine('m', sleeper(60), 'EXPRESS');
  const request = (name: string) => ({
    ...{ machine, name, traceHeader: undefined },
    input: Payload.ofText(JSON.stringify('x'.repeat(100 * KIB))),
  });
  const starts = [];
  for (let i = 0; i < 10; i++) {
    starts.push(outcomeOf(v.engine.start(request(`e-${i}`))));
    await v.pass(10);
  }
  const refused = starts.filter(({ now }) => now === Overloaded.name).length;
  expect(refused).toBeGreaterThan(4);
  expect(refused).toBeLessThan(10);
  await v.pass(61_000);
  const after = outcomeOf(v.engine.start(request('after')));
  await v.pass(10);
  expect(after.now).toMatchObject({ executionArn: expect.any(String) });
});

test('while memory is tight, one execution may hold less', () => {
  const memory = new Memory({ executionBytes: 50e6, totalBytes: 100e6 });
  expect(memory.executionBytes).toBe(50e6);
  memory.change(101e6);
  expect(memory.executionBytes).toBeLessThan(5e6);
});

test('limits follow the heap and the size of payloads', () => {
  expect(limitsFor(512 * 2 ** 20, 262_144)).toEqual({
    executionBytes: 32 * 2 ** 20,
    totalBytes: (512 * 2 ** 20) / 5,
  });
  expect(limitsFor(512 * 2 ** 20, 256 * 2 ** 20).executionBytes).toBe(2 ** 31);
});
