// What the front-end has to say about a definition: AWS's codes, AWS's words where they are known, and where in the text.

/** AWS's codes for what makes a definition invalid, as far as a definition alone can show it. */
export const ERROR_CODES = [
  'INVALID_JSON_DESCRIPTION',
  'TOO_DEEPLY_NESTED',
  'SCHEMA_VALIDATION_FAILED',
  'INVALID_STATE_NAME',
  'DUPLICATE_STATE_NAME',
  'MISSING_TRANSITION_TARGET',
  'MISSING_END_STATE',
  'INVALID_LABEL_NAME',
  'DUPLICATE_LABEL_NAME',
  'INVALID_JSONATA_EXPRESSION',
  'UNSUPPORTED_JSONATA_EXPRESSION',
  'DUPLICATE_VARIABLE_NAME',
] as const;

export const WARNING_CODES = [
  'NO_DOLLAR',
  'NO_PATH',
  'PASS_RESULT_IS_STATIC',
  'POSSIBLY_UNDEFINED_VARIABLE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
export type WarningCode = (typeof WARNING_CODES)[number];
export type DiagnosticCode = ErrorCode | WarningCode;

export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: DiagnosticCode;
  readonly message: string;
  /** `/States/X/Field[0]/Member`, names not escaped; undefined where AWS names none. */
  readonly location: string | undefined;
  /** Range in the definition text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
}

/**
 * The errors as CreateStateMachine prints them inside `Invalid State Machine Definition: '…'`:
 * `CODE: message at location`, joined by a comma; warnings are left out.
 */
export function invalidDefinitionMessage(diagnostics: readonly Diagnostic[]): string {
  return diagnostics
    .filter((diagnostic) => diagnostic.severity === 'ERROR')
    .map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`)
    .join(', ');
}
