// Source of the events: AWS, "HistoryEvent"; their order and fields as recorded. Tasks answered by token have a file of
// their own, task-tokens.test.ts.

import { describe, expect, it, test } from 'vitest';
import type { Command } from '../../../src/interpreter/command.ts';
import { run } from '../../support/drive.ts';
import { ACTIVITY, CALLBACK, JOB, LAMBDA, only, task } from '../../support/machine.ts';
import { session, succeeded } from '../../support/session.ts';

const CALL = 'arn:aws:states:::lambda:invoke';
const SERVICE = { resourceType: 'lambda', resource: 'invoke' };
const failed = { status: 'failed', error: 'E', cause: 'why' } as const;
const take: Command = { type: 'StartActivity', scheduled: 3, workerName: 'w' };

/** The events after …StateEntered without what every event has. */
function events(fields: object, ...commands: Command[]): object[] {
  const one = session(only(task(fields)));
  one.start({ role: 'arn:aws:iam::123456789012:role/x' });
  for (const command of commands) one.tell(command);
  return one.events
    .slice(2)
    .filter(({ type }) => !/^Execution|Exited$/.test(type))
    .map(
      ({ id: _id, at: _at, previous: _previous, frame: _frame, ...rest }) =>
        JSON.parse(JSON.stringify(rest)) as object,
    );
}

const complete = (outcome: Extract<Command, { type: 'CompleteTask' }>['outcome']): Command => ({
  type: 'CompleteTask',
  scheduled: 3,
  outcome,
});

describe('the events of a task', () => {
  it('by the ARN of a function', () => {
    const fields = { TimeoutSeconds: 5, Credentials: { 'RoleArn.$': '$.role' }, Parameters: { a: 1 } };
    expect(events(fields, complete(succeeded(2)))).toEqual([
      {
        type: 'LambdaFunctionScheduled',
        resource: LAMBDA,
        input: {},
        timeoutInSeconds: 5,
        taskCredentials: 'arn:aws:iam::123456789012:role/x',
      },
      { type: 'LambdaFunctionStarted' },
      { type: 'LambdaFunctionSucceeded', output: {} },
    ]);
  });

  it('of a service', () => {
    const fields = {
      Resource: CALL,
      HeartbeatSeconds: 9,
      TimeoutSeconds: 10,
      Parameters: { FunctionName: 'f' },
    };
    expect(events(fields, complete(failed))).toEqual([
      {
        type: 'TaskScheduled',
        ...SERVICE,
        region: 'us-east-1',
        parameters: {},
        timeoutInSeconds: 10,
        heartbeatInSeconds: 9,
      },
      { type: 'TaskStarted', ...SERVICE },
      { type: 'TaskFailed', ...SERVICE, error: 'E', cause: 'why' },
    ]);
  });

  it('of an activity', () => {
    const fields = { Resource: ACTIVITY, HeartbeatSeconds: 9 };
    expect(events(fields, take, complete(failed))).toEqual([
      { type: 'ActivityScheduled', resource: ACTIVITY, input: {}, heartbeatInSeconds: 9, token: 'token-3' },
      { type: 'ActivityStarted', workerName: 'w' },
      { type: 'ActivityFailed', error: 'E', cause: 'why' },
    ]);
    const [, anonymous] = events(fields, { ...take, workerName: undefined });
    expect(anonymous).toStrictEqual({ type: 'ActivityStarted' });
  });

  it('leave out what is not known of a failure', () => {
    const nothing = complete({ status: 'failed', error: undefined, cause: undefined });
    expect(events({}, nothing).at(-1)).toStrictEqual({ type: 'LambdaFunctionFailed' });
  });
});

describe('the task token', () => {
  test.each([
    [ACTIVITY, {}, true],
    [CALLBACK, { Parameters: { FunctionName: 'f' } }, true],
    [JOB, { Parameters: { StateMachineArn: 'arn' } }, true],
    [CALL, { Parameters: { FunctionName: 'f' } }, false],
    [LAMBDA, {}, false],
  ])('%s', (Resource, fields, expected) => {
    const [scheduled] = events({ Resource, ...fields });
    expect('token' in (scheduled ?? {})).toBe(expected);
  });
});

describe('the call', () => {
  it('is an effect with everything an integration needs', () => {
    const one = session(
      only(task({ Resource: CALLBACK, Parameters: { FunctionName: 'f' }, Credentials: { RoleArn: 'role' } })),
    );
    one.start();
    expect(one.effects).toMatchObject([
      {
        type: 'InvokeTask',
        scheduled: 3,
        stateName: 'S',
        invocation: 0,
        resource: { kind: 'service', service: 'lambda', pattern: 'waitForTaskToken' },
        token: 'token-3',
        credentials: 'role',
        submitted: undefined,
      },
    ]);
    expect(one.effects[0]).toHaveProperty('input.text', '{"FunctionName":"f"}');
  });

  it('of an activity is offered as soon as it is scheduled', () => {
    const one = session(only(task({ Resource: ACTIVITY })));
    one.start();
    expect(one.effects).toMatchObject([{ type: 'InvokeTask', scheduled: 3 }]);
    expect(one.events.at(-1)?.type).toBe('ActivityScheduled');
  });

  it('of a job that is submitted is made once more, to wait for its end', () => {
    const one = session(only(task({ Resource: JOB, Parameters: { StateMachineArn: 'arn' } })));
    one.start();
    one.tell({ type: 'SubmitTask', scheduled: 3, output: succeeded({ id: 1 }).output });
    expect(one.effects).toHaveLength(2);
    expect(one.effects[1]).toHaveProperty('submitted.text', '{"id":1}');
    expect(one.events.at(-1)).toMatchObject({
      type: 'TaskSubmitted',
      resourceType: 'states',
      resource: 'startExecution.sync',
    });
  });

  it('is called off when its time is over, unless nobody makes it', () => {
    const late = session(only(task({ TimeoutSeconds: 5 })));
    late.start();
    late.passTime(5);
    expect(late.effects.at(-1)).toEqual({ type: 'CancelTask', scheduled: 3 });
    const worker = session(only(task({ Resource: ACTIVITY, TimeoutSeconds: 5 })));
    worker.start();
    worker.tell(take);
    worker.passTime(5);
    expect(worker.effects.map(({ type }) => type)).toEqual(['InvokeTask']);
  });

  it('is not called off when a worker answers after the service has its request', () => {
    const one = session(only(task({ Resource: CALLBACK, Parameters: { FunctionName: 'f' } })));
    one.start();
    one.tell({ type: 'SubmitTask', scheduled: 3, output: succeeded({}).output });
    one.tell({ ...complete(succeeded(1)), by: 'token' } as Command);
    expect(one.effects.map(({ type }) => type)).toEqual(['InvokeTask']);
    expect(one.state.output?.text).toBe('1');
  });
});

describe('what stops a task before it is scheduled', () => {
  const scheduledNothing = (fields: object, env: object = {}, input: object = {}) => {
    const { end, trace } = run(only(task(fields)), { ...input } as Record<string, never>, { env });
    expect(trace).toHaveLength(3);
    return end.replace(/An error occurred .*?\)\. /, '');
  };

  it('an activity that does not exist, unless it is mocked', () => {
    const env = { knowsActivity: () => false };
    expect(scheduledNothing({ Resource: ACTIVITY }, env)).toBe(
      `FAILED States.Runtime: The activity ${ACTIVITY} does not exist.`,
    );
    const mocked = { ...env, isMocked: (_info: unknown, name: string) => name === 'S' };
    expect(
      run(only(task({ Resource: ACTIVITY })), {}, { env: mocked, tasks: { S: { output: 1 } } }).output,
    ).toBe(1);
    const other = { ...env, isMocked: () => false };
    expect(scheduledNothing({ Resource: ACTIVITY }, other)).toContain('does not exist');
  });

  it('parameters that the integration would not take', () => {
    const checkParameters = (resource: { action: string }, input: unknown) =>
      resource.action === 'invoke' && JSON.stringify(input) === '{"FunctionName":"f"}' ? ['no', 'never'] : [];
    const fields = { Resource: CALL, Parameters: { FunctionName: 'f' } };
    expect(scheduledNothing(fields, { checkParameters })).toBe(
      `FAILED States.Runtime: The Parameters '{"FunctionName":"f"}' could not be used to start the Task: [no, never]`,
    );
    const asked = { checkParameters: () => ['no'] };
    expect(run(only(task()), {}, { env: asked, tasks: { S: { output: 1 } } }).output).toBe(1);
  });

  test.each([
    ['', '""'],
    [7, '7'],
  ])('Credentials with the role %j', (role, shown) => {
    expect(scheduledNothing({ Credentials: { 'RoleArn.$': '$.role' } }, {}, { role })).toBe(
      `FAILED States.Runtime: The field 'RoleArn' of Credentials must be a string but was: ${shown}`,
    );
  });
});

describe('parameters that Step Functions adds', () => {
  const added = { AssociateWithParent: true };
  const calls = (fields: object, addedParameters: () => object | undefined) =>
    run(only(task(fields)), 5, { env: { addedParameters } as object, tasks: { S: { output: 1 } } }).calls[
      'S'
    ];

  it('go last, and only into an object', () => {
    const fields = { Resource: CALL, Parameters: { FunctionName: 'f' } };
    expect(JSON.stringify(calls(fields, () => added))).toBe(
      '[{"FunctionName":"f","AssociateWithParent":true}]',
    );
    expect(calls(fields, () => undefined)).toEqual([{ FunctionName: 'f' }]);
    expect(calls({}, () => added)).toEqual([5]);
  });
});

describe('a result that is too large', () => {
  test.each([
    [LAMBDA, {}, 'LambdaFunctionFailed', LAMBDA],
    [CALL, { Parameters: { FunctionName: 'f' } }, 'TaskFailed', 'lambda'],
  ])('of %s fails the task, and says who gave it', (Resource, fields, type, source) => {
    const { trace, end } = run(
      only(task({ Resource, ...fields })),
      {},
      {
        limits: { payloadBytes: 30 },
        tasks: { S: { output: 'x'.repeat(40) } },
      },
    );
    expect(trace[4]).toBe(`5<4 ${type} States.DataLimitExceeded`);
    expect(end).toBe(
      `FAILED States.DataLimitExceeded: The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  });
});

test('a timed-out task says so, whichever time ran out', () => {
  const silent = { tasks: { S: 'never' as const } };
  const fields = { Resource: CALL, Parameters: { FunctionName: 'f' }, TimeoutSeconds: 4 };
  expect(run(only(task(fields)), {}, silent).trace[4]).toBe('5<4 TaskTimedOut States.Timeout');
  const beating = run(only(task({ ...fields, HeartbeatSeconds: 3 })), {}, silent);
  expect([beating.trace[4], beating.tookMs]).toEqual(['5<4 TaskTimedOut States.Timeout', 3000]);
});
