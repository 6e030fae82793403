// What optimized integrations take for parameters beyond what the service's API does, and what they refuse. The cases name where
// AWS was seen to do so.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { resultOf } from '../support.ts';
import { type Driver, openDriver } from './drive.ts';
import { openStandIn, type StandIn } from './stand-in.ts';

let standIn: StandIn;
let driver: Driver;
beforeAll(async () => {
  standIn = await openStandIn();
  driver = openDriver({ dynamodb: standIn.url });
});
afterAll(() => Promise.all([driver.close(), standIn.close()]));

// AWS's samples and public workflows write attribute values as plain texts (48 of 124 workflows with DynamoDB).
test.each<[string, JsonObject, object]>([
  ['getItem', { Key: { id: 'k1' } }, { Key: { id: { S: 'k1' } } }],
  ['deleteItem', { Key: { id: 'k1', sort: { N: '1' } } }, { Key: { id: { S: 'k1' }, sort: { N: '1' } } }],
  ['putItem', { Item: { id: 'k1', note: 'hello' } }, { Item: { id: { S: 'k1' }, note: { S: 'hello' } } }],
  [
    'putItem',
    {
      Item: {
        id: 'k',
        list: { L: ['a', { N: '1' }, { L: ['b'] }] },
        map: { M: { x: 'y' } },
        set: { SS: ['c'] },
      },
    },
    {
      Item: {
        id: { S: 'k' },
        list: { L: [{ S: 'a' }, { N: '1' }, { L: [{ S: 'b' }] }] },
        map: { M: { x: { S: 'y' } } },
        set: { SS: ['c'] },
      },
    },
  ],
  [
    'updateItem',
    { Key: { id: 'k' }, UpdateExpression: 'SET a = :v', ExpressionAttributeValues: { ':v': 'new' } },
    { Key: { id: { S: 'k' } }, ExpressionAttributeValues: { ':v': { S: 'new' } } },
  ],
  [
    'updateItem',
    {
      Key: { id: 'k' },
      AttributeUpdates: { a: { Action: 'PUT', Value: 'v' } },
      Expected: { b: { Value: 'w' } },
    },
    { AttributeUpdates: { a: { Action: 'PUT', Value: { S: 'v' } } }, Expected: { b: { Value: { S: 'w' } } } },
  ],
])('dynamodb:%s takes a plain text as attribute value: %j', async (action, parameters, request) => {
  const what = action.charAt(0).toUpperCase() + action.slice(1);
  standIn.answer(what, { body: {} });
  resultOf(await driver.run(`dynamodb:${action}`, { TableName: 't', ...parameters }));
  expect(JSON.parse(standIn.asked.at(-1)!.body)).toMatchObject({ TableName: 't', ...request });
});

test.each<[string, Json, readonly string[]]>([
  // Only a text is taken for a value; the object in S is in a transcript (aws-cdk 9181).
  [
    'dynamodb:putItem',
    { TableName: 't', Item: { id: 5, flag: true } },
    [
      "The value of the field 'id' has an invalid format",
      "The value of the field 'flag' has an invalid format",
    ],
  ],
  [
    'dynamodb:putItem',
    { TableName: 't', Item: { id: { S: { a: 1 } } } },
    ["The value for the field 'S' must be a STRING"],
  ],
  [
    'dynamodb:putItem',
    { TableName: 't', Item: { id: { N: 5 } } },
    ["The value for the field 'N' must be a STRING"],
  ],
  // AWS samples "quorum with parallel" and "serverless video" write booleans so.
  ['dynamodb:putItem', { TableName: 't', Item: { id: 'k', late: { BOOL: 'false' } } }, []],
  // AWS developer guide, "Passing parameters to a service API": attempts; names in their own form otherwise (aws-cdk 10014).
  [
    'batch:submitJob',
    { JobName: 'j', JobQueue: 'q', JobDefinition: 'd', RetryStrategy: { attempts: 5 } },
    [],
  ],
  [
    'batch:submitJob',
    { JobName: 'j', JobQueue: 'q', JobDefinition: 'd', arrayProperties: {} },
    ['The field "arrayProperties" is not supported by Step Functions'],
  ],
  [
    'sns:publish',
    { Message: { a: 1 }, Subject: { a: 1 } },
    ["The value for the field 'Subject' must be a STRING"],
  ],
  ['sns:publish', { Message: 5 }, ["The value for the field 'Message' must be a STRING"]],
  [
    'sqs:sendMessage',
    { QueueUrl: 'u', MessageBody: true, DelaySeconds: '5' },
    [
      "The value for the field 'MessageBody' must be a STRING",
      "The value for the field 'DelaySeconds' must be an INTEGER",
    ],
  ],
  ['events:putEvents', { Entries: [{ Detail: { a: 1 }, Source: 's', DetailType: 't' }] }, []],
  [
    'events:putEvents',
    { Entries: [{ Detail: { a: 1 }, Source: ['s'] }] },
    ["The value for the field 'Source' must be a STRING"],
  ],
  [
    'glue:startJobRun',
    { JobName: 'j', Arguments: { '--n': 1 } },
    ["The value for the field '--n' must be a STRING"],
  ],
])('%s %j is refused for these reasons, if any', (resource, input, reasons) => {
  expect(driver.check(resource, input)).toEqual(reasons);
});
