// Roles that tasks run under (Credentials.RoleArn): assumed through STS, kept until shortly before their credentials end.

import { getMember, isJsonObject, type JsonObject } from '../base/json.ts';
import { Refused } from '../net/addresses.ts';
import { Unreachable } from '../net/http-client.ts';
import type { AwsAnswer, CallAws } from './call.ts';
import { type AwsCredentials, NoCredentials, RoleNotAssumed } from './credentials.ts';

/** Credentials are renewed this long before they end. */
const RENEW_MS = 5 * 60_000;
const MAX_ROLES = 1_000;

export type AssumeRole = (roleArn: string, region: string, signal: AbortSignal) => Promise<AwsCredentials>;

/** @param now epoch milliseconds. */
export function keepRoles(assume: AssumeRole, now: () => number = Date.now): AssumeRole {
  const roles = new Map<string, Promise<AwsCredentials>>();
  return async (roleArn, region, signal) => {
    for (let pending = roles.get(roleArn); pending !== undefined; ) {
      // One that failed for another caller (its signal, a fault that has passed) is asked for again.
      const known = await pending.catch(() => undefined);
      if (known !== undefined && !endsSoon(known, now())) return known;
      const latest = roles.get(roleArn);
      if (latest === pending) break;
      // Another caller has asked meanwhile: calls at the same time ask once.
      pending = latest;
    }
    const fresh = assume(roleArn, region, signal);
    if (roles.size >= MAX_ROLES) roles.clear();
    roles.set(roleArn, fresh);
    fresh.catch(() => {
      if (roles.get(roleArn) === fresh) roles.delete(roleArn);
    });
    return fresh;
  };
}

function endsSoon({ expiration }: AwsCredentials, now: number): boolean {
  return expiration !== undefined && expiration.getTime() - now < RENEW_MS;
}

/** @returns a function that throws RoleNotAssumed, NoCredentials, Refused, Unreachable, or the signal's reason. */
export function createAssumeRole(call: CallAws): AssumeRole {
  return async (roleArn, region, signal) => {
    const answer = await call({
      service: 'sts',
      action: 'assumeRole',
      input: { RoleArn: roleArn, RoleSessionName: 'treadle' },
      region,
      signal,
    });
    if (!answer.ok) throw failureOf(answer, signal);
    const found = getMember(answer.output, 'Credentials');
    const credentials: JsonObject = isJsonObject(found) ? found : {};
    const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
      'AccessKeyId',
      'SecretAccessKey',
      'SessionToken',
      'Expiration',
    ].map((name) => textOf(credentials, name));
    if (!accessKeyId || !secretAccessKey || !sessionToken) {
      throw new RoleNotAssumed(`STS answered with status ${answer.httpStatus}, but without credentials`);
    }
    return {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      // Without an end they are used once.
      expiration: new Date(expiration ?? 0),
    };
  };
}

function textOf(object: JsonObject, name: string): string | undefined {
  const value = getMember(object, name);
  return typeof value === 'string' ? value : undefined;
}

function failureOf(answer: Extract<AwsAnswer, { ok: false }>, signal: AbortSignal): unknown {
  const { noAnswer, message, httpStatus } = answer;
  switch (noAnswer) {
    case undefined:
      return new RoleNotAssumed(message === 'null' ? `STS answered with status ${httpStatus}` : message);
    case 'aborted':
      return signal.reason;
    case 'no credentials':
      return new NoCredentials(message);
    case 'refused':
      return new Refused(message);
    case 'malformed':
      return new RoleNotAssumed(message);
    default:
      return new Unreachable(message);
  }
}
