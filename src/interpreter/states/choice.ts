// Choice: the first rule whose condition holds says where to go.

import type { ChoiceState, Condition } from '../../asl/program.ts';
import { unreachable } from '../../base/assert.ts';
import type { Json } from '../../base/json.ts';
import { StateError } from '../../base/state-error.ts';
import { compare } from '../../query/choice-operators.ts';
import { type Path, PathMiss } from '../../query/json-path/path.ts';
import type { Scope } from '../../query/scope.ts';
import { departWithInput } from '../data-flow.ts';
import type { Decision } from '../decision.ts';
import { failEvaluation } from '../fail.ts';
import { booleanField } from '../fields.ts';
import { finish } from '../finish.ts';
import { effectiveInput, inputScope } from '../scope.ts';
import type { OpenFrame } from '../state.ts';

export function enter(decision: Decision, frame: OpenFrame, state: ChoiceState): void {
  const input = effectiveInput(decision, frame, state);
  const scope = inputScope(decision, frame, input);
  const rule = state.choices.find((candidate) => holds(candidate.condition, scope));
  const next = rule?.next ?? state.default;
  if (next === undefined) return noMatch(decision, frame);
  finish(decision, frame, departWithInput(decision, frame, state, input, rule ?? state), next);
}

/** Executions report States.Runtime; the documented name States.NoChoiceMatched works in an enclosing Catch. */
function noMatch(decision: Decision, frame: OpenFrame): void {
  const error = new StateError(
    'States.Runtime',
    'Failed to transition out of the state. The state does not point to a next state.',
  );
  failEvaluation(decision, frame, error, false, ['States.NoChoiceMatched']);
}

function holds(condition: Condition, scope: Scope): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => holds(part, scope));
    case 'or':
      return condition.of.some((part) => holds(part, scope));
    case 'not':
      return !holds(condition.of, scope);
    case 'jsonata':
      return booleanField(condition.condition, scope);
    case 'compare': {
      const { operator, operand } = condition;
      const value =
        operator === 'IsPresent' ? readIfPresent(condition.variable, scope) : read(condition.variable, scope);
      return compare(operator, value, operand.from === 'literal' ? operand.value : read(operand.path, scope));
    }
    default:
      return unreachable(condition);
  }
}

function readIfPresent(path: Path, scope: Scope): Json | undefined {
  try {
    return path.read(scope);
  } catch (miss) {
    if (miss instanceof PathMiss) return undefined;
    throw miss;
  }
}

function read(path: Path, scope: Scope): Json {
  try {
    return path.read(scope);
  } catch (miss) {
    if (!(miss instanceof PathMiss)) throw miss;
    throw new StateError(
      'States.Runtime',
      `Invalid path '${path.source}': The choice state's condition path references an invalid value.`,
    );
  }
}
