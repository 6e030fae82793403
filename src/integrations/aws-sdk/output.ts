// A service's answer as the result of a task: members spelled for the state machine and in alphabetical order, times as
// ISO 8601 text, blobs as text.

import { type Json, type JsonObject, parseJson, setMember } from '../../base/json.ts';
import type { SdkObject, SdkValue } from './protocol.ts';
import { type Member, memberRef, type ServiceModel, type Structure, shapeOf } from './service-model.ts';
import { membersOf, type Spelling } from './spelling.ts';

export type OutputTimestamps = 'iso' | 'epochMillis';

export function toJsonOutput(
  model: ServiceModel,
  structure: Structure,
  output: SdkObject,
  spelling: Spelling,
  timestamps: OutputTimestamps,
): JsonObject {
  function structureJson(of: Structure, value: SdkObject): JsonObject {
    const out: JsonObject = {};
    for (const { name, wire, member } of membersOf(of, spelling).values()) {
      const one = Object.hasOwn(value, wire) ? value[wire] : undefined;
      if (one !== undefined && one !== null) setMember(out, name, memberJson(member, one));
    }
    return out;
  }

  function memberJson(member: Member, value: SdkValue): Json {
    if (value === undefined || value === null) return null;
    const ref = memberRef(member);
    const shape = shapeOf(model, ref);
    if (shape === undefined) return simpleJson(ref, value, timestamps);
    if ('members' in shape) return structureJson(shape, value as SdkObject);
    if ('item' in shape) return (value as readonly SdkValue[]).map((item) => memberJson(shape.item, item));
    const out: JsonObject = {};
    for (const [key, one] of Object.entries(value as SdkObject))
      setMember(out, key, memberJson(shape.value, one));
    return out;
  }

  return structureJson(structure, output);
}

function simpleJson(ref: string, value: SdkValue, timestamps: OutputTimestamps): Json {
  if (ref.startsWith('t')) return timeJson(value, timestamps);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (ref === 'd') return parseJson(JSON.stringify(value));
  if (ref === 'f' && typeof value === 'number') return floatJson(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // Also JSON that the codecs keep as a text object of their own.
  return String(value);
}

/** From a date, seconds since 1970, or text; what is no time stays what it is. */
function timeJson(value: SdkValue, timestamps: OutputTimestamps): Json {
  const date =
    value instanceof Date
      ? value
      : new Date(typeof value === 'number' ? Math.round(value * 1000) : String(value));
  if (Number.isNaN(date.getTime())) return String(value);
  return timestamps === 'iso' ? date.toISOString().replace('.000Z', 'Z') : date.getTime();
}

/** As Java prints a double: `3.0`. What JSON has no number for is text. */
function floatJson(value: number): Json {
  if (!Number.isFinite(value)) return String(value);
  return Number.isSafeInteger(value) ? parseJson(`${value}.0`) : value;
}
