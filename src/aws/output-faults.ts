// What is wrong with a result that somebody made up for an operation, in the words of TestState (recorded). The first fault
// counts. Members that the model does not know are nobody's business: Step Functions adds some, and services do.

import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type Json,
  type JsonObject,
  toNumber,
} from '../base/json.ts';
import { type Bound, boundOf, type OutputBounds } from './output-bounds.ts';
import { type Member, memberRef, type ServiceModel, shapeOf } from './service-model.ts';
import { membersOf, type Spelling, structureNamed } from './spelling.ts';

export interface OutputCheck {
  readonly model: ServiceModel;
  readonly bounds: OutputBounds;
  readonly operation: string;
  readonly spelling: Spelling;
  /** Whether members that the model requires must be there. */
  readonly complete: boolean;
  /** Members of the result that may hold anything. */
  readonly free: readonly string[];
}

/** @returns `Field 'X' must be a string`, or undefined when the result could be the operation's. */
export function outputFault(check: OutputCheck, result: JsonObject): string | undefined {
  const { model, bounds, operation, spelling, complete, free } = check;
  const root = model.operations[operation]!.output;

  function structureFault(shape: string, value: JsonObject, skip: readonly string[]): string | undefined {
    const members = membersOf(structureNamed(model, shape), spelling);
    if (complete) {
      // In the order of the model; a null is as good as nothing.
      for (const wire of structureNamed(model, shape).required ?? []) {
        const member = [...members.values()].find((one) => one.wire === wire);
        if (member !== undefined && (value[member.name] ?? null) === null)
          return `Required field '${member.name}' is missing`;
      }
    }
    for (const [name, one] of Object.entries(value)) {
      const member = members.get(name);
      if (member === undefined || skip.includes(name)) continue;
      const fault = memberFault(member.member, name, one, boundOf(bounds, shape, member.wire));
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  function memberFault(
    member: Member,
    name: string,
    value: Json,
    bound: Bound | undefined,
  ): string | undefined {
    if (value === null) return undefined;
    const ref = memberRef(member);
    const shape = shapeOf(model, ref);
    if (shape === undefined) return simpleFault(ref, name, value, bound);
    const shapeName = ref.slice(1);
    if ('item' in shape) {
      if (!isJsonArray(value)) return `Field '${name}' must be an array`;
      const inner = boundOf(bounds, shapeName, 'item');
      return firstFault(value, (item) => memberFault(shape.item, name, item, inner));
    }
    if (!isJsonObject(value)) return `Field '${name}' must be an object`;
    if ('members' in shape) return structureFault(shapeName, value, []);
    const inner = boundOf(bounds, shapeName, 'value');
    return firstFault(Object.entries(value), ([key, one]) => memberFault(shape.value, key, one, inner));
  }

  return root === undefined ? undefined : structureFault(root, result, free);
}

function firstFault<T>(all: readonly T[], faultOf: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const fault = faultOf(one);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function simpleFault(ref: string, name: string, value: Json, bound: Bound | undefined): string | undefined {
  switch (ref) {
    case 'i':
    case 'l':
    case 'f':
      return isJsonNumber(value)
        ? numberFault(name, toNumber(value) ?? 0, bound)
        : `Field '${name}' must be a number`;
    case 'b':
      return typeof value === 'boolean' ? undefined : `Field '${name}' must be a boolean`;
    case 'd':
    case 'j':
      return undefined;
    default:
      // Text, and what becomes text in a result: times and blobs.
      return typeof value === 'string' ? textFault(name, value, bound) : `Field '${name}' must be a string`;
  }
}

function numberFault(name: string, value: number, bound: Bound = {}): string | undefined {
  if (bound.min !== undefined && value < bound.min) return `Field '${name}' is less than the minimum value`;
  if (bound.max !== undefined && value > bound.max) return `Field '${name}' exceeds the maximum value`;
  return undefined;
}

function textFault(name: string, value: string, bound: Bound = {}): string | undefined {
  if (bound.enum !== undefined && !bound.enum.includes(value))
    return `Field '${name}' is not an expected value`;
  if (bound.min !== undefined && value.length < bound.min)
    return `Field '${name}' is smaller than the minimum length`;
  if (bound.max !== undefined && value.length > bound.max)
    return `Field '${name}' exceeds the maximum length`;
  return undefined;
}
