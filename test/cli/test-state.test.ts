// `treadle test-state` as a process: what it prints where, and how it exits.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-test-state-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const charge = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'f', 'Payload.$': '$' },
    Catch: [{ ErrorEquals: ['Declined'], Next: 'Other' }],
    Next: 'Other',
  };
  write('charge.json', JSON.stringify(charge));
  const States = { Charge: charge, Other: { Type: 'Pass', Parameters: { 'v.$': '$v' }, End: true } };
  write('order.asl.json', JSON.stringify({ StartAt: 'Charge', States }));
  write('one.asl.yaml', 'StartAt: Only\nStates:\n  Only: { Type: Pass, Result: x, End: true }\n');
  write('mock.json', '{"result": {"Payload": 7}}');
  write('bad.json', '{"Type": "Pas"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function testState(...args: string[]): { code: number | null; out: string; err: string } {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1', HOME: folder };
  const run = spawnSync(process.execPath, [MAIN, 'test-state', ...args], {
    ...{ cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  });
  return { code: run.status, out: String(run.stdout), err: String(run.stderr) };
}

test('prints the output on standard output and the way of the data beside it', () => {
  const { code, out, err } = testState('charge.json', '-i', '{"a":1}', '-m', '@mock.json', '--inspect');
  expect([code, out]).toEqual([0, '{\n  "Payload": 7\n}\n']);
  expect(err).toContain(
    'input\n  {\n    "a": 1\n  }\nafterInputPath as input\nafterParameters\n  {\n    "FunctionName": "f",\n',
  );
  expect(err).toMatch(/\n\nSUCCEEDED → Other\n$/);
});

test('says where an error leads', () => {
  const mock = '{"errorOutput": {"error": "Declined", "cause": "no"}}';
  const { code, err } = testState('charge.json', '-m', mock);
  expect([code, err]).toEqual([0, 'CAUGHT_ERROR → Other\nDeclined: no\n']);
  const failed = testState('charge.json', '-m', '{"errorOutput": {"error": "Else"}}');
  expect([failed.code, failed.err]).toEqual([1, 'FAILED\nElse\n']);
});

test('takes a state out of a definition, the only one without being told', () => {
  expect(testState('one.asl.yaml')).toMatchObject({ code: 0, out: '"x"\n' });
  const { out } = testState('order.asl.json', '-s', 'Other', '--variables', '{"v": 2}', '--json');
  expect(JSON.parse(out)).toEqual({ output: '{"v":2}', status: 'SUCCEEDED' });
  expect(testState('order.asl.json')).toMatchObject({
    code: 2,
    err: "treadle: order.asl.json holds a state machine\n  → choose a state: --state 'Charge' (there are Charge, Other)\n",
  });
  expect(testState('charge.json', '-s', 'X').err).toContain('charge.json holds one state, which has no name');
});

test('says what is wrong with the state, the mock or an option', () => {
  expect(testState('bad.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('bad.json cannot run'),
  });
  expect(testState('charge.json', '-m', '{"result": {"StatusCode": "x"}}')).toMatchObject({
    code: 2,
    err: expect.stringContaining("Field 'StatusCode' must be a number"),
  });
  expect(testState('charge.json', '-m', '{')).toMatchObject({
    code: 2,
    err: expect.stringContaining('the input of --mock is not JSON'),
  });
  expect(testState('charge.json', '--with', '[]').err).toContain('--with is []');
  expect(testState('charge.json', '-m', '@gone.json').err).toContain('gone.json does not exist');
});
