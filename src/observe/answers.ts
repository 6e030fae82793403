// What an answer of a service means for a delivery: done, to be tried again, or never to be taken.

import type { AwsAnswer } from '../aws/call.ts';
import type { Sent } from './batches.ts';

/** What passes: nobody answered, the service is busy or ill, credentials may come. */
const PASSING: ReadonlySet<string> = new Set([
  'unreachable',
  'aborted',
  'no credentials',
  'role not assumed',
]);

export function answerToSent(answer: AwsAnswer): Sent {
  if (answer.ok) return { outcome: 'sent' };
  const { error, message, noAnswer, httpStatus = 0 } = answer;
  const reason = `${error}: ${message}`;
  const passes =
    noAnswer === undefined
      ? httpStatus >= 500 || httpStatus === 429 || /Throttl|TooManyRequests|LimitExceeded/.test(error)
      : PASSING.has(noAnswer);
  return { outcome: passes ? 'again' : 'refused', reason };
}
