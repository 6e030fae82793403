// All built-in functions by name.

import { type BuiltIn, builtIns } from './built-in.ts';
import { ENCODINGS } from './encodings.ts';
import { HIGHER_ORDER } from './higher-order.ts';
import { LISTS } from './lists.ts';
import { AGGREGATES, NUMBERS } from './numbers.ts';
import { OBJECTS } from './objects.ts';
import { SERVICE } from './service.ts';
import { STRINGS } from './strings.ts';
import { TIMES } from './times.ts';

export type { BuiltIn };

export const BUILT_IN: ReadonlyMap<string, BuiltIn> = new Map(
  [AGGREGATES, NUMBERS, STRINGS, ENCODINGS, LISTS, OBJECTS, HIGHER_ORDER, TIMES, SERVICE]
    .flatMap(builtIns)
    .map((entry) => [entry.name, entry]),
);
