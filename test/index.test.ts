// `import 'treadle'` from its source; test/package.test.ts imports it as it is installed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTreadle, type Treadle, TreadleError } from '../src/index.ts';

const PASS = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };
const ROLE = 'arn:aws:iam::123456789012:role/treadle';

let folder: string;
let treadle: Treadle | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-embedded-'));
});
afterEach(async () => {
  await treadle?.close();
  treadle = undefined;
  rmSync(folder, { recursive: true, force: true });
});

test('a definition runs to its end: Standard, Express, and one that fails', async () => {
  treadle = await createTreadle();
  expect(await treadle.run(PASS, { input: { a: 1 }, name: 'first' })).toEqual({
    executionArn: expect.stringMatching(/:execution:run-[0-9a-f-]+:first$/),
    status: 'SUCCEEDED',
    output: { a: 1 },
  });
  expect(await treadle.run(JSON.stringify(PASS), { input: [2], type: 'EXPRESS' })).toMatchObject({
    output: [2],
  });
  const fail = { StartAt: 'A', States: { A: { Type: 'Fail', Error: 'E', Cause: 'c' } } };
  const { executionArn, ...ended } = await treadle.run(fail);
  expect(ended).toEqual({ status: 'FAILED', error: 'E', cause: 'c' });
  expect(executionArn).toContain(':execution:');
});

test('errors of the API have the name that AWS gives them', async () => {
  treadle = await createTreadle();
  const refused = await treadle.run({ StartAt: 'Nowhere', States: {} }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(TreadleError);
  expect((refused as TreadleError).name).toBe('InvalidDefinition');
  await expect(treadle.call('NoSuchOperation')).rejects.toThrow('NoSuchOperation');
});

test('the functions and limits of a treadle.yaml count, whose mistakes are errors', async () => {
  writeFileSync(join(folder, 'double.mjs'), 'export const handler = async ({ n }) => 2 * n;');
  const config = join(folder, 'treadle.yaml');
  writeFileSync(config, 'functions:\n  double: { handler: double.handler }\naccount: "111122223333"\n');
  treadle = await createTreadle({ config });
  const resource = 'arn:aws:lambda:us-east-1:111122223333:function:double';
  const task = { StartAt: 'T', States: { T: { Type: 'Task', Resource: resource, End: true } } };
  expect(await treadle.run(task, { input: { n: 21 } })).toMatchObject({ status: 'SUCCEEDED', output: 42 });
  writeFileSync(config, 'accont: 1\n');
  await expect(createTreadle({ config })).rejects.toThrow('accont is not a known key; did you mean account?');
});

test('what lies in a folder is there when it is opened again', async () => {
  const data = join(folder, 'data');
  treadle = await createTreadle({ data });
  const definition = JSON.stringify(PASS);
  await treadle.call('CreateStateMachine', { name: 'kept', definition, roleArn: ROLE });
  await treadle.close();
  treadle = await createTreadle({ data });
  expect(await treadle.call('ListStateMachines')).toMatchObject({ stateMachines: [{ name: 'kept' }] });
});
