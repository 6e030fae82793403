// treadle.yaml as values with positions: every key knows its line and column, so that a problem points at it.

import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { Problem } from './problem.ts';

export interface Entry {
  readonly key: string;
  /** Plain data. A scalar keeps its text in `text`, so 000000000012 stays an account number. */
  readonly value: unknown;
  readonly text: string | undefined;
  readonly line: number;
  readonly column: number;
  /** Of the value. */
  readonly valueLine: number;
  readonly valueColumn: number;
  /** Members when the value is a mapping, else undefined. */
  readonly members: readonly Entry[] | undefined;
}

/** @returns the entries of the top level; syntax errors and duplicate keys as problems. Never throws. */
export function readDocument(
  text: string,
  file: string,
): { readonly entries: readonly Entry[]; readonly problems: readonly Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line, column: Math.max(col, 1) };
  };
  const problems = document.errors.map((error): Problem => {
    const message = `${error.message.slice(0, 1).toLowerCase()}${error.message.slice(1)}`;
    return {
      origin: { from: 'file', file, ...at(error.pos[0]) },
      key: '',
      expected: `not valid YAML: ${message}`,
    };
  });
  if (problems.length > 0) return { entries: [], problems };

  const contents = document.contents;
  if (contents === null || (isScalar(contents) && contents.value === null)) return { entries: [], problems };
  if (!isMap(contents)) {
    const origin = { from: 'file', file, ...at((contents as Node).range?.[0] ?? 0) } as const;
    const expected = 'the file must hold keys such as "listen: 127.0.0.1:8083"';
    return { entries: [], problems: [{ origin, key: '', expected }] };
  }
  return { entries: entriesOf(contents), problems };

  function entriesOf(node: Node | null): Entry[] {
    if (!isMap(node)) return [];
    return node.items.map((pair): Entry => {
      const key = pair.key as Node;
      const value = pair.value as Node | null;
      const keyAt = at(key.range?.[0] ?? 0);
      const valueAt = value?.range ? at(value.range[0]) : keyAt;
      return {
        key: isScalar(key) ? String(key.value) : String(key),
        value: value === null ? null : value.toJS(document, { maxAliasCount: 100 }),
        text: isScalar(value) ? (value.source ?? undefined) : undefined,
        ...keyAt,
        valueLine: valueAt.line,
        valueColumn: valueAt.column,
        members: isMap(value) ? entriesOf(value) : undefined,
      };
    });
  }
}
