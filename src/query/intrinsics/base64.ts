// Base64 of RFC 4648 over UTF-8, without line breaks; neither Node's Buffer nor atob, as this also runs in browsers.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES: ReadonlyMap<string, number> = new Map([...ALPHABET].map((letter, value) => [letter, value]));

export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    out += i + 1 < bytes.length ? ALPHABET[(group >> 6) & 63]! : '=';
    out += i + 2 < bytes.length ? ALPHABET[group & 63]! : '=';
  }
  return out;
}

/**
 * Line breaks are skipped and padding may be missing, as in MIME.
 * @returns undefined when the text is not Base64. Bytes that are not UTF-8 become U+FFFD.
 */
export function decodeBase64(text: string): string | undefined {
  const letters = text.replace(/[\r\n]/g, '');
  const padding = /={0,2}$/.exec(letters)![0].length;
  const count = letters.length - padding;
  if (count % 4 === 1 || (padding > 0 && letters.length % 4 !== 0)) return undefined;
  const bytes = new Uint8Array(Math.floor((count * 6) / 8));
  let bits = 0;
  let pending = 0;
  let filled = 0;
  for (let i = 0; i < count; i++) {
    const value = VALUES.get(letters[i]!);
    if (value === undefined) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      bytes[filled++] = (bits >> pending) & 0xff;
    }
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
