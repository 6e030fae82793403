import { expect, test } from 'vitest';
import type { OperationName } from '../../../src/api/model.ts';
import { ApiError } from '../../../src/api/wire/errors.ts';
import { compileInput } from '../../../src/api/wire/validate-input.ts';

function check(operation: OperationName, input: unknown): string {
  try {
    compileInput(operation)(input);
    return 'ok';
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

const ONE = 'ValidationException: 1 validation error detected: ';
const MANY_TAGS = [{ key: 'a' }, { key: '' }];
const ROUTE = (weight: number) => ({ stateMachineVersionArn: 'arn:v', weight });

test.each<[string, OperationName, unknown, string]>([
  ['takes a good input', 'StartExecution', { stateMachineArn: 'arn:x', name: 'n' }, 'ok'],
  ['ignores unknown members', 'StartExecution', { stateMachineArn: 'arn:x', more: { a: [1] } }, 'ok'],
  ['takes null for absent', 'StartExecution', { stateMachineArn: 'arn:x', name: null }, 'ok'],
  [
    'names a missing member',
    'StartExecution',
    {},
    `${ONE}Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'counts null as missing',
    'StartExecution',
    { stateMachineArn: null },
    `${ONE}Value null at 'stateMachineArn' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'joins several violations',
    'CreateStateMachine',
    { name: 'n' },
    "ValidationException: 2 validation errors detected: Value null at 'definition' failed to satisfy constraint: Member must not be null; Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
  ],
  [
    'bounds numbers from above',
    'ListExecutions',
    { maxResults: 1001 },
    `${ONE}Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000`,
  ],
  [
    'bounds numbers from below',
    'ListExecutions',
    { maxResults: -1 },
    `${ONE}Value '-1' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 0`,
  ],
  [
    'prints enum values in the recorded order',
    'ListExecutions',
    { statusFilter: 'DONE' },
    `${ONE}Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]`,
  ],
  [
    'bounds lengths',
    'DescribeActivity',
    { activityArn: '' },
    `${ONE}Value '' at 'activityArn' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    'checks patterns',
    'CreateStateMachineAlias',
    { name: '123', routingConfiguration: [ROUTE(100)] },
    `${ONE}Value '123' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$`,
  ],
  [
    'tells a wrong type in a list that is too long',
    'CreateStateMachineAlias',
    { name: 'n', routingConfiguration: [ROUTE(1), { weight: [''] }, ROUTE(97)] },
    "SerializationException: Expected 'routingConfiguration.2.member.weight' to be a 32-bit integer, but got an array",
  ],
  [
    'prints structures as Java does',
    'CreateStateMachineAlias',
    { name: 'a', routingConfiguration: [ROUTE(1), ROUTE(2), ROUTE(97)] },
    `${ONE}Value '[RoutingConfigurationListItem(stateMachineVersionArn=arn:v, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=arn:v, weight=2), RoutingConfigurationListItem(stateMachineVersionArn=arn:v, weight=97)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2`,
  ],
  [
    'counts list elements from one',
    'TagResource',
    { resourceArn: 'arn:x', tags: MANY_TAGS },
    `${ONE}Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    'refuses null in a list',
    'TagResource',
    { resourceArn: 'arn:x', tags: [null] },
    `${ONE}Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null`,
  ],
  [
    'does not print sensitive values',
    'StopExecution',
    { executionArn: 'arn:x', error: 's'.repeat(257) },
    `${ONE}Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256`,
  ],
  [
    'refuses a number for a string',
    'StartExecution',
    { stateMachineArn: 5 },
    "SerializationException: Expected 'stateMachineArn' to be a string, but got 5",
  ],
  [
    'refuses an object for a string',
    'StartExecution',
    { stateMachineArn: 'arn:x', input: { a: 1 } },
    "SerializationException: Expected 'input' to be a string, but got an object",
  ],
  [
    'refuses a fraction for an integer',
    'ListExecutions',
    { maxResults: 1.5 },
    "SerializationException: Expected 'maxResults' to be a 32-bit integer, but got 1.5",
  ],
  [
    'refuses a string for a boolean',
    'GetExecutionHistory',
    { executionArn: 'arn:x', reverseOrder: 'yes' },
    "SerializationException: Expected 'reverseOrder' to be true or false, but got a string",
  ],
  [
    'names the place of a wrong type in depth',
    'CreateStateMachine',
    { loggingConfiguration: { destinations: [{ cloudWatchLogsLogGroup: 'x' }] } },
    "SerializationException: Expected 'loggingConfiguration.destinations.1.member.cloudWatchLogsLogGroup' to be an object, but got a string",
  ],
  [
    'refuses an object for a list',
    'TagResource',
    { resourceArn: 'arn:x', tags: { key: 'a' } },
    "SerializationException: Expected 'tags' to be an array, but got an object",
  ],
  [
    'refuses a body that is no object',
    'ListStateMachines',
    [],
    'SerializationException: Expected the request body to be an object, but got an array',
  ],
])('%s', (_name, operation, input, expected) => {
  expect(check(operation, input)).toBe(expected);
});

test('does not read members from a prototype', () => {
  const input = JSON.parse('{"__proto__":{"stateMachineArn":"arn:x"}}');
  expect(check('StartExecution', input)).toContain("Value null at 'stateMachineArn'");
});

test('removes members that are null', () => {
  const input = { stateMachineArn: 'arn:x', name: null };
  compileInput('StartExecution')(input);
  expect(input).toEqual({ stateMachineArn: 'arn:x' });
});

test('takes other bounds for a shape and for one member', () => {
  const overrides = {
    SensitiveData: { max: 3 },
    Definition: { max: 5 },
    'ValidateStateMachineDefinitionInput.definition': { min: 0 },
  };
  const start = compileInput('StartExecution', overrides);
  expect(() => start({ stateMachineArn: 'arn:x', input: '[1]' })).not.toThrow();
  expect(() => start({ stateMachineArn: 'arn:x', input: '[12]' })).toThrow('less than or equal to 3');
  expect(() => compileInput('ValidateStateMachineDefinition', overrides)({ definition: '' })).not.toThrow();
  const create = compileInput('CreateStateMachine', overrides);
  expect(() => create({ name: 'n', roleArn: 'r', definition: '' })).toThrow("Value at 'definition'");
  expect(() => create({ name: 'n', roleArn: 'r', definition: '123456' })).toThrow('less than or equal to 5');
});
