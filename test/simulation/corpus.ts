// A fixed set of executions that between them wait, call, retry, fail, branch and come back: what the sweep crashes at every
// write. Where branches run side by side their tasks take so different times that a crash never changes who is first.

export interface Case {
  readonly name: string;
  readonly definition: object;
  readonly input: string;
  /** How it ends. */
  readonly status: string;
}

const CALL = 'arn:aws:lambda:us-east-1:123456789012:function:simulated';

function task(mode: string, ms: number, rest: object = {}, times = 1): object {
  return {
    Type: 'Task',
    Resource: CALL,
    Parameters: { mode, ms, times, 'attempt.$': '$$.State.RetryCount', 'in.$': '$' },
    ResultPath: '$.result',
    ...rest,
  };
}

function service(resource: string, mode: string, ms: number, rest: object = {}): object {
  const token = resource.endsWith('.waitForTaskToken') ? { 'token.$': '$$.Task.Token' } : {};
  return {
    Type: 'Task',
    Resource: `arn:aws:states:::${resource}`,
    Parameters: { mode, ms, times: 1, attempt: 0, ...token },
    ResultPath: '$.result',
    ...rest,
  };
}

const RETRY = { ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 2, BackoffRate: 2 };

export const CORPUS: readonly Case[] = [
  {
    name: 'passes',
    input: '{"n":1}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Pass', Assign: { x: 1 }, Next: 'C' },
        C: { Type: 'Pass', Parameters: { 'x.$': '$x' }, ResultPath: '$.c', End: true },
      },
    },
  },
  {
    name: 'loop',
    input: '{"c":{"i":0}}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'More',
      States: {
        More: {
          Type: 'Choice',
          Choices: [{ Variable: '$.c.i', NumericLessThan: 3, Next: 'Work' }],
          Default: 'Done',
        },
        Work: task('good', 1_000, { Next: 'Count' }),
        Count: {
          Type: 'Pass',
          Parameters: { 'i.$': 'States.MathAdd($.c.i, 1)' },
          ResultPath: '$.c',
          Next: 'More',
        },
        Done: { Type: 'Succeed' },
      },
    },
  },
  {
    name: 'waits',
    input: '{"n":3}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Short',
      States: {
        Short: { Type: 'Wait', Seconds: 1, Next: 'Path' },
        Path: { Type: 'Wait', SecondsPath: '$.n', Next: 'Until' },
        Until: { Type: 'Wait', Timestamp: '2026-01-02T05:00:00Z', Next: 'Work' },
        Work: task('good', 5, { End: true }),
      },
    },
  },
  {
    name: 'retries',
    input: '{}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Flaky',
      States: {
        Flaky: task('flaky', 100, { Retry: [RETRY], Next: 'Bad' }, 2),
        Bad: task('bad', 100, {
          Retry: [{ ...RETRY, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }],
          End: true,
        }),
        Done: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'timeouts',
    input: '{}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Silent',
      States: {
        Silent: task('silent', 0, {
          TimeoutSeconds: 10,
          Retry: [{ ...RETRY, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.error', Next: 'Late' }],
          End: true,
        }),
        Late: task('late', 0, {
          TimeoutSeconds: 20,
          Catch: [{ ErrorEquals: ['States.Timeout'], ResultPath: '$.late', Next: 'Done' }],
          End: true,
        }),
        Done: { Type: 'Wait', Seconds: 600, End: true },
      },
    },
  },
  {
    name: 'parallel',
    input: '{"n":1}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Fast',
              States: {
                Fast: task('good', 1_000, { Next: 'Faster' }),
                Faster: task('good', 10, { End: true }),
              },
            },
            {
              StartAt: 'Slow',
              States: {
                Slow: { Type: 'Wait', Seconds: 300, Next: 'Slower' },
                Slower: task('good', 100_000, { End: true }),
              },
            },
          ],
          ResultPath: '$.both',
          Next: 'Done',
        },
        Done: { Type: 'Succeed' },
      },
    },
  },
  {
    name: 'parallel that fails',
    input: '{}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Bad', States: { Bad: task('bad', 5_000, { End: true }) } },
            { StartAt: 'Cut', States: { Cut: task('silent', 0, { End: true }) } },
          ],
          Retry: [{ ...RETRY, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }],
          Next: 'Done',
        },
        Done: { Type: 'Pass', End: true },
      },
    },
  },
  {
    name: 'map',
    input: '{"items":[{"ms":1000},{"ms":60000},{"ms":3000000}]}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'All',
      States: {
        All: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemProcessor: {
            StartAt: 'Item',
            States: {
              Item: {
                Type: 'Task',
                Resource: CALL,
                Parameters: { mode: 'good', 'ms.$': '$.ms', times: 1, attempt: 0 },
                ResultPath: '$.result',
                End: true,
              },
            },
          },
          Next: 'OneByOne',
        },
        OneByOne: {
          Type: 'Map',
          MaxConcurrency: 1,
          ItemProcessor: {
            StartAt: 'Rest',
            States: {
              Rest: { Type: 'Wait', Seconds: 2, Next: 'Again' },
              Again: task('good', 100, { End: true }),
            },
          },
          End: true,
        },
      },
    },
  },
  {
    name: 'callback',
    input: '{}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Ask',
      States: {
        Ask: service('sqs:sendMessage.waitForTaskToken', 'good', 5_000, { Next: 'Refused' }),
        Refused: service('sqs:sendMessage.waitForTaskToken', 'bad', 5_000, {
          Catch: [{ ErrorEquals: ['Simulated.Error'], ResultPath: '$.error', Next: 'Unheard' }],
          End: true,
        }),
        Unheard: service('sqs:sendMessage.waitForTaskToken', 'silent', 0, {
          TimeoutSeconds: 60,
          HeartbeatSeconds: 30,
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }],
          End: true,
        }),
        Done: { Type: 'Succeed' },
      },
    },
  },
  {
    name: 'job',
    input: '{}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'Job',
      States: {
        Job: service('ecs:runTask.sync', 'good', 10_000, { Next: 'Worse' }),
        Worse: service('ecs:runTask.sync', 'bad', 10_000, {
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }],
          End: true,
        }),
        Done: { Type: 'Succeed' },
      },
    },
  },
  {
    name: 'children',
    input: '{"items":[{"n":1},{"n":2},{"n":3}]}',
    status: 'SUCCEEDED',
    definition: {
      StartAt: 'All',
      States: {
        All: {
          Type: 'Map',
          ItemsPath: '$.items',
          Label: 'Child',
          MaxConcurrency: 1,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Child',
            States: {
              Child: task('good', 1_000, { Next: 'Rest' }),
              Rest: { Type: 'Wait', Seconds: 5, End: true },
            },
          },
          End: true,
        },
      },
    },
  },
  {
    name: 'jsonata that fails',
    input: '{"n":2}',
    status: 'FAILED',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { total: '{% $states.input.n * 21 %}' }, Next: 'Work' },
        Work: {
          Type: 'Task',
          Resource: CALL,
          Arguments: { mode: 'good', ms: 50, times: 1, attempt: 0, total: '{% $total %}' },
          Assign: { total: '{% $total + 1 %}' },
          Output: '{% {"result": $states.result, "total": $total} %}',
          Next: 'Rest',
        },
        Rest: { Type: 'Wait', Seconds: '{% $total %}', Next: 'Fail' },
        Fail: { Type: 'Fail', Error: 'Over', Cause: '{% "at " & $string($total) %}' },
      },
    },
  },
];
