// What the chaos test runs: a task of every kind, each attempt with a name of its own in what is sent, so that whatever comes
// back can be told to belong to it. Every workflow ends, whatever its tasks do.

const PATIENCE = {
  Retry: [
    { ErrorEquals: ['States.DataLimitExceeded'], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 },
    { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 },
  ],
  Catch: [
    { ErrorEquals: ['States.DataLimitExceeded'], ResultPath: null, Next: 'Given' },
    { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Given' },
  ],
};

/** `run-7~Call~0`: execution, state, attempt. */
const WHO = "States.Format('{}~{}~{}', $$.Execution.Name, $$.State.Name, $$.State.RetryCount)";

export function whoIn(text: string | undefined): string | undefined {
  return /run-\d+~\w+~\d+/.exec(text ?? '')?.[0];
}

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:chaos';

/** Task states by name. @param url of the world, for HTTP tasks. */
function tasks(url: string): Readonly<Record<string, object>> {
  return {
    Function: { Resource: FUNCTION, Parameters: { 'who.$': WHO } },
    Invoke: {
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'chaos', Payload: { 'who.$': WHO } },
    },
    Job: {
      Resource: 'arn:aws:states:::ecs:runTask.sync',
      Parameters: { TaskDefinition: 'chaos', Cluster: 'chaos', 'Group.$': WHO },
      // Time to be looked at twice.
      TimeoutSeconds: 6,
    },
    Callback: {
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Parameters: {
        QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/chaos',
        MessageBody: { 'who.$': WHO, 'token.$': '$$.Task.Token' },
      },
      TimeoutSeconds: 4,
      HeartbeatSeconds: 3,
    },
    Http: {
      Resource: 'arn:aws:states:::http:invoke',
      Parameters: {
        ApiEndpoint: `${url}/http`,
        Method: 'POST',
        RequestBody: { 'who.$': WHO },
        Authentication: { ConnectionArn: 'arn:aws:events:us-east-1:123456789012:connection/chaos/1' },
      },
    },
  };
}

function taskState(task: object, next: object): object {
  return { Type: 'Task', TimeoutSeconds: 2, ResultPath: '$.result', ...task, ...PATIENCE, ...next };
}

/** Definitions by name: every task alone, all in sequence, and branches that are cut off when another one fails. */
export function workflows(url: string): Readonly<Record<string, object>> {
  const all = tasks(url);
  const names = Object.keys(all);
  const alone = Object.fromEntries(
    names.map((name): [string, object] => [
      name.toLowerCase(),
      {
        StartAt: name,
        States: { [name]: taskState(all[name]!, { End: true }), Given: { Type: 'Pass', End: true } },
      },
    ]),
  );
  const sequence = {
    StartAt: names[0],
    States: {
      ...Object.fromEntries(
        names.map((name, i) => [name, taskState(all[name]!, { Next: names[i + 1] ?? 'Given' })]),
      ),
      Given: { Type: 'Pass', End: true },
    },
  };
  const branch = (name: string): object => ({
    StartAt: name,
    States: { [name]: { Type: 'Task', TimeoutSeconds: 5, ...all[name], End: true } },
  });
  const cutOff = {
    StartAt: 'Both',
    States: {
      // Not tried again: the attempts of the second time would have the names of the first.
      Both: {
        Type: 'Parallel',
        Branches: ['Function', 'Job', 'Callback'].map(branch),
        Catch: PATIENCE.Catch,
        End: true,
      },
      Given: { Type: 'Pass', End: true },
    },
  };
  return { ...alone, sequence, 'cut-off': cutOff };
}
