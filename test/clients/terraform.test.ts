// Terraform's AWS provider against a real server: apply, an empty second plan, a change, an empty plan again, destroy.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../support/server.ts';
import { answers, clientEnvironment, run, terraformPlugins } from './programs.ts';

const plugins = terraformPlugins();
const missing = !answers('terraform', 'version')
  ? 'the command terraform is not on the PATH'
  : plugins === undefined
    ? 'no folder of plugins has the AWS provider: set TREADLE_TERRAFORM_PLUGINS'
    : undefined;

test('Terraform and its AWS provider are installed where they must be', () => {
  expect(missing === undefined || process.env['CI'] === undefined, missing).toBe(true);
});

/** @param step 1: one version; 2: the definition changed, and the alias shared between both versions. */
const configuration = (url: string, step: 1 | 2): string => `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "any"
  secret_key                  = "any"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    sfn = "${url}"
  }
}
resource "aws_sfn_state_machine" "orders" {
  name     = "orders"
  role_arn = "arn:aws:iam::123456789012:role/r"
  publish  = true
  definition = jsonencode({
    Comment = "step ${step}"
    StartAt = "Take"
    States  = { Take = { Type = "Task", Resource = aws_sfn_activity.take.id, End = true } }
  })
  logging_configuration {
    level                  = "OFF"
    include_execution_data = true
  }
  tracing_configuration {
    enabled = ${step === 2}
  }
  tags = { team = "a", step = "${step}" }
}
resource "aws_sfn_state_machine" "quick" {
  name       = "quick"
  type       = "EXPRESS"
  role_arn   = "arn:aws:iam::123456789012:role/r"
  definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
}
resource "aws_sfn_activity" "take" {
  name = "take"
  tags = { step = "${step}" }
}
resource "aws_sfn_alias" "live" {
  name        = "live"
  description = "what callers start"
  ${
    step === 1
      ? `routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.orders.state_machine_version_arn
    weight                    = 100
  }`
      : `routing_configuration {
    state_machine_version_arn = "\${aws_sfn_state_machine.orders.arn}:1"
    weight                    = 90
  }
  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.orders.state_machine_version_arn
    weight                    = 10
  }`
  }
}
data "aws_sfn_state_machine_versions" "all" {
  statemachine_arn = aws_sfn_state_machine.orders.arn
  depends_on       = [aws_sfn_alias.live]
}
output "versions" {
  value = data.aws_sfn_state_machine_versions.all.statemachine_versions
}
`;

/** Each command starts the provider anew: seconds, and on a busy machine minutes. */
const TIMEOUT_MS = 600_000;
const title = `Terraform${missing === undefined ? '' : ` (skipped: ${missing})`}`;

describe.skipIf(missing !== undefined)(title, { timeout: TIMEOUT_MS }, () => {
  let t: TestServer;
  let folder: string;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    t = await openTestServer();
    folder = mkdtempSync(join(tmpdir(), 'treadle-terraform-'));
    const rc = join(folder, 'terraform.rc');
    writeFileSync(
      rc,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(plugins)}\n  }\n}\n`,
    );
    env = {
      ...clientEnvironment(t.url),
      TF_CLI_CONFIG_FILE: rc,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
    };
    write(1);
    await terraform('init');
  }, TIMEOUT_MS);
  afterAll(async () => {
    await t.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (step: 1 | 2): void => writeFileSync(join(folder, 'main.tf'), configuration(t.url, step));
  const terraform = (command: string, ...args: readonly string[]): Promise<string> =>
    run('terraform', [command, '-no-color', ...(command === 'output' ? [] : ['-input=false']), ...args], {
      cwd: folder,
      env,
    });

  const PREFIX = 'arn:aws:states:us-east-1:123456789012';
  const ALIAS = `${PREFIX}:stateMachine:orders:live`;

  test('applies, and finds nothing to change after it', async () => {
    await terraform('apply', '-auto-approve');
    const first = `${PREFIX}:stateMachine:orders:1`;
    expect(await t.call('DescribeStateMachineAlias', { stateMachineAliasArn: ALIAS })).toMatchObject({
      routingConfiguration: [{ stateMachineVersionArn: first, weight: 100 }],
    });
    expect(JSON.parse(await terraform('output', '-json', 'versions'))).toEqual([first]);
    // With changes it would end with code 2.
    expect(await terraform('plan', '-detailed-exitcode')).toContain('No changes.');
  });

  test('changes the machine, publishes, and shares the alias between two versions', async () => {
    write(2);
    await terraform('apply', '-auto-approve');
    const { routingConfiguration } = await t.call('DescribeStateMachineAlias', {
      stateMachineAliasArn: ALIAS,
    });
    expect(routingConfiguration).toEqual([
      { stateMachineVersionArn: `${PREFIX}:stateMachine:orders:1`, weight: 90 },
      { stateMachineVersionArn: `${PREFIX}:stateMachine:orders:2`, weight: 10 },
    ]);
    expect(await terraform('plan', '-detailed-exitcode')).toContain('No changes.');
  });

  test('destroys all of it', async () => {
    await terraform('destroy', '-auto-approve');
    expect(await t.call('ListStateMachines', {})).toEqual({ stateMachines: [] });
    expect(await t.call('ListActivities', {})).toEqual({ activities: [] });
  });
});
