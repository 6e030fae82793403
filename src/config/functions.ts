// `functions` of treadle.yaml. A function is either a process (`handler`) that Treadle runs under the Lambda Runtime API,
// or a `url` that Treadle posts to.

import { FUNCTION_LIMITS } from '../base/quotas.ts';
import type { Path } from './problem.ts';
import {
  type Complaint,
  choice,
  either,
  type Infer,
  isRecord,
  isScalar,
  list,
  MASK,
  mapping,
  number,
  object,
  optional,
  type Reading,
  type Refuse,
  required,
  type Shape,
  scalar,
  text,
} from './shape.ts';

const { timeoutSeconds, memoryMb, concurrency } = FUNCTION_LIMITS;
const HANDLER = '"path/file.export" (as "src/app.handler")';
/** Keys that only a process of ours has. */
const OF_PROCESSES = ['runtime', 'env', 'memory', 'isolation'];
/** Variables by which the runtime finds its server and its handler. */
const RESERVED = /^(AWS_LAMBDA_.*|_HANDLER|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|_X_AMZN_TRACE_ID)$/;
/** `*` stands for any characters. */
const RESOURCE = text(
  'a resource such as arn:aws:states:::dynamodb:getItem or arn:aws:states:::aws-sdk:s3:*',
  /^arn:(aws[a-z-]*|\*):states:::(?!activity:)[A-Za-z0-9*_-]+:[A-Za-z0-9*:._-]+$/,
);

const PATHS = list(text('a path', /./), 'a list of at most 100 paths', 100);
const NAME_OR_ID = (what: string) =>
  scalar(`the name or the number of a ${what}`, { type: ['string', 'integer'] }, (value) => {
    if (typeof value === 'number') return Number.isInteger(value) && value >= 0 ? value : undefined;
    return typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\$?$/.test(value)
      ? value
      : undefined;
  });
const ISOLATION = object(
  'a mapping with user, permissions or command',
  {
    user: optional(
      NAME_OR_ID('user'),
      'Its processes are this user’s: name or number. Treadle must run as root for it; the user must be able to read the code.',
    ),
    group: optional(NAME_OR_ID('group'), 'With `user`: the group; default: the user’s own.'),
    permissions: optional(
      object('a mapping with read and write', {
        read: optional(PATHS, 'Files and folders to read, besides the handler’s folder and `node_modules`.'),
        write: optional(PATHS, 'Files and folders to write.'),
      }),
      'Node’s permission model: no files but its code and those listed, no processes, no native code. For the runtime `nodejs`.',
    ),
    command: optional(
      list(text('a word of a command', /^[^\0]*$/), 'a list of at most 200 words', 200),
      'A command that makes a sandbox, such as `bwrap` with its options; the function’s own command is put after it.',
    ),
  },
  (values, refuse) => {
    if (values['group'] !== undefined && values['user'] === undefined) {
      refuse(['group'], { expected: 'goes with user only', of: 'key' });
    }
    if (Array.isArray(values['command']) && values['command'].length === 0) {
      refuse(['command'], { value: [], expected: 'a command with at least one word' });
    }
  },
);

/** How the processes of a function are set apart. */
export type Isolation = Infer<typeof ISOLATION>;

const ENV_VALUE_FORM = 'a text (put it in quotes), { env: NAME } or { file: path }';
const PLAIN_TEXT = text(ENV_VALUE_FORM, /^[^\0]*$/);
/** No message shows what may be a secret that was written another way than it should be. */
function withoutObjects<T>(shape: Shape<T>): Shape<T> {
  const hide = (complaint: Complaint): Complaint =>
    isRecord(complaint.value) ? { ...complaint, value: MASK } : complaint;
  return {
    ...shape,
    read: (value, at, reading) =>
      shape.read(value, at, {
        written: reading.written,
        refuse: (path, complaint) => reading.refuse(path, hide(complaint)),
      }),
  };
}

/** Where a value is that should not stand in the file. */
const ENV_VALUE = withoutObjects(
  either(
    ENV_VALUE_FORM,
    { when: isScalar, shape: PLAIN_TEXT },
    {
      when: (value) => isRecord(value) && Object.hasOwn(value, 'env'),
      shape: object(ENV_VALUE_FORM, {
        env: required(text('the name of a variable', /./), 'A variable of Treadle’s environment.'),
      }),
    },
    {
      when: (value) => isRecord(value) && Object.hasOwn(value, 'file'),
      shape: object(ENV_VALUE_FORM, {
        file: required(
          text('a path', /./),
          'Path relative to the folder of `treadle.yaml`; a line’s end at the end of the file is not part of the value.',
        ),
      }),
    },
  ),
);

const ENV = mapping(
  'a mapping from variable to text',
  { pattern: /^[a-zA-Z_][a-zA-Z0-9_]*$/, expected: "letters, digits and '_'" },
  ENV_VALUE,
  (env, at, reading) => {
    for (const name of Object.keys(env).filter((name) => RESERVED.test(name))) {
      reading.refuse([...at, name], {
        expected: 'is set by the runtime itself; choose another name',
        of: 'key',
      });
    }
  },
);

const FUNCTION = object(
  'a mapping with handler or url',
  {
    handler: optional(
      text(HANDLER, /^[^\0]+$/),
      '`path/file.export` as on AWS, without the file’s extension; for the runtime `provided` the path of an executable, or of a folder that holds one named `bootstrap`.',
    ),
    runtime: optional(
      choice('nodejs', 'python', 'provided'),
      '`nodejs`, `python` or `provided`; follows from the file when absent.',
    ),
    env: optional(
      ENV,
      'Variables of the function’s process: texts, or `{ env: NAME }` and `{ file: path }` for what should not stand here. It gets no others of Treadle’s, and no AWS credentials.',
    ),
    isolation: optional(
      ISOLATION,
      'How its processes are set apart from Treadle: see [What a function can reach](../guide/lambda.md#what-a-function-can-reach).',
    ),
    timeout: optional(
      number(`a number of seconds from 0.001 to ${timeoutSeconds.most}`, {
        least: 0.001,
        most: timeoutSeconds.most,
      }),
      `Seconds that an invocation may take; default ${timeoutSeconds.usual}, at most ${timeoutSeconds.most}.`,
    ),
    memory: optional(
      number(`a whole number of MB from ${memoryMb.usual} to ${memoryMb.most}`, {
        least: memoryMb.usual,
        most: memoryMb.most,
        whole: true,
      }),
      `MB; default ${memoryMb.usual}. Limits the heap of Node; for other runtimes it is only what the function is told.`,
    ),
    concurrency: optional(
      number(`a whole number of invocations at once from 1 to ${concurrency.most}`, {
        least: 1,
        most: concurrency.most,
        whole: true,
      }),
      `Invocations at once, each in a process of its own; default ${concurrency.usual}.`,
    ),
    url: optional(
      scalar(
        'an http:// or https:// URL',
        { type: 'string', format: 'uri', pattern: '^https?://' },
        (value) =>
          typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '') ? value : undefined,
      ),
      'Instead of `handler`: a URL that the payload is posted to.',
    ),
    resources: optional(
      either(
        'a resource, or a list of them',
        { when: isScalar, shape: RESOURCE },
        { when: Array.isArray, shape: list(RESOURCE, 'a list of at most 1000 resources') },
      ),
      'Resources of tasks that the function answers for, in the place of a service; `*` stands for any characters: see [Your own integrations](../guide/your-own-integrations.md).',
    ),
  },
  checkTarget,
);

/** As the configuration says it. */
export type FunctionSettings = Infer<typeof FUNCTION>;
export type EnvValue = Infer<typeof ENV_VALUE>;

/** With the values of its variables. */
export interface LocalFunction extends Omit<FunctionSettings, 'env'> {
  readonly env?: Readonly<Record<string, string>> | undefined;
}
export type FunctionRuntime = NonNullable<LocalFunction['runtime']>;

export const FUNCTION_FIELDS = FUNCTION.fields ?? {};

export const FUNCTIONS = mapping(
  'a mapping from name to function',
  { pattern: /^[a-zA-Z0-9-_]{1,64}$/, expected: "1 to 64 letters, digits, '-' or '_'" },
  FUNCTION,
  checkDistinct,
);

function checkTarget(values: Readonly<Record<string, unknown>>, refuse: Refuse): void {
  const { handler, url, runtime, isolation } = values;
  if (
    isRecord(isolation) &&
    isRecord(isolation['permissions']) &&
    runtime !== undefined &&
    runtime !== 'nodejs'
  ) {
    const expected = `are Node’s: they go with the runtime nodejs, but it is ${String(runtime)}`;
    refuse(['isolation', 'permissions'], { expected, of: 'key' });
  }
  if ((handler === undefined) === (url === undefined)) {
    const got = handler === undefined ? 'neither handler nor url' : 'both handler and url';
    refuse([], { expected: `has ${got}, expected one of the two`, of: 'key' });
  }
  const needsExport = runtime === 'nodejs' || runtime === 'python';
  if (needsExport && typeof handler === 'string' && !/^(.*\/)?[^./][^./]*\.[^/]+$/.test(handler)) {
    refuse(['handler'], { value: handler, expected: HANDLER });
  }
  for (const key of url === undefined ? [] : OF_PROCESSES) {
    if (values[key] !== undefined) {
      refuse([key], { expected: 'does not go with url; remove one of the two', of: 'key' });
    }
  }
}

/** Only one function can answer for a resource. */
function checkDistinct(
  functions: Readonly<Record<string, FunctionSettings>>,
  at: Path,
  reading: Reading,
): void {
  const owners = new Map<string, string>();
  for (const [name, { resources = [] }] of Object.entries(functions)) {
    for (const entry of [resources].flat()) {
      const owner = owners.get(entry) ?? name;
      owners.set(entry, owner);
      if (owner === name) continue;
      const expected = `names ${entry}, which functions.${owner} answers for already`;
      reading.refuse([...at, name, 'resources'], { expected, of: 'key' });
    }
  }
}
