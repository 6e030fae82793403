import { expect, test } from 'vitest';
import { parseFunctionName } from '../../../src/integrations/lambda/function-name.ts';

test.each<[string, string, string | undefined, string | undefined, string | undefined]>([
  ['my-function', 'my-function', undefined, undefined, undefined],
  ['my-function:v1', 'my-function', 'v1', undefined, undefined],
  ['my-function:$LATEST', 'my-function', '$LATEST', undefined, undefined],
  ['123456789012:function:f', 'f', undefined, undefined, '123456789012'],
  ['123456789012:function:f:7', 'f', '7', undefined, '123456789012'],
  ['arn:aws:lambda:us-west-2:123456789012:function:f', 'f', undefined, 'us-west-2', '123456789012'],
  ['arn:aws-cn:lambda:cn-north-1:123456789012:function:f:live', 'f', 'live', 'cn-north-1', '123456789012'],
])('reads %s', (text, name, qualifier, region, account) => {
  expect(parseFunctionName(text)).toMatchObject({ name, qualifier, region, account });
});

test.each(['', 'a b', 'arn:aws:sqs:us-east-1:123456789012:q', 'f:', 'f:a:b', '../f', 'f\n'])(
  'refuses %j',
  (text) => {
    expect(parseFunctionName(text)).toBeUndefined();
  },
);
