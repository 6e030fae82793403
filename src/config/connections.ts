// `connections` of treadle.yaml, which stand for EventBridge connections, and the form in which they may be shown.

import {
  choice,
  either,
  type Infer,
  isRecord,
  isScalar,
  MASK,
  mapping,
  object,
  optional,
  type Refuse,
  required,
  scalar,
  secret,
  text,
} from './shape.ts';

const SECRET_FORM =
  'a text (in quotes), { env: NAME }, { file: path } or { secretsManager: name, key: member }';
const TEXT = text('a text', /./);
const has = (key: string) => (value: unknown) => isRecord(value) && Object.hasOwn(value, key);
const VALUE = either(
  SECRET_FORM,
  { when: isScalar, shape: text(SECRET_FORM, /./) },
  {
    when: has('env'),
    shape: object(SECRET_FORM, { env: required(TEXT, 'A variable of Treadle’s environment.') }),
  },
  {
    when: has('file'),
    shape: object(SECRET_FORM, {
      file: required(
        TEXT,
        'Path relative to the folder of `treadle.yaml`; a line’s end at the end of the file is not part of the value.',
      ),
    }),
  },
  {
    when: has('secretsManager'),
    shape: object(SECRET_FORM, {
      secretsManager: required(TEXT, 'Name or ARN of a secret in AWS Secrets Manager.'),
      key: optional(TEXT, 'A member of the secret, when that is a JSON object.'),
    }),
  },
);

const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What the connection itself is made of. */
const FRAMING = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/i;
const FRAMED = 'is a header that Treadle sets itself';

const ANY_NAME = { pattern: /^/, expected: 'a name' };
const HEADER_NAME = { pattern: HEADER, expected: 'the name of a header' };
const HEADERS = mapping('a mapping from name to value', HEADER_NAME, VALUE, (headers, at, reading) => {
  for (const name of Object.keys(headers).filter((name) => FRAMING.test(name))) {
    reading.refuse([...at, name], { expected: FRAMED, of: 'key' });
  }
});
const VALUES = mapping('a mapping from name to value', ANY_NAME, VALUE);
const ADDED = {
  headers: optional(HEADERS, 'Headers, name → value.'),
  query: optional(VALUES, 'Members of the query, name → value.'),
  body: optional(VALUES, 'Members of the body, name → value.'),
};

const OAUTH = object('a mapping with endpoint, clientId and clientSecret', {
  endpoint: required(
    scalar(
      'an https:// URL without user name and password',
      { type: 'string', format: 'uri', pattern: '^https?://' },
      (value) => {
        const url = typeof value === 'string' ? URL.parse(value) : null;
        const fits =
          url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
        return fits ? (value as string) : undefined;
      },
    ),
    'URL that gives the token.',
  ),
  method: optional(choice('POST', 'PUT', 'GET'), 'Default: POST. GET sends everything in the query.'),
  clientId: required(VALUE, 'The client’s id.'),
  clientSecret: required(VALUE, 'The client’s secret.'),
  clientAuthentication: optional(
    choice('parameters', 'header'),
    'Where the client’s id and secret go: `parameters` (the default: the body, or GET’s query) or `header` (Basic).',
  ),
  ...ADDED,
});

const KINDS = ['basic', 'apiKey', 'oauth'];
const CONNECTION = object(
  'a mapping with basic, apiKey, oauth or headers',
  {
    basic: optional(
      object('a mapping with username and password', {
        username: required(VALUE, 'User name.'),
        password: required(VALUE, 'Password.'),
      }),
      'Basic authorization.',
    ),
    apiKey: optional(
      object('a mapping with name and value', {
        name: required(
          scalar(
            'the name of a header that Treadle does not set itself',
            { type: 'string', pattern: HEADER.source },
            (value) =>
              typeof value === 'string' && HEADER.test(value) && !FRAMING.test(value) ? value : undefined,
          ),
          'Name of the header.',
        ),
        value: required(VALUE, 'Value of the header.'),
      }),
      'A header.',
    ),
    oauth: optional(OAUTH, 'Client credentials (RFC 6749, section 4.4).'),
    ...ADDED,
  },
  checkKinds,
);

export type SecretValue = Infer<typeof VALUE>;
export type Values = Readonly<Record<string, SecretValue>>;
export type OAuth = Infer<typeof OAUTH>;
export type Connection = Infer<typeof CONNECTION>;

export const CONNECTIONS = secret(
  mapping(
    'a mapping from name to connection',
    { pattern: /^[A-Za-z0-9._-]{1,64}$/, expected: "1 to 64 letters, digits, '.', '-' or '_'" },
    CONNECTION,
  ),
);

function checkKinds(values: Readonly<Record<string, unknown>>, refuse: Refuse): void {
  const given = KINDS.filter((kind) => values[kind] !== undefined && values[kind] !== null);
  if (given.length > 1) {
    refuse([], { expected: `has ${given.join(' and ')}, expected one of ${KINDS.join(', ')}`, of: 'key' });
  }
}

/** A copy without literal values; where they are looked for may be seen. */
export function maskedConnection({ basic, apiKey, oauth, ...maps }: Connection): Connection {
  return {
    ...(basic && { basic: { username: masked(basic.username), password: masked(basic.password) } }),
    ...(apiKey && { apiKey: { name: apiKey.name, value: masked(apiKey.value) } }),
    ...(oauth && {
      oauth: {
        ...oauth,
        clientId: masked(oauth.clientId),
        clientSecret: masked(oauth.clientSecret),
        ...maskedMaps(oauth),
      },
    }),
    ...maskedMaps(maps),
  };
}

function masked(value: SecretValue): SecretValue {
  return typeof value === 'string' ? MASK : value;
}

function maskedMaps(maps: Pick<Connection, 'headers' | 'query' | 'body'>): typeof maps {
  const entries = (['headers', 'query', 'body'] as const).flatMap((name) => {
    const map = maps[name];
    if (map === undefined) return [];
    return [[name, Object.fromEntries(Object.entries(map).map(([key, value]) => [key, masked(value)]))]];
  });
  return Object.fromEntries(entries);
}
