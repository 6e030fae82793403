// Definition text → AST and everything that is wrong with it. Collects, never throws, never stops at the first error;
// of a text that is not JSON only the first syntax problem is reported, because later ones may follow from it.

import { type ObjectNode, type ParsedText, parseJsonText } from '../text/json-text.ts';
import { parseYamlText } from '../text/yaml-text.ts';
import type { Definition } from './ast.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findExpressions } from './expressions.ts';
import { parseDefinition, parseSingleState } from './parse.ts';
import { RULES } from './rules/index.ts';
import { openContext } from './rules/rule.ts';

export interface ValidateOptions {
  /** Express machines have no callbacks, jobs, activities and distributed Maps. */
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Default `json`. The API takes JSON only; files may be YAML. */
  readonly format?: 'json' | 'yaml';
  /** Resources besides AWS's that are answered for where the definition runs. */
  readonly answersFor?: ((arn: string) => boolean) | undefined;
}

export interface Validation {
  /** Errors and warnings. */
  readonly diagnostics: readonly Diagnostic[];
  /** Present whenever the text holds an object, also when it has errors. */
  readonly definition: Definition | undefined;
}

export function validateDefinition(text: string, options: ValidateOptions): Validation {
  return validate(text, options, undefined);
}

/** The name AWS gives a state that is tested on its own. */
export const SINGLE_STATE = 'StateName';

/** One state object on its own, as TestState takes it; the definition holds it under the name `StateName`. */
export function validateState(text: string, options: ValidateOptions): Validation {
  return validate(text, options, SINGLE_STATE);
}

function validate(text: string, options: ValidateOptions, stateName: string | undefined): Validation {
  const { root, problem } = options.format === 'yaml' ? parseYamlText(text) : parseJsonText(text);
  const definition = root?.kind === 'object' ? definitionOf(root, text, stateName) : undefined;
  const broken = syntaxDiagnostic(problem, text);
  if (broken !== undefined) return { diagnostics: [broken], definition };
  if (definition === undefined) {
    const message = 'Definition must be a valid JSON object';
    const range = { from: 0, to: text.length };
    const code = 'SCHEMA_VALIDATION_FAILED';
    return { diagnostics: [{ severity: 'ERROR', code, message, location: undefined, ...range }], definition };
  }
  const diagnostics: Diagnostic[] = [];
  const expressions = findExpressions(definition);
  const single = stateName !== undefined;
  const { type, answersFor = () => false } = options;
  const context = openContext({ definition, type, single, expressions, answersFor }, diagnostics);
  for (const rule of RULES) rule(context);
  return { diagnostics, definition };
}

function definitionOf(root: ObjectNode, text: string, stateName: string | undefined): Definition {
  return stateName === undefined ? parseDefinition(root, text) : parseSingleState(root, text, stateName);
}

function syntaxDiagnostic(problem: ParsedText['problem'], text: string): Diagnostic | undefined {
  if (problem === undefined) return undefined;
  const { code, message, location, from, to } = problem;
  return { severity: 'ERROR', code, message, location, from, to: Math.min(to, text.length) };
}
