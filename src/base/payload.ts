// One JSON document in its two forms, text and value, each made once and only when somebody asks.
// Events, states and the journal pass payloads on, so data that a workflow only carries is never parsed or printed again.

import { isJsonArray, isRawNumber, type Json, parseJson, stringifyJson } from './json.ts';
import { unordered } from './json-object.ts';

export class Payload {
  #text: string | undefined;
  #value: Json | undefined;
  #bytes = -1;

  private constructor(text: string | undefined, value: Json | undefined) {
    this.#text = text;
    this.#value = value;
  }

  /** @param text valid JSON text, kept verbatim (an invalid one throws SyntaxError when its value is read). */
  static ofText(text: string): Payload {
    return new Payload(text, undefined);
  }

  /** @param value must not be changed afterwards. */
  static ofValue(value: Json): Payload {
    return new Payload(undefined, value);
  }

  /** @param text valid JSON text of `value`. */
  static ofBoth(text: string, value: Json): Payload {
    return new Payload(text, value);
  }

  get text(): string {
    this.#text ??= stringifyJson(this.#value as Json);
    return this.#text;
  }

  /** Length of the text if it has been made, else 0: what the document takes in memory, as far as that is known. */
  get knownLength(): number {
    return this.#text === undefined ? 0 : this.#text.length;
  }

  get value(): Json {
    if (this.#value === undefined) this.#value = parseJson(this.#text as string);
    return this.#value;
  }

  /** Size as UTF-8, the unit of AWS's payload quota. */
  get bytes(): number {
    if (this.#bytes < 0) this.#bytes = utf8Length(this.text);
    return this.#bytes;
  }

  /**
   * True when more than `limit` bytes; cheap for payloads far below it. A value whose parts occur in it again and again may
   * be larger than any text: it is measured before it is printed.
   */
  exceeds(limit: number): boolean {
    if (this.#text === undefined && leftOf(this.#value as Json, limit) < 0) return true;
    const text = this.text;
    if (text.length > limit) return true;
    return text.length * 3 > limit && this.bytes > limit;
  }
}

/** What is left of so many characters when the value is printed, at least; negative when it is longer. */
function leftOf(value: Json, characters: number): number {
  if (typeof value === 'string') return characters - value.length - 2;
  if (typeof value !== 'object' || value === null) return characters - 1;
  if (isRawNumber(value)) return characters - value.rawJSON.length;
  let left = characters - 2;
  if (isJsonArray(value)) {
    for (let i = 0; i < value.length && left >= 0; i++) left = leftOf(value[i]!, left - 1);
    return left;
  }
  const members = unordered(value);
  for (const name in members) {
    if (left < 0) break;
    left = leftOf(members[name]!, left - name.length - 3);
  }
  return left;
}

/** UTF-8 bytes of a string, without encoding it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(text.charCodeAt(i + 1))) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
