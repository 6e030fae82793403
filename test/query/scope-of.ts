// A scope over plain data, for tests of expressions.

import type { Json } from '../../src/base/json.ts';
import { Meter } from '../../src/base/meter.ts';
import type { Scope } from '../../src/query/scope.ts';

export function scopeOf(
  document: Json,
  other: { context?: Json; variables?: Record<string, Json>; random?: number } = {},
): Scope {
  return {
    document,
    states: { input: document },
    context: () => other.context ?? {},
    variable: (name) => other.variables?.[name],
    now: 0,
    random: () => other.random ?? 0,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    meter: new Meter(),
  };
}
