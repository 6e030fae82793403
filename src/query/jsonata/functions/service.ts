// What AWS Step Functions adds to JSONata: $partition $range $hash $random $uuid $parse.

import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { parseJson } from '../../../base/json.ts';
import { utf8Length } from '../../../base/payload.ts';
import { jacksonMessage } from '../../../text/jackson.ts';
import { priceOfParsing } from '../../prices.ts';
import { numberOf, sequence } from '../data.ts';
import { EvaluationError } from '../errors.ts';
import { MAX_RANGE, outOfMemory } from '../limits.ts';
import { HEAD, type Run, type Value } from '../run.ts';
import type { Definitions } from './built-in.ts';

function integer(value: Value): number | undefined {
  const number = numberOf(value);
  return number === undefined || !Number.isFinite(number) ? undefined : Math.trunc(number);
}

function partition(run: Run, list: Value[] | undefined, sizeArg: Value): Value {
  const size = integer(sizeArg);
  if (list === undefined || list.length === 0 || size === undefined || size < 1) return undefined;
  run.chargeList(list.length);
  run.chargeItems(Math.ceil(list.length / size), 2);
  run.allocate(HEAD * Math.ceil(list.length / size));
  const chunks: Value[] = [];
  for (let i = 0; i < list.length; i += size) chunks.push(list.slice(i, i + size));
  return chunks;
}

function range(run: Run, startArg: Value, endArg: Value, stepArg: Value): Value {
  run.charge(1);
  const start = integer(startArg);
  const end = integer(endArg);
  const step = integer(stepArg);
  if (start === undefined || end === undefined || !step) return undefined;
  const length = Math.floor((end - start) / step) + 1;
  if (length < 1) return undefined;
  if (length > MAX_RANGE) return outOfMemory();
  run.chargeItems(length, 1);
  const items: Value[] = [];
  for (let i = 0; i < length; i++) items.push(start + i * step);
  return sequence(items);
}

const HASHES: Readonly<Record<string, (data: Uint8Array) => Uint8Array>> = {
  MD5: md5,
  'SHA-1': sha1,
  'SHA-256': sha256,
  'SHA-384': sha384,
  'SHA-512': sha512,
};

/** Units of a hash, however short the text. */
const HASH = 200;

function hash(run: Run, text: string | undefined, algorithm: string | undefined): Value {
  if (text === undefined || algorithm === undefined) return undefined;
  run.charge(HASH + (text.length >> 4));
  run.charge(utf8Length(text));
  run.allocate(3 * text.length);
  const digest = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  if (digest === undefined) {
    const known = Object.keys(HASHES).join(', ');
    throw new EvaluationError(
      '',
      `The algorithm of the hash function must be one of ${known}. Given "${algorithm}"`,
    );
  }
  return bytesToHex(digest(utf8ToBytes(text)));
}

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** First `nextDouble()` of Java's generator, which is what the service draws from for a given seed. */
export function seededRandom(seed: number): number {
  let state = (BigInt(seed) ^ MULTIPLIER) & MASK;
  const next = (bits: bigint): bigint => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return state >> (48n - bits);
  };
  const high = next(26n) << 27n;
  return Number(high + next(27n)) / 2 ** 53;
}

/** Units for drawing a number, at worst with long integers. */
const RANDOM = 40;

function random(run: Run, seedArg: Value): Value {
  run.charge(RANDOM);
  const seed = integer(seedArg);
  return seed === undefined ? run.scope.random() : seededRandom(seed);
}

/** Bytes that a character of JSON text may stand for. */
const PARSED = 48;

function uuid(run: Run): Value {
  run.charge(RANDOM);
  return run.scope.uuid();
}

function parse(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  run.charge(text.length);
  run.charge(priceOfParsing(text) * text.length);
  run.allocate(PARSED * text.length);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new EvaluationError('', `The argument of the parse function must be JSON: ${jacksonMessage(text)}`);
  }
}

export const SERVICE: Definitions = {
  partition: ['<a?n?:a>', 2, partition],
  range: ['<n?n?n?:a>', 3, range],
  hash: ['<s?s?:s>', 2, hash],
  random: ['<n?:n>', 1, random],
  uuid: ['<:s>', 0, uuid],
  parse: ['<s-:x>', 1, parse],
};
