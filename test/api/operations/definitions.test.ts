import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFINITION, openTestApi, type TestApi } from '../test-api.ts';

let t: TestApi;
beforeEach(() => {
  t = openTestApi();
});
afterEach(() => t.close());

const validate = (definition: string, more: object = {}) =>
  t.call('ValidateStateMachineDefinition', { definition, ...more });

test('finds nothing in a good definition', async () => {
  expect(await validate(DEFINITION)).toEqual({ result: 'OK', diagnostics: [], truncated: false });
});

test('answers a broken definition with its diagnostics', async () => {
  const answer = await validate('{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"}}}');
  expect(answer.result).toBe('FAIL');
  expect(answer.diagnostics[0]).toEqual({
    severity: 'ERROR',
    code: 'MISSING_TRANSITION_TARGET',
    message: "Missing 'Next' target: B",
    location: '/States/A/Next',
  });
});

test('answers an empty definition with a diagnostic', async () => {
  const answer = await validate('');
  expect(answer.result).toBe('FAIL');
  expect(answer.diagnostics).toHaveLength(1);
});

test('cuts the list, never the result', async () => {
  const definition =
    '{"StartAt":"X","States":{"A":{"Type":"Pass","Next":"B"},"C":{"Type":"Pass","Next":"D"}}}';
  const answer = await validate(definition, { maxResults: 1 });
  expect(answer).toMatchObject({ result: 'FAIL', truncated: true });
  expect(answer.diagnostics).toHaveLength(1);
});

test('shows warnings on request; they do not make it fail', async () => {
  const definition = '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"c.$":"$.x"},"End":true}}}';
  expect(await validate(definition)).toEqual({ result: 'OK', diagnostics: [], truncated: false });
  const { result, diagnostics } = await validate(definition, { severity: 'WARNING' });
  expect(result).toBe('OK');
  expect(diagnostics.map(({ severity, code }) => [severity, code])).toEqual([
    ['WARNING', 'PASS_RESULT_IS_STATIC'],
  ]);
});

test.each<[string, object, string]>([
  ['maxResults', { maxResults: 101 }, 'less than or equal to 100'],
  ['severity', { severity: 'INFO' }, 'Member must satisfy enum value set: [ERROR, WARNING]'],
  ['type', { type: 'FAST' }, 'Member must satisfy enum value set: [STANDARD, EXPRESS]'],
])('refuses a wrong %s', async (_name, more, expected) => {
  const refusal = await t.refusal('ValidateStateMachineDefinition', { definition: DEFINITION, ...more });
  expect(refusal).toContain(`ValidationException: 1 validation error detected: `);
  expect(refusal).toContain(expected);
});

test('checks against the type that is given', async () => {
  const definition = JSON.stringify({
    StartAt: 'A',
    States: {
      A: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: {},
        End: true,
      },
    },
  });
  expect((await validate(definition)).result).toBe('OK');
  expect((await validate(definition, { type: 'EXPRESS' })).result).toBe('FAIL');
});
