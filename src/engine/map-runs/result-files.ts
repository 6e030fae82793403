// The result files of one kind: `SUCCEEDED_0.json`, `SUCCEEDED_1.json`, …, written as their values come.

import { setImmediate } from 'node:timers/promises';
import type { ObjectWriter } from '../../aws/s3-objects.ts';

export interface NamedWriter {
  readonly Key: string;
  readonly writer: ObjectWriter;
}

export interface Format {
  readonly ending: string;
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

export const FORMATS: Readonly<Record<'JSON' | 'JSONL', Format>> = {
  JSON: { ending: 'json', before: '[', between: ',', after: ']' },
  JSONL: { ending: 'jsonl', before: '', between: '\n', after: '' },
};

/** Characters that are gathered before they become bytes. */
const GATHERED = 64 * 1024;

export class ResultFiles {
  /** Of the manifest. */
  readonly written: { Key: string; Size: number }[] = [];
  readonly #create: (number: number) => NamedWriter;
  readonly #format: Format;
  readonly #fileBytes: number;
  #open: NamedWriter | undefined;
  #size = 0;
  #texts: string[] = [];
  #characters = 0;

  /** @param fileBytes that a file may have, unless one value has more. */
  constructor(create: (number: number) => NamedWriter, format: Format, fileBytes: number) {
    this.#create = create;
    this.#format = format;
    this.#fileBytes = fileBytes;
  }

  /** @param text JSON of one value. */
  async add(text: string): Promise<void> {
    const { before, between, after } = this.#format;
    const bytes = Buffer.byteLength(text);
    if (this.#open !== undefined && this.#size + between.length + bytes + after.length > this.#fileBytes) {
      await this.close();
    }
    const first = this.#open === undefined;
    this.#open ??= this.#create(this.written.length);
    const lead = first ? before : between;
    this.#size += lead.length + bytes;
    this.#texts.push(lead, text);
    this.#characters += lead.length + text.length;
    if (this.#characters >= GATHERED) await this.#flush(this.#open);
  }

  async close(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#texts.push(this.#format.after);
    this.#size += this.#format.after.length;
    await this.#flush(open);
    await open.writer.close();
    this.written.push({ Key: open.Key, Size: this.#size });
    this.#open = undefined;
    this.#size = 0;
  }

  /** What was not closed leaves nothing. */
  async abort(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.writer.abort();
  }

  async #flush({ writer }: NamedWriter): Promise<void> {
    const text = this.#texts.join('');
    this.#texts = [];
    this.#characters = 0;
    await writer.write(Buffer.from(text));
    // Others go on in between.
    await setImmediate();
  }
}
