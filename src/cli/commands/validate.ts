// `treadle validate FILE…`: everything that is wrong with definitions, underlined in their text.

import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { analyzeDefinition } from '../../asl/analysis.ts';
import type { Diagnostic } from '../../asl/diagnostic.ts';
import { type DefinitionFile, readDefinitionFile } from '../../config/definition-file.ts';
import { shownPath } from '../../config/shown-path.ts';
import { checkTemplate } from '../../integrations/checks.ts';
import { positionsIn } from '../../text/position.ts';
import { answersBeside } from '../configuration.ts';
import { CliError, EXIT } from '../failure.ts';
import type { Output } from '../output.ts';
import { diagnosticLines, tally } from '../render/diagnostics.ts';

interface ValidateOptions {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly json?: boolean;
}

interface Checked {
  readonly name: string;
  readonly file: DefinitionFile;
  readonly diagnostics: readonly Diagnostic[];
}

/** @returns 0, or 2 when a definition has errors. @throws DefinitionFileError, CliError. */
export function validate(
  patterns: readonly string[],
  options: ValidateOptions,
  out: Output,
  err: Output,
): number {
  const paths = [...new Set(patterns.flatMap(filesOf))];
  const checked = paths.map((path): Checked => {
    const file = readDefinitionFile(path);
    const { diagnostics } = analyzeDefinition(file.text, {
      type: options.type,
      format: file.format,
      answersFor: answersBeside(file.path, undefined),
      checkParameters: checkTemplate,
    });
    return { name: shownPath(file.path), file, diagnostics };
  });
  const bad = checked.filter(({ diagnostics }) => diagnostics.some(({ severity }) => severity === 'ERROR'));
  if (options.json === true) {
    out.line(JSON.stringify(checked.map(forPrograms), null, 2));
  } else {
    for (const { name, file, diagnostics } of checked) {
      for (const line of diagnosticLines(name, file.text, diagnostics, err.paint)) err.line(line);
    }
    for (const { name, diagnostics } of checked) {
      const words = tally(diagnostics);
      const ok = !bad.some((other) => other.name === name);
      const mark = ok ? out.paint('green', '✓') : out.paint('red', '✗');
      out.line(`${mark} ${name}${words === '' ? '' : out.paint('dim', `  ${words}`)}`);
    }
  }
  return bad.length === 0 ? EXIT.ok : EXIT.invalid;
}

/** A folder means every definition in and below it. */
function filesOf(pattern: string): string[] {
  if (statSync(pattern, { throwIfNoEntry: false })?.isDirectory() === true) {
    const found = matches('**/*.asl.{json,yaml,yml}', pattern).map((path) => join(pattern, path));
    if (found.length > 0) return found;
    throw new CliError(
      `${pattern} holds no definition (*.asl.json, *.asl.yaml)`,
      'name the files',
      EXIT.invalid,
    );
  }
  if (!/[*?{[]/.test(pattern) || statSync(pattern, { throwIfNoEntry: false }) !== undefined) return [pattern];
  const found = matches(pattern, process.cwd());
  if (found.length > 0) return found;
  throw new CliError(`no file matches ${pattern}`, 'check the pattern and the working folder', EXIT.invalid);
}

function matches(pattern: string, cwd: string): string[] {
  return globSync(pattern, { cwd, exclude: ['**/node_modules/**'] }).sort();
}

function forPrograms({ name, file, diagnostics }: Checked) {
  const positionOf = positionsIn(file.text);
  return {
    file: name,
    valid: diagnostics.every(({ severity }) => severity !== 'ERROR'),
    diagnostics: diagnostics.map(({ severity, code, message, location, from, to }) => ({
      severity,
      code,
      message,
      location,
      start: positionOf(from),
      end: positionOf(to),
    })),
  };
}
