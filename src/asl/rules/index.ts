// The rules, in the order in which their diagnostics are listed.

import { choice } from './choice.ts';
import { duplicates } from './duplicates.ts';
import { expressions } from './expressions.ts';
import { map } from './map.ts';
import { nesting } from './nesting.ts';
import { reachability } from './reachability.ts';
import { retryCatch } from './retry-catch.ts';
import type { Rule } from './rule.ts';
import { shape } from './shape.ts';
import { stateNames } from './state-names.ts';
import { suspiciousValues } from './suspicious-values.ts';
import { taskLimits } from './task-limits.ts';
import { taskParameters } from './task-parameters.ts';
import { taskResource } from './task-resource.ts';
import { transitions } from './transitions.ts';
import { variables } from './variables.ts';

export const RULES: readonly Rule[] = [
  duplicates,
  nesting,
  shape,
  choice,
  retryCatch,
  map,
  taskLimits,
  taskResource,
  taskParameters,
  expressions,
  variables,
  stateNames,
  transitions,
  reachability,
  suspiciousValues,
];
