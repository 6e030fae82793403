// Base 64 and URL encodings.

import { utf8Length } from '../../../base/payload.ts';
import { EvaluationError, fail, INTERNAL } from '../errors.ts';
import type { Run, Value } from '../run.ts';
import type { Definitions } from './built-in.ts';

/** Units of a call, however short the text. */
const CALL = 40;

/** Base 64 of the text's UTF-8. */
function encode(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.charge(CALL + (text.length >> 3));
  const size = utf8Length(text);
  run.chargeText(Math.ceil(size / 3) * 4);
  run.charge(size >> 2);
  run.allocate(2 * size);
  if (size === text.length) return btoa(text);
  run.charge(size);
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let i = 0; i < bytes.length; i += 4_096)
    binary += String.fromCharCode(...bytes.subarray(i, i + 4_096));
  return btoa(binary);
}

function decode(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  run.charge(CALL + (text.length >> 1));
  run.allocate(2 * text.length);
  if (!isBase64(text)) throw new EvaluationError(INTERNAL, 'Expected Base 64');
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return new TextDecoder().decode(bytes);
}

/** What Java's decoder takes: its alphabet and nothing else, the padding whole or left out. */
function isBase64(text: string): boolean {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return false;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return padding === 0 ? text.length % 4 !== 1 : text.length % 4 === 0;
}

/** Characters that one character may become, three for each of its bytes. */
const ESCAPED = 9;

function url(name: string, convert: (text: string) => string) {
  return (run: Run, text: string | undefined): Value => {
    if (text === undefined) return undefined;
    run.charge(CALL + text.length);
    run.allocate(2 * ESCAPED * text.length);
    try {
      const converted = convert(text);
      run.chargeText(converted.length);
      return converted;
    } catch (error) {
      if (!(error instanceof URIError)) throw error;
      return fail('D3140', { value: text, functionName: `$${name}` });
    }
  };
}

export const ENCODINGS: Definitions = {
  base64encode: ['<s-:s>', 1, encode],
  base64decode: ['<s-:s>', 1, decode],
  encodeUrl: ['<s-:s>', 1, url('encodeUrl', encodeURI)],
  encodeUrlComponent: ['<s-:s>', 1, url('encodeUrlComponent', encodeURIComponent)],
  decodeUrl: ['<s-:s>', 1, url('decodeUrl', decodeURI)],
  decodeUrlComponent: ['<s-:s>', 1, url('decodeUrlComponent', decodeURIComponent)],
};
