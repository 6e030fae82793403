// Keeps web pages of other sites from driving a server on this machine, or reading from it. A browser names the page's origin
// when it posts, and only the server's own pages may go on. A page whose host name was pointed at this machine after it was
// loaded (DNS rebinding) looks like the server's own, and gets without an origin: therefore the host of every request that a
// browser may make must be one that no foreign page can have: an IP address, localhost, a name without a dot, or one that
// was configured. What programs post (SDKs, curl) passes under any host.

import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface BrowserRules {
  /** Host names (without port) under which the server may be asked by a browser; `*.domain` stands for all below it. */
  readonly allowedHosts: readonly string[];
  /** Whole origins, such as `http://localhost:5173`, whose pages may call the server. */
  readonly trustedOrigins: readonly string[];
}

/** Headers that browsers send and clients of AWS do not. */
const OF_BROWSERS = [
  'origin',
  'referer',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-ch-ua',
  'accept-language',
  'cookie',
];

/** @returns why the request is refused; undefined when it may pass. */
export function browserRefusal(
  headers: IncomingHttpHeaders,
  rules: BrowserRules,
  method = 'POST',
): string | undefined {
  const { origin } = headers;
  if (origin === undefined) {
    const foreign = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
    if (foreign) return 'Expected no requests from pages of other sites';
    const isProgram = method === 'POST' && OF_BROWSERS.every((name) => headers[name] === undefined);
    return isProgram ? undefined : hostRefusal(headers, rules);
  }
  if (rules.trustedOrigins.includes(origin)) return undefined;
  const host = headers.host ?? '';
  if (origin !== `http://${host}` && origin !== `https://${host}`) {
    return `Expected requests of Treadle's own pages or of programs, but this one comes from a page of ${origin}`;
  }
  return hostRefusal(headers, rules);
}

function hostRefusal({ host = '' }: IncomingHttpHeaders, { allowedHosts }: BrowserRules): string | undefined {
  const name = hostName(host);
  if (isOwnName(name) || allowedHosts.some((allowed) => isAllowed(name, allowed.toLowerCase()))) {
    return undefined;
  }
  return `Expected Treadle to be asked under localhost, an IP address, a name without a dot or one of the configuration's hosts, but got '${name.slice(0, 255)}'`;
}

function isAllowed(name: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed;
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
