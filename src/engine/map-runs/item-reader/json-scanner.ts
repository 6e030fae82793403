// Finds the items in a JSON text that comes in pieces: the elements of an array or the members of an object, which is the
// whole or what a JSON Pointer (RFC 6901) leads to. It looks at bytes: what gives JSON its form is ASCII. Values are only
// delimited here; they are parsed, and found to be no JSON, one by one.

import { jacksonMessage } from '../../../text/jackson.ts';
import { checkItemSize, ItemReaderFailed } from './failure.ts';

export interface FoundItem {
  /** JSON text of the member's name, when the items are the members of an object. */
  readonly key: Uint8Array | undefined;
  /** JSON text of the value. */
  readonly value: Uint8Array;
}

/** AWS: what ItemsPointer leads to starts within these bytes. */
const POINTER_BYTES = 16 * 1024 * 1024;

type Expect = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or ]' | ', or }' | 'nothing';

/** What a value is to be: one on the way to the items or their list itself, an item, or passed over. */
type Role = 'way' | 'item' | 'other';

/** A value or key whose end has not been seen. */
interface OpenValue {
  readonly kind: 'string' | 'scalar' | 'nested';
  /** Kept only when somebody wants it. */
  readonly parts: Uint8Array[] | undefined;
  bytes: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

export class JsonScanner {
  /** Names and indexes that are still to be followed. */
  readonly #steps: string[];
  #depth = 0;
  #expect: Expect = 'value';
  #role: Role = 'way';
  /** The kind of the container that is open on the way. */
  #inObject = false;
  #index = 0;
  #inItems = false;
  #open: OpenValue | undefined;
  #openIsKey = false;
  #key: Uint8Array | undefined;
  #offset = 0;
  /** Bytes of the mark of the byte order that are still to come. */
  #mark = 0;
  #found: FoundItem[] = [];
  #finished = false;

  /** @throws ItemReaderFailed for what is no pointer. */
  constructor(pointer: string | undefined) {
    this.#steps = stepsOf(pointer);
  }

  /** Nothing that follows can hold an item: the rest need not be read. */
  get finished(): boolean {
    return this.#finished;
  }

  /** @returns the items that end in the piece. @throws ItemReaderFailed */
  push(piece: Uint8Array): FoundItem[] {
    let at = 0;
    while (at < piece.length && !this.#finished) {
      at = this.#open === undefined ? this.#next(piece, at) : this.#goOn(piece, at);
    }
    this.#offset += piece.length;
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** The text has ended. @throws ItemReaderFailed when it may not */
  end(): void {
    if (this.#finished) return;
    if (this.#open?.kind === 'scalar' && this.#depth === 0) this.#endValue(new Uint8Array());
    if (this.#expect !== 'nothing') throw this.#malformed('Unexpected end-of-input', this.#offset);
  }

  #next(piece: Uint8Array, at: number): number {
    const code = piece[at]!;
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return at + 1;
    if (this.#offset + at === 0 && code === 0xef) this.#mark = 3;
    if (this.#mark > 0) return this.#passMark(code, at);
    switch (this.#expect) {
      case 'value or ]':
        if (code === CLOSE_ARRAY) return this.#close(at);
        return this.#beginValue(code, at);
      case 'value':
        return this.#beginValue(code, at);
      case 'key or }':
        if (code === CLOSE_OBJECT) return this.#close(at);
        return this.#beginKey(code, at);
      case 'key':
        return this.#beginKey(code, at);
      case ':':
        if (code !== COLON) throw this.#malformed('Expected ":"', this.#offset + at);
        this.#expect = 'value';
        return at + 1;
      case ', or ]':
      case ', or }':
        if (code === (this.#inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return this.#close(at);
        if (code !== COMMA) throw this.#malformed(`Expected "${this.#expect}"`, this.#offset + at);
        this.#index++;
        this.#expect = this.#inObject ? 'key' : 'value';
        return at + 1;
      case 'nothing':
        throw this.#malformed('Unexpected text after the end', this.#offset + at);
    }
  }

  #passMark(code: number, at: number): number {
    if (code !== [0xbf, 0xbb, 0xef][this.#mark - 1])
      throw this.#malformed('Unexpected byte', this.#offset + at);
    this.#mark--;
    return at + 1;
  }

  #beginKey(code: number, at: number): number {
    if (code !== QUOTE) throw this.#malformed('Expected a name in quotes', this.#offset + at);
    this.#openIsKey = true;
    this.#open = openValue('string', true);
    return at;
  }

  #beginValue(code: number, at: number): number {
    if (code === CLOSE_ARRAY || code === CLOSE_OBJECT || code === COMMA || code === COLON) {
      throw this.#malformed('Expected a value', this.#offset + at);
    }
    this.#role = this.#roleOfNext();
    const nested = code === OPEN_ARRAY || code === OPEN_OBJECT;
    if (this.#role === 'way') {
      if (this.#steps.length > 0 && this.#offset + at > POINTER_BYTES) throw tooFar();
      if (nested) return this.#enter(code === OPEN_OBJECT, at);
      if (this.#steps.length > 0) throw noMatch();
    }
    const kind = code === QUOTE ? 'string' : nested ? 'nested' : 'scalar';
    this.#openIsKey = false;
    this.#open = openValue(kind, this.#role !== 'other');
    return at;
  }

  #roleOfNext(): Role {
    if (this.#inItems) return 'item';
    if (this.#depth === 0) return 'way';
    const step = this.#steps[0]!;
    const name = this.#key === undefined ? String(this.#index) : nameOf(this.#key);
    if (name !== step) return 'other';
    this.#steps.shift();
    return 'way';
  }

  /** Goes into a container on the way. */
  #enter(isObject: boolean, at: number): number {
    if (this.#depth > 0 && this.#steps.length === 0 && this.#offset + at > POINTER_BYTES) throw tooFar();
    this.#depth++;
    this.#inObject = isObject;
    this.#index = 0;
    this.#key = undefined;
    this.#inItems = this.#steps.length === 0;
    this.#expect = isObject ? 'key or }' : 'value or ]';
    return at + 1;
  }

  #close(at: number): number {
    if (!this.#inItems) throw noMatch();
    // Below the pointer's end nothing is looked at; a whole text must have nothing behind it.
    if (this.#depth > 1) this.#finished = true;
    this.#expect = 'nothing';
    return at + 1;
  }

  /** Passes the bytes of the open value. */
  #goOn(piece: Uint8Array, from: number): number {
    const open = this.#open!;
    const at = open.kind === 'scalar' ? scalarEnd(piece, from) : nestedEnd(piece, from, open);
    const ended = open.kind === 'scalar' ? at < piece.length : open.depth === 0 && !open.inString;
    const part = piece.subarray(from, at);
    open.bytes += part.length;
    if (open.parts !== undefined) checkItemSize(open.bytes, 'An item of the JSON file');
    if (ended) this.#endValue(part);
    else open.parts?.push(part);
    return at;
  }

  #endValue(last: Uint8Array): void {
    const { parts } = this.#open!;
    const text = parts === undefined || parts.length === 0 ? last : Buffer.concat([...parts, last]);
    this.#open = undefined;
    if (this.#openIsKey) {
      this.#key = text;
      this.#expect = ':';
      return;
    }
    if (this.#depth === 0) {
      // The whole text is this one value, if it is one.
      parseText(text);
      this.#expect = 'nothing';
      throw notIterable();
    }
    if (this.#role === 'way') throw notIterable();
    if (this.#role === 'item') this.#found.push({ key: this.#inObject ? this.#key : undefined, value: text });
    this.#expect = this.#inObject ? ', or }' : ', or ]';
  }

  #malformed(what: string, offset: number): ItemReaderFailed {
    return new ItemReaderFailed(`The JSON file is not valid JSON: ${what} at byte ${offset}.`);
  }
}

function openValue(kind: OpenValue['kind'], kept: boolean): OpenValue {
  return { kind, parts: kept ? [] : undefined, bytes: 0, depth: 0, inString: false, escaped: false };
}

/** Where the number or word ends. */
function scalarEnd(piece: Uint8Array, from: number): number {
  for (let at = from; at < piece.length; at++) {
    const code = piece[at]!;
    if (code === COMMA || code === CLOSE_ARRAY || code === CLOSE_OBJECT || code <= 0x20) return at;
  }
  return piece.length;
}

/** Where the text, array or object ends; `open` says afterwards whether it has. */
function nestedEnd(piece: Uint8Array, from: number, open: OpenValue): number {
  let { depth, inString, escaped } = open;
  let at = from;
  for (; at < piece.length; at++) {
    const code = piece[at]!;
    if (inString) {
      if (escaped) escaped = false;
      else if (code === BACKSLASH) escaped = true;
      else if (code === QUOTE) {
        inString = false;
        if (depth === 0) break;
      }
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) depth++;
    else if ((code === CLOSE_ARRAY || code === CLOSE_OBJECT) && --depth === 0) break;
  }
  const ended = at < piece.length;
  open.depth = depth;
  open.inString = inString;
  open.escaped = escaped;
  return ended ? at + 1 : at;
}

/** @throws ItemReaderFailed for a pointer that leads nowhere. */
function stepsOf(pointer: string | undefined): string[] {
  if (pointer === undefined || pointer === '') return [];
  const [first, ...steps] = pointer.split('/');
  if (first !== '') throw noMatch();
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function nameOf(key: Uint8Array): string {
  return String(parseText(key));
}

function parseText(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new ItemReaderFailed(`The JSON file is not valid JSON: ${jacksonMessage(text)}`);
  }
}

function notIterable(): ItemReaderFailed {
  return new ItemReaderFailed('Attempting to map over non-iterable node.');
}

function noMatch(): ItemReaderFailed {
  return new ItemReaderFailed(
    'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
  );
}

function tooFar(): ItemReaderFailed {
  return new ItemReaderFailed(
    `Expected what ItemsPointer leads to to start within the first ${POINTER_BYTES} bytes of the JSON file.`,
  );
}
