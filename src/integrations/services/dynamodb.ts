// DynamoDB: one item at a time; every other operation is there as aws-sdk:dynamodb.

import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { objectOf } from '../../base/json-object.ts';
import { without } from './json-members.ts';
import type { Action, OptimizedService } from './optimized.ts';

/** DynamoDB returns the capacity only on request; some stand-ins always do. */
const item: Action = {
  request: withAttributes,
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

/**
 * Where the API takes an attribute's value, a plain text stands for `{ S: text }` (samples of AWS write so; version 1 of the
 * Java SDK makes a value of a text). Numbers and booleans do not.
 */
function withAttributes(parameters: JsonObject): JsonObject {
  return mapMembers(parameters, (value, name) => {
    switch (name) {
      case 'Key':
      case 'Item':
      case 'ExpressionAttributeValues':
        return attributes(value);
      case 'AttributeUpdates':
      case 'Expected':
        return isJsonObject(value) ? mapMembers(value, withOperand) : value;
      default:
        return value;
    }
  });
}

/** An entry of the older AttributeUpdates and Expected. */
function withOperand(entry: Json): Json {
  if (!isJsonObject(entry)) return entry;
  return mapMembers(entry, (value, name) => {
    if (name === 'Value') return attribute(value);
    return name === 'AttributeValueList' ? list(value) : value;
  });
}

function attributes(value: Json): Json {
  return isJsonObject(value) ? mapMembers(value, attribute) : value;
}

function attribute(value: Json): Json {
  if (typeof value === 'string') return { S: value };
  if (!isJsonObject(value)) return value;
  return mapMembers(value, (inner, type) => {
    if (type === 'L') return list(inner);
    return type === 'M' ? attributes(inner) : inner;
  });
}

function list(value: Json): Json {
  return isJsonArray(value) ? value.map(attribute) : value;
}

function mapMembers(value: JsonObject, change: (member: Json, name: string) => Json): JsonObject {
  return objectOf(Object.entries(value).map(([name, member]) => [name, change(member, name)]));
}
