// How every connection to the outside is made: the address is looked up once, checked, and the checked one is connected to, so
// that no second answer of the name server can lead elsewhere.

import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import type { Guard } from './addresses.ts';

export interface ConnectorOptions {
  readonly guard: Guard;
  /** PEM: the authorities whose certificates count; default: those that Node.js trusts. */
  readonly ca?: string | undefined;
  /** Default: the system's name service. */
  readonly lookup?: LookupAll | undefined;
}

/** All addresses of a name. */
export type LookupAll = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const CONNECT_TIMEOUT_MS = 10_000;

/** @param build undici's, which is loaded with the first request. */
export function guardedConnector(
  build: typeof buildConnector,
  { guard, ca, lookup = lookupAll }: ConnectorOptions,
): buildConnector.connector {
  const connector = (encrypted: boolean): buildConnector.connector =>
    build({
      timeout: CONNECT_TIMEOUT_MS,
      rejectUnauthorized: true,
      lookup: guardedLookup(guard, encrypted, lookup),
      ...(ca === undefined ? {} : { ca }),
    });
  const plain = connector(false);
  const secure = connector(true);
  return (target, done) => {
    const encrypted = target.protocol === 'https:';
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // An address is connected to without a look-up.
    const refused = isIP(host) === 0 ? undefined : guard.refusal(host, host, encrypted);
    if (refused !== undefined) done(refused, null);
    else (encrypted ? secure : plain)(target, done);
  };
}

/** Answers with those addresses that may be connected to; fails when there is none. */
function guardedLookup(guard: Guard, encrypted: boolean, lookup: LookupAll): LookupFunction {
  return (host: string, options: LookupOptions, done) => {
    lookup(host, (error, addresses) => {
      if (error !== null) return done(error, []);
      const refusals = addresses.map(({ address }) => guard.refusal(host, address, encrypted));
      const allowed = addresses.filter(
        ({ family }, i) =>
          refusals[i] === undefined && (!isVersion(options.family) || options.family === family),
      );
      const [first] = allowed;
      const refused = refusals.find((refusal) => refusal !== undefined);
      if (first === undefined) return done(refused ?? unknownName(host), []);
      if (options.all === true) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

function isVersion(family: LookupOptions['family']): family is 4 | 6 {
  return family === 4 || family === 6;
}

function unknownName(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host}: Name or service not known`), { code: 'ENOTFOUND' });
}

const lookupAll: LookupAll = (host, done) => {
  systemLookup(host, { all: true }, (error, addresses) => done(error, addresses ?? []));
};
