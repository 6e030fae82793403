// JSON text → nodes that know where they stand (`from`/`to` are offsets in UTF-16 units). Goes on after errors, keeps
// duplicate members, never throws; nesting is bounded by JSON_DEPTH. The problem is worded by jackson.ts, because AWS
// passes Jackson's message on in INVALID_JSON_DESCRIPTION. Not for payloads: those go through base/json.ts.

import { assert } from '../base/assert.ts';
import { type Json, parseJson } from '../base/json.ts';
import { objectOf } from '../base/json-object.ts';
import { JSON_DEPTH } from '../base/quotas.ts';
import { findJsonFault } from './jackson.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

export type Node = ObjectNode | ArrayNode | StringNode | NumberNode | BooleanNode | NullNode;

export interface ObjectNode extends Range {
  readonly kind: 'object';
  /** In the order of the text, duplicates included. */
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  /** Range of the name, quotes included. */
  readonly from: number;
  readonly to: number;
  readonly value: Node;
}

export interface ArrayNode extends Range {
  readonly kind: 'array';
  readonly items: readonly Node[];
}

export interface StringNode extends Range {
  readonly kind: 'string';
  readonly value: string;
}

export interface NumberNode extends Range {
  readonly kind: 'number';
  /** Valid JSON number text. */
  readonly text: string;
}

export interface BooleanNode extends Range {
  readonly kind: 'boolean';
  readonly value: boolean;
}

export interface NullNode extends Range {
  readonly kind: 'null';
}

export interface SyntaxProblem extends Range {
  readonly code: 'INVALID_JSON_DESCRIPTION' | 'TOO_DEEPLY_NESTED';
  /** Jackson's message, source and position included. */
  readonly message: string;
  /** `[Source: (String)"…"; line: 1, column: 4]` */
  readonly location: string;
}

export interface ParsedText {
  /** Undefined when the text holds no value at all. */
  readonly root: Node | undefined;
  /** The first one: later ones may only follow from it. */
  readonly problem: SyntaxProblem | undefined;
}

export function parseJsonText(text: string): ParsedText {
  const parser = new Parser(text);
  const root = parser.document();
  return { root, problem: parser.broken ? syntaxProblem(text) : undefined };
}

function syntaxProblem(text: string): SyntaxProblem {
  const fault = findJsonFault(text);
  assert(fault, 'Expected both readers of JSON to refuse the same texts');
  const { message, place, from, to, tooDeep } = fault;
  const code = tooDeep ? 'TOO_DEEPLY_NESTED' : 'INVALID_JSON_DESCRIPTION';
  return { code, message: `${message}\n at ${place}`, location: place, from, to };
}

/** The plain value of a node; of duplicate members the last one counts, as everywhere in JSON. */
export function toJson(node: Node): Json {
  switch (node.kind) {
    case 'object':
      return objectOf(node.members.map(({ name, value }) => [name, toJson(value)]));
    case 'array':
      return node.items.map(toJson);
    case 'string':
    case 'boolean':
      return node.value;
    case 'number':
      return parseJson(node.text);
    case 'null':
      return null;
  }
}

/**
 * Offset in the text of the character at `index` of a string's value: where an error inside an expression points.
 * @param text the source in which `node` was found.
 */
export function offsetInString(text: string, node: StringNode, index: number): number {
  if (text[node.from] !== '"') return Math.min(node.from + index, node.to);
  let at = node.from + 1;
  for (let i = 0; i < index && at < node.to - 1; i++) {
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  }
  return Math.min(at, node.to);
}

/** Builds what it can of a broken text and only notes that it is broken; `findJsonFault` says why. */
class Parser {
  broken = false;
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): Node | undefined {
    this.#skipBlanks();
    if (this.#at >= this.#text.length) return undefined;
    const root = this.#value(1);
    this.#skipBlanks();
    if (this.#at < this.#text.length) this.broken = true;
    return root;
  }

  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #skipBlanks(): void {
    for (;;) {
      const c = this.#code();
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.#at++;
    }
  }

  /** @returns undefined when no value begins here; a word that is none is skipped. */
  #value(depth: number): Node | undefined {
    const c = this.#code();
    if (c === 0x7b || c === 0x5b) {
      if (depth > JSON_DEPTH) return this.#giveUp();
      return c === 0x7b ? this.#object(depth) : this.#array(depth);
    }
    if (c === 0x22) {
      const from = this.#at;
      const value = this.#string();
      return { kind: 'string', value, from, to: this.#at };
    }
    if (c === 0x2d || isDigit(c)) return this.#number();
    return this.#word();
  }

  #object(depth: number): ObjectNode {
    const from = this.#at++;
    const members: Member[] = [];
    for (let first = true; ; first = false) {
      this.#skipBlanks();
      const c = this.#code();
      if (first && c === 0x7d) {
        this.#at++;
        break;
      }
      if (c !== 0x22) {
        this.broken = true;
        if (!this.#resume(0x7d)) break;
        continue;
      }
      const nameFrom = this.#at;
      const name = this.#string();
      const nameTo = this.#at;
      this.#skipBlanks();
      if (this.#code() === 0x3a) {
        this.#at++;
        this.#skipBlanks();
        const value = this.#value(depth + 1);
        if (value !== undefined) members.push({ name, from: nameFrom, to: nameTo, value });
      } else this.broken = true;
      if (!this.#separator(0x7d)) break;
    }
    return { kind: 'object', members, from, to: this.#at };
  }

  #array(depth: number): ArrayNode {
    const from = this.#at++;
    const items: Node[] = [];
    this.#skipBlanks();
    if (this.#code() === 0x5d) this.#at++;
    else {
      do {
        this.#skipBlanks();
        const item = this.#value(depth + 1);
        if (item !== undefined) items.push(item);
      } while (this.#separator(0x5d));
    }
    return { kind: 'array', items, from, to: this.#at };
  }

  /** @returns true after a comma, false after the end of the object or array. */
  #separator(close: number): boolean {
    this.#skipBlanks();
    const c = this.#code();
    if (c === 0x2c || c === close) {
      this.#at++;
      return c === 0x2c;
    }
    this.broken = true;
    return this.#resume(close);
  }

  /** After an error: to the next comma (true) or past the end of the enclosing object or array (false). */
  #resume(close: number): boolean {
    let depth = 0;
    while (this.#at < this.#text.length) {
      const c = this.#code();
      if (c === 0x22) {
        this.#skipString();
        continue;
      }
      if (c === 0x7b || c === 0x5b) depth++;
      else if (c === 0x7d || c === 0x5d) {
        if (depth === 0) {
          if (c === close) this.#at++;
          return false;
        }
        depth--;
      } else if (c === 0x2c && depth === 0) {
        this.#at++;
        return true;
      }
      this.#at++;
    }
    return false;
  }

  #skipString(): void {
    this.#at++;
    while (this.#at < this.#text.length) {
      const c = this.#code();
      this.#at += c === 0x5c ? 2 : 1;
      if (c === 0x22 || c === 0x0a) return;
    }
    this.#at = this.#text.length;
  }

  /** Nothing more can be read. */
  #giveUp(): undefined {
    this.broken = true;
    this.#at = this.#text.length;
    return undefined;
  }

  #string(): string {
    const text = this.#text;
    let start = ++this.#at;
    let value = '';
    for (;;) {
      const c = text.charCodeAt(this.#at);
      if (c === 0x22) {
        value += text.slice(start, this.#at++);
        return value;
      }
      if (Number.isNaN(c)) {
        this.#giveUp();
        return value + text.slice(start);
      }
      if (c === 0x5c) {
        value += text.slice(start, this.#at) + this.#escape();
        start = this.#at;
      } else if (c < 0x20) {
        this.broken = true;
        if (c === 0x0a || c === 0x0d) return value + text.slice(start, this.#at);
        this.#at++;
      } else this.#at++;
    }
  }

  #escape(): string {
    const letter = this.#text[++this.#at] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) {
      this.#at++;
      return plain;
    }
    const digits = /^[0-9a-fA-F]*/.exec(this.#text.slice(this.#at + 1, this.#at + 5))![0];
    if (letter === 'u' && digits.length === 4) {
      this.#at += 5;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    this.broken = true;
    this.#at += letter === 'u' ? 1 + digits.length : letter.length;
    return '';
  }

  #number(): Node | undefined {
    NUMBER.lastIndex = this.#at;
    const from = this.#at;
    const number = NUMBER.exec(this.#text)?.[0] ?? '';
    this.#at += number.length;
    if (!/\d$/.test(number) || /^-?0\d/.test(number)) {
      this.broken = true;
      return undefined;
    }
    return { kind: 'number', text: number, from, to: this.#at };
  }

  #word(): Node | undefined {
    const from = this.#at;
    for (const [word, node] of WORDS) {
      if (this.#text.startsWith(word, from) && !isWordPart(this.#text.charCodeAt(from + word.length))) {
        this.#at += word.length;
        return { ...node, from, to: this.#at };
      }
    }
    this.broken = true;
    while (isWordPart(this.#code())) this.#at++;
    return undefined;
  }
}

/** A number, or as much of one as there is. */
const NUMBER = /-?\d*(?:(?<=\d)\.\d*)?(?:(?<=\d)[eE][+-]?\d*)?/y;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const WORDS = [
  ['true', { kind: 'boolean', value: true }],
  ['false', { kind: 'boolean', value: false }],
  ['null', { kind: 'null' }],
] as const;

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

/** Letters, digits, `_`, `$` and everything beyond ASCII, which is close to Java's identifier part. */
function isWordPart(c: number): boolean {
  return (
    isDigit(c) || (c >= 0x41 && c <= 0x5a) || (c >= 0x61 && c <= 0x7a) || c === 0x5f || c === 0x24 || c > 0xaa
  );
}
