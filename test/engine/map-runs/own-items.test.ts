// Items that a Map without an ItemReader has in its input, when selecting them takes longer than one decision may.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MapRunRecord } from '../../../src/store/map-runs.ts';
import { openVirtualEngine, type VirtualEngine } from '../virtual-engine.ts';

const COUNT = 2_500;
const NUMBERS = Array.from({ length: COUNT }, (_, n) => n);

let v: VirtualEngine;
/** Children made with the Map Run, before anything else. */
let atOnce: number | undefined;

beforeEach(async () => {
  v = await openVirtualEngine();
  atOnce = undefined;
  v.onCommit = ({ mapRuns }) => {
    for (const { created, record } of mapRuns ?? []) if (created) atOnce = record.reading.children;
  };
  // Whoever looks at the clock finds that it took a millisecond.
  v.lookMs = 1;
});
afterEach(() => v.dispose());

const map = (more: object): object => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      Label: 'each',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'P',
        States: { P: { Type: 'Pass', End: true } },
      },
      End: true,
      ...more,
    },
  },
});

async function run(definition: object, input: unknown): Promise<unknown> {
  const machine = await v.machine('m', definition);
  const starting = v.start(machine, 'parent', JSON.stringify(input));
  for (let n = 0; n < 30; n++) await v.pass(1_000);
  return outputOf(await starting);
}

async function outputOf(arn: string): Promise<unknown> {
  expect(await v.status(arn)).toBe('SUCCEEDED');
  return (await v.engine.waitForEnd(arn))?.output?.value;
}

async function record(arn: string): Promise<MapRunRecord> {
  const { key } = (await v.store.executions.get(arn))!;
  return (await v.store.mapRuns.list({ executionKey: key, after: undefined, limit: 1 }))[0]!;
}

const ItemSelector = { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' };
const PARENT = 'arn:aws:states:us-east-1:123456789012:execution:m:parent';

describe('items of the state that take long to select', () => {
  it('are selected after the decision that starts the Map Run', async () => {
    const output = await run(map({ ItemSelector }), NUMBERS);
    expect(output).toEqual(NUMBERS.map((n) => ({ v: n, i: n })));
    expect(atOnce).toBeGreaterThan(0);
    expect(atOnce).toBeLessThan(100);
    expect((await record(PARENT)).reading).toMatchObject({ complete: true, items: COUNT, children: COUNT });
  });

  it('may be the members of an object', async () => {
    const object = Object.fromEntries(NUMBERS.map((n) => [`k${n}`, n]));
    const output = await run(map({ ItemSelector: { 'k.$': '$$.Map.Item.Key' } }), object);
    expect(output).toEqual(NUMBERS.map((n) => ({ k: `k${n}` })));
  });

  it('are batched over all slices', async () => {
    const output = await run(map({ ItemSelector, ItemBatcher: { MaxItemsPerBatch: 700 } }), NUMBERS);
    const batches = output as { Items: { v: number }[] }[];
    expect(batches.map(({ Items }) => Items.length)).toEqual([700, 700, 700, 400]);
    expect(batches.flatMap(({ Items }) => Items.map(({ v: n }) => n))).toEqual(NUMBERS);
  });

  it('go on after a restart with the ones that there were, also when the expression would give others', async () => {
    const Items = '{% $map([1..2500], function() { $uuid() }) %}';
    const QueryLanguage = 'JSONata';
    const Selector = '{% { "v": $states.context.Map.Item.Value } %}';
    let died = 0;
    const watch = v.onCommit!;
    v.onCommit = (batch) => {
      void watch(batch);
      const half = batch.mapRuns?.some(
        (write) => !write.created && write.record.reading.children > 1_500 && !write.record.reading.complete,
      );
      if (died > 0 || half !== true) return;
      died++;
      return new Promise<void>(() => undefined);
    };
    const wait = { Type: 'Wait', Seconds: 1, End: true };
    const definition = map({ QueryLanguage, Items, ItemSelector: Selector });
    const each = (definition as { States: { Each: { ItemProcessor: object } } }).States.Each;
    Object.assign(each.ItemProcessor, { StartAt: 'W', States: { W: wait } });
    const machine = await v.machine('m', definition);
    void v.start(machine, 'parent', '{}');
    for (let n = 0; n < 20 && died === 0; n++) await v.pass(1_000);
    expect(died).toBe(1);
    const before = await inputs();
    await v.restart();
    for (let n = 0; n < 60; n++) await v.pass(1_000);
    const values = ((await outputOf(PARENT)) as { v: string }[]).map((of) => of.v);
    expect(values).toHaveLength(COUNT);
    expect(new Set(values).size).toBe(COUNT);
    expect(values.slice(0, before.length)).toEqual(before);
    const kept = (await v.store.journal.read((await v.store.executions.get(PARENT))!.key)).find(
      ({ type }) => type === 'MapRunStarted',
    );
    expect(kept?.type === 'MapRunStarted' && kept.items?.value).toEqual(values);
  });

  it('that fail the selector after the decision fail the Map Run', async () => {
    const machine = await v.machine('m', map({ ItemSelector: { 'v.$': '$$.Map.Item.Value.x' } }));
    const items = NUMBERS.map((n) => (n < 2_000 ? { x: n } : {}));
    const starting = v.start(machine, 'parent', JSON.stringify(items));
    for (let n = 0; n < 30; n++) await v.pass(1_000);
    const end = await v.engine.waitForEnd(await starting);
    expect([end?.status, end?.error]).toEqual(['FAILED', 'States.Runtime']);
    expect((await record(PARENT)).status).toBe('FAILED');
  });
});

async function inputs(): Promise<string[]> {
  const { key } = await record(PARENT);
  const found: string[] = [];
  for (;;) {
    const chunk = await v.store.mapRuns.chunk(key, found.length);
    if (chunk === undefined) return found;
    found.push(...chunk.inputs.map((text) => (JSON.parse(text) as { v: string }).v));
  }
}
