// treadle.yaml as plain values, and where each of them stands: found by its path in the YAML tree, never by its text.

import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { positionsIn } from '../text/position.ts';
import type { Origin, Path, Problem } from './problem.ts';

export interface ConfigDocument {
  /** Undefined when the file says nothing. */
  readonly value: unknown;
  /** Of the key, or of the value, at a path; of the nearest thing around it when there is none. */
  locate(path: Path, of: 'key' | 'value'): Origin;
  /** The characters of a scalar. */
  written(path: Path): string | undefined;
}

/** @returns undefined, and problems, when the text is no YAML. Never throws. */
export function readDocument(text: string, file: string, problems: Problem[]): ConfigDocument | undefined {
  const positionOf = positionsIn(text);
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const at = (offset: number): Origin => {
    return { from: 'file', file, ...positionOf(offset) };
  };
  const complain = (offset: number, message: string) =>
    problems.push({ origin: at(offset), path: [], expected: `not valid YAML: ${message}` });
  for (const { message, pos } of document.errors) {
    complain(pos[0], `${message.slice(0, 1).toLowerCase()}${message.slice(1)}`);
  }
  if (problems.length > 0) return undefined;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? undefined;
  } catch (error) {
    complain(0, (error as Error).message);
    return undefined;
  }

  /** The value's node and its key's, or those of the last step that exists. */
  function find(path: Path): {
    readonly key: Node | undefined;
    readonly node: Node | undefined;
    readonly found: boolean;
  } {
    let key: Node | undefined;
    let node = resolve(document.contents);
    for (const step of path) {
      let next: unknown;
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isNode(key) && nameOf(key) === step);
        if (pair === undefined) return { key, node, found: false };
        key = pair.key as Node;
        next = pair.value;
      } else if (isSeq(node) && typeof step === 'number' && isNode(node.items[step])) {
        next = node.items[step];
        key = next as Node;
      } else return { key, node, found: false };
      node = resolve(next);
    }
    return { key, node, found: true };
  }

  function resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(document);
    return isNode(node) ? node : undefined;
  }

  return {
    value,
    locate(path, of) {
      const { key, node, found } = find(path);
      // A block begins in the line after its key; a problem with the whole block is shown at the key.
      const whole = node === undefined || (isCollection(node) && node.flow !== true);
      const place = key !== undefined && (of === 'key' || !found || whole) ? key : (node ?? key);
      return at(place?.range?.[0] ?? 0);
    },
    written(path) {
      const { node, found } = find(path);
      return found && isScalar(node) ? node.source : undefined;
    },
  };
}

function nameOf(key: Node): string {
  return isScalar(key) ? String(key.value) : String(key);
}
