// What AWS's service models say of the values in answers: their lengths, sizes and enums. Kept apart from the models, which
// every call reads; only the mock of a result is held against these.

import type { Bound, OutputBounds } from '../../src/aws/output-bounds.ts';
import type { Member, ServiceModel } from '../../src/aws/service-model.ts';
import { memberRef } from '../../src/aws/service-model.ts';
import type { SourceShape } from './service-models.ts';

export type { OutputBounds } from '../../src/aws/output-bounds.ts';

const NUMBERS = ['integer', 'short', 'byte', 'long', 'float', 'double'];

/** @param source the shapes as published, which have what the model has not. */
export function outputBounds(
  { operations, shapes }: Pick<ServiceModel, 'operations' | 'shapes'>,
  source: Readonly<Record<string, SourceShape>>,
): OutputBounds {
  const all: Bound[] = [];
  const indices = new Map<string, number>();
  const of: Record<string, Record<string, number>> = {};
  const seen = new Set<string>();
  const waiting = Object.values(operations).flatMap(({ output }) => output ?? []);

  function indexOf(bound: Bound): number {
    const text = JSON.stringify(bound);
    const known = indices.get(text);
    if (known !== undefined) return known;
    indices.set(text, all.length);
    return all.push(bound) - 1;
  }

  function look(shape: string, name: string, member: Member, target: string | undefined): void {
    const ref = memberRef(member);
    if (ref.startsWith('#')) waiting.push(ref.slice(1));
    const bound = target === undefined ? undefined : boundOf(source[target]!);
    if (bound === undefined) return;
    of[shape] ??= {};
    of[shape][name] = indexOf(bound);
  }

  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const [shape, from] = [shapes[name]!, source[name]!];
    if ('members' in shape) {
      for (const [member, ref] of Object.entries(shape.members))
        look(name, member, ref, from.members?.[member]?.shape);
    } else if ('item' in shape) look(name, 'item', shape.item, from.member?.shape);
    else look(name, 'value', shape.value, from.value?.shape);
  }
  return { all, of };
}

function boundOf({ type, min, max, enum: values }: SourceShape): Bound | undefined {
  if (values !== undefined && values.length > 0) return { enum: values };
  if (type !== 'string' && type !== 'blob' && !NUMBERS.includes(type)) return undefined;
  // A length of 0 or more is any.
  const least = min === undefined || (min === 0 && !NUMBERS.includes(type)) ? {} : { min };
  const bound = { ...least, ...(max !== undefined && { max }) };
  return Object.keys(bound).length === 0 ? undefined : bound;
}
