// Runs the workflow with its function, in this process: no server, no port, nothing left behind.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createTreadle } from 'treadle';

const folder = join(import.meta.dirname, '..');
const definition = readFileSync(join(folder, 'order.asl.json'), 'utf8');
let treadle;

before(async () => {
  treadle = await createTreadle({ config: join(folder, 'treadle.yaml') });
});
after(() => treadle.close());

test('a small order is accepted as it is', async () => {
  const input = { lines: [{ name: 'lamp', price: 30, count: 2 }] };
  const { status, output } = await treadle.run(definition, { input });
  assert.deepEqual({ status, output }, { status: 'SUCCEEDED', output: { total: 60 } });
});

test('a large order gets a discount', async () => {
  const input = JSON.parse(readFileSync(join(folder, 'order.json'), 'utf8'));
  const { output } = await treadle.run(definition, { input });
  assert.deepEqual(output, { total: 180, discount: true });
});

test('an order without lines is refused', async () => {
  const { status, error } = await treadle.run(definition, { input: { lines: [] } });
  assert.deepEqual({ status, error }, { status: 'FAILED', error: 'EmptyOrder' });
});
