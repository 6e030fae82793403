// Choice: the first rule whose condition holds says where to go.

import type { ChoiceState, Condition } from '../../asl/program.ts';
import type { Json } from '../../base/json.ts';
import { StateError } from '../../base/state-error.ts';
import { compare } from '../../query/choice-operators.ts';
import { type Path, PathMiss } from '../../query/json-path/path.ts';
import type { Scope } from '../../query/scope.ts';
import { departWithInput, effectiveInput } from '../data-flow.ts';
import { type Decision, scopeOf } from '../decision.ts';
import { failEvaluation } from '../fail.ts';
import { booleanField } from '../fields.ts';
import { checkOutput, leave } from '../leave.ts';
import type { Frame } from '../state.ts';

export function enter(decision: Decision, frame: Frame, state: ChoiceState): void {
  const input = effectiveInput(decision, frame, state);
  const scope = scopeOf(decision, frame, input.value, { input: frame.open!.input.value });
  const rule = state.choices.find((candidate) => holds(candidate.condition, scope));
  const next = rule?.next ?? state.default;
  if (next === undefined) return noMatch(decision, frame);
  const departure = departWithInput(decision, frame, state, input, rule ?? state);
  checkOutput(decision, state.name, departure.output);
  leave(decision, frame, departure, next);
}

/** Executions report States.Runtime; the documented name States.NoChoiceMatched works in an enclosing Catch. */
function noMatch(decision: Decision, frame: Frame): void {
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
