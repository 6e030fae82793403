// A response of an HTTP API as a task's outcome: result, error names and causes as Step Functions words them.

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type Json, type JsonObject, parseJson } from '../../base/json.ts';
import { withMember } from '../../base/json-object.ts';
import type { GuardedResponse } from '../../net/guarded-http.ts';
import type { TaskOutcome } from '../integration.ts';
import { failure, success } from '../outcome.ts';
import type { Pair } from './encoding.ts';

/** Media types that AWS refuses. */
const BINARY = /^(application\/octet-stream|image\/|video\/|audio\/)/;

/**
 * @param maxBytes of the body; a longer one is States.DataLimitExceeded.
 * @throws what `read` of the response throws.
 */
export async function outcomeOf(response: GuardedResponse, maxBytes: number): Promise<TaskOutcome> {
  const { status, statusText } = response;
  if (status < 200 || status > 299) {
    response.discard();
    return failure(`States.Http.StatusCode.${status}`, statusText);
  }
  const contentType = headerOf(response.headers, 'content-type') ?? '';
  const [mediaType = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (BINARY.test(mediaType)) {
    response.discard();
    return failure('States.Runtime', `The content type '${mediaType}' of the response is not supported`);
  }
  const encoding = headerOf(response.headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  const received = await response.read(maxBytes);
  const bytes = received === 'too large' ? received : await decompress(received, encoding, maxBytes);
  if (bytes === 'damaged') {
    return failure(
      'States.Runtime',
      `The body of the response is not what its Content-Encoding '${encoding}' says`,
    );
  }
  if (bytes === 'too large') {
    const cause =
      "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.";
    return failure('States.DataLimitExceeded', cause);
  }
  const charset = parameters.find((part) => part.startsWith('charset='))?.slice('charset='.length);
  const text = decode(bytes, charset?.replaceAll('"', '') ?? 'utf-8');
  if (text === undefined) {
    return failure('States.Runtime', `The body of the response is not text in ${charset ?? 'utf-8'}`);
  }
  const decoded = DECODERS.has(encoding);
  const result: JsonObject = {
    Headers: headersOf(
      decoded ? response.headers.filter(([name]) => !OF_ENCODED.has(name.toLowerCase())) : response.headers,
    ),
    ResponseBody: bodyOf(text, mediaType),
    StatusCode: status,
    StatusText: statusText,
  };
  return success(result);
}

/** Encodings that a server may choose although it was not asked to. */
const DECODERS = new Map<
  string,
  (bytes: Uint8Array, options: { maxOutputLength: number }) => Promise<Uint8Array>
>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/** They tell of the body as it was sent; Apache's HTTP client, which AWS's is made of, leaves them out as well. */
const OF_ENCODED = new Set(['content-encoding', 'content-length', 'content-md5']);

async function decompress(
  bytes: Uint8Array,
  encoding: string,
  maxBytes: number,
): Promise<Uint8Array | 'too large' | 'damaged'> {
  const decode = DECODERS.get(encoding);
  if (decode === undefined || bytes.length === 0) return bytes;
  try {
    return await decode(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'damaged';
  }
}

function headerOf(headers: readonly Pair[], name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** Every name once, as it was first written, with all its values. */
function headersOf(headers: readonly Pair[]): JsonObject {
  let result: JsonObject = {};
  const lists = new Map<string, Json[]>();
  for (const [name, value] of headers) {
    const known = lists.get(name.toLowerCase());
    if (known !== undefined) {
      known.push(value);
      continue;
    }
    const list: Json[] = [value];
    lists.set(name.toLowerCase(), list);
    result = withMember(result, name, list);
  }
  return result;
}

function decode(bytes: Uint8Array, charset: string): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // Not in this character set, or the set is unknown.
    return undefined;
  }
}

/** JSON where the type or the text says so; otherwise text. */
function bodyOf(text: string, mediaType: string): Json {
  const declared = /^application\/([\w.-]+\+)?json$/.test(mediaType);
  if (!declared && !/^\s*[[{]/.test(text)) return text;
  try {
    return parseJson(text);
  } catch {
    // It only looked like JSON.
    return text;
  }
}
