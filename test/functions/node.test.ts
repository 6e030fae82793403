import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, type Functions, openFunctions, resultOf } from '../integrations/support.ts';
import { until } from '../support/until.ts';

const FILES = {
  'esm.mjs': `
    import { setTimeout as wait } from 'node:timers/promises';
    export const handler = async (event, context) => ({ event, name: context.functionName, arn: context.invokedFunctionArn,
      left: context.getRemainingTimeInMillis(), memory: context.memoryLimitInMB });
    export const nothing = async () => {};
    export const sync = (event) => event * 2;
    export const nested = { deep: { er: async () => 'found' } };
    export const fails = async () => { throw new RangeError('too far'); };
    export const throwsText = () => { throw 'plain'; };
    export const empty = async () => { throw new Error(); };
    export const named = async () => { const e = new Error('own'); e.name = 'OrderRejected'; throw e; };
    export const circular = async () => { const a = {}; a.a = a; return a; };
    export const exits = async () => { process.exit(Number(process.env.CODE)); };
    export const uncaught = () => new Promise(() => setTimeout(() => { throw new TypeError('late'); }, 1));
    export const rejected = () => new Promise(() => { Promise.reject(new Error('lost')); });
    export const killed = async () => { process.kill(process.pid, 'SIGKILL'); await wait(1000); };
    export const aborts = async () => { process.abort(); };
    export const big = async (n) => 'x'.repeat(n);
    export const slow = async (ms) => { await wait(ms); return 'done'; };
    export const spins = async () => { for (;;); };
    export const prints = async () => { console.log('to stdout'); console.error('to stderr'); return 1; };
    export const numbers = async () => 1.5;
    export const never = () => new Promise(() => {});
    export const trace = async () => process.env._X_AMZN_TRACE_ID;
    export const clientContext = async (event, context) => context.clientContext;
    export const pid = async () => process.pid;
    export const environment = async () => process.env;
    export const argv = async () => process.execArgv;`,
  'cjs.js': `
    exports.handler = async (event) => ({ cjs: event, required: require('./helper.cjs') });
    exports.callback = (event, context, callback) => { setTimeout(() => callback(null, 'called back'), 1); };
    exports.callbackError = (event, context, callback) => callback(new Error('by callback'));
    exports.callbackWaits = (event, context, callback) => {
      globalThis.late = [];
      setTimeout(() => globalThis.late.push('timer'), 20);
      callback(null, globalThis.late);
    };
    exports.callbackLeaves = (event, context, callback) => {
      context.callbackWaitsForEmptyEventLoop = false;
      setInterval(() => {}, 1000);
      callback(null, 'at once');
    };`,
  'helper.cjs': `module.exports = 'helped';`,
  'assigned.cjs': `module.exports = { handler: async () => 'assigned' };`,
  'deep/typed.ts': `
    import type { Buffer } from 'node:buffer';
    interface Event { readonly n: number }
    export const handler = async (event: Event): Promise<number> => event.n + 1;`,
  'broken.mjs': `export const handler = (`,
  'missing.mjs': `import './nowhere.mjs'; export const handler = 1;`,
  'throws.mjs': `throw new Error('at load');`,
  'leaves.mjs': `process.exit(3);`,
};
const EXPORTS = [
  ...'handler nothing sync nested fails throwsText empty named circular uncaught rejected killed aborts big slow spins'.split(
    ' ',
  ),
  ...'prints numbers never trace clientContext pid environment argv'.split(' '),
];

let functions: Functions;
beforeAll(() => {
  functions = openFunctions(FILES, {
    ...Object.fromEntries(EXPORTS.map((name) => [name, { handler: `esm.${name}`, timeout: 20 }])),
    deeper: { handler: 'esm.nested.deep.er' },
    exit0: { handler: 'esm.exits', env: { CODE: '0' } },
    exit7: { handler: 'esm.exits', env: { CODE: '7' } },
    slow: { handler: 'esm.slow', timeout: 0.2 },
    spins: { handler: 'esm.spins', timeout: 0.2 },
    cjs: { handler: 'cjs.handler' },
    callback: { handler: 'cjs.callback' },
    callbackError: { handler: 'cjs.callbackError' },
    callbackWaits: { handler: 'cjs.callbackWaits' },
    callbackLeaves: { handler: 'cjs.callbackLeaves' },
    assigned: { handler: 'assigned.handler' },
    typed: { handler: 'deep/typed.handler' },
    broken: { handler: 'broken.handler' },
    missing: { handler: 'missing.handler' },
    throws: { handler: 'throws.handler' },
    leaves: { handler: 'leaves.handler' },
    absent: { handler: 'absent.handler' },
    unexported: { handler: 'esm.unexported' },
    malformed: { handler: 'esm' },
  });
});
afterAll(() => functions.close());

test('gives the handler the event and a context', async () => {
  const result = resultOf(await functions.call('handler', { a: [1, 'ü', null] })) as Record<string, unknown>;
  expect(result).toMatchObject({
    event: { a: [1, 'ü', null] },
    name: 'handler',
    arn: 'arn:aws:lambda:eu-central-1:123456789012:function:handler',
    memory: '128',
  });
  expect(result['left']).toBeGreaterThan(15_000);
  expect(result['left']).toBeLessThanOrEqual(20_000);
});

test.each<[string, unknown, unknown]>([
  ['nothing', {}, null],
  ['sync', 21, 42],
  ['deeper', {}, 'found'],
  ['numbers', {}, 1.5],
  ['cjs', { x: 1 }, { cjs: { x: 1 }, required: 'helped' }],
  ['callback', {}, 'called back'],
  ['callbackWaits', {}, ['timer']],
  ['callbackLeaves', {}, 'at once'],
  ['assigned', {}, 'assigned'],
  ['typed', { n: 41 }, 42],
  ['never', {}, null],
])('function %s given %j answers %j', async (name, input, expected) => {
  expect(resultOf(await functions.call(name, input as never))).toEqual(expected);
});

test.each<[string, string, string]>([
  ['fails', 'RangeError', 'too far'],
  ['throwsText', 'string', 'plain'],
  ['empty', 'Error', ''],
  ['named', 'OrderRejected', 'own'],
  ['callbackError', 'Error', 'by callback'],
  ['uncaught', 'TypeError', 'late'],
  ['rejected', 'Runtime.UnhandledPromiseRejection', 'Error: lost'],
  ['unexported', 'Runtime.HandlerNotFound', 'esm.unexported is undefined or not exported'],
  ['throws', 'Error', 'at load'],
])('an error of %s is named %s, with the whole error object as cause', async (name, error, message) => {
  const failure = errorOf(await functions.call(name, {}));
  expect(failure.error).toBe(error);
  expect(failure.cause).toMatchObject({ errorType: error, errorMessage: message });
  expect(failure.cause['trace']).toBeInstanceOf(Array);
});

test.each<[string, string, RegExp]>([
  ['circular', 'Runtime.MarshalError', /circular/],
  ['broken', 'Runtime.UserCodeSyntaxError', /SyntaxError/],
  ['missing', 'Runtime.ImportModuleError', /Cannot find module .*nowhere/],
  ['absent', 'Runtime.ImportModuleError', /Cannot find module 'absent'/],
  ['malformed', 'Runtime.MalformedHandlerName', /Bad handler/],
  [
    'exit0',
    'Runtime.ExitError',
    /^RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason$/,
  ],
  [
    'exit7',
    'Runtime.ExitError',
    /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 7$/,
  ],
  ['leaves', 'Runtime.ExitError', /Runtime exited with error: exit status 3$/],
  ['aborts', 'Runtime.ExitError', /Runtime exited with error: signal: aborted$/],
  ['killed', 'Runtime.OutOfMemory', /Runtime exited with error: signal: killed$/],
  ['slow', 'Sandbox.Timedout', /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0.20 seconds$/],
  ['spins', 'Sandbox.Timedout', /Task timed out after 0.20 seconds$/],
])('the end of %s is reported as %s', async (name, error, message) => {
  const failure = errorOf(await functions.call(name, 10_000));
  expect(failure).toMatchObject({ error, cause: { errorType: error } });
  expect(failure.cause['errorMessage']).toMatch(message);
});

test('a function that crashed or timed out works again in a new process', async () => {
  expect(errorOf(await functions.call('slow', 10_000)).error).toBe('Sandbox.Timedout');
  expect(resultOf(await functions.call('slow', 0))).toBe('done');
});

test('one process serves calls one after another', async () => {
  const first = resultOf(await functions.call('pid', {}));
  for (let i = 0; i < 20; i++) expect(resultOf(await functions.call('pid', {}))).toBe(first);
});

test('a result beyond the payload quota comes as it is, one beyond Lambda’s own bound is refused as AWS does', async () => {
  expect(resultOf(await functions.call('big', 5_000_000))).toHaveLength(5_000_000);
  const failure = errorOf(await functions.call('big', 7_000_000));
  expect(failure.error).toBe('Function.ResponseSizeTooLarge');
  expect(resultOf(await functions.call('big', 3))).toBe('xxx');
});

test('numbers pass in both directions as they were written', async () => {
  const outcome = await functions.call('sync', 4);
  expect(outcome).toEqual({ status: 'completed', outputText: '8' });
});

test('what a function prints goes to the log with its name and request id, between START and REPORT', async () => {
  await functions.call('prints', {});
  await until('REPORT', () =>
    functions.records.some((r) => r.function === 'prints' && r.msg.startsWith('REPORT')),
  );
  const mine = functions.records.filter((r) => r.function === 'prints');
  const id = mine[0]!.requestId!;
  expect(mine.every((r) => r.requestId === id)).toBe(true);
  const texts = mine.map((r) => r.msg);
  expect(texts[0]).toBe(`START RequestId: ${id} Version: $LATEST`);
  expect(texts.slice(1, 3).sort()).toEqual(['to stderr', 'to stdout']);
  expect(texts[3]).toBe(`END RequestId: ${id}`);
  expect(texts[4]).toMatch(
    /^REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t(Max Memory Used: \d+ MB\t)?Init Duration: [\d.]+ ms\t$/,
  );
});

test('hands the trace header and the client context to the handler', async () => {
  expect(resultOf(await functions.call('trace', {}))).toMatch(
    /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
  );
  const ClientContext = Buffer.from('{"custom":{"who":"Zoë"}}').toString('base64');
  const result = resultOf(await functions.invoke({ FunctionName: 'clientContext', ClientContext }));
  expect(result).toMatchObject({ Payload: { custom: { who: 'Zoë' } } });
});

test('runs Node with a heap of the function’s memory', async () => {
  expect(resultOf(await functions.call('argv', {}))).toContain('--max-old-space-size=128');
});

test('starts with an environment of its own, without anything of Treadle’s', async () => {
  const dirty = openFunctions(
    { 'app.mjs': 'export const env = async () => process.env;' },
    { env: { handler: 'app.env', env: { MINE: 'yes' }, memory: 256 } },
    {
      env: {
        PATH: process.env['PATH'],
        HOME: '/home/x',
        TREADLE_DATA: 'postgres://u:secret@h/d',
        NODE_OPTIONS: '--no',
        AWS_ACCESS_KEY_ID: 'AK',
      },
    },
  );
  const env = resultOf(await dirty.call('env', {})) as Record<string, string>;
  await dirty.close();
  expect(env).toMatchObject({
    HOME: '/home/x',
    MINE: 'yes',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_LAMBDA_FUNCTION_NAME: 'env',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
    LAMBDA_TASK_ROOT: dirty.root,
    _HANDLER: 'app.env',
  });
  expect(env['AWS_LAMBDA_RUNTIME_API']).toMatch(/^unix:\/.+\/api$/);
  expect(Object.keys(env).filter((name) => /TREADLE|NODE_OPTIONS|VITEST|ACCESS_KEY/.test(name))).toEqual([]);
});
