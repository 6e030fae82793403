// The child process of `npm run mutate` that runs tests: one Vitest kept warm, one run per message. A process of its own,
// because a change may make a test loop for ever; then it is killed from outside.

import { createVitest, type Reporter, type TestSpecification } from 'vitest/node';

export interface RunRequest {
  /** Absolute paths of sources that have changed since the last run. */
  readonly changed: readonly string[];
  /** Absolute paths of test files in the order in which to run them, with the tests to run if not all. */
  readonly tests: readonly { readonly file: string; readonly ids?: readonly string[] }[];
  /** Go on after a failure, and answer what each test entered. */
  readonly all?: boolean;
}

export interface TestEntered {
  readonly id: string;
  readonly before: readonly number[];
  readonly inside: readonly number[];
  readonly durationMs: number;
  readonly failed: boolean;
}

export interface RunAnswer {
  /** The first test that failed, or the file that could not be loaded. */
  readonly failure?: string;
  readonly entered: readonly TestEntered[];
}

let failure: string | undefined;
let entered: TestEntered[] = [];
let goOn = false;
let order = new Map<string, number>();

function fail(name: string): void {
  failure ??= name;
  if (!goOn) void vitest.cancelCurrentRun('test-failure');
}

const reporter: Reporter = {
  onTestCaseResult: (test) => {
    const { enteredBefore = [], enteredInside = [] } = test.meta();
    if (goOn)
      entered.push({
        id: test.id,
        before: enteredBefore,
        inside: enteredInside,
        durationMs: test.diagnostic()?.duration ?? 0,
        failed: test.result().state === 'failed',
      });
    const { state, errors } = test.result();
    if (state === 'failed') fail(`${test.fullName}: ${errors?.[0]?.message.split('\n')[0]}`);
  },
  onTestModuleEnd: (module) => {
    if (module.errors().length > 0) fail(`${module.relativeModuleId}: ${module.errors()[0]?.message}`);
  },
};

class GivenOrder {
  readonly sort = (tests: TestSpecification[]): TestSpecification[] =>
    tests.sort((a, b) => (order.get(a.moduleId) ?? 0) - (order.get(b.moduleId) ?? 0));
  readonly shard = (tests: TestSpecification[]): TestSpecification[] => tests;
}

const root = process.cwd();
const vitest = await createVitest(
  'test',
  {
    watch: false,
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    reporters: [reporter],
    setupFiles: [`${root}/scripts/mutation/probe.ts`],
    sequence: { sequencer: GivenOrder },
  },
  { root, cacheDir: `${root}/.vite` },
);
await vitest.standalone();
const project = vitest.getRootProject();

process.on('message', (request: RunRequest) => {
  void run(request).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function run({ changed, tests, all = false }: RunRequest): Promise<RunAnswer> {
  failure = undefined;
  entered = [];
  goOn = all;
  order = new Map(tests.map(({ file }, at) => [file, at]));
  for (const file of changed) vitest.invalidateFile(file);
  const specifications = tests.map(({ file, ids }) =>
    project.createSpecification(file, ids === undefined ? {} : { testIds: [...ids] }),
  );
  const { unhandledErrors } = await vitest.runTestSpecifications(specifications, false);
  if (unhandledErrors.length > 0) failure ??= 'an error that nobody caught';
  return { entered, ...(failure !== undefined && { failure }) };
}
