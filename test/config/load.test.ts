import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, type ConfigSource, findConfigFile, loadConfig } from '../../src/config/load.ts';
import { ConfigError, describeOrigin } from '../../src/config/problem.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function load(yaml: string, env: ConfigSource['env'] = {}, options: ConfigSource['options'] = {}): Config {
  return loadConfig({ file: write('treadle.yaml', yaml), folder, env, options });
}

/** Messages of the problems, without the folder's name. */
function problems(yaml: string, env: ConfigSource['env'] = {}): string[] {
  try {
    load(yaml, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message
      .split('\n')
      .map((line) => line.replace(/^.*?(?=treadle\.yaml)/, '').replaceAll(folder, '.'));
  }
  return [];
}

describe('defaults', () => {
  test('are used when there is neither file nor environment', () => {
    const config = loadConfig({ folder, env: {} });
    expect(config).toMatchObject({
      partition: 'aws',
      region: 'us-east-1',
      account: '123456789012',
      listen: { host: '127.0.0.1', port: 8083 },
      data: join(folder, '.treadle'),
      functions: {},
      endpoints: {},
      stateMachines: [],
      logs: { level: 'info' },
      warnings: [],
    });
    expect(config.limits).toMatchObject({ payloadBytes: 262_144, historyEvents: 25_000, retentionDays: 90 });
    expect(config.settings.every(({ origin }) => origin.from === 'default')).toBe(true);
  });

  test('stay for an empty file and for a key without a value', () => {
    expect(load('').listen.port).toBe(8083);
    expect(load('# nothing\nlisten:\n').listen.port).toBe(8083);
  });
});

describe('values', () => {
  test('come from the file, with its positions', () => {
    const config = load('region: eu-central-1\nlimits:\n  payloadBytes: 1000000\nretention: 7\n');
    expect(config.region).toBe('eu-central-1');
    expect(config.limits).toMatchObject({ payloadBytes: 1_000_000, retentionDays: 7 });
    const setting = config.settings.find(({ key }) => key === 'limits.payloadBytes');
    expect(describeOrigin(setting!.origin)).toMatch(/treadle\.yaml:3:17$/);
  });

  test('an account keeps its leading zeros without quotes', () => {
    expect(load('account: 000000000012').account).toBe('000000000012');
  });

  test('the environment wins over the file, the command line over both', () => {
    const env = { TREADLE_LISTEN: ':9001', TREADLE_LIMITS_PAYLOAD_BYTES: '2048', TREADLE_LOGS_LEVEL: '' };
    const config = load('listen: 127.0.0.1:9000\nlogs: { level: warn }', env);
    expect(config.listen).toEqual({ host: '0.0.0.0', port: 9001 });
    expect(config.limits.payloadBytes).toBe(2048);
    expect(config.logs.level).toBe('warn');
    expect(load('', env, { listen: '7000' }).listen).toEqual({ host: '127.0.0.1', port: 7000 });
  });

  test.each([
    ['8084', '127.0.0.1', 8084],
    ['localhost:0', 'localhost', 0],
    ['"[::1]:80"', '::1', 80],
    [':8083', '0.0.0.0', 8083],
  ])('listen: %s', (text, host, port) => {
    expect(load(`listen: ${text}`).listen).toEqual({ host, port });
  });

  test('data lies beside the file, may be absolute, may be memory', () => {
    expect(load('data: ./store').data).toBe(join(folder, 'store'));
    expect(load('data: /var/lib/treadle').data).toBe('/var/lib/treadle');
    expect(load("data: ':memory:'").data).toBe(':memory:');
  });

  test('the partition follows the region', () => {
    expect(load('region: cn-north-1').partition).toBe('aws-cn');
    expect(load('region: us-gov-west-1').partition).toBe('aws-us-gov');
  });
});

describe('endpoints', () => {
  test('come from the file, from TREADLE_ENDPOINTS_… and from the variables of Step Functions Local', () => {
    const env = {
      TREADLE_ENDPOINTS_SQS: 'http://sqs:1',
      LAMBDA_ENDPOINT: 'http://lambda:2',
      TREADLE_ENDPOINTS_API_GATEWAY: 'http://api:3',
    };
    const config = load('endpoints:\n  sqs: http://file\n  sns: http://sns', env);
    expect(config.endpoints).toEqual({
      sqs: 'http://sqs:1',
      sns: 'http://sns',
      lambda: 'http://lambda:2',
      'api-gateway': 'http://api:3',
    });
  });

  test('our own variable wins over that of Step Functions Local', () => {
    const env = { TREADLE_ENDPOINTS_LAMBDA: 'http://a', LAMBDA_ENDPOINT: 'http://b' };
    expect(load('', env).endpoints).toEqual({ lambda: 'http://a' });
  });
});

describe('functions', () => {
  test('are taken as they are', () => {
    const config = load('functions:\n  pay:\n    handler: src/pay.handler\n    timeout: 10\n');
    expect(config.functions).toEqual({ pay: { handler: 'src/pay.handler', timeout: 10 } });
  });

  test('may come as JSON from the environment', () => {
    const env = { TREADLE_FUNCTIONS: '{"pay":{"url":"http://127.0.0.1:9"}}' };
    expect(load('functions: { other: { handler: a.b } }', env).functions).toEqual({
      pay: { url: 'http://127.0.0.1:9' },
    });
  });

  test('a wrong field is named at its own line', () => {
    const [problem, ...others] = problems(
      'functions:\n  pay:\n    handler: src/pay.handler\n    timeout: long\n',
    );
    expect(problem).toMatch(
      /^treadle\.yaml:4:14: functions\.pay\.timeout is "long", expected a number of seconds/,
    );
    expect(others).toEqual([]);
  });

  test('__proto__ is a name like any other', () => {
    const config = load('functions:\n  "__proto__": { handler: a.b }\n');
    expect(Object.keys(config.functions)).toEqual(['__proto__']);
  });
});

describe('stateMachines', () => {
  beforeEach(() => {
    for (const name of ['a.asl.json', 'b.asl.yaml', 'flows/c.asl.yml', 'order/workflow.asl.json'])
      write(name, '{}');
    write('flows/readme.md', '');
  });

  const names = (config: Config) =>
    config.stateMachines.map(({ name, file }) => [name, file.slice(folder.length + 1)]);

  test('a list of files and patterns takes names from the files', () => {
    expect(names(load('stateMachines:\n  - "*.asl.*"\n  - flows/**\n  - order/workflow.asl.json\n'))).toEqual(
      [
        ['a', 'a.asl.json'],
        ['b', 'b.asl.yaml'],
        ['c', 'flows/c.asl.yml'],
        ['order', 'order/workflow.asl.json'],
      ],
    );
  });

  test('a mapping gives names, types and roles', () => {
    const role = 'arn:aws:iam::123456789012:role/runner';
    const config = load(
      `stateMachines:\n  One: a.asl.json\n  Two:\n    definition: b.asl.yaml\n    type: express\n    role: ${role}\n`,
    );
    expect(config.stateMachines).toMatchObject([
      {
        name: 'One',
        file: join(folder, 'a.asl.json'),
        type: 'STANDARD',
        roleArn: 'arn:aws:iam::123456789012:role/treadle',
      },
      { name: 'Two', file: join(folder, 'b.asl.yaml'), type: 'EXPRESS', roleArn: role },
    ]);
  });

  test('the environment names patterns parted by commas', () => {
    const env = { TREADLE_STATE_MACHINES: 'a.asl.json, flows/*.yml' };
    expect(names(load('stateMachines: { x: b.asl.yaml }', env))).toEqual([
      ['a', 'a.asl.json'],
      ['c', 'flows/c.asl.yml'],
    ]);
  });

  test('a pattern that matches nothing only warns', () => {
    expect(load('stateMachines: ["nowhere/*.asl.json"]').warnings).toEqual([
      `stateMachines: no file matches nowhere/*.asl.json in ${folder}`,
    ]);
  });

  test.each([
    [
      'stateMachines: { One: no.asl.json }',
      'stateMachines.One is "no.asl.json", expected a file, but there is none at ./no.asl.json',
    ],
    [
      'stateMachines: { One: { definition: a.asl.json, type: FAST } }',
      'stateMachines.One.type is "FAST", expected STANDARD or EXPRESS',
    ],
    [
      'stateMachines: { One: { definition: a.asl.json, rol: x } }',
      'stateMachines.One.rol is not a known key; did you mean stateMachines.One.role?',
    ],
    [
      'stateMachines: { "a b": a.asl.json }',
      'stateMachines["a b"] is not a name that can be; expected 1 to 80 letters, digits, - and _',
    ],
    [
      'stateMachines: 7',
      'stateMachines is 7, expected a list of files and patterns, or a mapping from name to file',
    ],
  ])('%s is refused', (yaml, message) => {
    expect(problems(yaml)).toEqual([expect.stringContaining(message)]);
  });

  test('two files with one name are refused', () => {
    write('flows/a.asl.json', '{}');
    expect(problems('stateMachines: ["**/a.asl.json"]')[0]).toMatch(
      /^treadle\.yaml:1:1: stateMachines has two files for the name a, a\.asl\.json and .*a\.asl\.json; give them names: /,
    );
  });
});

describe('mistakes', () => {
  test('are named all at once, with position, value, expectation and the nearest key', () => {
    const yaml = [
      'listn: 1',
      'account: 12',
      'listen: 127.0.0.1:808300',
      'limits:',
      '  payloadByte: 5',
      '  historyEvents: many',
      'logs: loud',
      'retention: 0',
    ].join('\n');
    expect(problems(yaml)).toEqual([
      'treadle.yaml:1:1: listn is not a known key; did you mean listen?',
      'treadle.yaml:2:10: account is 12, expected an AWS account number of 12 digits',
      'treadle.yaml:3:9: listen is "127.0.0.1:808300", expected host:port such as 127.0.0.1:8083',
      'treadle.yaml:5:3: limits.payloadByte is not a known key; did you mean limits.payloadBytes?',
      'treadle.yaml:6:18: limits.historyEvents is "many", expected a whole number from 10 to 100000000',
      'treadle.yaml:7:7: logs is "loud", expected a mapping',
      'treadle.yaml:8:12: retention is 0, expected a number of days from 1 to 36500',
    ]);
  });

  test('of YAML keep their position', () => {
    expect(problems('listen: [1\nregion: x')).toEqual([
      expect.stringMatching(/^treadle\.yaml:2:1: not valid YAML: /),
    ]);
    expect(problems('listen: 1\nlisten: 2')).toEqual([
      expect.stringMatching(/^treadle\.yaml:2:1: not valid YAML: /),
    ]);
    expect(problems('- a')).toEqual([
      expect.stringContaining('treadle.yaml:1:1: is ["a"], expected a mapping of keys'),
    ]);
  });

  test('of the environment name the variable', () => {
    expect(problems('', { TREADLE_ACCOUNT: 'me' })).toEqual([
      'TREADLE_ACCOUNT: account is "me", expected an AWS account number of 12 digits',
    ]);
    expect(problems('', { TREADLE_FUNCTIONS: 'x' })).toEqual([
      'TREADLE_FUNCTIONS: functions is "x", expected a mapping from name to function',
    ]);
    expect(problems('', { TREADLE_FUNCTIONS: '{"pay": TOP-SECRET' })).toEqual([
      'TREADLE_FUNCTIONS: functions is not JSON',
    ]);
  });

  test('PostgreSQL is refused without showing its password', () => {
    const [problem] = problems('data: postgres://me:secret@db/treadle');
    expect(problem).toContain('PostgreSQL is not there yet');
    expect(problem).not.toContain('secret');
  });

  test('a file that does not exist is one clear message', () => {
    expect(() => loadConfig({ file: 'no.yaml', folder, env: {} })).toThrow(
      /no\.yaml: the configuration file does not exist$/,
    );
  });

  test('a mistyped variable only warns, and others of that prefix are left alone', () => {
    const config = load('', { TREADLE_LISTNE: 'x', TREADLE_SERVICE_HOST: '10.0.0.1', TREADLE_CONFIG: 'x' });
    expect(config.warnings).toEqual(['TREADLE_LISTNE is not a known variable; did you mean TREADLE_LISTEN?']);
  });

  test('an address that others reach warns', () => {
    expect(load('listen: 0.0.0.0:8083').warnings[0]).toMatch(
      /^listening on 0\.0\.0\.0:8083: .*no authentication yet$/,
    );
    expect(load('listen: "[::1]:8083"').warnings).toEqual([]);
  });
});

test('the file is looked for in the folder, or in those above', () => {
  const file = write('treadle.yml', '');
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  expect(findConfigFile(folder, false)).toBe(file);
  expect(findConfigFile(join(folder, 'a/b'), true)).toBe(file);
  expect(findConfigFile(join(folder, 'a/b'), false)).toBeUndefined();
});
