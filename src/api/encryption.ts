// The encryption of state machines and activities as the API takes and shows it: which key of AWS KMS, and how long a data key of
// it is used. Kept and shown; Treadle does not encrypt with it yet, and says so when it is set.

import type { ApiContext } from './context.ts';
import type { EncryptionConfiguration } from './model.ts';
import { type ApiError, apiError } from './wire/errors.ts';

const OWNED: EncryptionConfiguration = { type: 'AWS_OWNED_KEY' };
/** Source: AWS, API reference of EncryptionConfiguration: "The default value is 300 seconds". */
const USUAL_REUSE_SECONDS = 300;

const KEY_ID = '(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})';
const ALIAS = 'alias/[A-Za-z0-9/_-]+';
/** Key id, alias name, or the ARN of either. Source: AWS, API reference of EncryptionConfiguration. */
const KEY = new RegExp(
  `^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\\d{12}:(?:key/${KEY_ID}|${ALIAS})|${KEY_ID}|${ALIAS})$`,
);

function wrong(problem: string): ApiError {
  return apiError('InvalidEncryptionConfiguration', problem);
}

/** The shape alone; whether there is such a key is asked in `requireKey`. @throws InvalidEncryptionConfiguration */
export function checkEncryption(sent: EncryptionConfiguration): EncryptionConfiguration {
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = sent;
  if (type === 'AWS_OWNED_KEY') {
    if (kmsKeyId === undefined && kmsDataKeyReusePeriodSeconds === undefined) return { type };
    throw wrong('Expected neither kmsKeyId nor kmsDataKeyReusePeriodSeconds for type AWS_OWNED_KEY');
  }
  if (kmsKeyId === undefined) throw wrong(`Expected kmsKeyId for type ${type}, but there is none`);
  if (!KEY.test(kmsKeyId)) {
    throw wrong(
      `Expected kmsKeyId to be the id or the alias of a key of AWS KMS, or the ARN of either, but got '${kmsKeyId}'`,
    );
  }
  return {
    type,
    kmsKeyId,
    kmsDataKeyReusePeriodSeconds: kmsDataKeyReusePeriodSeconds ?? USUAL_REUSE_SECONDS,
  };
}

/**
 * Asks for the key, so far as there is a KMS that Treadle knows, and says in the log what the key does not do.
 * @throws InvalidEncryptionConfiguration for one that could not encrypt
 */
export async function requireKey(
  { kmsKeyProblem, log }: Pick<ApiContext, 'kmsKeyProblem' | 'log'>,
  resource: string,
  encryption: EncryptionConfiguration | undefined,
): Promise<void> {
  const { kmsKeyId } = encryption ?? OWNED;
  if (kmsKeyId === undefined) return;
  const problem = await kmsKeyProblem?.(kmsKeyId);
  if (problem !== undefined) throw wrong(problem);
  log.warn({ resource, kmsKeyId }, 'The key is kept and shown, but Treadle does not encrypt with it yet');
}

/** Stored settings with AWS's default for what was never sent. */
export function encryptionOf(settings: {
  readonly encryptionConfiguration?: unknown;
}): EncryptionConfiguration {
  return (settings.encryptionConfiguration as EncryptionConfiguration | undefined) ?? OWNED;
}

/** Equal for equal configurations. */
export function encryptionText(of: EncryptionConfiguration): string {
  return [of.type, of.kmsKeyId, of.kmsDataKeyReusePeriodSeconds].join(' ');
}
