// One signed request and its answer, whatever the service's protocol: what `call` sends, and what integrations send
// themselves where no service model has the operation (docs/adr/0009). No retries: those are the state machine's.

import { Refused } from '../net/addresses.ts';
import type { Http, HttpRequest, HttpResponse, HttpStream } from '../net/http-client.ts';
import type { AwsCredentials, CredentialsRequest } from './credentials.ts';
import { type ChosenBy, isAwsHost, Urls } from './endpoints.ts';
import { headersOf, type Query, queryText, type Signer } from './signing.ts';

export interface SignedRequest {
  /** The service's name in signatures: `lambda`, `execute-api`. */
  readonly signingName: string;
  /** Base URL. */
  readonly endpoint: string;
  readonly chosenBy: ChosenBy;
  readonly region: string;
  readonly method: string;
  /** Starts with `/`; each segment percent-encoded. */
  readonly path: string;
  readonly query?: Query;
  /** `host` here is what is signed and sent instead of the endpoint's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  /** Role to assume for this call. Not used at a stand-in unless `endpoints.sts` is there as well. */
  readonly roleArn?: string | undefined;
  /** Default: 16 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** The operation takes no signature. */
  readonly unsigned?: true;
  readonly signal: AbortSignal;
}

export type PresignRequest = Pick<
  SignedRequest,
  'signingName' | 'endpoint' | 'region' | 'method' | 'path' | 'query' | 'headers' | 'roleArn' | 'signal'
> & {
  /** Who gets the URL: `foreign`, a host that is not AWS's, gets one signed with credentials that are worth nothing. */
  readonly bearer: 'aws' | 'foreign';
};

/**
 * @returns the answer whatever its status.
 * @throws Refused (its address), Unreachable (no answer), ResponseTooLarge, NoCredentials, RoleNotAssumed, or the signal's reason.
 */
export type Send = (request: SignedRequest) => Promise<HttpResponse>;

/** As `Send`, once the head of the answer is there; without a bound of its bytes. */
export type Open = (request: SignedRequest) => Promise<HttpStream>;

export interface Sender {
  readonly send: Send;
  readonly open: Open;
  /** @throws NoCredentials, RoleNotAssumed, or the signal's reason. */
  presign(request: PresignRequest, seconds: number): Promise<string>;
}

const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

export interface Clients {
  /** For hosts of AWS and of the configuration. */
  readonly asked: Http;
  /** For hosts that a task chose. */
  readonly unasked: Http;
}

/** Where the host of a request is, as far as credentials are concerned. */
function placeOf({ hostname }: URL, chosenBy: ChosenBy): CredentialsRequest['place'] {
  if (chosenBy === 'task') return 'foreign';
  if (isAwsHost(hostname)) return 'aws';
  if (chosenBy === 'configuration') return 'stand-in';
  // Parameters of the request are part of some hosts: none of them leads away from AWS.
  throw new Refused(`Expected the call to go to a host of AWS, but it would go to ${hostname}`);
}

export function createSender(
  clients: Clients,
  signer: Signer,
  credentialsFor: (request: CredentialsRequest) => Promise<AwsCredentials>,
): Sender {
  const urls = new Urls();
  const clientFor = ({ chosenBy }: SignedRequest): Http =>
    chosenBy === 'task' ? clients.unasked : clients.asked;

  async function signedRequest(request: SignedRequest): Promise<Omit<HttpRequest, 'maxBytes'>> {
    const { signingName, region, method, body, roleArn, query = {}, headers: own = {}, signal } = request;
    const base = urls.of(request.endpoint);
    const path = base.pathname.replace(/\/$/, '') + request.path;
    signal.throwIfAborted();
    const signable = { signingName, region, method, base, path, query, headers: own, body };
    const place = placeOf(base, request.chosenBy);
    const { host, ...rest } =
      request.unsigned === true
        ? headersOf(signable)
        : await signer.sign(signable, await credentialsFor({ place, roleArn, region, signal }));
    const headers = host === base.host ? rest : { ...rest, host: host! };
    const text = queryText(query);
    return {
      url: base,
      // As signed: a URL would drop the segments `.` and `..`, which an object's key may have.
      path: text === '' ? path : `${path}?${text}`,
      method,
      headers,
      body,
      signal,
    };
  }

  return {
    async send(request) {
      const maxBytes = request.maxResponseBytes ?? MAX_RESPONSE_BYTES;
      return clientFor(request).send({ ...(await signedRequest(request)), maxBytes });
    },
    async open(request) {
      return clientFor(request).open(await signedRequest(request));
    },
    async presign(request, seconds) {
      const { signingName, region, method, path, roleArn, query = {}, headers = {}, signal } = request;
      const base = urls.of(request.endpoint);
      signal.throwIfAborted();
      const credentials = await credentialsFor({ place: request.bearer, roleArn, region, signal });
      const signable = { signingName, region, method, base, path, query, headers };
      return `${base.origin}${path}?${queryText(await signer.presign(signable, credentials, seconds))}`;
    },
  };
}
