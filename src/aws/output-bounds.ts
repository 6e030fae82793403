// What AWS's service models say of values in answers: lengths, sizes, enums. Written by scripts/models.ts beside the models,
// and read only when the mock of a result is checked.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Of a number its value, of text and blobs the length. */
export interface Bound {
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
}

export interface OutputBounds {
  readonly all: readonly Bound[];
  /** Shape → member (`item` of a list, `value` of a map) → index in `all`. */
  readonly of: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const NONE: OutputBounds = { all: [], of: {} };
/** Beside `src/`, and beside `dist/` when built. */
const FOLDER = join(dirname(dirname(import.meta.dirname)), 'models');
const kept = new Map<string, OutputBounds>();

/** @param service one that has a model. */
export function outputBounds(service: string): OutputBounds {
  const known = kept.get(service);
  if (known !== undefined) return known;
  const file = join(FOLDER, `${service}.bounds.json.br`);
  const bounds = existsSync(file)
    ? (JSON.parse(brotliDecompressSync(readFileSync(file)).toString('utf8')) as OutputBounds)
    : NONE;
  kept.set(service, bounds);
  return bounds;
}

export function boundOf({ all, of }: OutputBounds, shape: string, member: string): Bound | undefined {
  const members = Object.hasOwn(of, shape) ? of[shape]! : {};
  return Object.hasOwn(members, member) ? all[members[member]!] : undefined;
}
