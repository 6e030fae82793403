// Whether a definition can run, with what stands against it printed.

import type { Diagnostic } from '../asl/diagnostic.ts';
import type { DefinitionFile } from '../config/definition-file.ts';
import type { Output } from './output.ts';
import { diagnosticLines, tally } from './render/diagnostics.ts';

/**
 * @param quiet print nothing of a definition that can run
 * @returns false when it cannot
 */
export function canRun(
  path: string,
  file: DefinitionFile,
  all: readonly Diagnostic[],
  quiet: boolean,
  err: Output,
): boolean {
  const valid = all.every(({ severity }) => severity !== 'ERROR');
  const shown = valid && quiet ? [] : all;
  for (const line of diagnosticLines(path, file.text, shown, err.paint)) err.line(line);
  if (!valid) err.line(`${err.paint('red', 'treadle:')} ${path} cannot run: ${tally(all)}`);
  return valid;
}
