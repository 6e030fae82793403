// CSV as Step Functions reads it, text by text. A line break ends a record; a field in double quotes may hold delimiters and
// line breaks; two quotes are one, wherever they stand in a row; a backslash escapes a backslash, a quote or the delimiter,
// and is dropped before anything else. Source: AWS, "ItemReader (Map)", "How Step Functions parses input CSV files".

import { checkItemSize, ItemReaderFailed } from './failure.ts';

type State =
  /** Between records. */
  | 'record'
  /** The same, where a newline belongs to the carriage return before it. */
  | 'after CR'
  | 'cell'
  | 'plain'
  | 'plain quote'
  | 'plain escape'
  | 'opening quote'
  /** An empty cell, or a quote that two stand for. */
  | 'two quotes'
  | 'quoted'
  /** Closes the cell, or is the first of two. */
  | 'closing quote'
  | 'quoted escape';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LF = 0x0a;
const CR = 0x0d;

export class CsvParser {
  readonly #delimiter: string;
  readonly #code: number;
  #state: State = 'record';
  #cells: string[] = [];
  #value = '';
  #finished: string[][] = [];
  /** Characters of the open record in the texts before. */
  #length = 0;
  #records: number;

  /** @param records before the first text. */
  constructor(delimiter: string, records = 0) {
    this.#delimiter = delimiter;
    this.#code = delimiter.charCodeAt(0);
    this.#records = records;
  }

  /** Records that have ended. */
  get records(): number {
    return this.#records;
  }

  get betweenRecords(): boolean {
    return this.#state === 'record' || this.#state === 'after CR';
  }

  /** @returns the cells of each record that ends in the text; lines without any character are none. @throws ItemReaderFailed */
  push(text: string): string[][] {
    let at = 0;
    let start = 0;
    while (at < text.length) {
      if (this.betweenRecords) {
        at = this.#passLineEnds(text, at);
        at = this.#plainLines(text, at);
        start = at;
        if (at >= text.length) break;
        this.#state = 'cell';
        this.#length = 0;
      }
      at = this.#step(text, at);
      if (this.betweenRecords) this.#check(at - start);
    }
    if (!this.betweenRecords) {
      this.#length += text.length - start;
      checkItemSize(this.#length, `Record ${this.#records + 1} of the CSV file`);
    }
    return this.#take();
  }

  /** @returns the record that the end of the file ends. @throws ItemReaderFailed */
  end(): string[][] {
    if (['opening quote', 'quoted', 'quoted escape'].includes(this.#state)) {
      throw new ItemReaderFailed('A quoted field of the CSV file has no closing quote.');
    }
    if (this.#state === 'plain quote') this.#value += '"';
    if (!this.betweenRecords) this.#endRecord('record');
    return this.#take();
  }

  #check(characters: number): void {
    checkItemSize(this.#length + characters, `Record ${this.#records} of the CSV file`);
  }

  #take(): string[][] {
    const taken = this.#finished;
    this.#finished = [];
    return taken;
  }

  #passLineEnds(text: string, from: number): number {
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === CR) this.#state = 'after CR';
      else if (code === LF) this.#state = 'record';
      else break;
    }
    return at;
  }

  /** Records that are nothing but text, delimiters and the end of a line: most files have no others. @returns where they end. */
  #plainLines(text: string, from: number): number {
    const special = Math.min(indexOf(text, '"', from), indexOf(text, '\\', from));
    let carriage = indexOf(text, '\r', from);
    let at = from;
    for (;;) {
      const end = indexOf(text, '\n', at);
      if (end === Infinity || end > special) return at;
      let last = end;
      if (carriage < end) {
        if (carriage !== end - 1) return at;
        last = carriage;
        carriage = indexOf(text, '\r', end);
      }
      if (last > at) {
        this.#records++;
        checkItemSize(last - at, `Record ${this.#records} of the CSV file`);
        this.#finished.push(text.slice(at, last).split(this.#delimiter));
      }
      at = end + 1;
      this.#state = 'record';
    }
  }

  /** @returns where it goes on; the same place when another state decides about it. */
  #step(text: string, at: number): number {
    const code = text.charCodeAt(at);
    switch (this.#state) {
      case 'cell':
        if (code !== QUOTE) return this.#enter('plain', at);
        return this.#enter('opening quote', at + 1);
      case 'opening quote':
        return code === QUOTE ? this.#enter('two quotes', at + 1) : this.#enter('quoted', at);
      case 'two quotes':
        if (code === QUOTE) return this.#add('"', 'quoted', at + 1);
        if (code === this.#code || code === LF || code === CR) return this.#enter('plain', at);
        return this.#add('"', 'plain', at);
      case 'quoted':
        return this.#quoted(text, at);
      case 'closing quote':
        // What follows the closing quote up to the delimiter belongs to the cell as well.
        return code === QUOTE ? this.#add('"', 'quoted', at + 1) : this.#enter('plain', at);
      case 'quoted escape':
        return this.#escaped(text, at, 'quoted');
      case 'plain':
        return this.#plain(text, at);
      case 'plain quote':
        return this.#add('"', 'plain', code === QUOTE ? at + 1 : at);
      case 'plain escape':
        return this.#escaped(text, at, 'plain');
      case 'record':
      case 'after CR':
        return at;
    }
  }

  #enter(state: State, at: number): number {
    this.#state = state;
    return at;
  }

  #add(value: string, state: State, at: number): number {
    this.#value += value;
    return this.#enter(state, at);
  }

  #escaped(text: string, at: number, state: State): number {
    const code = text.charCodeAt(at);
    const taken = code === BACKSLASH || code === QUOTE || code === this.#code;
    return taken ? this.#add(text[at]!, state, at + 1) : this.#enter(state, at);
  }

  #quoted(text: string, from: number): number {
    let at = from;
    let code = 0;
    for (; at < text.length; at++) {
      code = text.charCodeAt(at);
      if (code === QUOTE || code === BACKSLASH) break;
    }
    if (at > from) this.#value += text.slice(from, at);
    if (at >= text.length) return at;
    return this.#enter(code === QUOTE ? 'closing quote' : 'quoted escape', at + 1);
  }

  #plain(text: string, from: number): number {
    let at = from;
    let code = 0;
    for (; at < text.length; at++) {
      code = text.charCodeAt(at);
      if (code === this.#code || code === LF || code === CR || code === QUOTE || code === BACKSLASH) break;
    }
    if (at > from) this.#value += text.slice(from, at);
    if (at >= text.length) return at;
    if (code === QUOTE) return this.#enter('plain quote', at + 1);
    if (code === BACKSLASH) return this.#enter('plain escape', at + 1);
    if (code === this.#code) {
      this.#endCell();
      return this.#enter('cell', at + 1);
    }
    this.#endRecord(code === CR ? 'after CR' : 'record');
    return at + 1;
  }

  #endCell(): void {
    this.#cells.push(this.#value);
    this.#value = '';
  }

  #endRecord(state: State): void {
    this.#endCell();
    this.#finished.push(this.#cells);
    this.#cells = [];
    this.#records++;
    this.#state = state;
  }
}

function indexOf(text: string, search: string, from: number): number {
  const found = text.indexOf(search, from);
  return found < 0 ? Infinity : found;
}
