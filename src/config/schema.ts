// The schema of treadle.yaml. From it follow the types, what is accepted from the file, the environment and the command
// line, treadle.schema.json for editors, and the tables of docs/reference/configuration.md.

import { AWS_LIMITS, type Limits } from '../base/quotas.ts';
import { ADDRESS_KINDS, isPolicyEntry } from '../net/addresses.ts';
import { CONNECTIONS } from './connections.ts';
import { FUNCTIONS } from './functions.ts';
import { LISTEN_PATTERN, type Listen, parseListen } from './listen.ts';
import {
  choice,
  either,
  group,
  type Infer,
  isRecord,
  isScalar,
  list,
  mapping,
  number,
  object,
  optional,
  preset,
  required,
  type Shape,
  scalar,
  text,
} from './shape.ts';
import { SUBSTITUTIONS, TEMPLATES } from './templates.ts';

const YEARS_100 = 3_153_600_000;
const ADDRESS = scalar(
  `a host, *.domain, an address, a CIDR block, or one of ${ADDRESS_KINDS.join(', ')}`,
  { type: 'string' },
  (value) => (typeof value === 'string' && isPolicyEntry(value) ? value : undefined),
);
/** In a variable the entries are parted by commas. */
const ADDRESSES = commaSeparated(list(ADDRESS, 'a list of hosts, addresses, CIDR blocks or kinds'));

const REGION = text('an AWS region such as eu-central-1', /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/);
const ACCOUNT = scalar(
  'an AWS account number of 12 digits',
  { type: ['string', 'integer'], pattern: '^\\d{12}$' },
  (value, written) => {
    const digits = typeof value === 'number' ? written : value;
    return typeof digits === 'string' && /^\d{12}$/.test(digits) ? digits : undefined;
  },
);
const LISTEN: Shape<Listen> = scalar(
  'host:port such as 127.0.0.1:8083',
  { type: ['string', 'integer'], pattern: LISTEN_PATTERN.source },
  parseListen,
);
const DATA = scalar('a folder, or :memory: (PostgreSQL is not there yet)', { type: 'string' }, (value) =>
  typeof value === 'string' && value !== '' && !/^\w+:\/\//.test(value) ? value : undefined,
);
const URL_OF_SERVICE = scalar(
  'a URL such as http://127.0.0.1:4566',
  { type: 'string', format: 'uri', pattern: '^https?://' },
  (value) =>
    typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value) ? value : undefined,
);

const AWS = 'true, false, or { profile: NAME }';
const BOOLEAN = scalar('true or false', { type: 'boolean' }, (value) =>
  [true, false].find((known) => String(known) === String(value)),
);

const HOST_NAME = text(
  'a host name without a port, or *.domain',
  /^(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/,
);

const MACHINES = 'a list of files and patterns, or a mapping from name to file';
const PATTERN = text('a file or a pattern such as flows/*.asl.json', /./);
const DEFINITION = text(
  'the path of a definition file (.asl.json or .asl.yaml), or template.yaml#Machine',
  /./,
);
const MACHINE = object('the path of a definition file, or a mapping with definition, type and role', {
  definition: required(
    DEFINITION,
    'Path of the definition file, `.asl.json` or `.asl.yaml`; or `template.yaml#LogicalId` of a template’s machine.',
  ),
  substitutions: optional(
    SUBSTITUTIONS,
    'Values of placeholders: `${Name}` in the definition is replaced before it is read.',
  ),
  type: preset(
    scalar('STANDARD or EXPRESS', { enum: ['STANDARD', 'EXPRESS', 'standard', 'express'] }, (value) =>
      (['STANDARD', 'EXPRESS'] as const).find((type) => type === String(value).toUpperCase()),
    ),
    'STANDARD',
    '`STANDARD` or `EXPRESS`.',
  ),
  role: optional(
    text(
      'the ARN of a role such as arn:aws:iam::123456789012:role/treadle',
      /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    ),
    'ARN of the machine’s role. Treadle never assumes it.',
  ),
});
const NAMED_MACHINES = mapping(
  MACHINES,
  { pattern: /^[A-Za-z0-9_-]{1,80}$/, expected: '1 to 80 letters, digits, - and _' },
  either(
    'the path of a definition file, or a mapping with definition, type and role',
    { when: isScalar, shape: DEFINITION },
    { when: isRecord, shape: MACHINE },
  ),
);

export const SCHEMA = object('a mapping of keys such as "listen: 127.0.0.1:8083"', {
  region: preset(
    REGION,
    'us-east-1',
    'Region in ARNs, and of AWS services that are called. Its partition follows (`cn-…`: `aws-cn`).',
    { under: 'AWS_DEFAULT_REGION' },
  ),
  account: preset(ACCOUNT, '123456789012', 'Account in ARNs: 12 digits.', { under: 'AWS_ACCOUNT_ID' }),
  aws: preset(
    either(
      AWS,
      {
        when: isScalar,
        shape: scalar(AWS, { enum: [true, false] }, (value) =>
          [true, false].find((known) => String(known) === String(value)),
        ),
      },
      {
        when: isRecord,
        shape: object(AWS, {
          profile: required(text('the name of a profile', /./), 'Name of a profile of the AWS CLI.'),
        }),
      },
    ),
    false,
    'Whether tasks may call AWS itself, where neither a function nor an endpoint serves them: `true` with the credentials that every AWS tool finds, or `{ profile: NAME }`. With `false` such a task fails, and nothing leaves this machine unasked.',
  ),
  listen: preset(
    LISTEN,
    { host: '127.0.0.1', port: 8083 },
    'Address of the API: `host:port`, `[::1]:8083`, a port alone (loopback), `:8083` (every address). Port 0 takes a free one. Treadle has no authentication yet, so an address that others reach prints a warning.',
  ),
  hosts: preset(
    commaSeparated(list(HOST_NAME, 'a list of host names')),
    [],
    'Names with a dot under which browsers, health checks and other requests than POST may ask the server, `*.domain` for all below one; in the variable parted by commas. `localhost`, IP addresses, names without a dot and the host of `listen` need none: see [Names](../guide/running-in-production.md#names).',
  ),
  data: preset(
    DATA,
    '.treadle',
    'Folder of the database, or `:memory:` to keep nothing. One process at a time. PostgreSQL is not there yet.',
  ),
  mocks: preset(
    text('the path of a mock file, such as MockConfigFile.json, or none', /./),
    'none',
    'A mock file as Step Functions Local has it: answers in place of calls, see [Mocks](../guide/mocks.md). `SFN_MOCK_CONFIG` sets it too.',
    { over: 'SFN_MOCK_CONFIG' },
  ),
  waitTimeScale: preset(
    number('a number greater than 0 and at most 1', { above: 0, most: 1 }),
    1,
    'How long Wait states and retries really wait, as a part of what the definition says: greater than 0, at most 1. `WAIT_TIME_SCALE` sets it too.',
    { over: 'WAIT_TIME_SCALE' },
  ),
  retention: preset(
    number('a number of days from 1 to 36500', { least: 1, most: 36_500, whole: true }),
    AWS_LIMITS.retentionDays,
    'Days that a closed execution is kept.',
  ),
  logs: group(
    {
      level: preset(
        choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
        'info',
        '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. The log is JSON lines on standard error.',
      ),
    },
    'The log.',
  ),
  executionLogs: group(
    {
      to: preset(
        choice('auto', 'cloudwatch', 'files', 'stdout', 'none'),
        'auto',
        'Where the [logs of executions](../guide/execution-logs.md) go that a machine’s `loggingConfiguration` asks for: `cloudwatch`, `files`, `stdout` or `none`. `auto` is `cloudwatch` where `endpoints` has `logs`, else `none`.',
      ),
      folder: preset(text('the path of a folder', /./), 'logs', 'Folder of the files.'),
      keep: preset(
        number('a number of days from 1 to 3650', { least: 1, most: 3_650, whole: true }),
        14,
        'Days that files are kept, today’s included.',
      ),
    },
    'Logs of executions.',
  ),
  statusEvents: group(
    {
      to: preset(
        choice('auto', 'events', 'none'),
        'auto',
        'Where an [event for each start and end of a Standard execution](../guide/status-events.md) goes: `events` is EventBridge, `none` nowhere. `auto` is `events` where `endpoints` has `events`, else `none`.',
      ),
      source: preset(
        text('the source of an event such as aws.states', /^[\w.\-/]{1,256}$/),
        'aws.states',
        'Its `source`. AWS’s own EventBridge takes no source that begins with `aws.`: give another one there.',
      ),
    },
    'Events for changes of status.',
  ),
  limits: group(
    {
      payloadBytes: limit('payloadBytes', 1_024, 256 * 1_048_576, 'Bytes of any input, output or result.'),
      historyEvents: limit('historyEvents', 10, 100_000_000, 'Events of one Standard execution.'),
      standardSeconds: limit('standardSeconds', 1, YEARS_100, 'Longest Standard execution.'),
      expressSeconds: limit('expressSeconds', 1, YEARS_100, 'Longest Express execution.'),
      inlineMapConcurrency: limit(
        'inlineMapConcurrency',
        1,
        100_000,
        'Iterations of an inline Map that run at once.',
      ),
      definitionCharacters: limit('definitionCharacters', 1_024, 256 * 1_048_576, 'Length of a definition.'),
    },
    'Bounds; the defaults are AWS’s.',
    { retentionDays: 'retention' },
  ),
  http: group(
    {
      allow: preset(
        ADDRESSES,
        [],
        'What [tasks](../guide/http-tasks.md#where-a-task-may-connect) may connect to besides the default: hosts, `*.domain`, addresses, CIDR blocks, kinds such as `link-local`. In the variable parted by commas.',
      ),
      deny: preset(ADDRESSES, [], 'What they may not connect to; `http.allow` wins over it.'),
      timeout: preset(
        number('a number of seconds from 1 to 3600', { least: 1, most: 3_600, whole: true }),
        60,
        'Seconds that one HTTP call may take, up to 3600.',
      ),
      revealSecrets: preset(
        BOOLEAN,
        false,
        'Whether [TestState](../guide/testing-states.md#http-tasks) may show what connections add to a request, to anyone who may call the API: on AWS a permission, `states:RevealSecrets`.',
      ),
    },
    'HTTP tasks, and where any task may connect.',
  ),
  maps: group(
    {
      root: preset(
        text('the path of a folder, or none', /./),
        'none',
        'Folder of the local files that distributed Maps read and write: a Bucket `file:inbox` is the folder `inbox` in it, see [Distributed Maps](../guide/distributed-map.md#local-files). With `none` there are no such files.',
      ),
    },
    'Distributed Maps.',
  ),
  connections: optional(
    CONNECTIONS,
    'Authorization of HTTP tasks, see [HTTP tasks](../guide/http-tasks.md#connections). Shown masked.',
  ),
  functions: optional(FUNCTIONS, 'Local Lambda functions, see below.'),
  endpoints: optional(
    mapping(
      'a mapping from service to URL',
      { pattern: /^[a-z0-9][a-z0-9-]*$/, expected: 'that of a service, such as lambda or sqs' },
      URL_OF_SERVICE,
    ),
    'Where services are, see below.',
  ),
  stateMachines: optional(
    either(
      MACHINES,
      { when: isRecord, shape: NAMED_MACHINES },
      { when: (value) => !isRecord(value), shape: commaSeparated(list(PATTERN, MACHINES)) },
    ),
    'Definitions to deploy, see below.',
  ),
  templates: optional(
    TEMPLATES,
    'SAM, CloudFormation, CDK and Serverless projects whose machines and functions are served as they are, see [Existing projects](../guide/existing-projects.md).',
  ),
});

export type Settings = Infer<typeof SCHEMA>;
export type StateMachines = NonNullable<Settings['stateMachines']>;
export type NamedMachine = Infer<typeof NAMED_MACHINES>[string];

function limit(name: Exclude<keyof Limits, 'retentionDays'>, least: number, most: number, meaning: string) {
  const expected = `a whole number from ${least} to ${most}`;
  return preset(number(expected, { least, most, whole: true }), AWS_LIMITS[name], meaning);
}

/** A list, or a text of its items parted by commas, as a variable holds it. */
function commaSeparated<T>(items: Shape<readonly T[]>): Shape<readonly T[]> {
  return {
    json: items.json,
    read(value, at, reading) {
      const parts = typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
      return items.read(parts, at, reading);
    },
  };
}
