import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type AwsCredentials,
  type CredentialsOptions,
  createCredentials,
  NoCredentials,
} from '../../src/aws/credentials.ts';
import { NEVER } from '../integrations/support.ts';

const OWN: AwsCredentials = { accessKeyId: 'own', secretAccessKey: 's' };
const ROLE: AwsCredentials = { accessKeyId: 'role', secretAccessKey: 's', sessionToken: 't' };
const PLAIN = { place: 'aws' as const, roleArn: undefined, region: 'eu-west-1', signal: NEVER };
const AT_STAND_IN = { ...PLAIN, place: 'stand-in' as const };
const WITH_ROLE = { ...PLAIN, roleArn: 'arn:role' };

function open(options: Partial<CredentialsOptions> = {}) {
  return createCredentials({
    access: true,
    own: async () => OWN,
    assume: async () => ROLE,
    assumesAtStandIns: false,
    ...options,
  });
}
const nothing = (): Promise<AwsCredentials> => Promise.reject(new Error('none'));

describe('a call', () => {
  test('has the credentials of the chain, or those of its role', async () => {
    expect(await open()(PLAIN)).toBe(OWN);
    expect(await open()(WITH_ROLE)).toBe(ROLE);
  });

  test('assumes its role where it goes: in its Region, with its signal', async () => {
    const assume = vi.fn(async () => ROLE);
    await open({ assume })({ ...WITH_ROLE, region: 'cn-north-1' });
    expect(assume.mock.calls).toEqual([['arn:role', 'cn-north-1', NEVER]]);
  });

  test('of a stand-in assumes no role, unless there is a stand-in for STS', async () => {
    const call = { ...WITH_ROLE, place: 'stand-in' as const };
    expect(await open()(call)).toBe(OWN);
    expect(await open({ assumesAtStandIns: true })(call)).toBe(ROLE);
  });

  test('of AWS without credentials fails', async () => {
    await expect(open({ own: nothing })(PLAIN)).rejects.toThrow(NoCredentials);
  });

  test('of a host that a task chose never has credentials that are worth something', async () => {
    const credentials = open({ assumesAtStandIns: true });
    for (const call of [PLAIN, WITH_ROLE]) {
      expect(await credentials({ ...call, place: 'foreign' })).toEqual({
        accessKeyId: 'test',
        secretAccessKey: 'test',
      });
    }
  });

  test('of a stand-in without credentials has those that stand-ins take', async () => {
    expect(await open({ own: nothing })(AT_STAND_IN)).toEqual({
      accessKeyId: 'test',
      secretAccessKey: 'test',
    });
  });
});

describe('the chain', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'treadle-aws-'));
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test('finds variables', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    const credentials = open({ own: undefined });
    expect(await credentials(PLAIN)).toMatchObject({ accessKeyId: 'AKID' });
    expect(await credentials(AT_STAND_IN)).toMatchObject({ accessKeyId: 'AKID' });
  });

  test('is no more than the variables where the configuration does not ask for AWS', async () => {
    writeFileSync(
      join(folder, 'credentials'),
      '[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n',
    );
    const credentials = open({ own: undefined, access: false });
    expect(await credentials(AT_STAND_IN)).toMatchObject({ accessKeyId: 'test' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', '000000000001');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'any');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    expect(await credentials(AT_STAND_IN)).toEqual({
      accessKeyId: '000000000001',
      secretAccessKey: 'any',
      sessionToken: 'token',
    });
  });

  test('is the profile that the configuration names', async () => {
    writeFileSync(
      join(folder, 'credentials'),
      '[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n[dev]\naws_access_key_id = DEV\naws_secret_access_key = s\n',
    );
    const credentials = open({ own: undefined, access: { profile: 'dev' } });
    expect(await credentials(PLAIN)).toMatchObject({ accessKeyId: 'DEV' });
  });

  test('finds the profile of a file, for stand-ins as well', async () => {
    writeFileSync(
      join(folder, 'credentials'),
      '[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n',
    );
    expect(await open({ own: undefined })(AT_STAND_IN)).toMatchObject({ accessKeyId: 'FILE' });
  });

  test('is not asked for a stand-in when it has nowhere to look', async () => {
    expect(await open({ own: undefined })(AT_STAND_IN)).toMatchObject({ accessKeyId: 'test' });
  });

  test('that found nothing is not asked again for a minute', async () => {
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const credentials = open({ own: undefined });
    await expect(credentials(PLAIN)).rejects.toThrow(NoCredentials);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    now = 59_000;
    await expect(credentials(PLAIN)).rejects.toThrow(NoCredentials);
    now = 61_000;
    expect(await credentials(PLAIN)).toMatchObject({ accessKeyId: 'AKID' });
    vi.restoreAllMocks();
  });
});
