// JSON text → nodes that know where they stand (`from`/`to` are offsets in UTF-16 units). Goes on after errors, keeps
// duplicate members, never throws; nesting is bounded by JSON_DEPTH. Problems are worded as Jackson words them, because
// AWS passes Jackson's message on in INVALID_JSON_DESCRIPTION. Not for payloads: those go through base/json.ts.

import { type Json, type JsonObject, parseJson, setMember } from '../base/json.ts';
import { JSON_DEPTH } from '../base/quotas.ts';

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
  /** In the order of the text; at most MAX_PROBLEMS. */
  readonly problems: readonly SyntaxProblem[];
}

/** Problems after these are not collected: what follows a broken text is guesswork. */
const MAX_PROBLEMS = 20;
/** Jackson quotes this many characters of the source. */
const SNIPPET = 500;
/** Jackson shortens an unknown token to this. */
const MAX_TOKEN = 256;
const VALUES = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

export function parseJsonText(text: string): ParsedText {
  const parser = new Parser(text);
  const root = parser.document();
  return { root, problems: parser.problems };
}

/** The plain value of a node; of duplicate members the last one counts, as everywhere in JSON. */
export function toJson(node: Node): Json {
  switch (node.kind) {
    case 'object': {
      const object: JsonObject = {};
      for (const member of node.members) setMember(object, member.name, toJson(member.value));
      return object;
    }
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

class Parser {
  readonly problems: SyntaxProblem[] = [];
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
    if (this.#at < this.#text.length && this.problems.length === 0) {
      if (isWordPart(this.#code())) this.#unknownToken();
      else this.#unexpected('was expecting end of the definition');
    }
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

  /** @returns undefined when no value begins here; the offending text has been reported, and skipped if it is a word. */
  #value(depth: number): Node | undefined {
    const c = this.#code();
    if (c === 0x7b || c === 0x5b) {
      if (depth > JSON_DEPTH) return this.#tooDeep();
      return c === 0x7b ? this.#object(depth) : this.#array(depth);
    }
    if (c === 0x22) {
      const from = this.#at;
      const value = this.#string(false);
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
      if (this.#at >= this.#text.length) {
        if (first) this.#unclosed('Object', from);
        else this.#end('Unexpected end-of-input within/between Object entries');
        break;
      }
      if (first && this.#code() === 0x7d) {
        this.#at++;
        break;
      }
      if (this.#code() !== 0x22) {
        this.#unexpected('was expecting double-quote to start field name');
        if (!this.#resume(0x7d)) break;
        continue;
      }
      const nameFrom = this.#at;
      const name = this.#string(true);
      const nameTo = this.#at;
      this.#skipBlanks();
      let value: Node | undefined;
      if (this.#code() === 0x3a) {
        this.#at++;
        this.#skipBlanks();
        if (this.#at >= this.#text.length) {
          this.#end('Unexpected end-of-input within/between Object entries');
        } else value = this.#value(depth + 1);
      } else if (this.#at >= this.#text.length) {
        this.#end('Unexpected end-of-input within/between Object entries');
      } else this.#unexpected('was expecting a colon to separate field name and value');
      if (value !== undefined) members.push({ name, from: nameFrom, to: nameTo, value });
      if (!this.#separator('Object', 0x7d, from)) break;
    }
    return { kind: 'object', members, from, to: this.#at };
  }

  #array(depth: number): ArrayNode {
    const from = this.#at++;
    const items: Node[] = [];
    this.#skipBlanks();
    if (this.#code() === 0x5d) {
      this.#at++;
      return { kind: 'array', items, from, to: this.#at };
    }
    if (this.#at >= this.#text.length) this.#unclosed('Array', from);
    while (this.#at < this.#text.length) {
      const item = this.#value(depth + 1);
      if (item !== undefined) items.push(item);
      if (!this.#separator('Array', 0x5d, from)) break;
      this.#skipBlanks();
      if (this.#at >= this.#text.length) this.#end('Unexpected end-of-input within/between Array entries');
    }
    return { kind: 'array', items, from, to: this.#at };
  }

  /** @returns true after a comma, false after the end of the object or array. */
  #separator(kind: 'Object' | 'Array', close: number, from: number): boolean {
    this.#skipBlanks();
    const c = this.#code();
    if (c === 0x2c) {
      this.#at++;
      return true;
    }
    if (c === close) {
      this.#at++;
      return false;
    }
    if (this.#at >= this.#text.length) {
      this.#unclosed(kind, from);
      return false;
    }
    if (c === 0x7d || c === 0x5d) {
      const start = `${kind} starting at ${this.#source(from, 1)}`;
      const [got, expected] = c === 0x7d ? ['}', ']'] : [']', '}'];
      this.#report(`Unexpected close marker '${got}': expected '${expected}' (for ${start})`, this.#at, 2);
    } else this.#unexpected(`was expecting comma to separate ${kind} entries`);
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

  #tooDeep(): undefined {
    this.#report(
      `Document nesting depth (${JSON_DEPTH + 1}) exceeds the maximum allowed (${JSON_DEPTH})`,
      this.#at,
      2,
      'TOO_DEEPLY_NESTED',
    );
    this.#at = this.#text.length;
    return undefined;
  }

  #string(isName: boolean): string {
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
        this.#end(
          isName
            ? 'Unexpected end-of-input in field name'
            : 'Unexpected end-of-input: was expecting closing quote for a string value',
        );
        return value + text.slice(start);
      }
      if (c === 0x5c) {
        value += text.slice(start, this.#at) + this.#escape();
        start = this.#at;
      } else if (c < 0x20) {
        const what = isName ? 'name' : 'string value';
        this.#report(
          `Illegal unquoted character (${describe(c)}): has to be escaped using backslash to be included in ${what}`,
          this.#at,
          2,
        );
        if (c === 0x0a || c === 0x0d) return value + text.slice(start, this.#at);
        this.#at++;
      } else this.#at++;
    }
  }

  #escape(): string {
    const c = this.#text.charCodeAt(++this.#at);
    const plain = ESCAPES[this.#text[this.#at] ?? ''];
    if (plain !== undefined) {
      this.#at++;
      return plain;
    }
    if (c !== 0x75) {
      if (Number.isNaN(c)) return '';
      this.#report(`Unrecognized character escape ${describe(c)}`, this.#at, 2);
      this.#at++;
      return '';
    }
    const digits = this.#text.slice(this.#at + 1, this.#at + 5);
    const bad = digits.search(/[^0-9a-fA-F]/);
    if (bad >= 0 || digits.length < 4) {
      this.#at += 1 + (bad >= 0 ? bad : digits.length);
      if (bad >= 0) this.#unexpected('expected a hex-digit for character escape sequence');
      else this.#end('Unexpected end-of-input in character escape sequence');
      return '';
    }
    this.#at += 5;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): Node | undefined {
    const from = this.#at;
    const sign = this.#code() === 0x2d;
    if (sign) this.#at++;
    const intFrom = this.#at;
    if (this.#digits() === 0) {
      this.#badNumber('expected digit (0-9) to follow minus sign, for valid numeric value');
      return undefined;
    }
    if (this.#text.charCodeAt(intFrom) === 0x30 && this.#at > intFrom + 1) {
      this.#report('Invalid numeric value: Leading zeroes not allowed', intFrom, 2);
      return undefined;
    }
    if (this.#code() === 0x2e) {
      this.#at++;
      if (this.#digits() === 0) {
        this.#badNumber('Decimal point not followed by a digit');
        return undefined;
      }
    }
    if ((this.#code() | 0x20) === 0x65) {
      this.#at++;
      if (this.#code() === 0x2b || this.#code() === 0x2d) this.#at++;
      if (this.#digits() === 0) {
        this.#badNumber('Exponent indicator not followed by a digit');
        return undefined;
      }
    }
    return { kind: 'number', text: this.#text.slice(from, this.#at), from, to: this.#at };
  }

  #digits(): number {
    const from = this.#at;
    while (isDigit(this.#code())) this.#at++;
    return this.#at - from;
  }

  #badNumber(why: string): void {
    if (this.#at >= this.#text.length) this.#end('Unexpected end-of-input in numeric value');
    else
      this.#report(`Unexpected character (${describe(this.#code())}) in numeric value: ${why}`, this.#at, 2);
  }

  #word(): Node | undefined {
    const from = this.#at;
    for (const [word, node] of WORDS) {
      if (this.#text.startsWith(word, from) && !isWordPart(this.#text.charCodeAt(from + word.length))) {
        this.#at += word.length;
        return { ...node, from, to: this.#at };
      }
    }
    if (isWordPart(this.#code())) this.#unknownToken();
    else this.#unexpected(`expected a valid value ${VALUES}`);
    return undefined;
  }

  #unknownToken(): void {
    const from = this.#at;
    while (isWordPart(this.#code())) this.#at++;
    const word = this.#text.slice(from, this.#at);
    const shown = word.length > MAX_TOKEN ? `${word.slice(0, MAX_TOKEN)}...` : word;
    this.#report(`Unrecognized token '${shown}': was expecting ${VALUES}`, this.#at, 1, undefined, from);
  }

  #unexpected(why: string): void {
    this.#report(`Unexpected character (${describe(this.#code())}): ${why}`, this.#at, 2);
  }

  #unclosed(kind: 'Object' | 'Array', from: number): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    this.#end(
      `Unexpected end-of-input: expected close marker for ${kind} (start marker at ${this.#source(from, 1)})`,
    );
  }

  #end(message: string): void {
    this.#at = this.#text.length;
    this.#report(message, this.#at, 1);
  }

  /** @param ahead 2 when Jackson has read the character at `at` already, else 1. */
  #report(
    message: string,
    at: number,
    ahead: 1 | 2,
    code: SyntaxProblem['code'] = 'INVALID_JSON_DESCRIPTION',
    from = at,
  ): void {
    if (this.problems.length >= MAX_PROBLEMS) return;
    const location = this.#source(at, ahead);
    const to = from < at ? at : Math.min(at + 1, this.#text.length);
    this.problems.push({ code, message: `${message}\n at ${location}`, location, from, to });
  }

  #source(at: number, ahead: 1 | 2): string {
    const text = this.#text;
    let line = 1;
    let lineFrom = 0;
    for (let i = text.indexOf('\n'); i >= 0 && i < at; i = text.indexOf('\n', i + 1)) {
      line++;
      lineFrom = i + 1;
    }
    const rest = text.length > SNIPPET ? `[truncated ${text.length - SNIPPET} chars]` : '';
    const column = at - lineFrom + ahead;
    return `[Source: (String)"${text.slice(0, SNIPPET)}"${rest}; line: ${line}, column: ${column}]`;
  }
}

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

function describe(c: number): string {
  if (c < 0x20) return `(CTRL-CHAR, code ${c})`;
  const code = c > 255 ? `${c} / 0x${c.toString(16)}` : `${c}`;
  return `'${String.fromCharCode(c)}' (code ${code})`;
}
