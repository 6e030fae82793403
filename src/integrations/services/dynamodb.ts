// DynamoDB: one item at a time; every other operation is there as aws-sdk:dynamodb.

import type { JsonObject } from '../../base/json.ts';
import { without } from './json-members.ts';
import type { Action, OptimizedService } from './optimized.ts';

/** DynamoDB returns the capacity only on request; some stand-ins always do. */
const item: Action = {
  answer: (output: JsonObject, { ReturnConsumedCapacity }) =>
    ReturnConsumedCapacity === 'TOTAL' || ReturnConsumedCapacity === 'INDEXES'
      ? output
      : without(output, ['ConsumedCapacity']),
};

export const dynamodb: OptimizedService = {
  sdk: 'dynamodb',
  prefix: 'DynamoDB',
  label: 'AmazonDynamoDBv2',
  base: 'AmazonDynamoDBException',
  actions: { getItem: item, putItem: item, updateItem: item, deleteItem: item },
};
