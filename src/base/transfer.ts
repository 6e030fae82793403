// Data that leaves its thread: plain values, Maps, Sets and payloads become one text for their shape and the texts of the payloads,
// which cross as they are. `structuredClone` would refuse the proxies of json-object.ts and strip payloads of what they hold.
// What is met several times is one thing again on the other side, so circles are no trouble.

import { isRawNumber } from './json.ts';
import { parseNumber } from './json-number.ts';
import { inOrder } from './json-object.ts';
import { Payload } from './payload.ts';

export interface Packed {
  readonly shape: string;
  readonly texts: readonly string[];
}

/**
 * A node of the shape: null, booleans, texts and finite numbers stand for themselves, all else is a list that begins with
 * its kind. Things that may be met again are numbered in the order in which they are first met.
 */
type Node = null | boolean | number | string | readonly [kind: Kind, ...parts: (Node | readonly string[])[]];
type Kind = (typeof KINDS)[keyof typeof KINDS];

const KINDS = { again: 0, none: 1, number: 2, payload: 3, list: 4, object: 5, map: 6, set: 7 } as const;

/** @param value of plain data, Maps, Sets and Payloads; no functions, no instances of other classes. */
export function pack(value: unknown): Packed {
  const known = new Map<object, number>();
  const texts: string[] = [];
  const nodeOf = (part: unknown): Node => {
    if (part === undefined) return [KINDS.none];
    if (typeof part === 'number') return Number.isFinite(part) ? part : [KINDS.number, String(part)];
    if (typeof part !== 'object' || part === null) return part as Node;
    if (isRawNumber(part)) return [KINDS.number, part.rawJSON];
    const number = known.get(part);
    if (number !== undefined) return [KINDS.again, number];
    known.set(part, known.size);
    if (part instanceof Payload) return [KINDS.payload, texts.push(part.text) - 1];
    // Lists may have holes, which `map` would leave out.
    if (Array.isArray(part)) return [KINDS.list, ...Array.from(part, nodeOf)];
    if (part instanceof Map) return [KINDS.map, ...[...part].flat().map(nodeOf)];
    if (part instanceof Set) return [KINDS.set, ...[...part].map(nodeOf)];
    const names = Object.keys(part);
    return [KINDS.object, names, ...names.map((name) => nodeOf((part as Record<string, unknown>)[name]))];
  };
  return { shape: JSON.stringify(nodeOf(value)), texts };
}

/** What was packed, with payloads that know their text alone. */
export function unpack({ shape, texts }: Packed): unknown {
  const known: object[] = [];
  const build = (node: Node): unknown => {
    if (!Array.isArray(node)) return node;
    const [kind, ...parts] = node as [Kind, ...Node[]];
    switch (kind) {
      case KINDS.again:
        return known[parts[0] as number];
      case KINDS.none:
        return undefined;
      case KINDS.number:
        return numberOf(parts[0] as string);
      case KINDS.payload:
        return keep(known, Payload.ofText(texts[parts[0] as number]!));
      case KINDS.list: {
        const list = keep<unknown[]>(known, []);
        for (const part of parts) list.push(build(part));
        return list;
      }
      case KINDS.map: {
        const map = keep(known, new Map<unknown, unknown>());
        for (let i = 0; i < parts.length; i += 2) {
          const key = build(parts[i]!);
          map.set(key, build(parts[i + 1]!));
        }
        return map;
      }
      case KINDS.set: {
        const set = keep(known, new Set<unknown>());
        for (const part of parts) set.add(build(part));
        return set;
      }
      default:
        return objectOf(known, parts[0] as unknown as readonly string[], parts.slice(1), build);
    }
  };
  return build(JSON.parse(shape) as Node);
}

function keep<T extends object>(known: object[], value: T): T {
  known.push(value);
  return value;
}

function numberOf(text: string): unknown {
  return text === 'Infinity' || text === '-Infinity' || text === 'NaN' ? Number(text) : parseNumber(text);
}

function objectOf(
  known: object[],
  names: readonly string[],
  values: readonly Node[],
  build: (node: Node) => unknown,
): object {
  const object: { [name: string]: unknown } = {};
  // The proxy first: what is met again must be what the others have.
  const ordered = keep(known, inOrder(object, names));
  for (const [i, name] of names.entries()) {
    const value = build(values[i]!);
    if (name !== '__proto__') object[name] = value;
    else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return ordered;
}
