// Signature Version 4 by the AWS SDK's signer, which is loaded with the first call: of requests, and of URLs for others to
// call.

import type { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from './credentials.ts';
import { Sha256 } from './sha256.ts';

/** What is signed of every request. */
export interface Signable {
  /** The service's name in signatures: `lambda`, `states`. */
  readonly signingName: string;
  readonly region: string;
  readonly method: string;
  readonly base: URL;
  /** Of the base and the request: each segment percent-encoded. */
  readonly path: string;
  readonly query: Query;
  /** `host` here is what is signed and sent instead of the base's own. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Query = Readonly<Record<string, string | readonly string[]>>;

export interface Signer {
  /** @returns the headers to send, in lower case, with `host`. */
  sign(
    request: Signable & { readonly body: Uint8Array | string },
    credentials: AwsCredentials,
  ): Promise<Readonly<Record<string, string>>>;
  /** @returns the query of a URL that holds for `seconds`; every header is part of the signature. */
  presign(request: Signable, credentials: AwsCredentials, seconds: number): Promise<Query>;
}

const MAX_SIGNERS = 1_000;

export function createSigner(): Signer {
  // A signer keeps the key it derives for the day.
  const signers = new Map<string, { credentials: AwsCredentials; signer: SignatureV4 }>();

  async function signerFor(
    { signingName, region }: Signable,
    credentials: AwsCredentials,
  ): Promise<SignatureV4> {
    const key = `${signingName}/${region}/${credentials.accessKeyId}`;
    const known = signers.get(key);
    if (known?.credentials === credentials) return known.signer;
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const signer = new SignatureV4({
      service: signingName,
      region,
      credentials,
      sha256: Sha256,
      uriEscapePath: signingName !== 's3',
    });
    if (signers.size >= MAX_SIGNERS) signers.clear();
    signers.set(key, { credentials, signer });
    return signer;
  }

  return {
    async sign(request, credentials) {
      const signer = await signerFor(request, credentials);
      const { headers } = await signer.sign({ ...wireOf(request), body: request.body });
      return headers;
    },
    async presign(request, credentials, seconds) {
      const signer = await signerFor(request, credentials);
      const headers = Object.keys(lowerCase(request.headers));
      const signed = await signer.presign(wireOf(request), {
        expiresIn: seconds,
        // What is signed stays a header; the URL would carry it otherwise.
        unhoistableHeaders: new Set(headers),
        signableHeaders: new Set(['host', ...headers]),
      });
      return signed.query as Query;
    },
  };
}

type Wire = Parameters<SignatureV4['sign']>[0];

function wireOf({ method, base, path, query, headers }: Signable): Wire {
  const copied: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(query)) {
    copied[name] = typeof value === 'string' ? value : [...value];
  }
  return {
    method,
    protocol: base.protocol,
    hostname: base.hostname,
    path,
    query: copied,
    headers: headersOf({ base, headers }),
  };
}

/** What is sent without a signature. */
export function headersOf({ base, headers }: Pick<Signable, 'base' | 'headers'>): Record<string, string> {
  return { host: base.host, ...lowerCase(headers) };
}

export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : value.map((item) => [name, item]),
  );
  return new URLSearchParams(pairs).toString().replaceAll('+', '%20');
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
