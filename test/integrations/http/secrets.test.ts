import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AwsAnswer, AwsCall } from '../../../src/aws/call.ts';
import { createSecrets, type SecretsOptions } from '../../../src/integrations/http/secrets.ts';

const AT = 'connections.shop.apiKey.value';
let root: string;
let asked: AwsCall[];
let answer: AwsAnswer;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'treadle-secrets-'));
  asked = [];
  answer = given({ SecretString: 'text' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function given(output: Extract<AwsAnswer, { ok: true }>['output']): AwsAnswer {
  return { ok: true, output, httpStatus: 200, headers: {}, requestId: 'r' };
}

function refused(more: Partial<Extract<AwsAnswer, { ok: false }>>): AwsAnswer {
  return {
    ok: false,
    error: 'SdkClientException',
    exception: undefined,
    message: 'message',
    httpStatus: undefined,
    requestId: undefined,
    extendedRequestId: undefined,
    serviceName: 'SecretsManager',
    ...more,
  };
}

function open(options: Partial<SecretsOptions> = {}) {
  const call = async (request: AwsCall): Promise<AwsAnswer> => {
    asked.push(request);
    return answer;
  };
  return createSecrets({ root, env: {}, aws: { call }, ...options });
}

describe('a secret of Secrets Manager', () => {
  test.each([
    ['shop/api', undefined],
    ['arn:aws:secretsmanager:eu-west-3:123456789012:secret:shop-AbCdEf', 'eu-west-3'],
    ['arn:aws:ssm:eu-west-3:123456789012:parameter/shop', undefined],
  ])('%s is asked for in its Region', async (secretsManager, region) => {
    expect(await open().read({ secretsManager }, AT)).toBe('text');
    expect(asked[0]).toMatchObject({
      service: 'secretsmanager',
      action: 'getSecretValue',
      input: { SecretId: secretsManager },
    });
    expect(asked[0]!.region).toBe(region);
  });

  test('is asked for once by tasks at the same time, and again when that failed', async () => {
    const secrets = open();
    const read = () => secrets.read({ secretsManager: 's' }, AT);
    await Promise.all([read(), read()]);
    expect(asked).toHaveLength(1);
    answer = refused({ noAnswer: 'unreachable' });
    const others = open();
    await expect(others.read({ secretsManager: 's' }, AT)).rejects.toThrow();
    answer = given({ SecretString: 'text' });
    expect(await others.read({ secretsManager: 's' }, AT)).toBe('text');
  });

  test.each<[string, Partial<Extract<AwsAnswer, { ok: false }>>, string, string]>([
    ['no credentials', { noAnswer: 'no credentials' }, 'denied', 'cannot be asked: message'],
    ['unreachable', { noAnswer: 'unreachable' }, 'unreachable', 'cannot be asked: message'],
    ['aborted', { noAnswer: 'aborted' }, 'unreachable', 'cannot be asked: no answer in time'],
    ['malformed', { noAnswer: 'malformed' }, 'missing', 'the secret s has no value'],
    [
      'status 503',
      { httpStatus: 503, error: '503' },
      'unreachable',
      'does not give the secret s: status 503',
    ],
    ['status 403', { httpStatus: 403, error: '403' }, 'denied', 'does not give the secret s: status 403'],
    ['a code', { httpStatus: 400, error: 'ExpiredTokenException' }, 'denied', 'ExpiredTokenException'],
    ['a long code', { httpStatus: 400, error: 'x'.repeat(200) }, 'missing', `: ${'x'.repeat(100)}`],
  ])('that ends with %s is not to be had', async (_, failure, reason, message) => {
    answer = refused(failure);
    const reading = open().read({ secretsManager: 's' }, AT);
    await expect(reading).rejects.toMatchObject({ name: 'SecretUnavailable', reason });
    await expect(reading).rejects.toThrow(new RegExp(`^${AT}: .*${message}$`));
  });
});

describe('a file', () => {
  test('is read relative to the configuration, without the end of its line', async () => {
    writeFileSync(join(root, 'key.txt'), ' k \r\n');
    expect(await open().read({ file: 'key.txt' }, AT)).toBe(' k ');
  });

  test('that is too large is no secret', async () => {
    writeFileSync(join(root, 'key.txt'), 'x'.repeat(65_537));
    await expect(open().read({ file: 'key.txt' }, AT)).rejects.toMatchObject({ reason: 'missing' });
  });
});

test('a variable that is empty counts as not set', async () => {
  const secrets = open({ env: { KEY: 'k', EMPTY: '' } });
  expect(await secrets.read({ env: 'KEY' }, AT)).toBe('k');
  await expect(secrets.read({ env: 'EMPTY' }, AT)).rejects.toThrow(`${AT}: the variable EMPTY is not set`);
});
