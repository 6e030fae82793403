// A service's answer as the result of a task: members spelled for the state machine and in alphabetical order, times as
// ISO 8601 text, blobs as text.

import { isoTime } from '../base/iso-time.ts';
import { isRawNumber, type Json, type JsonObject, parseJson, toNumber } from '../base/json.ts';
import { withMember } from '../base/json-object.ts';
import type { SdkObject, SdkValue } from './protocol.ts';
import { type Member, memberRef, type ServiceModel, type Structure, shapeOf } from './service-model.ts';
import { membersOf, type Spelling } from './spelling.ts';

export type OutputTimestamps = 'iso' | 'epochMillis';

/** The answer is not what the service's model says. */
export class Malformed extends Error {}

/** @throws Malformed. */
export function toJsonOutput(
  model: ServiceModel,
  structure: Structure,
  output: SdkObject,
  spelling: Spelling,
  timestamps: OutputTimestamps,
): JsonObject {
  function structureJson(of: Structure, value: SdkObject): JsonObject {
    let out: JsonObject = {};
    for (const { name, wire, member } of membersOf(of, spelling).values()) {
      const one = Object.hasOwn(value, wire) ? value[wire] : undefined;
      if (one !== undefined && one !== null) out = withMember(out, name, memberJson(member, one));
      // An empty object of S3 has a body: the codecs leave it out (recorded).
      else if (wire === of.payload && isBlob(memberRef(member))) out = withMember(out, name, '');
    }
    return out;
  }

  function memberJson(member: Member, value: SdkValue): Json {
    if (value === undefined || value === null) return null;
    const ref = memberRef(member);
    const shape = shapeOf(model, ref);
    if (shape === undefined) return simpleJson(ref, value, timestamps);
    if ('members' in shape) return structureJson(shape, objectOf(value));
    if ('item' in shape) {
      if (!Array.isArray(value)) throw new Malformed(`Expected a list, but got ${typeof value}`);
      return value.map((item: SdkValue) => memberJson(shape.item, item));
    }
    let out: JsonObject = {};
    for (const [key, one] of Object.entries(objectOf(value)))
      out = withMember(out, key, memberJson(shape.value, one));
    return out;
  }

  return structureJson(structure, output);
}

function objectOf(value: SdkValue): SdkObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as SdkObject;
  throw new Malformed(`Expected an object, but got ${Array.isArray(value) ? 'a list' : typeof value}`);
}

function simpleJson(ref: string, value: SdkValue, timestamps: OutputTimestamps): Json {
  if (ref.startsWith('t')) return timeJson(value, timestamps);
  if (ref.startsWith('x')) {
    return new TextDecoder().decode(
      value instanceof Uint8Array ? value : Buffer.from(String(value), 'base64'),
    );
  }
  if (ref === 'd') return parseJson(JSON.stringify(value));
  if (ref === 'f' && typeof value === 'number') return floatJson(value);
  if (typeof value === 'number' || typeof value === 'boolean' || isRawNumber(value)) return value;
  // Also JSON that the codecs keep as a text object of their own.
  return String(value);
}

/** From a date, seconds since 1970, or text; what is no time stays what it is. */
function timeJson(value: SdkValue, timestamps: OutputTimestamps): Json {
  const seconds = toNumber(value as Json);
  const date =
    value instanceof Date
      ? value
      : new Date(seconds === undefined ? String(value) : Math.round(seconds * 1000));
  if (Number.isNaN(date.getTime())) return String(value);
  return timestamps === 'iso' ? isoTime(date.getTime()) : date.getTime();
}

/** As Java prints a double: `3.0`. What JSON has no number for is text. */
function floatJson(value: number): Json {
  if (!Number.isFinite(value)) return String(value);
  return Number.isSafeInteger(value) ? parseJson(`${value}.0`) : value;
}

/** The AWS SDK for Java makes no difference between an empty body and none, where the body is the member. */
function isBlob(ref: string): boolean {
  return ref === 'x' || ref === 'xs';
}
