// A Choice rule is one comparison, or And, Or, Not over rules; in JSONata it is a Condition.

import { parseTimestamp } from '../../base/iso-time.ts';
import { CHOICE_OPERATORS, type ChoiceOperator, isStringPattern } from '../../query/choice-operators.ts';
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

function operandOf(name: string): ChoiceOperator['operand'] | 'path' | undefined {
  if (Object.hasOwn(CHOICE_OPERATORS, name)) return CHOICE_OPERATORS[name]?.operand;
  const stem = name.endsWith('Path') ? name.slice(0, -'Path'.length) : '';
  const hasPath = Object.hasOwn(CHOICE_OPERATORS, stem) && CHOICE_OPERATORS[stem]?.path === true;
  return hasPath ? 'path' : undefined;
}

const KINDS = {
  string: 'string',
  pattern: 'string',
  timestamp: 'string',
  number: 'number',
  boolean: 'boolean',
  'type-test': 'boolean',
} as const;

function checkOperand(context: Context, { name, value, location }: Field): void {
  const operand = operandOf(name);
  if (operand === undefined || operand === 'path') return;
  const kind = KINDS[operand];
  if (value.kind !== kind) {
    context.error(SCHEMA, `Expected value of type [${kind.toUpperCase()}]`, location, value);
    return;
  }
  if (value.kind !== 'string') return;
  if (operand === 'timestamp' && parseTimestamp(value.value) === undefined) {
    context.error(SCHEMA, 'String does not match RFC3339 timestamp', location, value);
  } else if (operand === 'pattern' && !isStringPattern(value.value)) {
    const message = "Expected a pattern with backslashes only before '*' and '\\'";
    context.error(SCHEMA, message, location, value);
  }
}
