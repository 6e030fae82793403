// One word per thing: identifiers that the glossary of docs/ARCHITECTURE.md replaced, by the folders they left.

import { type Complaint, inSource, type Sources } from './rules.ts';
import { lineAt } from './source-text.ts';

interface Banned {
  /** A part of an identifier, beginning at a capital or at the start. */
  readonly word: string;
  readonly instead: string;
  /** Folders of `src/`, or all. */
  readonly folders: readonly string[] | typeof ALL;
}

const ALL = 'all';

export const BANNED: readonly Banned[] = [
  { word: 'turn', instead: 'decision, batch or lock', folders: ALL },
  { word: 'adapter', instead: 'integration', folders: ALL },
  { word: 'gone', instead: 'signal, ended or absent', folders: ALL },
  {
    word: 'runtime',
    instead: 'engine',
    folders: ['engine', 'store', 'observe', 'history', 'api', 'http', 'cli', 'mocks'],
  },
  { word: 'live', instead: 'resident', folders: ['engine', 'store', 'observe', 'api'] },
];

export function* words(sources: Sources): Generator<Complaint> {
  for (const { word, instead, folders } of BANNED) {
    const capital = `${word[0]!.toUpperCase()}${word.slice(1)}`;
    const pattern = new RegExp(`\\b(?:${word}s?(?![a-z])|[\\w$]*${capital}s?(?![a-z]))[\\w$]*`, 'g');
    for (const [file, source] of inSource(sources)) {
      if (folders !== ALL && !folders.some((folder) => file.startsWith(`src/${folder}/`))) continue;
      for (const match of source.code.matchAll(pattern)) {
        const line = lineAt(source.code, match.index);
        yield { rule: 'words', file, line, message: `Expected the word ${instead}, but found ${match[0]}` };
      }
    }
  }
}
