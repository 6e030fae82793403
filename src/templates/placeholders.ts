// Placeholders that nothing has replaced: on AWS they would be the text that runs. Where that cannot be meant it is a mistake.

import type { Diagnostic } from '../asl/diagnostic.ts';
import type { DefinitionFile } from '../config/definition-file.ts';
import { shownPath } from '../config/shown-path.ts';
import type { StateMachineSource } from '../config/state-machines.ts';
import { leftovers } from './substitute.ts';

export interface PlaceholderCheck {
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly string[];
}

/**
 * An error: a Resource with a placeholder in it, a text that is nothing else, and one outside of a text. Anything else, such as a
 * message with `${name}` for another program, may be meant: a warning.
 */
export function checkPlaceholders(file: DefinitionFile, source: StateMachineSource): PlaceholderCheck {
  const errors: Diagnostic[] = [];
  const warnings: string[] = [];
  const { text, format } = file;
  const valueAt = format === 'json' ? jsonTextsOf(text) : yamlValuesOf(text);
  for (const { name, at } of leftovers(text)) {
    const placeholder = `\${${name}}`;
    const message = `The placeholder ${placeholder} has no value: ${remedyFor(name, source)}`;
    const value = valueAt(at);
    if (value === undefined || value === placeholder || /["']?Resource["']?\s*:/.test(lineOf(text, at))) {
      errors.push({
        severity: 'ERROR',
        code: 'SCHEMA_VALIDATION_FAILED',
        message,
        location: undefined,
        from: at,
        to: at + placeholder.length,
      });
    } else {
      const number = text.slice(0, at).split('\n').length;
      warnings.push(`${shownPath(file.path)}:${number}: ${message}`);
    }
  }
  return { errors, warnings };
}

function lineOf(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at) + 1, end < 0 ? undefined : end);
}

/** Gives the text, without its quotes, that an index is in; undefined outside of texts. */
function jsonTextsOf(text: string): (at: number) => string | undefined {
  const spans = [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)];
  return (at) => spans.find(({ index, 0: whole }) => index < at && at < index + whole.length)?.[1];
}

/** What follows the key, or the dash, on the line. */
function yamlValuesOf(text: string): (at: number) => string {
  return (at) =>
    lineOf(text, at)
      .replace(/^.*?(?:: |- )\s*/, '')
      .replace(/^["']|["'],?\s*$/g, '')
      .trim();
}

function remedyFor(name: string, { name: machine, template, origin }: StateMachineSource): string {
  if (template !== undefined) return `add it to DefinitionSubstitutions of ${template.id}`;
  const where = origin.from === 'file' ? 'treadle.yaml' : 'the configuration';
  return `set stateMachines.${machine}.substitutions.${name} in ${where}`;
}
