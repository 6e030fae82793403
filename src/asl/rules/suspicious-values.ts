// Warnings: text that looks like an expression where it is only text.

import { CHOICE_OPERATORS } from '../../query/choice-operators.ts';
import { compileIntrinsic } from '../../query/intrinsics/compile.ts';
import { compilePath } from '../../query/json-path/compile.ts';
import type { Node } from '../../text/json-text.ts';
import { allStates, type Field, type Part, partsOf, type State } from '../ast.ts';
import { fieldRule, tableOf } from '../fields.ts';
import type { Context, Rule } from './rule.ts';

export const suspiciousValues: Rule = (context) => {
  for (const state of allStates(context.definition)) {
    if (state.language !== 'JSONPath') continue;
    for (const part of partsOf(state)) checkPart(context, state, part);
  }
};

function checkPart(context: Context, state: State, part: Part): void {
  const table = tableOf(part, state.type);
  for (const field of part.fields.values()) {
    const rule = fieldRule(table, field.name);
    if (state.type === 'Pass' && field.name === 'Result') checkResult(context, field, field.value);
    else if (rule?.shape.is === 'payload') checkTemplate(context, field, field.value);
    else if (hasPathForm(part, table.fields, field.name)) checkLiteral(context, field);
  }
}

function hasPathForm(part: Part, fields: object, name: string): boolean {
  if (Object.hasOwn(fields, `${name}Path`)) return true;
  const isRule = part.kind === 'ChoiceRule' || part.kind === 'NestedRule';
  return isRule && Object.hasOwn(CHOICE_OPERATORS, name) && CHOICE_OPERATORS[name]?.path === true;
}

function checkLiteral(context: Context, { name, value, location }: Field): void {
  const kind = value.kind === 'string' ? expressionKind(value.value) : undefined;
  if (kind !== 'JSONPath') return;
  const message = `The value of '${name}' looks like a JSONPath. Instead of '${name}', use '${name}Path' to evaluate it as a JSONPath at runtime.`;
  context.warning('NO_PATH', message, location, value);
}

function checkTemplate(context: Context, field: Field, node: Node): void {
  if (node.kind === 'array') {
    for (const item of node.items) checkTemplate(context, field, item);
  }
  if (node.kind !== 'object') return;
  for (const { name, value } of node.members) {
    if (name.endsWith('.$')) continue;
    const kind = value.kind === 'string' ? expressionKind(value.value) : undefined;
    if (kind !== undefined) {
      const article = kind === 'JSONPath' ? 'a' : 'an';
      const message = `The value of '${name}' looks like ${article} ${kind}. Instead of '${name}', use '${name}.$' to evaluate it as ${article} ${kind} at runtime.`;
      context.warning('NO_DOLLAR', message, field.location, value);
    }
    checkTemplate(context, field, value);
  }
}

function checkResult(context: Context, field: Field, node: Node): void {
  if (node.kind === 'array') {
    for (const item of node.items) checkResult(context, field, item);
  }
  if (node.kind !== 'object') return;
  for (const { name, value } of node.members) {
    if (name.endsWith('.$') && value.kind === 'string' && expressionKind(value.value) !== undefined) {
      const message = `The value of '${name}' will not evaluate as a JSONPath or Intrinsic Function at runtime. Instead of 'Result', use 'Parameters' to evaluate it as a JSONPath or Intrinsic Function at runtime.`;
      context.warning('PASS_RESULT_IS_STATIC', message, field.location, value);
    }
    checkResult(context, field, value);
  }
}

/** What a text would be if it were evaluated; a bare `$name` is too likely to be something else. */
function expressionKind(text: string): 'JSONPath' | 'Intrinsic Function' | undefined {
  if (/^\$(?:\$?$|\$?[.[])/.test(text)) return compiles(compilePath, text) ? 'JSONPath' : undefined;
  if (text.startsWith('States.')) return compiles(compileIntrinsic, text) ? 'Intrinsic Function' : undefined;
  return undefined;
}

function compiles(compile: (text: string) => unknown, text: string): boolean {
  try {
    compile(text);
    return true;
  } catch {
    return false;
  }
}
