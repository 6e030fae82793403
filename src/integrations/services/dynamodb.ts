// DynamoDB: one item at a time; every other operation is there as aws-sdk:dynamodb.

import type { OptimizedService } from './optimized.ts';

export const dynamodb: OptimizedService = {
  sdk: 'dynamodb',
  prefix: 'DynamoDB',
  label: 'AmazonDynamoDBv2',
  base: 'AmazonDynamoDBException',
  actions: { getItem: {}, putItem: {}, updateItem: {}, deleteItem: {} },
};
