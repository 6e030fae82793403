// Base 64 and URL encodings.

import { EvaluationError, fail, INTERNAL } from '../errors.ts';
import type { Run, Value } from '../run.ts';
import type { Definitions } from './built-in.ts';

/** Base 64 of the text's UTF-8. */
function encode(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length * 2);
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let i = 0; i < bytes.length; i += 4_096)
    binary += String.fromCharCode(...bytes.subarray(i, i + 4_096));
  return btoa(binary);
}

function decode(run: Run, text: string | undefined): Value {
  if (text === undefined) return undefined;
  run.chargeText(text.length);
  if (!BASE_64.test(text)) throw new EvaluationError(INTERNAL, 'Expected Base 64');
  return new TextDecoder().decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
}

/** What Java's decoder takes: its alphabet and nothing else, the padding whole or left out. */
const BASE_64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function url(name: string, convert: (text: string) => string) {
  return (run: Run, text: string | undefined): Value => {
    if (text === undefined) return undefined;
    run.chargeText(text.length * 3);
    try {
      return convert(text);
    } catch {
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
