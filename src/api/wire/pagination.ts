// Page tokens: a position in a list, valid for 24 hours, for the same operation and parameters, in the same installation.
// They are signed, so a token that was cut, changed, taken from another list or made up is InvalidToken, never a wrong page.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../../store/store.ts';
import { apiError } from './errors.ts';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
const SIGNATURE_BYTES = 16;
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
  let key: Promise<string> | undefined;
  const signature = async (list: PagePosition, body: string): Promise<Buffer> => {
    key ??= store.work.secret('page-token', () => randomBytes(32).toString('base64url'));
    const hmac = createHmac('sha256', await key)
      .update(JSON.stringify(list))
      .update('\n')
      .update(body);
    return hmac.digest().subarray(0, SIGNATURE_BYTES);
  };
  return {
    async make(list, position) {
      const body = JSON.stringify([now() + LIFETIME_MS, ...position]);
      const sign = await signature(list, body);
      return `${Buffer.from(body).toString('base64url')}.${sign.toString('base64url')}`;
    },
    async read(list, token) {
      if (token === undefined) return undefined;
      const [text, sign, ...more] = token.split('.');
      if (text === undefined || sign === undefined || more.length > 0) throw apiError('InvalidToken');
      const body = Buffer.from(text, 'base64url').toString();
      const given = Buffer.from(sign, 'base64url');
      const expected = await signature(list, body);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw apiError('InvalidToken');
      }
      const [expires, ...position] = JSON.parse(body) as [number, ...(string | number)[]];
      if (expires < now()) throw apiError('InvalidToken');
      return position;
    },
  };
}

/** @param maxResults as sent; 0 and absent mean 100. */
export function pageSize(maxResults: number | undefined): number {
  return maxResults === undefined || maxResults === 0 ? DEFAULT_PAGE : maxResults;
}
