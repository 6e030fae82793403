// Parses JSON text that JavaScript's own parser would not give back unchanged: integer-like names in an order of their own,
// numbers that print otherwise. About five times as slow, so only for such texts; without recursion, since texts may be nested
// deeper than the stack.

import { parseNumber, type RawNumber } from './json-number.ts';
import { inOrder, isIndexName } from './json-object.ts';

type Value = null | boolean | number | string | Value[] | { [name: string]: Value } | RawNumber;

/** A container that is not closed yet. */
interface Open {
  readonly items: Value[] | undefined;
  readonly members: { [name: string]: Value };
  /** Name of the member being read. */
  name: string;
  /** Names so far, once one of them looks like an index. */
  names: Set<string> | undefined;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** @param text that `JSON.parse` takes. */
export function parseCarefully(text: string): Value {
  const stack: Open[] = [];
  let open: Open | undefined;
  let at = 0;
  const skip = (): void => {
    SPACE.lastIndex = at;
    SPACE.test(text);
    at = SPACE.lastIndex;
  };
  const string = (): string => {
    const start = at;
    let end = text.indexOf('"', start + 1);
    let escaped = false;
    for (; isEscaped(text, end); end = text.indexOf('"', end + 1)) escaped = true;
    at = end + 1;
    const inner = text.slice(start + 1, end);
    return escaped || inner.includes('\\') ? (JSON.parse(text.slice(start, at)) as string) : inner;
  };
  for (;;) {
    skip();
    let value: Value;
    const next = text[at]!;
    if (next === '{' || next === '[') {
      at++;
      if (open !== undefined) stack.push(open);
      open = { items: next === '[' ? [] : undefined, members: {}, name: '', names: undefined };
      skip();
      if (text[at] !== (next === '[' ? ']' : '}')) {
        if (next === '{') readName(open);
        continue;
      }
      at++;
      value = open.items ?? open.members;
      open = stack.pop();
    } else if (next === '"') value = string();
    else if (next === 't' || next === 'f' || next === 'n') {
      value = next === 'n' ? null : next === 't';
      at += next === 'f' ? 5 : 4;
    } else {
      NUMBER.lastIndex = at;
      value = parseNumber(NUMBER.exec(text)![0]);
      at = NUMBER.lastIndex;
    }
    // A value is complete: into its container, and out of every container that ends with it.
    for (;;) {
      if (open === undefined) return value;
      if (open.items !== undefined) open.items.push(value);
      else put(open, value);
      skip();
      const after = text[at++];
      if (after === ',') {
        if (open.items === undefined) {
          skip();
          readName(open);
        }
        break;
      }
      value = open.items ?? closed(open);
      open = stack.pop();
    }
  }

  function readName(to: Open): void {
    to.name = string();
    skip();
    at++;
    if (to.names === undefined && isIndexName(to.name)) to.names = new Set(Object.keys(to.members));
    to.names?.add(to.name);
  }
}

function put({ members, name }: Open, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    members[name] = value;
  }
}

function closed({ members, names }: Open): Value {
  return names === undefined ? members : inOrder(members, [...names]);
}

/** True when an odd number of backslashes stands before the offset. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === '\\') before--;
  return (at - before) % 2 === 0;
}
