// A task's parameters: checked against the service model in Step Functions' words, and turned into the values that the
// protocol codecs write.

import {
  isJsonArray,
  isJsonObject,
  isRawNumber,
  type Json,
  type JsonObject,
  stringifyJson,
  toNumber,
} from '../base/json.ts';
import type { SdkObject, SdkValue } from './protocol.ts';
import {
  type Member,
  memberRef,
  memberTraits,
  type ServiceModel,
  type Structure,
  shapeOf,
} from './service-model.ts';
import { membersOf, type Spelling } from './spelling.ts';

/** Reasons against an input; more than these say nothing new. */
const MAX_REASONS = 20;

/** Reasons why the parameters are none of the operation's; empty when there are none. */
export function inputFaults(
  model: ServiceModel,
  structure: Structure,
  input: Json,
  spelling: Spelling,
): string[] {
  const reasons: string[] = [];

  function structureFaults(of: Structure, value: JsonObject): void {
    const members = membersOf(of, spelling);
    for (const name of Object.keys(value)) {
      const member = members.get(name);
      if (member === undefined) add(`The field "${name}" is not supported by Step Functions`);
      else memberFaults(member.member, name, value[name]!);
    }
    for (const { name, required, member } of members.values()) {
      if (!required || Object.hasOwn(value, name) || memberTraits(member).token === true) continue;
      add(`The field "${name}" is required but was missing`);
    }
  }

  function memberFaults(member: Member, name: string, value: Json): void {
    // AWS leaves out what is null, and the service says what it misses (recorded).
    if (value === null || reasons.length >= MAX_REASONS) return;
    const ref = memberRef(member);
    const shape = shapeOf(model, ref);
    if (shape === undefined) {
      const reason = simpleFault(ref, name, value, spelling);
      if (reason !== undefined) add(reason);
    } else if ('members' in shape) {
      if (isJsonObject(value)) structureFaults(shape, value);
      else add(invalid(name));
    } else if ('item' in shape) {
      if (isJsonArray(value)) for (const item of value) memberFaults(shape.item, name, item);
      else add(invalid(name));
    } else if (isJsonObject(value)) {
      for (const [key, one] of Object.entries(value)) memberFaults(shape.value, key, one);
    } else {
      add(invalid(name));
    }
  }

  function add(reason: string): void {
    if (reasons.length < MAX_REASONS) reasons.push(reason);
  }

  if (isJsonObject(input)) structureFaults(structure, input);
  else add(invalid('Parameters'));
  return reasons;
}

function invalid(name: string): string {
  return `The value of the field '${name}' has an invalid format`;
}

/** What a simple type is called in reasons: STRING and INTEGER are recorded, the others follow them. */
const TYPES: Readonly<Record<string, string>> = {
  s: 'a STRING',
  i: 'an INTEGER',
  l: 'a LONG',
  f: 'a DOUBLE',
  b: 'a BOOLEAN',
};

/**
 * Optimized integrations take no text for a number (aws-cdk 12284) and no object for a text (aws-cdk 9181). Both kinds take a
 * text for a boolean, which samples of AWS make use of (`"BOOL": "false"`).
 */
function simpleFault(ref: string, name: string, value: Json, spelling: Spelling): string | undefined {
  return fits(ref, value, spelling === 'api') ? undefined : mustBe(ref, name);
}

function fits(ref: string, value: Json, strict: boolean): boolean {
  if (strict && /^[ilf]$/.test(ref) && typeof value === 'string') return false;
  switch (ref) {
    case 's':
      // Of SDK integrations objects and arrays become JSON text.
      return typeof value === 'string' || (!strict && (isJsonArray(value) || isJsonObject(value)));
    case 'i':
    case 'l':
      return Number.isInteger(numberOf(value));
    case 'f':
      return numberOf(value) !== undefined;
    case 'b':
      return booleanOf(value) !== undefined;
    case 't':
    case 'td':
    case 'te':
    case 'th':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value));
    default:
      return true;
  }
}

function mustBe(ref: string, name: string): string {
  const type = TYPES[ref];
  return type === undefined ? invalid(name) : `The value for the field '${name}' must be ${type}`;
}

/** @param input has no faults. @param token for members that take an idempotency token and are absent. */
export function toSdkInput(
  model: ServiceModel,
  structure: Structure,
  input: JsonObject,
  spelling: Spelling,
  token: string | undefined,
): SdkObject {
  function structureValue(of: Structure, value: JsonObject): SdkObject {
    const out: Record<string, SdkValue> = {};
    for (const { name, wire, member } of membersOf(of, spelling).values()) {
      const given = Object.hasOwn(value, name) ? value[name]! : null;
      if (given !== null) out[wire] = memberValue(member, given);
      else if (token !== undefined && memberTraits(member).token === true) out[wire] = token;
    }
    return out;
  }

  function memberValue(member: Member, value: Json): SdkValue {
    const ref = memberRef(member);
    const shape = shapeOf(model, ref);
    if (shape === undefined) return simpleValue(ref, value);
    if ('members' in shape) return structureValue(shape, value as JsonObject);
    if ('item' in shape) {
      return (value as Json[]).filter((item) => item !== null).map((item) => memberValue(shape.item, item));
    }
    // Without a prototype, so that a key `__proto__` is one like any other.
    const out: Record<string, SdkValue> = Object.create(null);
    for (const [key, one] of Object.entries(value as JsonObject)) {
      if (one !== null) out[key] = memberValue(shape.value, one);
    }
    return out;
  }

  return structureValue(structure, input);
}

function simpleValue(ref: string, value: Json): SdkValue {
  switch (ref) {
    case 's':
    case 'j':
      return textOf(value);
    case 'i':
    case 'l':
    case 'f':
      return numberOf(value);
    case 'b':
      return booleanOf(value);
    case 'x':
      return Buffer.from(textOf(value));
    case 'xs':
      // A string is written with its quotes (recorded for S3).
      return Buffer.from(stringifyJson(value));
    case 'd':
      return plain(value);
    default:
      return new Date(value as string);
  }
}

/** Numbers and booleans may come as text, which published state machines make use of. */
function numberOf(value: Json): number | undefined {
  if (typeof value !== 'string') return toNumber(value);
  return /^-?\d{1,20}(\.\d{1,20})?$/.test(value) ? Number(value) : undefined;
}

function booleanOf(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : stringifyJson(value);
}

/** A document without raw numbers, which the codecs do not know. */
function plain(value: Json): SdkValue {
  if (isRawNumber(value)) return toNumber(value);
  if (isJsonArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  const out: Record<string, SdkValue> = Object.create(null);
  for (const [name, one] of Object.entries(value)) out[name] = plain(one);
  return out;
}
