// Definition files: `.asl.json`, `.json`, `.asl.yaml`, `.asl.yml`, `.yaml`, `.yml`. The one place that turns a path into
// definition text, for `treadle run`, `treadle validate` and the state machines that the configuration deploys.

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../base/json.ts';
import { objectOf } from '../base/json-object.ts';

export type DefinitionFormat = 'json' | 'yaml';

export interface DefinitionFile {
  /** Absolute. */
  readonly path: string;
  /** As it is in the file: diagnostics point into it. */
  readonly text: string;
  readonly format: DefinitionFormat;
}

/** The file cannot be read as a definition; the message names it and says why. */
export class DefinitionFileError extends Error {
  override readonly name = 'DefinitionFileError';
}

/** Larger files are refused before reading: AWS takes 1 MiB, a raised limit perhaps more. */
const MOST_BYTES = 256 * 1_048_576;

const EXTENSIONS: Readonly<Record<string, DefinitionFormat>> = {
  '.json': 'json',
  '.yaml': 'yaml',
  '.yml': 'yaml',
};

/** By extension; anything unknown is taken for JSON. */
export function definitionFormat(path: string): DefinitionFormat {
  return EXTENSIONS[extname(path).toLowerCase()] ?? 'json';
}

/** @throws DefinitionFileError when there is no such file, it is a folder, it may not be read, or is not UTF-8. */
export function readDefinitionFile(path: string): DefinitionFile {
  const absolute = resolve(path);
  let bytes: Buffer;
  try {
    const { size } = statSync(absolute);
    if (size > MOST_BYTES)
      throw new DefinitionFileError(`${path} is too large for a definition (${size} bytes)`);
    bytes = readFileSync(absolute);
  } catch (error) {
    if (error instanceof DefinitionFileError) throw error;
    throw new DefinitionFileError(`${path} ${reason(error)}`, { cause: error });
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { path: absolute, text, format: definitionFormat(path) };
  } catch (error) {
    throw new DefinitionFileError(`${path} is not UTF-8 text`, { cause: error });
  }
}

/** Completes "FILE …" for an error of the file system. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist';
    case 'EISDIR':
      return 'is a folder, not a file';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read (permission denied)';
    default:
      return `cannot be read: ${message}`;
  }
}

/**
 * The definition as the API takes it: JSON text. YAML becomes JSON with two spaces of indent.
 * Only for text without errors (see `validateDefinition`). @throws Error when YAML cannot be read.
 */
export function definitionJson(file: DefinitionFile): string {
  if (file.format === 'json') return file.text;
  return JSON.stringify(plain(parse(file.text, { mapAsMap: true })), null, 2);
}

/** Maps become objects, whose order is that of the file also where names look like numbers. */
function plain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value as Json;
  return objectOf([...value].map(([name, member]) => [String(name), plain(member)]));
}

const GENERIC = new Set(['workflow', 'definition', 'state-machine', 'statemachine', 'index']);

/**
 * Name of the state machine in a file: `order.asl.json` is `order`; generic names (`workflow.asl.json`) take the
 * folder's. Characters that AWS does not allow in a name become `-`.
 */
export function stateMachineName(path: string): string {
  const stem = basename(path).replace(/(\.asl)?\.(json|ya?ml)$/i, '');
  const name = GENERIC.has(stem.toLowerCase()) ? basename(dirname(resolve(path))) || stem : stem;
  return name.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 80) || 'workflow';
}
