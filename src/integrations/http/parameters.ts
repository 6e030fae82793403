// The Parameters of http:invoke: what may stand there, and the request they describe.

import {
  getMember,
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
} from '../../base/json.ts';
import type { Check } from '../integration.ts';
import {
  ARRAY_FORMATS,
  type ArrayFormat,
  FormTooLarge,
  formPairs,
  type Pair,
  scalarText,
} from './encoding.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const;

export interface HttpCall {
  readonly url: URL;
  readonly method: (typeof METHODS)[number];
  readonly connectionName: string;
  readonly headers: readonly Pair[];
  readonly query: readonly Pair[];
  /** Undefined: no body. */
  readonly body: Json | undefined;
  /** Undefined: the body is sent as JSON, a string as it is. */
  readonly form: ArrayFormat | undefined;
}

/** Headers that a task may not set (AWS: "Call HTTPS APIs", request headers); the last three are the connection's own. */
const FORBIDDEN = new Set(
  (
    'a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding ' +
    'content-md5 date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range ' +
    'if-unmodified-since max-forwards origin pragma proxy-authorization referer server te trailer transfer-encoding ' +
    'upgrade via warning content-length keep-alive proxy-connection'
  ).split(' '),
);
const FORBIDDEN_START = /^x-(forwarded|amz|amzn)-/;

const FIELDS = [
  'ApiEndpoint',
  'Method',
  'Authentication',
  'InvocationConfig',
  'Headers',
  'QueryParameters',
  'RequestBody',
  'Transform',
];
const CONNECTION_ARN =
  /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:connection\/(?<name>[A-Za-z0-9._-]{1,64})(\/[A-Za-z0-9-]+)?$/;
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible characters, blanks and tabs; the upper half of Latin-1 is obsolete but allowed. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** @returns what is wrong with the Parameters, in Step Functions' words where they are known. */
export const checkHttpParameters: Check = (_resource, input, template = false) => {
  if (!isJsonObject(input)) return ['The value is not a JSON object'];
  const reasons = Object.keys(input)
    .filter((name) => !FIELDS.includes(name))
    .map((name) => `The field "${name}" is not supported by Step Functions`);
  const member = (name: string): Json | undefined => {
    const value = getMember(input, name);
    return template && value === null ? undefined : value;
  };
  const invalid = (field: string): void => {
    reasons.push(`The value of the field '${field}' has an invalid format`);
  };
  const required = (name: string): Json | undefined => {
    const value = member(name);
    if (getMember(input, name) === undefined) {
      reasons.push(`The field "${name}" is required but was missing`);
    }
    return value;
  };
  const endpoint = required('ApiEndpoint');
  if (endpoint !== undefined) checkEndpoint(endpoint, reasons);
  const method = required('Method');
  if (method !== undefined && !(METHODS as readonly Json[]).includes(method)) invalid('Method');
  checkConnection(input, template, reasons, invalid);
  const headers = member('Headers');
  if (headers !== undefined) checkHeaders(headers, template, reasons, invalid);
  const query = member('QueryParameters');
  if (query !== undefined && !isScalarMap(query, template)) invalid('QueryParameters');
  checkTransform(member('Transform'), member('RequestBody'), template, reasons, invalid);
  return reasons;
};

function checkEndpoint(endpoint: Json, reasons: string[]): void {
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  if (url === null) reasons.push("The value of the field 'ApiEndpoint' has an invalid format");
  else if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    reasons.push("The value of the field 'ApiEndpoint' must have the scheme https");
  } else if (url.username !== '' || url.password !== '') {
    // They would stand in the history; the connection is the place for them.
    reasons.push("The value of the field 'ApiEndpoint' must not contain a user name or a password");
  }
}

function checkConnection(
  input: JsonObject,
  template: boolean,
  reasons: string[],
  invalid: (field: string) => void,
): void {
  const holders = ['Authentication', 'InvocationConfig'].filter((name) => Object.hasOwn(input, name));
  if (holders.length === 0) reasons.push('The field "Authentication" is required but was missing');
  for (const name of holders) {
    const holder = input[name]!;
    if (template && holder === null) continue;
    if (!isJsonObject(holder)) {
      invalid(name);
      continue;
    }
    for (const key of Object.keys(holder).filter((key) => key !== 'ConnectionArn')) {
      reasons.push(`The field "${key}" is not supported by Step Functions`);
    }
    const arn = getMember(holder, 'ConnectionArn');
    if (arn === undefined) reasons.push('The field "ConnectionArn" is required but was missing');
    else if (template && arn === null) continue;
    else if (typeof arn !== 'string' || !CONNECTION_ARN.test(arn)) invalid('ConnectionArn');
  }
}

function checkHeaders(
  headers: Json,
  template: boolean,
  reasons: string[],
  invalid: (field: string) => void,
): void {
  if (!isScalarMap(headers, template)) return invalid('Headers');
  for (const [name, value] of pairsOf(headers)) {
    const lower = name.toLowerCase();
    if (FORBIDDEN.has(lower) || FORBIDDEN_START.test(lower)) {
      reasons.push(`The header "${name}" is not supported by Step Functions`);
    } else if (!HEADER_NAME.test(name) || !isHeaderValue(value)) return invalid('Headers');
  }
}

function checkTransform(
  transform: Json | undefined,
  body: Json | undefined,
  template: boolean,
  reasons: string[],
  invalid: (field: string) => void,
): void {
  if (transform === undefined) return;
  if (!isJsonObject(transform)) return invalid('Transform');
  for (const [name, value] of Object.entries(transform)) {
    if (template && value === null) continue;
    if (name === 'RequestBodyEncoding') {
      if (value !== 'NONE' && value !== 'URL_ENCODED') invalid(name);
    } else if (name !== 'RequestEncodingOptions') {
      reasons.push(`The field "${name}" is not supported by Step Functions`);
    } else if (!isJsonObject(value)) invalid(name);
    else {
      for (const [option, choice] of Object.entries(value)) {
        if (option !== 'ArrayFormat')
          reasons.push(`The field "${option}" is not supported by Step Functions`);
        else if (template && choice === null) continue;
        else if (!(ARRAY_FORMATS as readonly Json[]).includes(choice)) invalid('ArrayFormat');
      }
    }
  }
  const form = getMember(transform, 'RequestBodyEncoding') === 'URL_ENCODED';
  if (form && !template && body !== undefined && typeof body !== 'string' && !isForm(body))
    invalid('RequestBody');
}

/** Indices make the longest names. */
function isForm(body: Json): boolean {
  try {
    return isJsonObject(body) && formPairs(body, 'INDICES').length >= 0;
  } catch (error) {
    if (error instanceof FormTooLarge) return false;
    throw error;
  }
}

/** Text that a header can carry. */
export function isHeaderValue(value: string): boolean {
  return HEADER_VALUE.test(value);
}

/** @param input Parameters without fault. */
export function httpCall(input: JsonObject): HttpCall {
  const holder = (getMember(input, 'InvocationConfig') ?? getMember(input, 'Authentication')) as JsonObject;
  const transform = (getMember(input, 'Transform') ?? {}) as JsonObject;
  const options = (getMember(transform, 'RequestEncodingOptions') ?? {}) as JsonObject;
  const encoded = getMember(transform, 'RequestBodyEncoding') === 'URL_ENCODED';
  return {
    url: new URL(input['ApiEndpoint'] as string),
    method: input['Method'] as HttpCall['method'],
    connectionName: CONNECTION_ARN.exec(holder['ConnectionArn'] as string)!.groups!['name']!,
    headers: pairsOf((getMember(input, 'Headers') ?? {}) as JsonObject),
    query: pairsOf((getMember(input, 'QueryParameters') ?? {}) as JsonObject),
    body: getMember(input, 'RequestBody'),
    form: encoded ? ((getMember(options, 'ArrayFormat') ?? 'INDICES') as ArrayFormat) : undefined,
  };
}

function isScalar(value: Json): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || isJsonNumber(value);
}

function isScalarMap(value: Json, template: boolean): value is JsonObject {
  const fits = (item: Json): boolean => isScalar(item) || (template && item === null);
  return (
    isJsonObject(value) &&
    Object.values(value).every((member) => (isJsonArray(member) ? member.every(fits) : fits(member)))
  );
}

/** A list gives its name once for each item. */
function pairsOf(map: JsonObject): Pair[] {
  return Object.entries(map).flatMap(([name, value]) =>
    (isJsonArray(value) ? value : [value]).map((item): Pair => [name, scalarText(item)]),
  );
}
