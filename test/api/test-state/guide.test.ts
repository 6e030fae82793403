// The example of docs/guide/testing-states.md gives what the page says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStateTester } from './support.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/guide/testing-states.md'), 'utf8');
const tester = openStateTester();
afterAll(() => tester.close());

function block(tag: string): object {
  const [, text] = page.split(`\`\`\`json ${tag}\n`);
  return JSON.parse(text!.split('\n```')[0]!) as object;
}

/** The value of an option of the command line, in quotes. */
function option(name: string): string {
  return new RegExp(`--${name} '(.*)'`).exec(page)![1]!;
}

it('the example answers what the page shows', async () => {
  const answer = await tester.test(block('charge.json'), undefined, {
    input: option('input'),
    mock: JSON.parse(option('mock')) as object,
    inspectionLevel: 'DEBUG',
  } as object);
  expect(answer).toEqual(block('answer'));
});

it('the test in Python holds', async () => {
  const answer = await tester.test(
    block('charge.json'),
    { order: {} },
    {
      inspectionLevel: 'DEBUG',
      mock: { errorOutput: { error: 'Lambda.TooManyRequestsException', cause: 'Rate exceeded' } },
      stateConfiguration: { retrierRetryCount: 1 },
    },
  );
  expect(answer.status).toBe('RETRIABLE');
  expect(answer.inspectionData?.errorDetails).toEqual({ retryIndex: 0, retryBackoffIntervalSeconds: 4 });
});
