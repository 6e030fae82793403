// A Choice rule is one comparison, or And, Or, Not over rules; in JSONata it is a Condition.

import { CHOICE_OPERATORS, parseTimestamp } from '../../query/choice-operators.ts';
import { allStates, type ChoiceRule, type Field, rulesOf } from '../ast.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const choice: Rule = (context) => {
  for (const state of allStates(context.definition)) {
    if (state.type !== 'Choice') continue;
    for (const rule of rulesOf(state.choices)) {
      if (state.language === 'JSONPath') checkRule(context, rule);
      else if (!rule.fields.has('Condition')) {
        context.error(SCHEMA, 'These fields are required: [Condition]', rule.location, rule.node);
      }
    }
  }
};

function checkRule(context: Context, rule: ChoiceRule): void {
  const comparisons = [...rule.fields.values()].filter((field) => operandOf(field.name) !== undefined);
  const logical = ['And', 'Or', 'Not'].filter((name) => rule.fields.has(name));
  const tests = [...logical, ...comparisons.map((field) => field.name)];
  if (tests.length === 0) {
    const message = 'One of these fields is required: [And, Or, Not] or a comparison operator with Variable';
    context.error(SCHEMA, message, rule.location, rule.node);
    return;
  }
  if (tests.length > 1) {
    const message = `Only one of these fields is allowed: [${tests.join(', ')}]`;
    context.error(SCHEMA, message, rule.location, rule.node);
  }
  const variable = rule.fields.get('Variable');
  if (comparisons.length > 0 && variable === undefined) {
    context.error(SCHEMA, 'These fields are required: [Variable]', rule.location, rule.node);
  } else if (comparisons.length === 0 && variable !== undefined) {
    const message = `Only one of these fields is allowed: [Variable, ${logical.join(', ')}]`;
    context.error(SCHEMA, message, rule.location, variable);
  }
  for (const field of comparisons) checkOperand(context, field);
}

type Operand = 'string' | 'number' | 'boolean' | 'timestamp' | 'path';

function operandOf(name: string): Operand | undefined {
  if (Object.hasOwn(CHOICE_OPERATORS, name)) return CHOICE_OPERATORS[name]?.operand;
  const stem = name.endsWith('Path') ? name.slice(0, -'Path'.length) : '';
  return Object.hasOwn(CHOICE_OPERATORS, stem) ? 'path' : undefined;
}

function checkOperand(context: Context, { name, value, location }: Field): void {
  const operand = operandOf(name);
  if (operand === undefined || operand === 'path') return;
  const kind = operand === 'timestamp' ? 'string' : operand;
  if (value.kind !== kind) {
    context.error(SCHEMA, `Expected value of type [${kind.toUpperCase()}]`, location, value);
  } else if (
    operand === 'timestamp' &&
    value.kind === 'string' &&
    parseTimestamp(value.value) === undefined
  ) {
    context.error(SCHEMA, 'String does not match RFC3339 timestamp', location, value);
  }
}
