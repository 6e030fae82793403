// What is held against parameters, in Step Functions' words, and how members are spelled.

import { describe, expect, test } from 'vitest';
import { type JsonObject, parseJson } from '../../src/base/json.ts';
import { openRecorder } from './stub.ts';

const { caller } = openRecorder('eu-west-1');

describe('parameters of an SDK integration', () => {
  test.each([
    ['dynamodb', 'getItem', '{"TableName":"t","Key":{"id":{"S":"1"}}}', []],
    ['dynamodb', 'getItem', '{"Key":{}}', ['The field "TableName" is required but was missing']],
    ['dynamodb', 'putItem', '{"TableName":"t","Item":null}', []],
    [
      'dynamodb',
      'getItem',
      '{"tableName":"t","Key":{},"TableName":"t"}',
      ['The field "tableName" is not supported by Step Functions'],
    ],
    [
      'dynamodb',
      'getItem',
      '{"TableName":"t","Key":{"id":{"N":5}}}',
      ["The value for the field 'N' must be a STRING"],
    ],
    [
      'dynamodb',
      'getItem',
      '{"TableName":"t","Key":["id"]}',
      ["The value of the field 'Key' has an invalid format"],
    ],
    [
      'dynamodb',
      'getItem',
      '{"TableName":"t","Key":{"id":5}}',
      ["The value of the field 'id' has an invalid format"],
    ],
    // A plain text is an attribute value in optimized integrations only.
    [
      'dynamodb',
      'getItem',
      '{"TableName":"t","Key":{"id":"k"}}',
      ["The value of the field 'id' has an invalid format"],
    ],
    [
      'dynamodb',
      'getItem',
      '{"TableName":"t","Key":{},"ConsistentRead":"yes"}',
      ["The value for the field 'ConsistentRead' must be a BOOLEAN"],
    ],
    [
      'dynamodb',
      'scan',
      '{"TableName":"t","Limit":1.5}',
      ["The value for the field 'Limit' must be an INTEGER"],
    ],
    ['dynamodb', 'scan', '{"TableName":"t","Limit":1.0}', []],
    [
      'dynamodb',
      'getItem',
      '{"TableName":"t","Key":{"a":{"Bool":"true"},"b":{"Nul":true}},"ConsistentRead":"false"}',
      [],
    ],
    ['dynamodb', 'scan', '{"TableName":"t","Limit":"5"}', []],
    [
      'dynamodb',
      'scan',
      '{"TableName":"t","Limit":"0x5"}',
      ["The value for the field 'Limit' must be an INTEGER"],
    ],
    ['ec2', 'describeInstances', '{"Filter":[]}', ['The field "Filter" is not supported by Step Functions']],
    ['rds', 'describeDBInstances', '{"DbInstanceIdentifier":"x"}', []],
    [
      'rds',
      'describeDBInstances',
      '{"DBInstanceIdentifier":"x"}',
      ['The field "DBInstanceIdentifier" is not supported by Step Functions'],
    ],
    ['sqs', 'sendMessage', '{"QueueUrl":"u","MessageBody":{"a":1}}', []],
    [
      'kinesis',
      'getShardIterator',
      '{"StreamName":"s","ShardId":"1","ShardIteratorType":"AT_TIMESTAMP","Timestamp":"soon"}',
      ["The value of the field 'Timestamp' has an invalid format"],
    ],
    ['secretsmanager', 'createSecret', '{"Name":"n"}', []],
    ['sqs', 'listQueues', '[]', ["The value of the field 'Parameters' has an invalid format"]],
    [
      'sqs',
      'listQueues',
      '{"__proto__":1,"constructor":2}',
      [
        'The field "__proto__" is not supported by Step Functions',
        'The field "constructor" is not supported by Step Functions',
      ],
    ],
  ])('%s:%s %s', (service, action, input, reasons) => {
    expect(caller.checkInput(service, action, parseJson(input), 'sdk')).toEqual(reasons);
  });

  // INTEGER and STRING: transcripts in aws-cdk 12284 and 9181; the other types are named after them (assumption).
  test.each<[string, string, object, string[]]>([
    [
      'batch',
      'submitJob',
      { ArrayProperties: { Size: '5' } },
      ["The value for the field 'Size' must be an INTEGER"],
    ],
    [
      'batch',
      'submitJob',
      { Timeout: { AttemptDurationSeconds: '60' } },
      ["The value for the field 'AttemptDurationSeconds' must be an INTEGER"],
    ],
    [
      'batch',
      'submitJob',
      { Parameters: { frame_id: 7 } },
      ["The value for the field 'frame_id' must be a STRING"],
    ],
    [
      'batch',
      'submitJob',
      { ContainerOverrides: { Command: ['a', 1] } },
      ["The value for the field 'Command' must be a STRING"],
    ],
    [
      'batch',
      'submitJob',
      { PropagateTags: 'yes' },
      ["The value for the field 'PropagateTags' must be a BOOLEAN"],
    ],
    ['batch', 'submitJob', { ArrayProperties: { Size: 5 }, PropagateTags: true }, []],
    [
      'batch',
      'submitJob',
      { ShareIdentifier: { a: 1 } },
      ["The value for the field 'ShareIdentifier' must be a STRING"],
    ],
  ])('take no text for a number and no object for a text: %s:%s %j', (service, action, input, reasons) => {
    const sound = { JobName: 'j', JobQueue: 'q', JobDefinition: 'd' };
    expect(caller.checkInput(service, action, { ...sound, ...input } as JsonObject)).toEqual(reasons);
  });

  test('are spelled by the API for optimized integrations', () => {
    expect(caller.checkInput('rds', 'describeDBInstances', { DBInstanceIdentifier: 'x' })).toEqual([]);
    expect(
      caller.checkInput('batch', 'submitJob', { JobName: 'j', JobQueue: 'q', JobDefinition: 'd' }),
    ).toEqual([]);
  });

  test('have at most twenty faults', () => {
    const input = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`X${i}`, 1]));
    expect(caller.checkInput('sqs', 'listQueues', input)).toHaveLength(20);
  });

  test('may be as deep as the service’s shapes go', () => {
    const deep = parseJson(`${'{"M":{"a":'.repeat(300)}{"S":"x"}${'}}'.repeat(300)}`);
    expect(caller.checkInput('dynamodb', 'getItem', { TableName: 't', Key: { id: deep } }, 'sdk')).toEqual(
      [],
    );
  });
});
