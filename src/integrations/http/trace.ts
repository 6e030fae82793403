// Shows somebody what an HTTP Task sends and gets, without being in its way.

import type { GuardedRequest, GuardedResponse } from '../../net/guarded-http.ts';
import type { HttpExchange, HttpTrace } from '../integration.ts';

type Shown = Pick<GuardedRequest, 'method' | 'url' | 'headers' | 'body'>;

/** The exchange before there is a response. */
export function exchangeOf({ method, url, headers, body }: Shown): HttpExchange {
  return { request: { method, url: String(url), headers, body } };
}

/**
 * Tells of the exchange at once, and again with the body when that is read.
 * @param shown the request as it may be seen.
 */
export function traced(response: GuardedResponse, shown: Shown, trace: HttpTrace): GuardedResponse {
  const { status, statusText } = response;
  const encoded = response.headers.some(([name]) => name.toLowerCase() === 'content-encoding');
  const tell = (received: string | undefined): void =>
    trace.exchange({
      ...exchangeOf(shown),
      response: { status, statusText, headers: response.headers, body: received },
    });
  tell(undefined);
  return {
    ...response,
    async read(maxBytes) {
      const bytes = await response.read(maxBytes);
      if (bytes !== 'too large' && !encoded) tell(new TextDecoder().decode(bytes));
      return bytes;
    },
  };
}
