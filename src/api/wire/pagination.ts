// Page tokens: a position in a list, valid for 24 hours, for the same operation and parameters, in the same installation.
// They are encrypted and authenticated (AES-256-GCM), so nobody reads positions out of them or counts on their form, and a
// token that was cut, changed, taken from another list or made up is InvalidToken, never a wrong page.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Store } from '../../store/store.ts';
import { apiError } from './errors.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DEFAULT_PAGE = 100;

/** Where a page starts; meaning belongs to the operation that made it. */
export type PagePosition = readonly (string | number)[];

export interface PageTokens {
  /** @param list operation and the parameters that must not change between pages. */
  make(list: PagePosition, position: PagePosition): Promise<string>;
  /** @returns the position; undefined without a token. @throws InvalidToken */
  read(list: PagePosition, token: string | undefined): Promise<PagePosition | undefined>;
}

/** @param now epoch milliseconds. */
export function openPageTokens(store: Store, now: () => number): PageTokens {
  let key: Promise<Buffer> | undefined;
  const keyOf = (): Promise<Buffer> => {
    key ??= store.work
      .secret('page-token', () => randomBytes(32).toString('base64url'))
      .then((secret) => createHash('sha256').update(secret).digest());
    return key;
  };
  return {
    async make(list, position) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, await keyOf(), nonce).setAAD(Buffer.from(JSON.stringify(list)));
      const body = cipher.update(JSON.stringify([now() + LIFETIME_MS, ...position]), 'utf8');
      return Buffer.concat([nonce, body, cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    async read(list, token) {
      if (token === undefined) return undefined;
      const text = open(await keyOf(), list, token);
      if (text === undefined) throw apiError('InvalidToken');
      const [expires, ...position] = JSON.parse(text) as [number, ...(string | number)[]];
      if (expires < now()) throw apiError('InvalidToken');
      return position;
    },
  };
}

/** @returns undefined for a token that was not made for the list with this key. */
function open(key: Buffer, list: PagePosition, token: string): string | undefined {
  const bytes = Buffer.from(token, 'base64url');
  // Decoding passes over what is no base64url: only the one spelling counts.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== token) return undefined;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(JSON.stringify(list)))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const body = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([body, decipher.final()]).toString('utf8');
  } catch {
    // `final` says so of anything that was not encrypted with this key for this list.
    return undefined;
  }
}

/** @param maxResults as sent; 0 and absent mean 100. */
export function pageSize(maxResults: number | undefined): number {
  return maxResults === undefined || maxResults === 0 ? DEFAULT_PAGE : maxResults;
}
