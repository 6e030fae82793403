// Template files as values: YAML or JSON, with CloudFormation's short forms (`!Ref X`) written out (`{ Ref: X }`), and the place of
// each object and list.

import { readFileSync, statSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type Place, TemplateProblem } from './problem.ts';

export interface TemplateDocument {
  /** Absolute path. */
  readonly file: string;
  readonly value: unknown;
}

/** Larger files are no templates: AWS takes 1 MB. */
const MOST_BYTES = 16 * 1_048_576;
const MOST_DEPTH = 200;
/** Nodes that aliases may repeat in all. */
const MOST_REPEATED = 100_000;

const places = new WeakMap<object, Place>();

/** Where an object or a list of a template begins. @param otherwise for what was not read from a file */
export function placeOf(value: unknown, otherwise: Place): Place {
  return (typeof value === 'object' && value !== null ? places.get(value) : undefined) ?? otherwise;
}

export function startOf(file: string): Place {
  return { file, line: 1, column: 1 };
}

/** Says that a value stands where another one did: what is made of a value keeps its place. */
export function keepPlace<T extends object>(value: T, from: unknown): T {
  const place = typeof from === 'object' && from !== null ? places.get(from) : undefined;
  if (place !== undefined) places.set(value, place);
  return value;
}

/** @param file absolute path @throws TemplateProblem */
export function readTemplateDocument(file: string): TemplateDocument {
  const start = startOf(file);
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES)
      throw new TemplateProblem(start, `expected at most ${MOST_BYTES} bytes, but it has ${size}`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof TemplateProblem) throw error;
    throw new TemplateProblem(start, `cannot be read: ${(error as Error).message}`);
  }
  return { file, value: parseTemplate(text, file) };
}

/** @throws TemplateProblem for text that is not YAML (of which JSON is a part) */
export function parseTemplate(text: string, file: string): unknown {
  const lines = new LineCounter();
  // Tags of CloudFormation are not known to the library, which keeps them with the node and warns; a duplicate key is an error.
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw new TemplateProblem(
      placeAt(error.pos[0]),
      error.message.split('\n')[0]!.replace(/ at line.*$/, ''),
    );
  }
  let repeated = 0;

  function toValue(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    const place = placeAt(node.range?.[0] ?? 0);
    if (depth > MOST_DEPTH)
      throw new TemplateProblem(place, `expected at most ${MOST_DEPTH} levels of nesting`);
    if (isAlias(node)) {
      const target = node.resolve(document);
      repeated += 1;
      if (target === undefined || repeated > MOST_REPEATED)
        throw new TemplateProblem(place, `expected an anchor, but got *${node.source}`);
      return toValue(target, depth + 1);
    }
    const { tag } = node as { tag?: string };
    const plain = plainOf(node, place, depth);
    if (tag === undefined || !/^![A-Za-z]/.test(tag)) return plain;
    const begin = text.lastIndexOf(tag, node.range?.[0] ?? 0);
    return withPlace({ [longName(tag)]: argumentOf(tag, plain) }, placeAt(Math.max(0, begin)));
  }

  function plainOf(node: Node, place: Place, depth: number): unknown {
    if (isScalar(node)) return node.value;
    if (isSeq(node)) {
      return withPlace(
        node.items.map((item) => toValue(item as Node, depth + 1)),
        place,
      );
    }
    if (!isMap(node)) return undefined;
    const members: [string, unknown][] = [];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const member = toValue(value as Node | null, depth + 1);
      if (name === '<<' && typeof member === 'object' && member !== null)
        members.push(...Object.entries(member));
      else members.push([name, member]);
    }
    return withPlace(Object.fromEntries(members), place);
  }

  return toValue(document.contents as Node | null, 0);
}

function withPlace<T extends object>(value: T, place: Place): T {
  places.set(value, place);
  return value;
}

/** `!Ref` and `!Condition` have no prefix in their long form. */
function longName(tag: string): string {
  const name = tag.slice(1);
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
}

/** `!GetAtt A.B` is written as a text; its long form is a list. */
function argumentOf(tag: string, value: unknown): unknown {
  if (tag !== '!GetAtt' || typeof value !== 'string') return value;
  const dot = value.indexOf('.');
  return dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)];
}
