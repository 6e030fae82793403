// Every object has the fields of its table and no others, in its query language, each with a value of the right shape.

import { unreachable } from '../../base/assert.ts';
import { parseTimestamp } from '../../base/iso-time.ts';
import { toNumber } from '../../base/json.ts';
import { CHOICE_OPERATORS } from '../../query/choice-operators.ts';
import { isJsonataString } from '../../query/jsonata/value.ts';
import { type Node, toJson } from '../../text/json-text.ts';
import { allWorkflows, type Field, type Part, partsOf, STATE_TYPES, type State, textOf } from '../ast.ts';
import { type FieldRule, fieldRule, type Shape, type Table, tableOf } from '../fields.ts';
import type { QueryLanguage } from '../program.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

export const shape: Rule = (context) => {
  for (const workflow of allWorkflows(context.definition)) {
    checkPart(context, workflow, tableOf(workflow, undefined), undefined);
    const states = workflow.fields.get('States');
    if (states?.value.kind === 'object') {
      for (const { name, value } of states.value.members) {
        if (value.kind !== 'object') reportType(context, 'OBJECT', `${states.location}/${name}`, value);
      }
    }
    for (const state of workflow.states) checkState(context, state);
  }
};

function checkState(context: Context, state: State): void {
  if (state.type === undefined) {
    const type = state.fields.get('Type');
    if (type === undefined) {
      context.error(SCHEMA, 'These fields are required: [Type]', state.location, state.node);
    } else {
      const message = `The field 'Type' should have one of these values: [${STATE_TYPES.join(', ')}]`;
      context.error(SCHEMA, message, type.location, type.value);
    }
    return;
  }
  const downgraded =
    context.definition.language === 'JSONata' && textOf(state, 'QueryLanguage') === 'JSONPath';
  if (downgraded) {
    const message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    context.error(SCHEMA, message, state.location, state.fields.get('QueryLanguage')?.value ?? state.node);
  }
  for (const part of partsOf(state)) {
    const ofState = downgraded && part.kind === 'State';
    checkPart(context, part, tableOf(part, state.type), state.language, !ofState);
  }
}

/** @param language of the state; undefined for a workflow, whose fields belong to both. */
function checkPart(
  context: Context,
  part: Part,
  table: Table,
  language: QueryLanguage | undefined,
  checkLanguage = true,
): void {
  for (const field of part.fields.values()) {
    const rule = fieldRule(table, field.name) ?? operatorRule(part, field.name);
    if (rule === undefined) {
      if (namesNoRole(part)) continue;
      context.error(SCHEMA, `Field '${field.name}' is not supported`, part.location, field);
    } else if (rule.language !== undefined && language !== undefined && rule.language !== language) {
      if (checkLanguage) reportLanguage(context, part, field, language, rule.language);
    } else {
      const expression = rule.expression === true && language === 'JSONata';
      checkShape(context, field.value, field.location, rule.shape, expression);
    }
  }
  const missing = table.required.filter((name) => !part.fields.has(name));
  if (missing.length > 0) {
    context.error(SCHEMA, `These fields are required: [${missing.join(', ')}]`, part.location, part.node);
  }
  checkGroups(context, part, table, language);
}

/** Of Credentials without a role AWS says only that the role is missing, whatever else stands there (recorded). */
function namesNoRole(part: Part): boolean {
  return part.kind === 'Credentials' && !part.fields.has('RoleArn') && !part.fields.has('RoleArn.$');
}

function checkGroups(context: Context, part: Part, table: Table, language: QueryLanguage | undefined): void {
  for (const { names, required } of table.groups) {
    const present = names.filter((name) => part.fields.has(name));
    if (present.length > 1) {
      const message = `Only one of these fields is allowed: [${present.join(', ')}]`;
      context.error(SCHEMA, message, part.location, part.fields.get(present[1]!) ?? part.node);
    } else if (present.length === 0 && required === true) {
      const known = names.filter((name) => {
        const rule = fieldRule(table, name);
        return rule?.language === undefined || rule.language === language;
      });
      const message = `One of these fields is required: [${known.join(', ')}]`;
      context.error(SCHEMA, message, part.location, part.node);
    }
  }
}

/** A comparison of a Choice rule; what its literal must be is the choice rule's business. */
function operatorRule(part: Part, name: string): FieldRule | undefined {
  if (part.kind !== 'ChoiceRule' && part.kind !== 'NestedRule') return undefined;
  if (Object.hasOwn(CHOICE_OPERATORS, name)) return { shape: { is: 'any' }, language: 'JSONPath' };
  const stem = name.endsWith('Path') ? name.slice(0, -'Path'.length) : '';
  const hasPath = Object.hasOwn(CHOICE_OPERATORS, stem) && CHOICE_OPERATORS[stem]?.path === true;
  return hasPath ? { shape: { is: 'path' }, language: 'JSONPath' } : undefined;
}

function reportLanguage(
  context: Context,
  part: Part,
  field: Field,
  language: QueryLanguage,
  needed: QueryLanguage,
): void {
  const message = `The QueryLanguage is set to '${language}', but field '${field.name}' is only supported for the '${needed}' QueryLanguage`;
  const inside = part.kind === 'ItemReader' || part.kind === 'ResultWriter';
  context.error(SCHEMA, message, inside ? field.location : part.location, field);
}

/** @param expression true where a `{% … %}` string may stand for the value. */
function checkShape(context: Context, node: Node, location: string, shape: Shape, expression: boolean): void {
  if (expression && node.kind === 'string' && isJsonataString(node.value)) return;
  switch (shape.is) {
    case 'any':
      return;
    case 'string':
      if (node.kind !== 'string') reportType(context, 'STRING', location, node);
      return;
    case 'boolean':
      if (node.kind !== 'boolean') reportType(context, 'BOOLEAN', location, node);
      return;
    case 'integer':
    case 'number':
      checkNumber(context, node, location, shape);
      return;
    case 'choice':
      if (node.kind !== 'string') reportType(context, 'STRING', location, node);
      else if (!shape.values.includes(node.value)) {
        const values = shape.values.join(', ');
        context.error(SCHEMA, `Value should be one of the following: [${values}]`, location, node);
      }
      return;
    case 'strings':
      checkItems(context, node, location, 'string', shape.filled === true);
      return;
    case 'objects':
      checkItems(context, node, location, 'object', shape.filled === true);
      return;
    case 'object':
      if (node.kind !== 'object') reportType(context, 'OBJECT', location, node);
      else if (shape.filled === true && node.members.length === 0) reportEmpty(context, location, node);
      return;
    case 'timestamp':
      if (node.kind !== 'string') reportType(context, 'STRING', location, node);
      else if (parseTimestamp(node.value) === undefined) {
        context.error(SCHEMA, 'String does not match RFC3339 timestamp', location, node);
      }
      return;
    case 'path':
      if (node.kind === 'null' && shape.nullable === true) return;
      if (node.kind !== 'string') reportType(context, 'STRING', location, node);
      return;
    case 'resultPath':
      if (node.kind !== 'string' && node.kind !== 'null') reportType(context, 'STRING', location, node);
      return;
    case 'textPath':
      if (node.kind !== 'string') reportType(context, 'STRING', location, node);
      return;
    case 'payload':
      if (shape.object === true && node.kind !== 'object') reportType(context, 'OBJECT', location, node);
      return;
    default:
      unreachable(shape);
  }
}

function checkNumber(
  context: Context,
  node: Node,
  location: string,
  shape: Extract<Shape, { is: 'integer' | 'number' }>,
): void {
  const value = toNumber(toJson(node));
  if (value === undefined || (shape.is === 'integer' && !Number.isInteger(value))) {
    reportType(context, shape.is === 'integer' ? 'INTEGER' : 'NUMBER', location, node);
  } else if (shape.min !== undefined && value < shape.min) {
    context.error(SCHEMA, `Minimum value is ${shape.min}`, location, node);
  } else if (shape.max !== undefined && value > shape.max) {
    context.error(SCHEMA, `Maximum value is ${shape.max}`, location, node);
  }
}

function checkItems(
  context: Context,
  node: Node,
  location: string,
  kind: 'string' | 'object',
  filled: boolean,
): void {
  if (node.kind !== 'array') {
    reportType(context, 'ARRAY', location, node);
    return;
  }
  if (filled && node.items.length === 0) reportEmpty(context, location, node);
  for (const [i, item] of node.items.entries()) {
    if (item.kind !== kind) reportType(context, kind.toUpperCase(), `${location}[${i}]`, item);
  }
}

function reportType(context: Context, type: string, location: string, node: Node): void {
  context.error(SCHEMA, `Expected value of type [${type}]`, location, node);
}

function reportEmpty(context: Context, location: string, node: Node): void {
  context.error(SCHEMA, 'Value cannot be empty', location, node);
}
