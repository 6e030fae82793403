// What a rule is: a function that looks at the definition and reports. Rules do not see each other.

import type { Json } from '../../base/json.ts';
import type { Definition } from '../ast.ts';
import type { Diagnostic, ErrorCode, WarningCode } from '../diagnostic.ts';
import type { ExpressionUse } from '../expressions.ts';
import type { TaskResource } from '../program.ts';

export interface Context {
  readonly definition: Definition;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** True for a state on its own (TestState): its transitions may lead anywhere. */
  readonly single: boolean;
  readonly expressions: readonly ExpressionUse[];
  /** Is there an answer to a resource that AWS does not know? */
  readonly answersFor: (arn: string) => boolean;
  /** What is wrong with the parameters of a task, in AWS's words; null stands for what only a run knows. */
  readonly checkParameters: (resource: TaskResource, template: Json) => readonly string[];
  /** @param range what to underline in the text. */
  error(code: ErrorCode, message: string, location: string | undefined, range: Range): void;
  warning(code: WarningCode, message: string, location: string, range: Range): void;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export type Rule = (context: Context) => void;

/** @param diagnostics is added to. */
export function openContext(subject: Omit<Context, 'error' | 'warning'>, diagnostics: Diagnostic[]): Context {
  const report =
    (severity: Diagnostic['severity']): Context['error'] & Context['warning'] =>
    (code: ErrorCode | WarningCode, message: string, location: string | undefined, { from, to }: Range) => {
      diagnostics.push({ severity, code, message, location, from, to });
    };
  return { ...subject, error: report('ERROR'), warning: report('WARNING') };
}

/** `SCHEMA_VALIDATION_FAILED`, the code of most mistakes. */
export const SCHEMA = 'SCHEMA_VALIDATION_FAILED';
