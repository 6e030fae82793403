// The example of docs/guide/mocks.md, run as the guide says: on the command line.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const GUIDE = readFileSync(new URL('../../docs/guide/mocks.md', import.meta.url), 'utf8');
let folder: string;

function block(tag: string): string {
  const found = new RegExp(`^\`\`\`json ${tag}\n([\\s\\S]*?)^\`\`\``, 'm').exec(GUIDE)?.[1];
  if (found === undefined) throw new Error(`Expected a block "json ${tag}" in the guide`);
  return found;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-mocks-'));
  writeFileSync(join(folder, 'greeting.asl.json'), block('asl'));
  writeFileSync(join(folder, 'MockConfigFile.json'), block('MockConfigFile.json'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function treadle(...args: string[]): Promise<Finished> {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1', HOME: folder, WAIT_TIME_SCALE: '0.01' };
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: [...stdio] });
  const texts = { out: '', err: '' };
  child.stdout!.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    texts.err += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

const mocked = (testCase: string) =>
  treadle('run', 'greeting.asl.json', '--input', '{"id":7}', '--mock', `MockConfigFile.json${testCase}`);

describe.concurrent('treadle run --mock', () => {
  test.each(['#found', '#busy'])('runs the test case %s', async (testCase) => {
    const { code, out } = await mocked(testCase);
    expect(JSON.parse(out)).toEqual({ name: 'Ada' });
    expect(code).toBe(0);
  });

  test('fails as the test case says', async () => {
    const { code, err } = await mocked('#unknown');
    expect(err).toContain('NoSuchCustomer: There is no customer 7.');
    expect(code).toBe(1);
  });

  test('asks for the case when there are several', async () => {
    const { code, err } = await mocked('');
    expect(err).toContain('MockConfigFile.json has the test cases found, busy, unknown of greeting');
    expect(code).toBe(2);
  });

  test('takes the only machine and the only case, and names states that nobody answers', async () => {
    const only = { StateMachines: { Other: { TestCases: { one: { 'Look up': 'R' } } } } };
    const R = { '0': { Return: { StatusCode: 200, Payload: { name: 'Bo' } } } };
    writeFileSync(join(folder, 'only.json'), JSON.stringify({ ...only, MockedResponses: { R } }));
    const { code, err } = await treadle('run', 'greeting.asl.json', '--mock', 'only.json');
    expect(err).toContain(
      "States.Runtime: Test case 'one' does not mock the state 'Send', and no function or endpoint of the configuration answers it.",
    );
    expect(code).toBe(1);
  });

  test('tells every mistake of the file', async () => {
    writeFileSync(join(folder, 'bad.json'), '{"StateMachines": 1, "MockedResponses": []}');
    const { code, err } = await treadle('run', 'greeting.asl.json', '--mock', 'bad.json#x');
    expect(err).toContain('bad.json:1:19: StateMachines is 1, expected an object: state machines by name');
    expect(err).toContain('bad.json:1:41: MockedResponses is [], expected an object: responses by name');
    expect(code).toBe(2);
  });
});
