// Answers for an order that waits: `node pay.mjs A-17` pays it, `node pay.mjs A-17 Declined` fails it with that error.

import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENDPOINT = process.env.AWS_ENDPOINT_URL ?? 'http://127.0.0.1:8083';
const [order, error] = process.argv.slice(2);
if (order === undefined) throw new Error('Usage: node pay.mjs ORDER [ERROR]');

const { token, amount } = JSON.parse(
  await readFile(join(tmpdir(), 'treadle-callback-order', `${order}.json`), 'utf8'),
);
const [operation, input] =
  error === undefined
    ? [
        'SendTaskSuccess',
        { taskToken: token, output: JSON.stringify({ amount, reference: `paid-${order}` }) },
      ]
    : ['SendTaskFailure', { taskToken: token, error, cause: 'said at the command line' }];
const response = await fetch(ENDPOINT, {
  method: 'POST',
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AWSStepFunctions.${operation}` },
  body: JSON.stringify(input),
});
if (!response.ok) {
  const { __type, message } = await response.json();
  throw new Error(`${__type}: ${message}`);
}
console.log(`${operation} for ${order}`);
