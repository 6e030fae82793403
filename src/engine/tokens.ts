// Task tokens: opaque to workers, unforgeable without the installation's secret, valid after a restart. A token names one
// attempt of one task; the interpreter, which knows whether the attempt is still open, sees to it that it works once.

import { createHmac, timingSafeEqual } from 'node:crypto';

export interface TaskTokens {
  /** @param scheduled id of the …Scheduled event. */
  make(executionArn: string, scheduled: number): string;
  /** @returns undefined when this installation did not make the token. */
  read(token: string): { readonly executionArn: string; readonly scheduled: number } | undefined;
}

const MAC_BYTES = 24;

export function createTaskTokens(secret: string): TaskTokens {
  const mac = (body: Buffer) => createHmac('sha256', secret).update(body).digest().subarray(0, MAC_BYTES);
  return {
    make(executionArn, scheduled) {
      const body = Buffer.from(`${scheduled} ${executionArn}`);
      return Buffer.concat([mac(body), body]).toString('base64url');
    },
    read(token) {
      const bytes = Buffer.from(token, 'base64url');
      // Other spellings of the same bytes are not the token that was given out.
      if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) return undefined;
      const body = bytes.subarray(MAC_BYTES);
      if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(body))) return undefined;
      const text = body.toString();
      const space = text.indexOf(' ');
      return { executionArn: text.slice(space + 1), scheduled: Number(text.slice(0, space)) };
    },
  };
}
