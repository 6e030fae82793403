// Keeps web pages of other sites from driving a server on this machine. Programs (SDKs, curl) send no Origin and pass;
// a browser names the page's origin, and only the server's own pages may go on. A page whose host name was pointed at
// this machine after it was loaded (DNS rebinding) looks like the server's own: therefore the host itself must be one that
// no foreign page can have: an IP address, localhost, a name without a dot, or one that was configured.

import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface BrowserRules {
  /** Host names (without port) under which the server's own pages may be opened. */
  readonly allowedHosts: readonly string[];
  /** Whole origins, such as `http://localhost:5173`, whose pages may call the server. */
  readonly trustedOrigins: readonly string[];
}

/** @returns why the request is refused; undefined when it may pass. */
export function browserRefusal(headers: IncomingHttpHeaders, rules: BrowserRules): string | undefined {
  const { origin } = headers;
  if (origin === undefined) {
    const foreign = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
    return foreign ? 'Expected no requests from pages of other sites' : undefined;
  }
  if (rules.trustedOrigins.includes(origin)) return undefined;
  const host = headers.host ?? '';
  if (origin !== `http://${host}` && origin !== `https://${host}`) {
    return `Expected requests of Treadle's own pages or of programs, but this one comes from a page of ${origin}`;
  }
  const name = hostName(host);
  if (isOwnName(name) || rules.allowedHosts.includes(name)) return undefined;
  return `Expected the pages of Treadle to be opened under localhost, an IP address or an allowed host name, but got '${name}'`;
}

function hostName(host: string): string {
  const bracket = /^\[([^\]]*)\]/.exec(host);
  return withoutPrefix((bracket?.[1] ?? host.replace(/:\d*$/, '')).toLowerCase());
}

/**
 * AWS's clients put `sync-` before the host of StartSyncExecution and TestState. Before a name of this machine it changes
 * nothing; before any other it makes another name, which may be another's.
 */
function withoutPrefix(name: string): string {
  const bare = /^sync-(localhost|.+\.localhost|127\.\d+\.\d+\.\d+)$/.exec(name)?.[1];
  return bare ?? name;
}

function isOwnName(name: string): boolean {
  return isIP(name) !== 0 || !name.includes('.') || name.endsWith('.localhost');
}
