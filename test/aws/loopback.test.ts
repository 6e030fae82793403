import { expect, test } from 'vitest';
import { asRefusal, createLoopback } from '../../src/aws/loopback.ts';
import { NEVER } from '../integrations/support.ts';

const REQUEST = {
  headers: {
    'x-amz-target': 'AWSStepFunctions.StartExecution',
    'content-type': 'application/x-amz-json-1.0',
  },
  body: '{"name":"n"}',
  signal: NEVER,
};

test('a request is an operation with its input, and the answer is one of HTTP', async () => {
  const asked: unknown[] = [];
  const loopback = createLoopback(
    async (...request) => {
      asked.push(request);
      return { executionArn: 'a' };
    },
    () => 'id-1',
  );
  const { statusCode, headers, body } = await loopback(REQUEST);
  expect(asked).toEqual([['StartExecution', { name: 'n' }, NEVER]]);
  expect({ statusCode, headers, body: new TextDecoder().decode(body) }).toEqual({
    statusCode: 200,
    headers: { 'x-amzn-requestid': 'id-1', 'content-type': 'application/x-amz-json-1.0' },
    body: '{"executionArn":"a"}',
  });
});

test('a refusal has its status, code and message', async () => {
  const refusal = Object.assign(new Error('no such name'), { code: 'InvalidName', status: 400 });
  const loopback = createLoopback(
    () => Promise.reject(refusal),
    () => 'id',
  );
  const { statusCode, body } = await loopback(REQUEST);
  expect(statusCode).toBe(400);
  expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
    __type: 'InvalidName',
    message: 'no such name',
  });
});

test.each<unknown>([
  new TypeError('a bug'),
  { code: 'X', message: 'm' },
  { code: 1, message: 'm', status: 400 },
  undefined,
])('%o is no refusal but a bug', (error) => {
  let thrown: unknown = 'nothing';
  try {
    asRefusal(error);
  } catch (caught) {
    thrown = caught;
  }
  expect(thrown).toBe(error);
});
