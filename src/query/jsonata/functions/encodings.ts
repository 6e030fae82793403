// Base 64 and URL encodings.

import { fail } from '../errors.ts';
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
  const standard = text
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  // A last character on its own holds no byte.
  const whole = standard.length % 4 === 1 ? standard.slice(0, -1) : standard;
  return new TextDecoder().decode(Uint8Array.from(atob(whole), (char) => char.charCodeAt(0)));
}

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
