// Signed calls to AWS, or to whatever endpoint stands in for a service (LocalStack, moto, …). It knows how to sign and
// where to send, nothing of any service's protocol. No retries: those are the state machine's. Everything heavy is
// loaded with the first call.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SignatureV4 } from '@smithy/signature-v4';
import { createHttp, type HttpResponse, Unreachable } from '../net/http-client.ts';
import { Sha256 } from './sha256.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface AwsClientOptions {
  readonly region: string;
  /** Service (its signing name, `lambda`) to base URL; others go to AWS itself. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Instead of the normal chain (environment, profile, SSO, web identity, container, instance). */
  readonly credentials?: () => Promise<AwsCredentials>;
}

export interface AwsRequest {
  /** Signing name: `lambda`, `sqs`, `states`. */
  readonly service: string;
  readonly method: string;
  /** Starts with `/`; each segment percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** `host` here is what is signed and sent instead of the endpoint's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  /** Default: the client's. */
  readonly region?: string;
  /** Role to assume for this call. Not used with a configured endpoint unless `endpoints.sts` is there as well. */
  readonly roleArn?: string;
  /** Base URL for this call instead of the service's: the parameters say where the call goes. */
  readonly endpoint?: string;
  /** Default: 16 MiB. */
  readonly maxResponseBytes?: number | undefined;
  /** The operation takes no signature. */
  readonly unsigned?: true;
  readonly signal: AbortSignal;
}

export type PresignRequest = Pick<
  AwsRequest,
  'service' | 'method' | 'path' | 'query' | 'headers' | 'region' | 'roleArn' | 'signal'
>;

export type AwsResponse = HttpResponse;

export interface AwsClient {
  /** Where calls go that name no Region. */
  readonly region: string;
  /**
   * @returns the answer whatever its status.
   * @throws Unreachable (no answer), ResponseTooLarge, NoCredentials, RoleNotAssumed, or the signal's reason.
   */
  send(request: AwsRequest): Promise<AwsResponse>;
  /**
   * A URL that carries its signature, for someone else to call within `seconds`. Every header is part of the signature.
   * @throws NoCredentials, RoleNotAssumed, or the signal's reason.
   */
  presign(request: PresignRequest, seconds: number): Promise<string>;
  /** The configured base URL of a service. */
  endpoint(service: string): string | undefined;
  close(): Promise<void>;
}

/** The chain gave no credentials, and the call goes to AWS itself. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
}

export class RoleNotAssumed extends Error {
  override readonly name = 'RoleNotAssumed';
}

export { Unreachable } from '../net/http-client.ts';

/** An answer came and was longer than the caller takes. */
export class ResponseTooLarge extends Unreachable {}

type Signable = Parameters<SignatureV4['sign']>[0];

/** What stand-ins for AWS accept and expect. */
const TEST_CREDENTIALS: AwsCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
const CONNECTIONS = 256;
/** After the chain found nothing it is not asked again for this long: its last link waits for the network. */
const NOTHING_FOUND_MS = 60_000;
/** Credentials are renewed this long before they end. */
const RENEW_MS = 5 * 60_000;
const MAX_ROLES = 1_000;
const MAX_URLS = 1_000;

export function createAwsClient(options: AwsClientOptions): AwsClient {
  const http = createHttp(CONNECTIONS);
  const chain = options.credentials ?? credentialChain();
  const roles = new Map<string, Promise<AwsCredentials>>();
  const signers = new Map<string, { credentials: AwsCredentials; signer: SignatureV4 }>();
  const sources = credentialSources();
  const urls = new Map<string, URL>();

  function endpoint(service: string): string | undefined {
    return Object.hasOwn(options.endpoints, service) ? options.endpoints[service] : undefined;
  }

  function urlOf(text: string): URL {
    const known = urls.get(text);
    if (known !== undefined) return known;
    const url = new URL(text);
    if (urls.size >= MAX_URLS) urls.clear();
    urls.set(text, url);
    return url;
  }

  async function credentialsFor(
    request: PresignRequest & Pick<AwsRequest, 'endpoint'>,
  ): Promise<AwsCredentials> {
    const base = request.endpoint ?? endpoint(request.service);
    const standIn = base !== undefined && !isAws(urlOf(base).hostname);
    if (request.roleArn !== undefined && (!standIn || endpoint('sts') !== undefined)) {
      return assumed(request.roleArn, request.region ?? options.region, request.signal);
    }
    if (standIn && options.credentials === undefined && !sources()) return TEST_CREDENTIALS;
    try {
      return await chain();
    } catch (error) {
      if (standIn) return TEST_CREDENTIALS;
      throw new NoCredentials('Unable to load AWS credentials from any provider in the chain', {
        cause: error,
      });
    }
  }

  async function assumed(roleArn: string, region: string, signal: AbortSignal): Promise<AwsCredentials> {
    const known = await roles.get(roleArn)?.catch(() => undefined);
    if (known !== undefined && !expiresSoon(known)) return known;
    const fresh = assumeRole(client, roleArn, region, signal);
    if (roles.size >= MAX_ROLES) roles.clear();
    roles.set(roleArn, fresh);
    fresh.catch(() => roles.delete(roleArn));
    return fresh;
  }

  async function signerFor(
    service: string,
    region: string,
    credentials: AwsCredentials,
  ): Promise<SignatureV4> {
    const key = `${service}/${region}/${credentials.accessKeyId}`;
    const known = signers.get(key);
    if (known?.credentials === credentials) return known.signer;
    const { SignatureV4 } = await import('@smithy/signature-v4');
    const signer = new SignatureV4({
      service,
      region,
      credentials,
      sha256: Sha256,
      uriEscapePath: service !== 's3',
    });
    if (signers.size >= MAX_ROLES) signers.clear();
    signers.set(key, { credentials, signer });
    return signer;
  }

  const client: AwsClient = {
    region: options.region,
    endpoint,
    async send(request) {
      const { service, method, signal } = request;
      const region = request.region ?? options.region;
      const base = urlOf(request.endpoint ?? endpoint(service) ?? awsEndpoint(service, region));
      const path = base.pathname.replace(/\/$/, '') + request.path;
      signal.throwIfAborted();
      const plain = { ...wireOf(request, base), path, body: request.body };
      const { headers: sent } =
        request.unsigned === true
          ? plain
          : await (await signerFor(service, region, await credentialsFor(request))).sign(plain);
      const query = queryText(request.query);
      const { host, ...rest } = sent;
      const headers = host === base.host ? rest : { ...rest, host: host! };
      const maxBytes = request.maxResponseBytes ?? MAX_RESPONSE_BYTES;
      const response = await http.send({
        url: base,
        // As signed: a URL would drop the segments `.` and `..`, which an object's key may have.
        path: query === '' ? path : `${path}?${query}`,
        method,
        headers,
        body: request.body,
        maxBytes,
        signal,
      });
      if (response === 'too large') {
        throw new ResponseTooLarge(
          `Unable to execute HTTP request: the answer has more than ${maxBytes} bytes`,
        );
      }
      return response;
    },
    async presign(request, seconds) {
      const { service, signal } = request;
      const region = request.region ?? options.region;
      const base = new URL(awsEndpoint(service, region));
      signal.throwIfAborted();
      const signer = await signerFor(service, region, await credentialsFor(request));
      const headers = Object.keys(lowerCase(request.headers));
      const signed = await signer.presign(
        { ...wireOf(request, base), path: request.path },
        // What is signed stays a header; the URL would carry it otherwise.
        {
          expiresIn: seconds,
          unhoistableHeaders: new Set(headers),
          signableHeaders: new Set(['host', ...headers]),
        },
      );
      return `${base.origin}${request.path}?${queryText(signed.query as AwsRequest['query'])}`;
    },
    close: () => http.close(),
  };
  return client;
}

/** What is signed of every request. */
function wireOf(request: PresignRequest, base: URL): Omit<Signable, 'path' | 'body'> {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.query ?? {})) {
    query[name] = typeof value === 'string' ? value : [...value];
  }
  return {
    method: request.method,
    protocol: base.protocol,
    hostname: base.hostname,
    query,
    headers: { host: base.host, ...lowerCase(request.headers) },
  };
}

function queryText(query: AwsRequest['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : value.map((item) => [name, item]),
  );
  return new URLSearchParams(pairs).toString().replaceAll('+', '%20');
}

/** AWS's own endpoint of a service in a region. */
function awsEndpoint(service: string, region: string): string {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${service}.${region}.${suffix}`;
}

/** Suffixes of AWS's own hosts, over all partitions. */
const AWS_HOST =
  /\.(amazonaws\.(com|com\.cn|eu)|api\.aws|on\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;

function isAws(hostname: string): boolean {
  return AWS_HOST.test(hostname);
}

function credentialChain(): () => Promise<AwsCredentials> {
  let chain: (() => Promise<AwsCredentials>) | undefined;
  let failure: { readonly at: number; readonly error: unknown } | undefined;
  return async () => {
    if (failure !== undefined && performance.now() - failure.at < NOTHING_FOUND_MS) throw failure.error;
    chain ??= (await import('@aws-sdk/credential-provider-node')).defaultProvider();
    try {
      return await chain();
    } catch (error) {
      failure = { at: performance.now(), error };
      throw error;
    }
  };
}

/**
 * Whether there is anything for the chain to find: spares calls to a stand-in the wait for an instance's metadata service
 * that is not there. The files are looked for once in a while only, not for every call.
 */
function credentialSources(): () => boolean {
  let files: { readonly at: number; readonly found: boolean } | undefined;
  return () => {
    const { env } = process;
    if (CREDENTIAL_VARIABLES.some((name) => env[name] !== undefined)) return true;
    if (files === undefined || performance.now() - files.at > NOTHING_FOUND_MS) {
      const folder = join(homedir(), '.aws');
      const found =
        existsSync(env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials')) ||
        existsSync(env['AWS_CONFIG_FILE'] ?? join(folder, 'config'));
      files = { at: performance.now(), found };
    }
    return files.found;
  };
}

const CREDENTIAL_VARIABLES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

function expiresSoon(credentials: AwsCredentials): boolean {
  return credentials.expiration !== undefined && credentials.expiration.getTime() - Date.now() < RENEW_MS;
}

async function assumeRole(
  client: AwsClient,
  roleArn: string,
  region: string,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const form = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: roleArn, RoleSessionName: 'treadle' };
  const response = await client.send({
    service: 'sts',
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    region,
    signal,
  });
  const xml = new TextDecoder().decode(response.body);
  const member = (name: string): string | undefined =>
    new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    member,
  );
  if (response.status !== 200 || !accessKeyId || !secretAccessKey || !sessionToken) {
    throw new RoleNotAssumed(member('Message') ?? `STS answered with status ${response.status}`);
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: new Date(member('Expiration') ?? Date.now()),
  };
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
