import { expect, test } from 'vitest';
import {
  failure,
  sdk1Cause,
  sdkHttpMetadata,
  spellHeaders,
  spellingsOf,
  success,
} from '../../src/integrations/outcome.ts';

test('a task ends with a result as JSON text, or with an error and its cause', () => {
  expect(success({ a: [1] })).toEqual({ status: 'completed', outputText: '{"a":[1]}' });
  expect(failure('E', 'why')).toEqual({ status: 'failed', error: 'E', cause: 'why' });
});

test('a cause names service, status, code and request as version 1 of the Java SDK does', () => {
  const refusal = { message: 'no', status: 400, code: 'Bad' };
  expect(sdk1Cause('AmazonSQS', refusal, 'id')).toBe(
    'no (Service: AmazonSQS; Status Code: 400; Error Code: Bad; Request ID: id; Proxy: null)',
  );
  expect(sdk1Cause('AmazonSQS', refusal, undefined)).toContain('Request ID: null;');
});

test('headers are spelled as AWS does and sorted without regard to case', () => {
  const spellings = spellingsOf('x-amzn-RequestId', 'Date');
  const headers = spellHeaders({ 'x-amzn-requestid': 'r', server: 's', DATE: 'd' }, spellings);
  expect(headers).toEqual([
    ['Date', 'd'],
    ['server', 's'],
    ['x-amzn-RequestId', 'r'],
  ]);
  expect(sdkHttpMetadata(headers.slice(0, 1), 201)).toEqual({
    AllHttpHeaders: { Date: ['d'] },
    HttpHeaders: { Date: 'd' },
    HttpStatusCode: 201,
  });
});
