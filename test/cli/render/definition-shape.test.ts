import { expect, test } from 'vitest';
import { nameColumn } from '../../../src/cli/render/definition-shape.ts';

const workflow = (...names: string[]) => ({
  StartAt: names[0],
  States: Object.fromEntries(names.map((name) => [name, { Type: 'Pass' }])),
});
const column = (definition: object) => nameColumn(JSON.stringify(definition));

test('is the column behind the longest name, its icon before it', () => {
  expect(column(workflow('A', 'x'.repeat(30)))).toBe(34);
});

test('counts what a branch and an iteration are drawn with', () => {
  const name = 'x'.repeat(30);
  const parallel = { States: { P: { Type: 'Parallel', Branches: [workflow('A'), workflow(name)] } } };
  expect(column(parallel)).toBe(37);
  expect(column({ States: { M: { Type: 'Map', ItemProcessor: workflow(name) } } })).toBe(40);
  expect(column({ States: { M: { Type: 'Map', Iterator: workflow(name) } } })).toBe(40);
});

test('stays within bounds', () => {
  expect(column(workflow('A'))).toBe(26);
  expect(column(workflow('x'.repeat(80)))).toBe(52);
});

test('takes payloads for payloads', () => {
  const name = 'x'.repeat(40);
  expect(column({ States: { A: { Type: 'Pass', Result: { States: { [name]: {} } } } } })).toBe(26);
});
