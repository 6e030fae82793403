// Definition text → AST and everything that is wrong with it. Collects, never throws, never stops at the first error;
// of a text that is not JSON only the first syntax problem is reported, because later ones may follow from it.

import type { Json } from '../base/json.ts';
import { type ObjectNode, type ParsedText, parseJsonText } from '../text/json-text.ts';
import { parseYamlText } from '../text/yaml-text.ts';
import type { Definition } from './ast.ts';
import type { Diagnostic } from './diagnostic.ts';
import { findExpressions } from './expressions.ts';
import { parseDefinition, parseSingleState } from './parse.ts';
import type { TaskResource } from './program.ts';
import { RULES } from './rules/index.ts';
import { openContext } from './rules/rule.ts';

/** What is known of tasks where a definition runs; the front-end alone knows what AWS's resources are called. */
export interface TaskKnowledge {
  /** Resources besides AWS's that are answered for. Their parameters are free. */
  readonly answersFor?: ((arn: string) => boolean) | undefined;
  /** What is wrong with the parameters of a task, in AWS's words; null stands for what only a run knows. */
  readonly checkParameters?: ((resource: TaskResource, template: Json) => readonly string[]) | undefined;
}

export interface ValidateOptions extends TaskKnowledge {
  /** Express machines have no callbacks, jobs, activities and distributed Maps. */
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Default `json`. The API takes JSON only; files may be YAML. */
  readonly format?: 'json' | 'yaml';
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
  const { type, answersFor = () => false, checkParameters = () => [] } = options;
  const subject = { definition, type, single, expressions, answersFor, checkParameters };
  const context = openContext(subject, diagnostics);
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
