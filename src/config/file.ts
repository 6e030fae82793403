// treadle.yaml sorted into single values and collections, every one with its position; unknown keys become problems.

import { readFileSync } from 'node:fs';
import { nearest } from '../base/nearest.ts';
import { reason } from './definition-file.ts';
import { type Entry, readDocument } from './document.ts';
import { KEYS, type Key } from './keys.ts';
import { ConfigError, type Origin, type Problem } from './problem.ts';

export interface Found {
  readonly value: unknown;
  readonly origin: Origin;
}

/** The collections: keys that hold a mapping (or list) of the user's own names. */
export const COLLECTIONS = ['functions', 'endpoints', 'connections', 'stateMachines'];
const TOP_LEVEL = [
  ...new Set([...Object.values(KEYS).map(({ name }) => name.split('.')[0]!), ...COLLECTIONS]),
];
const GROUPS = new Set(
  Object.values(KEYS)
    .filter(({ name }) => name.includes('.'))
    .map(({ name }) => name.split('.')[0]!),
);

/** Sorts the file's keys into single values (by full name) and collections; unknown keys become problems. */
export function readConfigFile(
  file: string | undefined,
  shown: string,
  problems: Problem[],
): { readonly scalars: Map<string, Found>; readonly collections: Map<string, Entry> } {
  const scalars = new Map<string, Found>();
  const collections = new Map<string, Entry>();
  if (file === undefined) return { scalars, collections };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const origin: Origin = { from: 'option', name: shown };
    throw new ConfigError([{ origin, key: '', expected: `the configuration file ${reason(error)}` }]);
  }
  const document = readDocument(text, shown);
  problems.push(...document.problems);
  const known = new Map<string, Key>(Object.values(KEYS).map((key) => [key.name, key as Key]));
  for (const entry of document.entries) {
    if (known.has(entry.key)) keep(entry.key, entry);
    else if (COLLECTIONS.includes(entry.key)) collections.set(entry.key, entry);
    else if (!GROUPS.has(entry.key)) unknown(entry.key, entry, TOP_LEVEL);
    else if (entry.members === undefined && entry.value !== null) {
      problems.push({
        origin: valueIn(shown, entry),
        key: entry.key,
        value: entry.value,
        expected: 'a mapping',
      });
    } else {
      const siblings = [...known.keys()].filter((name) => name.startsWith(`${entry.key}.`));
      for (const member of entry.members ?? []) {
        const name = `${entry.key}.${member.key}`;
        if (known.has(name)) keep(name, member);
        else unknown(name, member, siblings);
      }
    }
  }
  return { scalars, collections };

  /** `key:` with nothing behind it means the default. Numbers keep their text for keys that want text. */
  function keep(name: string, entry: Entry): void {
    if (entry.value === null) return;
    const isText = typeof known.get(name)?.fallback !== 'number';
    const value = typeof entry.value === 'number' && isText ? (entry.text ?? entry.value) : entry.value;
    scalars.set(name, { value, origin: valueIn(shown, entry) });
  }

  function unknown(name: string, entry: Entry, candidates: readonly string[]): void {
    const moved = name === 'limits.retentionDays' ? 'retention' : nearest(name, candidates);
    const hint = moved === undefined ? `known are ${candidates.join(', ')}` : `did you mean ${moved}?`;
    problems.push({ origin: originIn(shown, entry), key: name, expected: `is not a known key; ${hint}` });
  }
}

export function originIn(file: string, { line, column }: Entry): Origin {
  return { from: 'file', file, line, column };
}

function valueIn(file: string, { valueLine, valueColumn }: Entry): Origin {
  return { from: 'file', file, line: valueLine, column: valueColumn };
}

/** The entry that a path of member names leads to, or the last one on the way that exists. */
export function inner(entry: Entry, path: readonly string[]): Entry {
  const next = entry.members?.find(({ key }) => key === path[0]);
  return next === undefined ? entry : inner(next, path.slice(1));
}
