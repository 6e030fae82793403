// Made-up results against the models of the services. Source: texts of TestState recorded from AWS; which operation's answer a
// job's result is held against: AWS, "Testing state machines with TestState API".

import { describe, expect, it } from 'vitest';
import { parseResource } from '../../src/asl/resources.ts';
import { assert } from '../../src/base/assert.ts';
import type { Json } from '../../src/base/json.ts';
import { type MockCheck, mockFault } from '../../src/integrations/mock-results.ts';

const PREFIX = 'Mock result schema validation error: ';

/** The fault without AWS's prefix. */
function fault(name: string, result: Json, check: MockCheck = 'STRICT'): string | undefined {
  const resource = parseResource(name.startsWith('arn:') ? name : `arn:aws:states:::${name}`);
  assert(resource, `Expected a resource, but got ${name}`);
  return mockFault(resource, result, check)?.replace(PREFIX, '');
}

describe('a field of a result', () => {
  it.each<[name: string, result: Json, fault: string | undefined]>([
    ['events:putEvents', { Entries: 'x' }, "Field 'Entries' must be an array"],
    [
      'events:putEvents',
      { Entries: [{ EventId: 'a' }, { EventId: [] }] },
      "Field 'EventId' must be a string",
    ],
    [
      'dynamodb:putItem',
      { ConsumedCapacity: { CapacityUnits: '1.5' } },
      "Field 'CapacityUnits' must be a number",
    ],
    ['dynamodb:putItem', { ConsumedCapacity: 1 }, "Field 'ConsumedCapacity' must be an object"],
    ['dynamodb:putItem', { Attributes: { a: { BOOL: 'x' } } }, "Field 'BOOL' must be a boolean"],
    ['dynamodb:getItem', { Item: { a: { S: 1 } } }, "Field 'S' must be a string"],
    ['lambda:invoke', { StatusCode: '200' }, "Field 'StatusCode' must be a number"],
    ['aws-sdk:kms:encrypt', { CiphertextBlob: 123 }, "Field 'CiphertextBlob' must be a string"],
    [
      'aws-sdk:kms:encrypt',
      { CiphertextBlob: '' },
      "Field 'CiphertextBlob' is smaller than the minimum length",
    ],
    [
      'aws-sdk:lambda:getFunction',
      { Configuration: { MemorySize: 127 } },
      "Field 'MemorySize' is less than the minimum value",
    ],
    [
      'aws-sdk:lambda:getFunction',
      { Configuration: { MemorySize: 1e6 } },
      "Field 'MemorySize' exceeds the maximum value",
    ],
    [
      'aws-sdk:lambda:getFunction',
      { Configuration: { State: 'Lost' } },
      "Field 'State' is not an expected value",
    ],
    [
      'aws-sdk:sfn:describeStateMachine',
      { StateMachineArn: 'x'.repeat(257) },
      "Field 'StateMachineArn' exceeds the maximum length",
    ],
    ['states:startExecution', { ExecutionArn: 'a', StartDate: true }, "Field 'StartDate' must be a string"],
    ['sqs:sendMessage', { MessageId: 'x', SdkHttpMetadata: { HttpStatusCode: 200 } }, undefined],
    ['sqs:sendMessage', { MessageId: null }, undefined],
    ['sns:publish', {}, undefined],
  ])('%s %j: %s', (name, result, expected) => {
    expect(fault(name, result, 'PRESENT')).toBe(expected);
    if (name !== 'aws-sdk:sfn:describeStateMachine') expect(fault(name, result, 'STRICT')).toBe(expected);
  });

  it('must be there when the model requires it and the mode is STRICT', () => {
    expect(fault('states:startExecution', {})).toBe("Required field 'ExecutionArn' is missing");
    expect(fault('states:startExecution', { ExecutionArn: 'a', StartDate: null })).toBe(
      "Required field 'StartDate' is missing",
    );
    expect(fault('states:startExecution', {}, 'PRESENT')).toBeUndefined();
  });

  it('is known by its name in the state machine', () => {
    expect(fault('states:startExecution', { executionArn: 1 }, 'PRESENT')).toBeUndefined();
    expect(fault('aws-sdk:rds:describeDBInstances', { DbInstances: 1 })).toBe(
      "Field 'DbInstances' must be an array",
    );
  });
});

describe('a result', () => {
  it('must be an object where it is the answer of an API', () => {
    expect(fault('sqs:sendMessage', 'x')).toBe('Mocked result must be a JSON object.');
  });

  it('of a function may have any payload', () => {
    for (const Payload of ['text', { body: 1 }, [1], 5])
      expect(fault('lambda:invoke', { Payload })).toBeUndefined();
    expect(fault('aws-sdk:lambda:invoke', { Payload: { body: 1 } })).toBe("Field 'Payload' must be a string");
  });

  it('of a job is held against the description of the job', () => {
    expect(fault('glue:startJobRun.sync', { JobRun: 1 })).toBe("Field 'JobRun' must be an object");
    expect(fault('glue:startJobRun.sync', { JobRunId: 1 })).toBeUndefined();
    expect(fault('ecs:runTask.sync', { Tasks: {} })).toBe("Field 'Tasks' must be an array");
    const ended = { ExecutionArn: 'e', StateMachineArn: 's', StartDate: 'now', Status: 'SUCCEEDED' };
    expect(fault('states:startExecution.sync', { ...ended, Output: {} })).toBe(
      "Field 'Output' must be a string",
    );
    expect(fault('states:startExecution.sync:2', { ...ended, Output: {} })).toBeUndefined();
    expect(fault('states:startExecution.sync:2', { ...ended, Status: 'DONE' })).toBe(
      "Field 'Status' is not an expected value",
    );
  });

  it.each([
    'arn:aws:lambda:us-east-1:123456789012:function:f',
    'arn:aws:states:us-east-1:123456789012:activity:a',
    'http:invoke',
    'apigateway:invoke',
    'eks:call',
    'eks:runJob.sync',
    'sqs:sendMessage.waitForTaskToken',
  ])('of %s may be anything', (name) => {
    expect(fault(name, 'x')).toBeUndefined();
  });
});
