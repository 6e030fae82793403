// The context object of a state that is tested. Source: TestState recorded from AWS.

import { afterAll, describe, expect, it } from 'vitest';
import { inline, JSONATA, openStateTester, ROLE, task } from './support.ts';

const tester = openStateTester();
afterAll(() => tester.close());
const { refusal, test } = tester;

const SHOWS = task({ ResultSelector: { 'context.$': '$$' } });
const INPUT = { name: 'f', payload: 1 };
const MOCK = { mock: { result: '{}' } };

async function contextOf(more: object = {}): Promise<Record<string, unknown>> {
  const { output } = await test(SHOWS, INPUT, { ...MOCK, ...more });
  return JSON.parse(output ?? '')['context'] as Record<string, unknown>;
}

describe('without one', () => {
  const UUID = '[0-9a-f-]{36}';
  const states = 'arn:aws:states:us-east-1:123456789012';

  it('it is that of an execution of a machine that was made up', async () => {
    const context = await contextOf({ roleArn: ROLE });
    expect(context).toEqual({
      Execution: {
        Id: expect.stringMatching(`^${states}:express:${UUID}:${UUID}$`),
        Input: INPUT,
        Name: expect.stringMatching(`^${UUID}$`),
        RoleArn: ROLE,
        StartTime: expect.stringMatching(/^\d{4}-.*Z$/),
      },
      StateMachine: {
        Id: expect.stringMatching(`^${states}:stateMachine:${UUID}$`),
        Name: expect.stringMatching(`^${UUID}$`),
      },
      State: { Name: 'StateName', EnteredTime: expect.stringMatching(/Z$/), RetryCount: 0 },
    });
    expect(Object.keys(context['Execution'] as object)).toEqual([
      'Id',
      'Input',
      'Name',
      'RoleArn',
      'StartTime',
    ]);
  });

  it('it has no role when none is given', async () => {
    expect(await contextOf()).toMatchObject({ Execution: { RoleArn: null } });
  });

  // Source: AWS, "Testing state machines with TestState API".
  it('a state inside a Map has its input as the first item', async () => {
    const show = { ...JSONATA, Type: 'Pass', Output: '{% $states.context.Map %}', End: true };
    const definition = {
      StartAt: 'M',
      States: {
        M: inline({ ItemProcessor: { StartAt: 'Show', States: { Show: show } } }),
      },
    };
    const { output } = await test(definition, { a: 1 }, { stateName: 'Show' });
    expect(JSON.parse(output ?? '')).toEqual({ Item: { Index: 0, Value: { a: 1 } } });
  });
});

describe('one that is given', () => {
  it('is taken as it is', async () => {
    for (const context of [
      '{}',
      '{"Execution":{},"State":{},"StateMachine":{}}',
      '{"State":{"RetryCount":3}}',
    ]) {
      expect(await contextOf({ context })).toEqual(JSON.parse(context));
    }
  });

  it('gives the token of a callback', async () => {
    const callback = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken', End: true },
      Parameters: { QueueUrl: 'q', 'MessageBody.$': '$$.Task.Token' },
    };
    const more = { ...MOCK, context: '{"Task":{"Token":"abcd123"}}', inspectionLevel: 'DEBUG' as const };
    const { inspectionData } = await test(callback, {}, more);
    expect(inspectionData?.afterParameters).toBe('{"QueueUrl":"q","MessageBody":"abcd123"}');
  });

  it.each([
    ['{"Execution":{"Id":1}}', 'Execution.Id must be a string'],
    ['{"State":{"RetryCount":"1"}}', 'State.RetryCount must be a number'],
    ['{"Map":{}}', "'Map' field is not supported when mocking a Context object"],
    ['{"Other":{}}', "Field 'Other' is not allowed"],
    ['{"Execution":{"other":1}}', "Field 'other' is not allowed"],
    ['{"State":1}', 'State must be an object'],
    ['[]', 'Context object must be a JSON object'],
    [
      '{"Task":{"Token":"t"}}',
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    ],
  ])('%s is refused', async (context, message) => {
    expect(await refusal(SHOWS, { ...MOCK, context }, INPUT)).toBe(
      `ValidationException: Invalid Context object provided: ${message}`,
    );
  });
});
