// What the crash test runs on the real process: workflows whose end is known beforehand, and the local functions they call.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LoadMachine {
  readonly name: string;
  readonly definition: object;
  /** Output for input `{"n":n,"id":id}`. */
  readonly output: (n: number, id: string) => unknown;
  /** Of its Map Run. */
  readonly items?: (n: number) => number;
  /** Makes the files that the execution finds. @param root of local files */
  readonly prepare?: (root: string, n: number, id: string) => void;
  /** What is wrong with the files that an execution has left that succeeded. */
  readonly left?: (root: string, n: number, id: string) => string | undefined;
}

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:';
export const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:by-hand';

function work(rest: object): object {
  return {
    Type: 'Task',
    Resource: `${FUNCTION}work`,
    Parameters: { 'n.$': '$.n' },
    ResultPath: '$.result',
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 99, MaxDelaySeconds: 2 }],
    ...rest,
  };
}

export const STANDARD: readonly LoadMachine[] = [
  {
    name: 'passes',
    definition: {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Pass', Result: 'b', ResultPath: '$.b', Next: 'C' },
        C: { Type: 'Pass', End: true },
      },
    },
    output: (n, id) => ({ n, id, b: 'b' }),
  },
  {
    name: 'loop',
    definition: {
      StartAt: 'Begin',
      States: {
        Begin: { Type: 'Pass', Result: { i: 0 }, ResultPath: '$.c', Next: 'More' },
        More: {
          Type: 'Choice',
          Choices: [{ Variable: '$.c.i', NumericLessThan: 4, Next: 'Work' }],
          Default: 'Done',
        },
        Work: work({ Next: 'Count' }),
        Count: {
          Type: 'Pass',
          Parameters: { 'i.$': 'States.MathAdd($.c.i, 1)' },
          ResultPath: '$.c',
          Next: 'More',
        },
        Done: { Type: 'Succeed' },
      },
    },
    output: (n, id) => ({ n, id, c: { i: 4 }, result: n * 2 }),
  },
  {
    name: 'parallel',
    definition: {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Work',
              States: { Work: work({ Next: 'Rest' }), Rest: { Type: 'Wait', Seconds: 1, End: true } },
            },
            {
              StartAt: 'Sleep',
              States: { Sleep: { Type: 'Wait', Seconds: 2, OutputPath: '$.n', End: true } },
            },
          ],
          End: true,
        },
      },
    },
    output: (n, id) => [{ n, id, result: n * 2 }, n],
  },
  {
    name: 'map',
    definition: {
      StartAt: 'Items',
      States: {
        Items: {
          Type: 'Pass',
          Result: [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }],
          ResultPath: '$.items',
          Next: 'Each',
        },
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          MaxConcurrency: 2,
          ItemProcessor: { StartAt: 'Work', States: { Work: work({ OutputPath: '$.result', End: true }) } },
          ResultPath: '$.items',
          End: true,
        },
      },
    },
    output: (n, id) => ({ n, id, items: [2, 4, 6, 8] }),
  },
  {
    name: 'waits',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Rest',
      States: {
        Rest: {
          Type: 'Wait',
          Seconds: '{% $states.input.n % 3 + 1 %}',
          Assign: { twice: '{% $states.input.n * 2 %}' },
          Next: 'Again',
        },
        Again: { Type: 'Wait', Seconds: 1, Next: 'Done' },
        Done: { Type: 'Succeed', Output: { twice: '{% $twice %}' } },
      },
    },
    output: (n) => ({ twice: n * 2 }),
  },
  {
    name: 'retries',
    definition: {
      StartAt: 'Flaky',
      States: {
        Flaky: {
          Type: 'Task',
          Resource: `${FUNCTION}flaky`,
          Parameters: { 'attempt.$': '$$.State.RetryCount' },
          ResultPath: '$.result',
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 99, BackoffRate: 1 }],
          Next: 'Bad',
        },
        Bad: {
          Type: 'Task',
          Resource: `${FUNCTION}flaky`,
          Parameters: { attempt: 0 },
          Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Done' }],
          End: true,
        },
        Done: { Type: 'Pass', End: true },
      },
    },
    output: (n, id) => ({ n, id, result: 'at last' }),
  },
  {
    name: 'by-hand',
    definition: {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: ACTIVITY,
          // A worker whose answer to GetActivityTask was lost never knew that it had the task.
          TimeoutSeconds: 5,
          Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 99, BackoffRate: 1 }],
          ResultPath: '$.answer',
          OutputPath: '$.id',
          End: true,
        },
      },
    },
    output: (_, id) => id,
  },
  {
    name: 'children',
    definition: {
      StartAt: 'Items',
      States: {
        Items: { Type: 'Pass', Result: [{ n: 1 }, { n: 2 }, { n: 3 }], Next: 'Each' },
        Each: {
          Type: 'Map',
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
            StartAt: 'Work',
            States: {
              Work: work({ OutputPath: '$.result', Next: 'Rest' }),
              Rest: { Type: 'Wait', Seconds: 1, End: true },
            },
          },
          End: true,
        },
      },
    },
    output: () => [2, 4, 6],
  },
];

/** Express, asynchronous: a function writes the id down. */
export const EXPRESS = {
  name: 'express',
  definition: {
    StartAt: 'Note',
    States: {
      Note: {
        Type: 'Task',
        Resource: `${FUNCTION}note`,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 99, MaxDelaySeconds: 2 }],
        End: true,
      },
    },
  },
};

/** Writes the functions into the folder. @param maps root of local files @returns the value of `TREADLE_FUNCTIONS`. */
export function writeFunctions(folder: string, notes: string, maps: string): string {
  writeFileSync(
    join(folder, 'functions.mjs'),
    `import { appendFileSync, rmSync } from 'node:fs';
export const work = async ({ n }) => {
  await new Promise((resolve) => setTimeout(resolve, (n * 37) % 150));
  return n * 2;
};
export const flaky = async ({ attempt }) => {
  if (attempt < 1) throw new Error('not yet');
  return 'at last';
};
export const note = async ({ id }) => {
  appendFileSync(${JSON.stringify(notes)}, id + '\\n');
  return id;
};
export const consume = async ({ key, index }) => {
  await new Promise((resolve) => setTimeout(resolve, (index * 37) % 150));
  rmSync(${JSON.stringify(join(maps, 'inbox'))} + '/' + key, { force: true });
  return { key, index };
};
export const rows = async ({ items }) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return items.map(({ row }) => Number(row));
};
`,
  );
  const names = ['work', 'flaky', 'note', 'consume', 'rows'];
  return JSON.stringify(
    Object.fromEntries(
      names.map((name) => [name, { handler: `./functions.${name}`, concurrency: 6, timeout: 30 }]),
    ),
  );
}
