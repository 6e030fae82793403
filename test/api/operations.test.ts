import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS, type OperationName } from '../../src/api/model.ts';
import { HANDLERS, NOT_YET } from '../../src/api/operations.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const names = Object.keys(OPERATIONS) as OperationName[];

test('names all operations of the model', () => {
  expect(names).toHaveLength(37);
  expect(Object.keys(HANDLERS).sort()).toEqual([...names].sort());
});

test.each(names.filter((name) => HANDLERS[name] === NOT_YET))(
  '%s says that it is not there yet',
  async (name) => {
    expect(await t.refusal(name, {})).toBe(`NotImplementedException: Treadle does not support ${name} yet`);
  },
);

test.each(names.filter((name) => HANDLERS[name] !== NOT_YET))('%s checks its input', async (name) => {
  await expect(t.api.handle(name, [])).rejects.toThrow('Expected the request body to be an object');
});

test.each(['', 'Nonsense', 'toString', '__proto__', 'createStateMachine'])(
  'does not know %j',
  async (name) => {
    await expect(t.api.handle(name, {})).rejects.toMatchObject({
      code: 'UnknownOperationException',
      message: `Expected an operation of AWS Step Functions, but got '${name}'`,
    });
  },
);

test('are documented as they are', () => {
  const page = readFileSync(new URL('../../docs/reference/api.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| ([A-Z]\w+) \| (not yet|yes)\b/gm)].map(([, name, state]) => [
    name,
    state,
  ]);
  expect(rows).toEqual(
    names.toSorted(byName).map((name) => [name, HANDLERS[name] === NOT_YET ? NOT_YET : 'yes']),
  );
});

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en');
}
