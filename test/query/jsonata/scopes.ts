// Scopes for tests of expressions.

import type { Json } from '../../../src/base/json.ts';
import { Meter } from '../../../src/base/meter.ts';
import { StateError } from '../../../src/base/state-error.ts';
import { compileJsonata } from '../../../src/query/jsonata/compile.ts';
import type { Bounds } from '../../../src/query/jsonata/limits.ts';
import type { Scope } from '../../../src/query/scope.ts';

export interface World {
  readonly input?: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly context?: Json;
  readonly variables?: Readonly<Record<string, Json>>;
}

/** 2023-11-14T22:13:20.000Z */
export const NOW = 1_700_000_000_000;

export function scopeOf(world: World = {}): Scope {
  const { input = {}, result, errorOutput, context = {}, variables = {} } = world;
  return {
    document: null,
    states: {
      input,
      ...(result !== undefined && { result }),
      ...(errorOutput !== undefined && { errorOutput }),
    },
    context: () => context,
    variable: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    now: NOW,
    random: () => 0.25,
    uuid: () => '0f0e0d0c-0b0a-4908-8706-050403020100',
    meter: new Meter(),
  };
}

/** The value of an expression in the field `Output`. */
export function evaluate(source: string, world: World = {}, bounds?: Bounds): Json {
  return compileJsonata(source, 'Output', bounds).evaluate(scopeOf(world));
}

/** The cause of its failure, without the frame that names expression and field. */
export function failureOf(source: string, world: World = {}, bounds?: Bounds): string | undefined {
  try {
    evaluate(source, world, bounds);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const frame = `The JSONata expression '${source.trim()}' specified for the field 'Output' `;
    const cause = error.cause ?? '';
    return cause.startsWith(frame)
      ? cause.slice(frame.length).replace(/^threw an error during evaluation\. /, '')
      : cause;
  }
  return undefined;
}
