// How a mock file comes into the configuration, and the other variables of Step Functions Local.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, loadConfig } from '../../src/config/load.ts';
import { startServer } from '../../src/server.ts';

const EMPTY = { StateMachines: {}, MockedResponses: {} };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-mocks-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value));
}

function load(yaml: string, env: Record<string, string> = {}): Config {
  write('treadle.yaml', yaml);
  return loadConfig({ file: join(folder, 'treadle.yaml'), folder, env });
}

function refusal(yaml: string, env: Record<string, string> = {}): string {
  try {
    load(yaml, env);
  } catch (error) {
    return (error as Error).message.replaceAll(folder, '.');
  }
  return '';
}

describe('the mock file', () => {
  test('is named by treadle.yaml, over it by SFN_MOCK_CONFIG, over that by TREADLE_MOCKS', () => {
    for (const name of ['a.json', 'b.json', 'c.json']) write(name, EMPTY);
    expect(load('').mocks).toBeUndefined();
    expect(load('mocks: a.json').mocks).toBe(join(folder, 'a.json'));
    expect(load('mocks: a.json', { SFN_MOCK_CONFIG: 'b.json' }).mocks).toBe(join(folder, 'b.json'));
    expect(load('', { SFN_MOCK_CONFIG: 'b.json', TREADLE_MOCKS: 'c.json' }).mocks).toBe(
      join(folder, 'c.json'),
    );
    expect(load('mocks: a.json', { TREADLE_MOCKS: 'none' }).mocks).toBeUndefined();
    expect(load('', { SFN_MOCK_CONFIG: join(folder, 'a.json') }).mocks).toBe(join(folder, 'a.json'));
  });

  test('must be there, be JSON and be right; all mistakes are told', async () => {
    const start = (yaml: string) =>
      startServer(load(yaml)).then(
        () => 'started',
        (error: Error) => error.message.replaceAll(folder, '.'),
      );
    expect(await start('mocks: gone.json')).toBe('./gone.json: the mock file does not exist');
    expect(refusal('mocks: [1]')).toMatch(/mocks is \[1\], expected the path of a mock file/);
    write('bad.json', { StateMachines: { m: {} }, MockedResponses: { R: { '1': { Return: 1 } } } });
    expect((await start('mocks: bad.json')).split('\n')).toEqual([
      './bad.json:1:51: MockedResponses.R.1 leaves a gap: number 0 must be answered before it',
      './bad.json:1:23: StateMachines.m.TestCases is missing; it must be an object from name of a test case to its mocked states',
    ]);
  });

  test('must fit the state machines that are deployed with it; others may come later', async () => {
    write('order.asl.json', { StartAt: 'T', States: { T: { Type: 'Pass', End: true } } });
    const cases = (state: string) => ({ TestCases: { c: { [state]: 'R' } } });
    write('mocks.json', {
      StateMachines: { order: cases('Gone'), later: cases('X') },
      MockedResponses: { R: { '0': { Return: 1 } } },
    });
    const yaml = `
data: ":memory:"
listen: 127.0.0.1:0
logs: { level: silent }
mocks: mocks.json
stateMachines: [order.asl.json]`;
    await expect(startServer(load(yaml))).rejects.toThrow(
      /mocks\.json:1:\d+: StateMachines\.order\.TestCases\.c\.Gone is not a state of the definition/,
    );
    write('order.asl.json', {
      StartAt: 'Gone',
      States: {
        Gone: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sns:publish',
          Parameters: { Message: 'x', TopicArn: 'arn:aws:sns:us-east-1:123456789012:t' },
          End: true,
        },
      },
    });
    const server = await startServer(load(yaml));
    expect(server.warnings).toEqual([
      expect.stringMatching(
        /mocks\.json has test cases of state machines that are not in stateMachines: later$/,
      ),
    ]);
    await server.close();
  });
});

describe('waitTimeScale', () => {
  test('is a number greater than 0 and at most 1, from WAIT_TIME_SCALE too', () => {
    expect(load('').waitTimeScale).toBe(1);
    expect(load('waitTimeScale: 0.5').waitTimeScale).toBe(0.5);
    expect(load('waitTimeScale: 0.5', { WAIT_TIME_SCALE: '.25' }).waitTimeScale).toBe(0.25);
    for (const wrong of ['0', '2', '-1', 'fast', '1e-9']) {
      expect(refusal('', { WAIT_TIME_SCALE: wrong })).toBe(
        `WAIT_TIME_SCALE: waitTimeScale is ${JSON.stringify(wrong)}, expected a number greater than 0 and at most 1`,
      );
    }
  });
});

describe('AWS_ACCOUNT_ID and AWS_DEFAULT_REGION', () => {
  const shared = { AWS_ACCOUNT_ID: '111122223333', AWS_DEFAULT_REGION: 'cn-north-1' };

  test('count when Treadle is told nothing else', () => {
    expect(load('', shared)).toMatchObject({
      account: '111122223333',
      region: 'cn-north-1',
      partition: 'aws-cn',
    });
    const own = { TREADLE_ACCOUNT: '444455556666', TREADLE_REGION: 'eu-west-1' };
    expect(load('', { ...shared, ...own })).toMatchObject({ account: '444455556666', region: 'eu-west-1' });
    const yaml = 'account: "777788889999"\nregion: us-west-2\n';
    expect(load(yaml, shared)).toMatchObject({ account: '777788889999', region: 'us-west-2' });
  });

  test('are named when they are wrong', () => {
    expect(refusal('', { AWS_ACCOUNT_ID: '12' })).toBe(
      'AWS_ACCOUNT_ID: account is "12", expected an AWS account number of 12 digits',
    );
  });
});
