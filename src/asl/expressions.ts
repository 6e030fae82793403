// Every expression of a definition, compiled once for checking: where it stands, which variables it reads, what is wrong
// with it. Rules report from this list; the compiler compiles again, since most validated texts are never run.

import type { Json } from '../base/json.ts';
import { CHOICE_OPERATORS } from '../query/choice-operators.ts';
import { compilePath } from '../query/json-path/compile.ts';
import { compileResultPath } from '../query/json-path/result-path.ts';
import { PathSyntaxError } from '../query/json-path/syntax.ts';
import { compileJsonata } from '../query/jsonata/compile.ts';
import { JsonataSyntaxError } from '../query/jsonata/errors.ts';
import { hasBrokenDelimiters, isJsonataString, jsonataSource } from '../query/jsonata/value.ts';
import { checkTemplate, compileStringExpression, compileTemplate, TemplateError } from '../query/template.ts';
import { type Node, type ObjectNode, offsetInString, type StringNode, toJson } from '../text/json-text.ts';
import type { Definition, Field, Part, State } from './ast.ts';
import { allStates, partsOf } from './ast.ts';
import type { ErrorCode } from './diagnostic.ts';
import { type FieldRule, fieldRule, tableOf } from './fields.ts';

/** One field that holds an expression, or a payload with expressions inside. */
export interface ExpressionUse {
  readonly state: State;
  readonly part: Part;
  readonly field: Field;
  /** Names of the variables it reads. */
  readonly variables: readonly string[];
  readonly problems: readonly ExpressionProblem[];
}

export interface ExpressionProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly location: string;
  readonly from: number;
  readonly to: number;
}

const PATH_OPERAND: FieldRule = { shape: { is: 'path' }, language: 'JSONPath' };

export function findExpressions(definition: Definition): readonly ExpressionUse[] {
  const uses: ExpressionUse[] = [];
  for (const state of allStates(definition)) {
    for (const part of partsOf(state)) {
      const table = tableOf(part, state.type);
      for (const field of part.fields.values()) {
        const rule = isOperandPath(part, field.name) ? PATH_OPERAND : fieldRule(table, field.name);
        if (rule === undefined) continue;
        if (rule.language !== undefined && rule.language !== state.language) continue;
        const reader = new Reader(definition.text, state, part, field);
        if (reader.read(rule)) uses.push(reader);
      }
    }
  }
  return uses;
}

function isOperandPath(part: Part, name: string): boolean {
  if (part.kind !== 'ChoiceRule' && part.kind !== 'NestedRule') return false;
  return name.endsWith('Path') && Object.hasOwn(CHOICE_OPERATORS, name.slice(0, -'Path'.length));
}

class Reader implements ExpressionUse {
  readonly state: State;
  readonly part: Part;
  readonly field: Field;
  readonly problems: ExpressionProblem[] = [];
  readonly #text: string;
  readonly #variables = new Set<string>();

  constructor(text: string, state: State, part: Part, field: Field) {
    this.#text = text;
    this.state = state;
    this.part = part;
    this.field = field;
  }

  get variables(): readonly string[] {
    return [...this.#variables];
  }

  /** @returns false when the field holds no expression. */
  read(rule: FieldRule): boolean {
    const { field } = this;
    const { shape } = rule;
    if (this.state.language === 'JSONata') {
      if (shape.is !== 'payload' && rule.expression !== true) return false;
      this.#jsonata(field.value, field.location);
      return true;
    }
    if (shape.is === 'payload') this.#template(field);
    else if (this.part.kind === 'Credentials' && field.name === 'RoleArn.$') this.#roleArn(field);
    else if (field.value.kind !== 'string') return false;
    else if (shape.is === 'path') this.#path(field.value, shape.single === true);
    else if (shape.is === 'resultPath') this.#resultPath(field.value);
    else if (shape.is === 'textPath') this.#textPath(field.value);
    else return false;
    return true;
  }

  #path(node: StringNode, single: boolean): void {
    try {
      const path = compilePath(node.value);
      if (path.variable !== undefined) this.#variables.add(path.variable);
      if (single && !path.definite) this.#problem('Value is not a Reference Path', node);
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error;
      this.#problem(single ? 'Value is not a Reference Path' : 'Value is not a Path', node, error.offset);
    }
  }

  #resultPath(node: StringNode): void {
    try {
      compileResultPath(node.value);
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error;
      this.#problem('Value is not a Reference Path', node, error.offset);
    }
  }

  #textPath(node: StringNode): void {
    try {
      this.#reads(compileStringExpression(node.value, this.field.name).variables);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#problem(
        `The value for the field '${this.field.name}' must be a valid JSONPath or a valid intrinsic function call`,
        node,
        error.offset,
      );
    }
  }

  #template(field: Field): void {
    const template = toJson(field.value);
    const errors = checkTemplate(template);
    const finder = new Finder();
    for (const error of errors) this.#templateProblem(field.value, error, finder);
    if (errors.length === 0) this.#reads(compileTemplate(template).variables);
  }

  #roleArn(field: Field): void {
    const template: Json = { 'RoleArn.$': toJson(field.value) };
    const errors = checkTemplate(template);
    for (const error of errors)
      this.#report('SCHEMA_VALIDATION_FAILED', error.message, this.part.location, field.value);
    if (errors.length === 0) this.#reads(compileTemplate(template).variables);
  }

  /** AWS names the field that holds the template; the range is that of the wrong member. */
  #templateProblem(root: Node, error: TemplateError, finder: Finder): void {
    const node = finder.find(root, [...error.at, error.field]) ?? root;
    if (node.kind === 'string' && error.offset !== undefined)
      this.#problem(error.message, node, error.offset);
    else this.#problem(error.message, node);
  }

  #jsonata(node: Node, location: string): void {
    switch (node.kind) {
      case 'object':
        for (const member of node.members) this.#jsonata(member.value, `${location}/${member.name}`);
        return;
      case 'array':
        for (const [i, item] of node.items.entries()) this.#jsonata(item, `${location}[${i}]`);
        return;
      case 'string':
        if (isJsonataString(node.value)) this.#jsonataSource(node, location);
        else if (hasBrokenDelimiters(node.value)) {
          this.#report(
            'INVALID_JSONATA_EXPRESSION',
            "Expected a JSONata expression to begin with '{%' and to end with '%}'",
            location,
            node,
          );
        }
        return;
      default:
        return;
    }
  }

  #jsonataSource(node: StringNode, location: string): void {
    const source = jsonataSource(node.value);
    const lead = Math.max(node.value.indexOf(source, 2), 2);
    try {
      const compiled = compileJsonata(source, location.slice(this.state.location.length + 1));
      this.#reads(compiled.variables);
      for (const message of compiled.unsupported) this.#reportUnsupported(message, location, node);
      if (compiled.readsResult && !this.#hasResult()) {
        this.#reportUnsupported("Field '$states.result' does not exist.", location, node);
      }
      if (compiled.readsErrorOutput && !this.#hasErrorOutput()) {
        this.#reportUnsupported("Field '$states.errorOutput' does not exist.", location, node);
      }
    } catch (error) {
      if (!(error instanceof JsonataSyntaxError)) throw error;
      const from = offsetInString(this.#text, node, lead + error.position);
      this.problems.push({
        code: 'INVALID_JSONATA_EXPRESSION',
        message: error.message,
        location,
        from: Math.min(from, node.to - 1),
        to: node.to,
      });
    }
  }

  #hasResult(): boolean {
    const { type } = this.state;
    if (this.part.kind !== 'State' || (type !== 'Task' && type !== 'Parallel' && type !== 'Map'))
      return false;
    return this.field.name === 'Output' || this.field.name === 'Assign';
  }

  #hasErrorOutput(): boolean {
    return this.part.kind === 'Catcher' && (this.field.name === 'Output' || this.field.name === 'Assign');
  }

  #reportUnsupported(message: string, location: string, node: Node): void {
    this.#report('UNSUPPORTED_JSONATA_EXPRESSION', message, location, node);
  }

  /** @param offset of the mistake in the string's value: then the range begins there. */
  #problem(message: string, node: Node, offset?: number): void {
    const from =
      offset === undefined || node.kind !== 'string'
        ? node.from
        : Math.min(offsetInString(this.#text, node, offset), node.to - 1);
    const location = this.field.location;
    this.problems.push({ code: 'SCHEMA_VALIDATION_FAILED', message, location, from, to: node.to });
  }

  #report(code: ErrorCode, message: string, location: string, node: Node): void {
    this.problems.push({ code, message, location, from: node.from, to: node.to });
  }

  #reads(variables: Iterable<string>): void {
    for (const name of variables) if (name !== 'states') this.#variables.add(name);
  }
}

/** Finds nodes by path; every object is indexed once, since a template may have thousands of mistakes. */
class Finder {
  readonly #indexes = new Map<ObjectNode, ReadonlyMap<string, Node>>();

  /** The node under a path of member names and indexes. */
  find(root: Node, at: readonly (string | number)[]): Node | undefined {
    let node: Node | undefined = root;
    for (const step of at) {
      if (node?.kind === 'object') node = this.#index(node).get(String(step));
      else if (node?.kind === 'array') node = node.items[Number(step)];
      else return undefined;
    }
    return node;
  }

  #index(object: ObjectNode): ReadonlyMap<string, Node> {
    let index = this.#indexes.get(object);
    if (index === undefined) {
      index = new Map(object.members.map(({ name, value }) => [name, value]));
      this.#indexes.set(object, index);
    }
    return index;
  }
}
