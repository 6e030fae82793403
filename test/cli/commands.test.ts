// The command line as a process: what it prints where, and how it exits.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-cli-'));
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
  const machine = (state: object) => ({ StartAt: 'Only', States: { Only: state } });
  write('pass.asl.json', machine({ Type: 'Pass', End: true }));
  write('fail.asl.json', machine({ Type: 'Fail', Error: 'Nope', Cause: 'because' }));
  write('wait.asl.json', machine({ Type: 'Wait', Seconds: 600, End: true }));
  write(
    'bad.asl.json',
    '{\n  "StartAt": "Only",\n  "States": { "Only": { "Type": "Pass", "Next": "Gone" } }\n}',
  );
  write(
    'flow.asl.yaml',
    'StartAt: Only\nStates:\n  Only:\n    Type: Pass\n    Result: { from: yaml }\n    End: true\n',
  );
  write('input.json', '{"a": 1.0}');
  write(
    'memory.yaml',
    'data: ":memory:"\nlisten: 127.0.0.1:0\nlogs: { level: silent }\nstateMachines: [pass.asl.json]\n',
  );
  write('broken.yaml', 'listn: 1\n');
  write('refused.yaml', 'data: ":memory:"\nlisten: 127.0.0.1:0\nstateMachines: [bad.asl.json]\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a test that failed half-way left running. */
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
});

interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function start(args: readonly string[]): {
  child: ChildProcess;
  finished: Promise<Finished>;
  saw(text: RegExp): Promise<string>;
} {
  const env = { PATH: process.env['PATH'], NO_COLOR: '1', HOME: folder };
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  let out = '';
  let err = '';
  const looks: (() => void)[] = [];
  child.stdout.on('data', (chunk) => {
    out += chunk;
    for (const look of looks) look();
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
    for (const look of looks) look();
  });
  const finished = new Promise<Finished>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  );
  const saw = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(out + err);
        if (match !== null) resolve(match[1] ?? match[0]);
      };
      looks.push(look);
      look();
      finished.then(() => reject(new Error(`Expected ${pattern}, but got ${out}${err}`)));
    });
  return { child, finished, saw };
}

const treadle = (...args: string[]) => start(args).finished;

describe('run', () => {
  test('prints the output on standard output, the rest on standard error, and exits 0', async () => {
    const { code, out, err } = await treadle('run', 'pass.asl.json', '--input', '@input.json');
    expect(code).toBe(0);
    expect(out).toBe('{\n  "a": 1.0\n}\n');
    expect(err).toMatch(/✓ Only {2}\d+ ms\n\nSUCCEEDED in .*, 4 events\n$/);
  });

  test('reads YAML, and --quiet prints the output alone', async () => {
    expect(await treadle('run', 'flow.asl.yaml', '-q')).toEqual({
      code: 0,
      out: '{\n  "from": "yaml"\n}\n',
      err: '',
    });
  });

  test('an execution that fails exits 1 with its error', async () => {
    const { code, out, err } = await treadle('run', 'fail.asl.json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/FAILED in .*\nNope: because\n$/);
  });

  test('--json prints the events of the API and the result, a line each', async () => {
    const { code, out } = await treadle('run', 'pass.asl.json', '--json', '--name', 'one', '--input', '"x"');
    expect(code).toBe(0);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
      'Result',
    ]);
    expect(lines[1]).toMatchObject({
      id: 2,
      previousEventId: 0,
      stateEnteredEventDetails: { name: 'Only', input: '"x"' },
    });
    expect(lines[4]).toMatchObject({
      executionArn: 'arn:aws:states:us-east-1:123456789012:execution:pass:one',
      status: 'SUCCEEDED',
      output: '"x"',
    });
  });

  test('runs Express too', async () => {
    const { code, out, err } = await treadle('run', 'pass.asl.json', '--type', 'express', '--input', '[1]');
    expect({ code, out: JSON.parse(out) }).toEqual({ code: 0, out: [1] });
    expect(err).toContain('✓ Only');
  });

  test.each([
    [['bad.asl.json'], /error MISSING_TRANSITION_TARGET: .*\n --> bad\.asl\.json:3:\d+ .*\n[^^]*\^{6}\n/],
    [['none.asl.json'], /^treadle: none\.asl\.json does not exist\n {2}→ /],
    [['pass.asl.json', '--input', '{a}'], /^treadle: the input of --input is not JSON: /],
    [['pass.asl.json', '--input', '@none.json'], /^treadle: the input none\.json does not exist\n/],
    [['pass.asl.json', '--name', 'a b'], /^treadle: --name is "a b"\n/],
    [['pass.asl.json', '--type', 'fast'], /Expected standard or express/],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { code, out, err } = await treadle('run', ...args);
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('Ctrl-C aborts the execution', async () => {
    const { child, finished, saw } = start(['run', 'wait.asl.json']);
    await saw(/▸ Only {2}wait/);
    child.kill('SIGINT');
    const { code, err } = await finished;
    expect(code).toBe(1);
    expect(err).toMatch(/ABORTED in .*\nTreadle\.Interrupted: SIGINT/);
  });
});

describe('validate', () => {
  test('exits 0 when every definition is right', async () => {
    const { code, out } = await treadle('validate', 'pass.asl.json', '*.asl.yaml');
    expect({ code, out }).toEqual({ code: 0, out: '✓ pass.asl.json\n✓ flow.asl.yaml\n' });
  });

  test('takes folders, and exits 2 when one is wrong', async () => {
    const { code, out } = await treadle('validate', '.');
    expect(code).toBe(2);
    expect(out).toMatch(/^✗ bad\.asl\.json {2}\d errors?\n✓ fail\.asl\.json\n/);
  });

  test('--json tells programs where', async () => {
    const { code, out } = await treadle('validate', '--json', 'bad.asl.json');
    expect(code).toBe(2);
    const [file] = JSON.parse(out);
    expect(file).toMatchObject({ file: 'bad.asl.json', valid: false });
    expect(file.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'MISSING_TRANSITION_TARGET',
        start: expect.objectContaining({ line: 3 }),
      }),
    );
  });
});

describe('start', () => {
  test('tells where it answers and what to try, and stops on SIGTERM; history reads from it', async () => {
    const server = start(['start', '--config', 'memory.yaml']);
    const url = await server.saw(/answers at (http:\S+)/);
    await server.saw(/Ctrl-C stops/);
    const call = async (operation: string, input: object) => {
      const headers = {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
      };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) });
      return (await response.json()) as Record<string, string>;
    };
    const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:pass';
    const { executionArn } = await call('StartExecution', { stateMachineArn, input: '{"x":1}' });
    let status = 'RUNNING';
    while (status === 'RUNNING') status = (await call('DescribeExecution', { executionArn }))['status']!;
    const shown = await treadle('history', executionArn!, '--endpoint', url);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(
      /^pass \S+ {2}SUCCEEDED\nstarted .*, 4 events\n\n.*✓ Only .* pass\n\n\{\n {2}"x": 1\n\}\n$/,
    );
    const lines = await treadle('history', executionArn!, '--endpoint', url, '--json', '--reverse');
    expect(JSON.parse(lines.out.split('\n')[0]!)).toMatchObject({ id: 4, type: 'ExecutionSucceeded' });
    const unknown = await treadle('history', `${executionArn}x`, '--endpoint', url);
    expect(unknown.err).toMatch(/^treadle: ExecutionDoesNotExist: .*\n {2}→ /);

    const done = await treadle('redrive', executionArn!, '--endpoint', url);
    expect(done.code).toBe(1);
    expect(done.err).toMatch(
      /^treadle: ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven\n {2}→ treadle history/,
    );
    const broken = { name: 'broken', roleArn: 'arn:aws:iam::123456789012:role/r' };
    const definition = readFileSync(join(folder, 'fail.asl.json'), 'utf8');
    const created = await call('CreateStateMachine', { ...broken, definition });
    const failed = await call('StartExecution', created);
    const redriven = await treadle('redrive', failed['executionArn']!, '--endpoint', url);
    expect([redriven.code, redriven.err]).toEqual([0, '']);
    expect(redriven.out).toMatch(/^redriven 20/);
    const again = await treadle('history', failed['executionArn']!, '--endpoint', url);
    expect(again.out).toContain('broken');

    const other = await treadle('start', '--config', 'memory.yaml', '--listen', new URL(url).host);
    expect(other.code).toBe(1);
    expect(other.err).toMatch(/is in use by another process\n {2}→ .*--listen \d+\n$/);

    server.child.kill('SIGTERM');
    const { code, out } = await server.finished;
    expect(code).toBe(0);
    expect(out).toContain(`--endpoint-url ${url} `);
    expect(out).toContain('AWS_DISABLE_HOST_PREFIX_INJECTION=true');
    expect(out).toContain('disableHostPrefix: true');
    expect(out).toContain(`--state-machine-arn ${stateMachineArn} --input 'file://input.json'`);
  });

  test('a wrong configuration is one message and exit code 1; a wrong definition is underlined, exit code 2', async () => {
    const config = await treadle('start', '--config', 'broken.yaml');
    expect(config.code).toBe(1);
    expect(config.err).toMatch(
      /^treadle: .*\n {2}broken\.yaml:1:1: listn is not a known key; did you mean listen\?\n {2}→ /,
    );
    const definition = await treadle('start', '--config', 'refused.yaml');
    expect(definition.code).toBe(2);
    expect(definition.err).toMatch(/\^{6}\n[\s\S]*treadle: bad\.asl\.json cannot be deployed\n/);
  });
});

describe('the rest', () => {
  test('config shows values and origins, secrets masked', async () => {
    writeFileSync(
      join(folder, 'secret.yaml'),
      'functions:\n  pay:\n    handler: a.b\n    env: { API_KEY: hush, MODE: test }\nendpoints:\n  sqs: http://me:hush@sqs\n',
    );
    const { code, out } = await treadle('config', '-c', 'secret.yaml');
    expect(code).toBe(0);
    expect(out).toMatch(/^region +us-east-1 +default$/m);
    expect(out).toMatch(
      /^functions\.pay +\{"handler":"a\.b","env":\{"API_KEY":"•••","MODE":"test"\}\} +secret\.yaml:2:3$/m,
    );
    expect(out).not.toContain('hush');
    const json = JSON.parse((await treadle('config', '-c', 'secret.yaml', '--json')).out);
    expect(json).toContainEqual({
      key: 'listen',
      value: '127.0.0.1:8083',
      default: '127.0.0.1:8083',
      origin: 'default',
      variable: 'TREADLE_LISTEN',
    });
  });

  test('a mistyped command is named with the nearest; no command shows the help', async () => {
    const typo = await treadle('strat');
    expect(typo.code).toBe(2);
    expect(typo.err).toMatch(/unknown command 'strat'\n\(Did you mean start\?\)/);
    const help = await treadle();
    expect(help.code).toBe(0);
    expect(help.out).toContain('Examples\n  treadle init');
    expect((await treadle('--version')).out).toMatch(/^treadle \d+\.\d+\.\d+ \(Node 2\d\./);
  });

  test('history wants the ARN of an execution', async () => {
    const { code, err } = await treadle('history', 'order');
    expect(code).toBe(2);
    expect(err).toMatch(/^treadle: "order" is not the ARN of an execution\n {2}→ it looks like /);
  });
});
