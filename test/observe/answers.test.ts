// Which answers of a service are worth another attempt.

import { expect, test } from 'vitest';
import type { AwsAnswer } from '../../src/aws/call.ts';
import { answerToSent } from '../../src/observe/answers.ts';

const FAILED: Extract<AwsAnswer, { ok: false }> = {
  ok: false,
  error: 'Code',
  exception: undefined,
  message: 'Text',
  httpStatus: 400,
  requestId: undefined,
  extendedRequestId: undefined,
  serviceName: 'CloudWatchLogs',
};

test.each<[Partial<typeof FAILED>, 'again' | 'refused']>([
  [{}, 'refused'],
  [{ httpStatus: 403, error: 'AccessDeniedException' }, 'refused'],
  [{ httpStatus: 500 }, 'again'],
  [{ httpStatus: 503 }, 'again'],
  [{ httpStatus: 429 }, 'again'],
  [{ error: 'ThrottlingException' }, 'again'],
  [{ error: 'LimitExceededException' }, 'again'],
  [{ httpStatus: undefined, noAnswer: 'unreachable' }, 'again'],
  [{ httpStatus: undefined, noAnswer: 'no credentials' }, 'again'],
  [{ httpStatus: undefined, noAnswer: 'aborted' }, 'again'],
  [{ httpStatus: undefined, noAnswer: 'unwritable' }, 'refused'],
  [{ httpStatus: 200, noAnswer: 'malformed' }, 'refused'],
])('%j is %s', (answer, outcome) => {
  const sent = answerToSent({ ...FAILED, ...answer });
  expect(sent).toEqual({ outcome, reason: `${answer.error ?? 'Code'}: Text` });
});

test('an answer is one', () => {
  expect(answerToSent({ ok: true, output: {}, httpStatus: 200, headers: {}, requestId: '' })).toEqual({
    outcome: 'sent',
  });
});
