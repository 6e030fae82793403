// Which executions are in memory, and what happens when they have to be.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { DefinitionCache } from '../../src/asl/analysis.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { Memory } from '../../src/engine/memory.ts';
import { Programs } from '../../src/engine/programs.ts';
import { Residents } from '../../src/engine/residents.ts';
import { arnOf, openVirtualEngine, PASS, sleeper, type VirtualEngine } from './virtual-engine.ts';

let v: VirtualEngine;
let residents: Residents;
let reads: number;
const UNBOUNDED = { executionBytes: Number.POSITIVE_INFINITY, totalBytes: Number.POSITIVE_INFINITY };
const ARN = arnOf('m', 'a');

beforeEach(async () => {
  v = await openVirtualEngine();
  const start = v.start(await v.machine('m', sleeper(60)), 'a');
  await v.pass(0);
  await start;
  residents = new Residents(
    v.store,
    new Programs(v.store, new DefinitionCache()),
    AWS_LIMITS,
    new Memory(UNBOUNDED),
  );
  reads = 0;
  v.onRead = () => void reads++;
});
afterEach(() => v.dispose());

test('two who ask for the same execution share one fold and get the same resident', async () => {
  const [first, second] = await Promise.all([residents.find(ARN), residents.find(ARN)]);
  expect(first?.record.arn).toBe(ARN);
  expect(second).toBe(first);
  expect(await residents.find(ARN)).toBe(first);
  expect(reads).toBe(1);
});

test('a folded execution has the state that its journal says', async () => {
  const resident = await residents.find(ARN);
  expect(resident?.created).toBe(true);
  expect(resident?.state.sequence).toBe(resident?.record.sequence);
  expect([...resident!.state.frames.values()].map(({ open }) => open?.name)).toEqual(['W']);
});

test('an evicted resident says so, and the next who asks gets another', async () => {
  const first = (await residents.find(ARN))!;
  residents.evict(first);
  expect([first.evicted, residents.has(ARN)]).toEqual([true, false]);
  const second = (await residents.find(ARN))!;
  expect(second).not.toBe(first);
  // Evicting the first once more must not take the second out.
  residents.evict(first);
  expect(residents.get(ARN)).toBe(second);
});

test('a resident that was added while the journal was read wins', async () => {
  const other = (await new Residents(
    v.store,
    new Programs(v.store, new DefinitionCache()),
    AWS_LIMITS,
    new Memory(UNBOUNDED),
  ).find(ARN))!;
  v.onRead = () => residents.add(other);
  expect(await residents.find(ARN)).toBe(other);
});

test('executions that are closed or unknown are not brought into memory', async () => {
  const start = v.start(await v.machine('p', PASS), 'b');
  await v.pass(0);
  expect(await residents.find(await start)).toBeUndefined();
  expect(await residents.find(arnOf('m', 'nobody'))).toBeUndefined();
  expect([...residents.all()]).toEqual([]);
});

test('a fold that failed is tried again by the next who asks', async () => {
  v.onRead = () => {
    throw new Error('the disk is away');
  };
  await expect(residents.find(ARN)).rejects.toThrow('the disk is away');
  v.onRead = undefined;
  expect((await residents.find(ARN))?.record.arn).toBe(ARN);
});
