// Random requests to the API, each a text of bytes made from a seed: what clients send, and what nobody should. Most are valid
// up to one or a few places; the rest is noise of every kind that a socket can carry.

import { OPERATIONS, SHAPES, type Shape, type ShapeName, TARGET_PREFIX } from '../../src/api/model.ts';
import { createRandom } from '../../test/simulation/random.ts';

/** Draws from a seed; the same seed, the same draws. */
export interface Draw {
  /** A whole number from 0, below `n`. */
  below(n: number): number;
  of<T>(items: readonly T[]): T;
  /** True in one of `n` cases. */
  once(n: number): boolean;
}

/** What exists on the server: real names are where mutations begin. */
export interface Known {
  readonly arns: readonly string[];
  readonly tokens: readonly string[];
}

export interface Input {
  readonly kind: Kind;
  readonly bytes: Buffer;
  /** True: well-formed HTTP, which has an answer whatever is in it. */
  readonly answered: boolean;
}

export const KINDS = [
  'operation',
  'target',
  'body',
  'header',
  'host',
  'arn',
  'token',
  'definition',
  'http',
] as const;
export type Kind = (typeof KINDS)[number];

export function createDraw(seed: number): Draw {
  const random = createRandom(seed);
  const below = (n: number): number => random.int(0, n - 1);
  return { below, of: (items) => items[below(items.length)]!, once: (n) => below(n) === 0 };
}

export function drawInput(draw: Draw, known: Known): Input {
  const kind = draw.of(KINDS);
  switch (kind) {
    case 'operation':
      return apiInput(kind, draw, { garbled: draw.once(8) }, known);
    case 'target':
      return apiInput(kind, draw, { target: drawTarget(draw) });
    case 'body':
      return apiInput(kind, draw, { body: drawBody(draw, known) });
    case 'header':
      return apiInput(kind, draw, { headers: drawHeaders(draw) });
    case 'host':
      return apiInput(kind, draw, {
        host: drawHost(draw),
        headers: draw.once(2) ? browserHeaders(draw) : [],
      });
    case 'arn':
      return apiInput(
        kind,
        draw,
        {
          operation: operationWith(draw, /Arn$/),
          replace: [
            /^(?!role).*Arn$/,
            () => (draw.once(3) ? draw.of(known.arns) : mutate(draw, draw.of(known.arns))),
          ],
        },
        known,
      );
    case 'token':
      return apiInput(
        kind,
        draw,
        {
          operation: draw.of(['SendTaskSuccess', 'SendTaskFailure', 'SendTaskHeartbeat']),
          replace: [/taskToken|nextToken/, () => mutate(draw, draw.of(known.tokens))],
        },
        known,
      );
    case 'definition':
      return apiInput(
        kind,
        draw,
        {
          operation: draw.of([
            'CreateStateMachine',
            'UpdateStateMachine',
            'ValidateStateMachineDefinition',
            'TestState',
          ]),
          replace: [/^definition$/, () => drawDefinition(draw)],
        },
        known,
      );
    case 'http':
      return { kind, ...drawHttp(draw) };
  }
}

interface Parts {
  readonly operation?: string;
  readonly target?: string;
  readonly body?: string | Buffer;
  /** The text of the body has faults. */
  readonly garbled?: boolean;
  readonly headers?: readonly string[];
  readonly host?: string;
  /** Members whose name fits get another value. */
  readonly replace?: readonly [RegExp, () => unknown];
}

const NAMES = Object.keys(OPERATIONS);
/** Answers of these may take long, or end what others are to find. */
const SLOW = ['GetActivityTask'];

function apiInput(kind: Kind, draw: Draw, parts: Parts, known?: Known): Input {
  const operation = parts.operation ?? draw.of(NAMES.filter((name) => !SLOW.includes(name)));
  const values = known === undefined ? {} : valuesOf(draw, known, operation);
  if (parts.replace !== undefined) {
    const [name, make] = parts.replace;
    for (const member of membersOf(operation)) if (name.test(member)) values[member] = make();
  }
  const text = known === undefined ? '{}' : JSON.stringify(values);
  const body = parts.body ?? (parts.garbled === true ? mutate(draw, text) : text);
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const lines = [
    'POST / HTTP/1.1',
    `Host: ${parts.host ?? '127.0.0.1'}`,
    `X-Amz-Target: ${parts.target ?? TARGET_PREFIX + operation}`,
    'Content-Type: application/x-amz-json-1.0',
    `Content-Length: ${bytes.length}`,
    ...(parts.headers ?? []),
  ];
  return {
    kind,
    bytes: Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]),
    answered: true,
  };
}

function membersOf(operation: string): string[] {
  return Object.keys(inputShape(operation).members ?? {});
}

function inputShape(operation: string): Shape {
  return SHAPES[`${operation}Input` as ShapeName] ?? { type: 'structure', members: {} };
}

function operationWith(draw: Draw, member: RegExp): string {
  return draw.of(
    NAMES.filter((name) => !SLOW.includes(name) && membersOf(name).some((one) => member.test(one))),
  );
}

/** Members of the operation's input, most of them as they should be. */
function valuesOf(draw: Draw, known: Known, operation: string = draw.of(NAMES)): Record<string, unknown> {
  const { members = {}, required = [] } = inputShape(operation);
  const values: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(members)) {
    if (!required.includes(name) && draw.once(2)) continue;
    if (draw.once(20)) continue;
    values[name] = draw.once(6) ? drawJson(draw, 0) : memberValue(draw, SHAPES[shape], name, known, 0);
  }
  if (draw.once(12)) values[drawText(draw)] = drawJson(draw, 0);
  return values;
}

function memberValue(draw: Draw, shape: Shape, name: string, known: Known, depth: number): unknown {
  switch (shape.type) {
    case 'string':
      if (shape.enum !== undefined && !draw.once(10)) return draw.of(shape.enum);
      if (name === 'roleArn' && !draw.once(4)) return ROLE;
      if (/[Aa]rn$/.test(name)) return draw.once(3) ? mutate(draw, draw.of(known.arns)) : draw.of(known.arns);
      if (name === 'taskToken' || name === 'nextToken') return draw.of(known.tokens);
      if (name === 'definition') return drawDefinition(draw);
      if (/^(input|output|variables|context)$/.test(name)) return jsonText(draw, drawJson(draw, 0));
      return drawText(draw);
    case 'boolean':
      return draw.once(2);
    case 'timestamp':
      return draw.of([0, -1, 1e15, 1.5, Number.MAX_VALUE]);
    case 'list':
      return Array.from({ length: draw.below(4) }, () =>
        memberValue(draw, SHAPES[shape.member!], name, known, depth + 1),
      );
    case 'map':
      return Object.fromEntries(
        Array.from({ length: draw.below(4) }, () => [drawText(draw), drawJson(draw, depth + 1)]),
      );
    case 'structure': {
      if (depth > 6) return {};
      const members = Object.entries(shape.members ?? {}).filter(() => !draw.once(3));
      return Object.fromEntries(
        members.map(([key, of]) => [key, memberValue(draw, SHAPES[of], key, known, depth + 1)]),
      );
    }
    default:
      return draw.of([0, 1, -1, 999, 1000, 1001, 2 ** 31, 2 ** 53, -0.5, 1e308]);
  }
}

const ROLE = 'arn:aws:iam::123456789012:role/fuzz';
const TEXTS = [
  '',
  ' ',
  'a',
  'name',
  'n'.repeat(80),
  'n'.repeat(81),
  '\u0000',
  '\ud800',
  '😀',
  '../..',
  '<script>',
  "';--",
  '$(x)',
  '__proto__',
  'constructor',
  'a/b',
  'a:b',
  'a#b',
  '%00',
  'é'.repeat(40),
  '\r\n',
  '{"a":1}',
  '1e999',
  'null',
];

export function drawText(draw: Draw): string {
  if (draw.once(400)) return 'x'.repeat(draw.below(300_000));
  if (draw.once(3)) {
    return Array.from({ length: draw.below(24) }, () =>
      String.fromCharCode(draw.once(8) ? draw.below(65_536) : 32 + draw.below(96)),
    ).join('');
  }
  return draw.of(TEXTS);
}

export function drawJson(draw: Draw, depth: number): unknown {
  const choice = draw.below(depth > 4 ? 6 : 9);
  switch (choice) {
    case 0:
      return null;
    case 1:
      return draw.once(2);
    case 2:
      return draw.of([0, -0, 1, -1, 1.5, 1e21, 1e-9, Number.MAX_SAFE_INTEGER, Number.MIN_VALUE]);
    case 3:
    case 4:
    case 5:
      return drawText(draw);
    case 6:
      return Array.from({ length: draw.below(5) }, () => drawJson(draw, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: draw.below(5) }, () => [drawText(draw), drawJson(draw, depth + 1)]),
      );
  }
}

/** JSON, sometimes with a fault in it. */
function jsonText(draw: Draw, value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return draw.once(8) ? mutate(draw, text) : text;
}

/** One to three small changes. */
export function mutate(draw: Draw, text: string): string {
  let changed = text;
  for (let n = 1 + draw.below(3); n > 0; n--) {
    const at = draw.below(changed.length + 1);
    const until = Math.min(changed.length, at + draw.below(6));
    const put = draw.of([
      '',
      '',
      ':',
      '/',
      '"',
      '\\',
      '{',
      '}',
      '[',
      ',',
      '\u0000',
      'é',
      ' ',
      changed.slice(at, until),
      drawText(draw),
    ]);
    changed = changed.slice(0, at) + put + changed.slice(draw.once(2) ? at : until);
    if (changed.length > 400_000) return changed.slice(0, 400_000);
  }
  return changed;
}

function drawTarget(draw: Draw): string {
  const name = draw.of(NAMES);
  const made = draw.of([
    () => TARGET_PREFIX + mutate(draw, name),
    () => mutate(draw, TARGET_PREFIX) + name,
    () => name,
    () => '',
    () => TARGET_PREFIX,
    () => `${TARGET_PREFIX}${name}${name}`,
    () => (TARGET_PREFIX + name).toLowerCase(),
    () => `${TARGET_PREFIX}${draw.of(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])}`,
    () => 'x'.repeat(draw.below(8_000)),
  ])();
  return headerText(made);
}

/** What a header of HTTP can carry. */
function headerText(text: string): string {
  return [...text].map((one) => (/^[\t\x20-\x7e\x80-\xff]$/.test(one) ? one : '?')).join('');
}

function drawBody(draw: Draw, known: Known): string | Buffer {
  return draw.of<() => string | Buffer>([
    () => mutate(draw, JSON.stringify(valuesOf(draw, known))),
    () => '',
    () => drawText(draw),
    () => '['.repeat(1 + draw.below(5_000)),
    () => `${'{"a":'.repeat(1 + draw.below(3_000))}1`,
    () => `${'['.repeat(1_000)}${']'.repeat(1_000)}`,
    () => JSON.stringify(drawJson(draw, 0)) ?? '',
    () => `{"a":${'9'.repeat(draw.below(20_000))}}`,
    () => '{"name":1,"name":2}',
    () => '\ufeff{}',
    () => Buffer.from(Array.from({ length: draw.below(200) }, () => draw.below(256))),
    () => Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    () => `{"input":"${'\\u0000'.repeat(draw.below(2_000))}"}`,
    () => (draw.once(40) ? `{"input":"${'x'.repeat(1_048_576 + draw.below(3))}"}` : '{}'),
  ])();
}

function drawHeaders(draw: Draw): string[] {
  const values = ['', 'x', 'a'.repeat(draw.below(6_000)), '\t', '"', 'é', '0', '-1', '1e9', 'gzip', 'null'];
  const names = [
    'Content-Type',
    'Accept',
    'Accept-Encoding',
    'Content-Encoding',
    'Authorization',
    'X-Amz-Date',
    'X-Amz-Security-Token',
    'X-Amzn-Trace-Id',
    'X-Amz-Target',
    'Amz-Sdk-Request',
    'Cookie',
    'Origin',
    'Referer',
    'Connection',
    'Upgrade',
    'Range',
    'If-None-Match',
    'X-Forwarded-For',
    'X-Http-Method-Override',
    `X-${'y'.repeat(draw.below(300))}`,
  ];
  return (
    Array.from(
      { length: 1 + draw.below(6) },
      () =>
        `${draw.of(names)}: ${headerText(draw.once(3) ? drawText(draw).slice(0, 2_000) : draw.of(values))}`,
    )
      // An upgrade would change what is spoken.
      .filter((line) => !/^(upgrade|connection):/i.test(line) || draw.once(2))
      .map((line) => line.replace(/^Connection:.*upgrade.*$/i, 'Connection: keep-alive'))
  );
}

function drawHost(draw: Draw): string {
  const host = draw.of([
    'localhost',
    'LOCALHOST.',
    '127.0.0.1:8083',
    '[::1]:1',
    'sync-localhost',
    'sync-127.0.0.1',
    'evil.example',
    'evil.example:80',
    '169.254.169.254',
    'a.b.c.d.e',
    'treadle',
    '',
    ':80',
    '[',
    ']',
    'x'.repeat(draw.below(2_000)),
    'localhost, evil.example',
    'user@localhost',
    '0x7f000001',
    '127.1',
  ]);
  return headerText(draw.once(4) ? mutate(draw, host).slice(0, 2_000) : host);
}

function browserHeaders(draw: Draw): string[] {
  return [
    `Origin: ${draw.of(['null', 'http://localhost', 'http://evil.example', 'https://127.0.0.1', ''])}`,
    `Sec-Fetch-Site: ${draw.of(['cross-site', 'same-origin', 'none', 'x'])}`,
    `Sec-Fetch-Mode: ${draw.of(['navigate', 'cors', 'no-cors'])}`,
  ];
}

const DEFINITIONS = [
  '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
  '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},"B":{"Type":"Fail","Error":"E"}}}',
  '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Pass","Output":"{% $states.input.a + 1 %}","Next":"C"},"C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input > 1 %}","Next":"S"}],"Default":"S"},"S":{"Type":"Succeed"}}}',
  '{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.x","MaxConcurrency":2,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","Result":{"a":[1,2]},"ResultPath":"$.r","End":true}}},"Label":"L","End":true}}}',
  '{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"End":true}}},{"StartAt":"I","States":{"I":{"Type":"Pass","Parameters":{"x.$":"States.Format(\'{}-{}\', $.a, $.b[?(@.c>1)])"},"End":true}}}],"End":true}}}',
];

/** A definition, or the text of a state, with changes. */
export function drawDefinition(draw: Draw): string {
  const text = draw.of(DEFINITIONS);
  return draw.once(10) ? text : mutate(draw, text);
}

function drawHttp(draw: Draw): Pick<Input, 'bytes' | 'answered'> {
  const method = draw.of(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST']);
  const path = headerText(
    draw.of([
      '/',
      '/health',
      '/readyz',
      '/livez',
      '//',
      '/?x=1',
      '/../../etc/passwd',
      '/%00',
      `/${'a'.repeat(draw.below(3_000))}`,
      '/console',
      '*',
    ]),
  ).replaceAll(/[\t ]/g, '');
  const of = (text: string, answered: boolean) => ({ bytes: Buffer.from(text, 'latin1'), answered });
  return draw.of([
    () => of(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n`, path !== '*'),
    () => of(`${method} ${path} HTTP/1.0\r\n\r\n`, false),
    () => of('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n', true),
    () => of('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', false),
    () =>
      of('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}', false),
    () => of('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}', false),
    () => of('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', false),
    () => of('POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n', true),
    () => of(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'h'.repeat(20_000)}\r\n\r\n`, false),
    () => of('GET / HTTP/9.9\r\n\r\n', false),
    () => of('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', false),
    () => of('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', false),
    () =>
      of(
        Array.from({ length: 1 + draw.below(100) }, () => String.fromCharCode(draw.below(256))).join(''),
        false,
      ),
    () => of(mutate(draw, `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}`), false),
    () => of('GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n', true),
    () => of('CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n', false),
  ])();
}
