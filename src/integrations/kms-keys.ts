// Asks KMS for a key, where the configuration names an endpoint for it: AWS itself is not asked about what only stands in a
// configuration. Source of what a key must be: AWS, "Data at rest encryption in Step Functions".

import type { Aws } from '../aws/aws.ts';
import { parseArn } from '../base/arn.ts';
import { at, textAt } from './services/json-members.ts';

const MAX_WAIT_MS = 5_000;

/** @returns why the key could not encrypt; undefined when it can, or that cannot be told. */
export async function kmsKeyProblem(aws: Aws, keyId: string): Promise<string | undefined> {
  if (aws.endpoint('kms') === undefined) return undefined;
  const answer = await aws.call({
    service: 'kms',
    action: 'describeKey',
    input: { KeyId: keyId },
    region: parseArn(keyId)?.region,
    signal: AbortSignal.timeout(MAX_WAIT_MS),
  });
  if (!answer.ok) return answer.error === 'NotFoundException' ? `KMS has no key '${keyId}'` : undefined;
  const { output } = answer;
  const state = textAt(output, 'KeyMetadata.KeyState') ?? 'Enabled';
  if (state !== 'Enabled') return `Expected an enabled key, but the state of '${keyId}' is ${state}`;
  const spec = textAt(output, 'KeyMetadata.KeySpec') ?? 'SYMMETRIC_DEFAULT';
  const usage = at(output, 'KeyMetadata.KeyUsage') ?? 'ENCRYPT_DECRYPT';
  if (spec === 'SYMMETRIC_DEFAULT' && usage === 'ENCRYPT_DECRYPT') return undefined;
  return `Expected a symmetric key for encryption, but '${keyId}' is ${spec}`;
}
