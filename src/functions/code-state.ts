// Notices that a function's code has changed, by looking at modification times when the function is called. Looking
// beats watching here: nothing runs while nothing is called, and the first call after a save already gets the new code.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files a handler may be made of; data that a function writes beside its code must not count as new code. */
const SOURCE = /\.(js|mjs|cjs|ts|mts|cts|json|py|so|node|wasm)$/;
const SKIPPED = /^(\.|node_modules$|__pycache__$|dist-info$|venv$)/;
/** A larger tree is looked at up to here only. */
const MAX_FILES = 2_000;
const MAX_DEPTH = 8;
/** Not more often than this, and never more than a fiftieth of the time. */
const INTERVAL_MS = 200;
const SHARE = 50;

export interface CodeState {
  /** True when the code is not what it was at the last call. */
  changed(): boolean;
}

/** @param path folder, or a single file; a missing one is a state as well. */
export function watchCode(path: string): CodeState {
  let known = fingerprint(path);
  let lookAgainAt = 0;
  return {
    changed() {
      const started = performance.now();
      if (started < lookAgainAt) return false;
      const seen = fingerprint(path);
      const ended = performance.now();
      lookAgainAt = ended + Math.max(INTERVAL_MS, (ended - started) * SHARE);
      if (seen === known) return false;
      known = seen;
      return true;
    },
  };
}

function fingerprint(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  if (!stat.isDirectory()) return `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
  const parts: string[] = [];
  walk(path, 0, parts);
  return parts.join('\n');
}

function walk(folder: string, depth: number, parts: string[]): void {
  if (depth > MAX_DEPTH) return;
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // Removed or unreadable since it was listed: counts as absent, and shows as a change if it comes back.
    return;
  }
  for (const entry of entries) {
    if (parts.length >= MAX_FILES) return;
    if (SKIPPED.test(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) walk(path, depth + 1, parts);
    else if (SOURCE.test(entry.name)) {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat !== undefined) parts.push(`${path} ${stat.mtimeMs} ${stat.size}`);
    }
  }
}
