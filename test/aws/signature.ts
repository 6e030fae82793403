// Signature Version 4 computed from what a server received, by AWS's description of it ("Create a signed AWS API request").

import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const SECRETS: Record<string, string> = {
  test: 'test',
  AKIDEXAMPLE: 'wJalrXUtnFEMI',
  ASIASESSION: 'role-secret',
};
/** @returns `unsigned` when the request has no signature. */
export function signatureOf(request: IncomingMessage, body: string): string {
  const authorization =
    /Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+)/.exec(
      request.headers.authorization ?? '',
    );
  if (authorization === null) return 'unsigned';
  const [, key, day, region, service, names] = authorization as unknown as string[];
  const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
  const hmac = (secret: string | Buffer, text: string): Buffer =>
    createHmac('sha256', secret).update(text).digest();
  const [path, query = ''] = request.url!.split('?') as [string, string?];
  const canonical = [
    request.method,
    // S3 alone signs the path as it is sent.
    service === 's3' ? path : path.split('/').map(encodeURIComponent).join('/'),
    query.split('&').sort().join('&'),
    ...names!.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    sha(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, sha(canonical)].join('\n');
  const signing = [day, region, service, 'aws4_request'].reduce(
    (secret: string | Buffer, part) => hmac(secret, part!),
    `AWS4${SECRETS[key!]}`,
  );
  return hmac(signing, text).toString('hex');
}
