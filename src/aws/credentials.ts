// Which credentials sign a call: those of a role, of the chain (environment, profile, SSO, web identity, container,
// instance), or, at a stand-in for AWS where the chain has nothing, ones that stand-ins accept. A host that is neither AWS's
// nor the configuration's gets none that are worth anything.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AwsAccess } from './endpoints.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface CredentialsRequest {
  /** Where the call goes: to AWS, to what the configuration names in its place, or to a host that came with a task. */
  readonly place: 'aws' | 'stand-in' | 'foreign';
  /** Role to assume for the call. */
  readonly roleArn: string | undefined;
  readonly region: string;
  readonly signal: AbortSignal;
}

export interface CredentialsOptions {
  /** Without it the chain is no more than the variables: its other links ask AWS. */
  readonly access: AwsAccess;
  /** Instead of the chain. */
  readonly own: (() => Promise<AwsCredentials>) | undefined;
  /** @throws RoleNotAssumed and what a call of STS throws. */
  readonly assume: (roleArn: string, region: string, signal: AbortSignal) => Promise<AwsCredentials>;
  /** A stand-in for STS is configured: roles are assumed for calls of stand-ins as well. */
  readonly assumesAtStandIns: boolean;
}

/** The chain gave no credentials, and the call goes to AWS itself. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
}

/** STS does not give the role of a call. */
export class RoleNotAssumed extends Error {
  override readonly name = 'RoleNotAssumed';
}

/** What stand-ins for AWS accept and expect. */
const TEST_CREDENTIALS: AwsCredentials = { accessKeyId: 'test', secretAccessKey: 'test' };
/** After the chain found nothing it is not asked again for this long: its last link waits for the network. */
const NOTHING_FOUND_MS = 60_000;

/** @returns a function that throws NoCredentials, RoleNotAssumed, or the signal's reason. */
export function createCredentials({
  access,
  own,
  assume,
  assumesAtStandIns,
}: CredentialsOptions): (request: CredentialsRequest) => Promise<AwsCredentials> {
  const profile = typeof access === 'object' ? access.profile : undefined;
  const chain = own ?? credentialChain(profile);
  const mayFind = own !== undefined || profile !== undefined ? () => true : credentialSources();
  return async ({ place, roleArn, region, signal }) => {
    if (place === 'foreign') return TEST_CREDENTIALS;
    const standIn = place === 'stand-in';
    if (roleArn !== undefined && (!standIn || assumesAtStandIns)) return assume(roleArn, region, signal);
    if (standIn && own === undefined && access === false) return ofVariables() ?? TEST_CREDENTIALS;
    if (standIn && !mayFind()) return TEST_CREDENTIALS;
    try {
      return await chain();
    } catch (error) {
      if (standIn) return TEST_CREDENTIALS;
      throw new NoCredentials('Unable to load AWS credentials from any provider in the chain', {
        cause: error,
      });
    }
  };
}

/** What stands in the environment: some stand-ins take the account from it. */
function ofVariables(): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

function credentialChain(profile: string | undefined): () => Promise<AwsCredentials> {
  let chain: (() => Promise<AwsCredentials>) | undefined;
  let failure: { readonly at: number; readonly error: unknown } | undefined;
  return async () => {
    if (failure !== undefined && performance.now() - failure.at < NOTHING_FOUND_MS) throw failure.error;
    chain ??= (await import('@aws-sdk/credential-provider-node')).defaultProvider(
      profile === undefined ? {} : { profile },
    );
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
