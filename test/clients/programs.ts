// Client programs that a machine may have or not. In CI they must be there; elsewhere the name of a suite says what is missing.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Whether a command answers `args` with success. */
export function answers(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/**
 * Folder of providers from which Terraform installs without a network: `TREADLE_TERRAFORM_PLUGINS`, or one of the usual places:
 * Terraform's own, and a folder `tf-plugins` below one of the root's.
 * @returns undefined when none has the AWS provider.
 */
export function terraformPlugins(): string | undefined {
  const named = process.env['TREADLE_TERRAFORM_PLUGINS'];
  const places = [
    ...(named === undefined ? [] : [named]),
    join(homedir(), '.terraform.d/plugins'),
    '/usr/local/share/terraform/plugins',
    ...readdirSync('/').map((folder) => join('/', folder, 'tf-plugins')),
  ];
  return places.find((place) => existsSync(join(place, 'registry.terraform.io/hashicorp/aws')));
}

/** The environment of a client that speaks to `url` with credentials of no account. */
export function clientEnvironment(url: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
    AWS_ENDPOINT_URL_SFN: url,
    AWS_PAGER: '',
  };
}

const exec = promisify(execFile);

/** @returns what the program printed. @throws Error with what it printed on standard error. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: NodeJS.ProcessEnv },
): Promise<string> {
  const { stdout } = await exec(command, [...args], { ...options, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
