// JSON that a command is given: as an argument, as `@file`, or on standard input.

import { fstatSync, readFileSync } from 'node:fs';
import { parseJson } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { reason } from '../config/definition-file.ts';
import type { Config } from '../config/load.ts';
import { jacksonMessage } from '../text/jackson.ts';
import { CliError, EXIT } from './failure.ts';
import { count } from './render/text.ts';

/** The input of an execution or a state: without the option a pipe is read to its end; nothing at all means `{}`. */
export function readInput(option: string | undefined, config: Config): Payload {
  const piped = option === undefined && isPiped();
  const payload = Payload.ofText(readJsonOption('--input', piped ? '-' : (option ?? '{}'), piped));
  if (!payload.exceeds(config.limits.payloadBytes)) return payload;
  throw new CliError(
    `the input has ${count(payload.bytes)} bytes, more than the limit of ${count(config.limits.payloadBytes)}`,
    'raise limits.payloadBytes in treadle.yaml',
    EXIT.invalid,
  );
}

/**
 * @param name of the option; @param value JSON, `@file`, or `-`.
 * @param mayBeEmpty an empty text means `{}`
 * @returns JSON text. @throws CliError
 */
export function readJsonOption(name: string, value: string, mayBeEmpty = false): string {
  const [from, text] = readOption(name, value);
  if (mayBeEmpty && text.trim() === '') return '{}';
  try {
    parseJson(text);
    return text.trim();
  } catch {
    const remedy = from === name ? `quote it for the shell: ${name} '{"key": "value"}'` : 'mend the file';
    throw new CliError(`the input of ${from} is not JSON: ${jacksonMessage(text)}`, remedy, EXIT.invalid);
  }
}

function readOption(name: string, value: string): [from: string, text: string] {
  if (value !== '-' && !value.startsWith('@')) return [name, value];
  const from = value === '-' ? 'standard input' : value.slice(1);
  try {
    return [from, readFileSync(value === '-' ? 0 : from, 'utf8')];
  } catch (error) {
    throw new CliError(`the input ${from} ${reason(error)}`, 'give JSON, @file, or -', EXIT.invalid);
  }
}

/** Only a file or a real pipe: in CI standard input is often open, silent and never ends. */
function isPiped(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFile() || stat.isFIFO();
  } catch {
    return false;
  }
}
