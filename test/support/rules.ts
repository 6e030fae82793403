// What the rules over the source tree share: files as data, and complaints about them.

import type { SourceText } from './source-text.ts';

/** Path from the repository's root, with `/` → text. */
export type Tree = ReadonlyMap<string, string>;

/** The same, read. */
export type Sources = ReadonlyMap<string, SourceText>;

export interface Complaint {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** `src/a.ts:3 [imports] …`: clickable in most terminals. */
export function showComplaint(complaint: Complaint): string {
  return `${complaint.file}:${complaint.line} [${complaint.rule}] ${complaint.message}`;
}

export function inSource(sources: Sources): [string, SourceText][] {
  return [...sources].filter(([file]) => file.startsWith('src/'));
}

/** Resolves a relative specifier against the importing file, both from the repository's root. */
export function resolve(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

export function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/'));
}
