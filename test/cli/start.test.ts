// The command that `treadle start` offers to paste.

import { expect, test } from 'vitest';
import { suggestion } from '../../src/cli/commands/start.ts';

const CONFIG = { region: 'eu-west-1', partition: 'aws', account: '123456789012' };
const url = 'http://127.0.0.1:8083';

function deployed(type: 'STANDARD' | 'EXPRESS') {
  const arn = 'arn:aws:states:eu-west-1:123456789012:stateMachine:order';
  return { arn, type, file: '/nowhere/order.asl.json' };
}

test('starts the first state machine', () => {
  expect(suggestion({ url, deployed: [deployed('STANDARD')] }, CONFIG).join('\n')).toBe(
    `aws stepfunctions start-execution --endpoint-url ${url} --region eu-west-1 --no-sign-request \\
  --state-machine-arn arn:aws:states:eu-west-1:123456789012:stateMachine:order --input '{}'`,
  );
});

test('reaches an Express state machine, for which the AWS CLI would ask a host that does not resolve', () => {
  expect(suggestion({ url, deployed: [deployed('EXPRESS')] }, CONFIG)[0]).toBe(
    `AWS_DISABLE_HOST_PREFIX_INJECTION=true aws stepfunctions start-sync-execution --endpoint-url ${url} --region eu-west-1 --no-sign-request \\`,
  );
});

test('creates a state machine where none is deployed', () => {
  expect(suggestion({ url, deployed: [] }, CONFIG)[0]).toContain('aws stepfunctions create-state-machine ');
});
