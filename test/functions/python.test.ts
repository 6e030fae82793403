import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, type Functions, openFunctions, resultOf } from '../integrations/support.ts';
import { until } from '../support/until.ts';

const FILES = {
  'app.py': `
import logging, sys, os, time
from decimal import Decimal
logging.getLogger().setLevel(logging.INFO)
class OrderRejected(Exception):
    pass
def handler(event, context):
    return {"event": event, "name": context.function_name, "left": context.get_remaining_time_in_millis(), "memory": context.memory_limit_in_mb}
def nothing(event, context):
    pass
def fails(event, context):
    raise OrderRejected("not ours")
def empty(event, context):
    raise Exception()
def unserialisable(event, context):
    return {1, 2}
def decimal(event, context):
    return {"whole": Decimal("3"), "part": Decimal("1.5")}
def raw(event, context):
    return b"\\xff\\xfenot json"
def leaves(event, context):
    sys.exit(4)
def slow(event, context):
    time.sleep(event)
def prints(event, context):
    print("printed")
    logging.info("logged")
def custom(event, context):
    return context.client_context.custom
`,
  'pkg/one.py': `
import two
def handler(event, context):
    return two.VALUE`,
  'pkg/two.py': `VALUE = "beside"`,
  'broken.py': `def handler(:\n`,
  'missing.py': `import no_such_module_anywhere`,
  'throws.py': `raise ValueError("at load")`,
};
const EXPORTS =
  'handler nothing fails empty unserialisable decimal raw leaves prints custom missing_one'.split(' ');

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'Python functions (left out where python3 is absent)',
  () => {
    let functions: Functions;
    beforeAll(() => {
      functions = openFunctions(FILES, {
        ...Object.fromEntries(EXPORTS.map((name) => [name, { handler: `app.${name}`, timeout: 20 }])),
        slow: { handler: 'app.slow', timeout: 0.5 },
        neighbours: { handler: 'pkg/one.handler' },
        broken: { handler: 'broken.handler' },
        missing: { handler: 'missing.handler' },
        throws: { handler: 'throws.handler' },
        absent: { handler: 'absent.handler', runtime: 'python' },
      });
    });
    afterAll(() => functions.close());

    test('get the event and a context', async () => {
      const result = resultOf(await functions.call('handler', { a: 'ü' })) as Record<string, unknown>;
      expect(result).toMatchObject({ event: { a: 'ü' }, name: 'handler', memory: '128' });
      expect(result['left']).toBeGreaterThan(10_000);
    });

    test.each<[string, unknown]>([
      ['nothing', null],
      ['decimal', { whole: 3, part: 1.5 }],
      ['neighbours', 'beside'],
      ['raw', '\ufffd\ufffdnot json'],
    ])('%s answers %j', async (name, expected) => {
      expect(resultOf(await functions.call(name, {}))).toEqual(expected);
    });

    test('an exception is the error, with AWS’s error object as cause', async () => {
      const { error, cause } = errorOf(await functions.call('fails', {}));
      expect(error).toBe('OrderRejected');
      expect(cause).toEqual({
        errorMessage: 'not ours',
        errorType: 'OrderRejected',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        stackTrace: [
          `  File "${functions.root}/app.py", line 12, in fails\n    raise OrderRejected("not ours")\n`,
        ],
      });
      expect(errorOf(await functions.call('empty', {})).cause).toMatchObject({
        errorMessage: '',
        errorType: 'Exception',
      });
    });

    test.each<[string, string, RegExp]>([
      [
        'unserialisable',
        'Runtime.MarshalError',
        /^Unable to marshal response: Object of type set is not JSON serializable$/,
      ],
      ['missing_one', 'Runtime.HandlerNotFound', /^Handler 'missing_one' missing on module 'app'$/],
      [
        'missing',
        'Runtime.ImportModuleError',
        /^Unable to import module 'missing': No module named 'no_such_module_anywhere'$/,
      ],
      ['absent', 'Runtime.ImportModuleError', /^Unable to import module 'absent': No module named 'absent'$/],
      ['broken', 'Runtime.UserCodeSyntaxError', /^Syntax error in module 'broken': /],
      ['throws', 'ValueError', /^at load$/],
      ['leaves', 'Runtime.ExitError', /Runtime exited with error: exit status 4$/],
      ['slow', 'Sandbox.Timedout', /Task timed out after 0.50 seconds$/],
    ])('the failure of %s is reported as %s', async (name, error, message) => {
      const failure = errorOf(await functions.call(name, 10));
      expect(failure.error).toBe(error);
      expect(failure.cause['errorMessage']).toMatch(message);
    });

    test('print and logging go to the log', async () => {
      await functions.call('prints', {});
      await until('END', () =>
        functions.records.some((r) => r.function === 'prints' && r.msg.startsWith('END')),
      );
      const texts = functions.records.filter((r) => r.function === 'prints').map((r) => r.msg);
      expect(texts.slice(1, 3)).toEqual(['printed', '[INFO]\tlogged']);
    });

    test('get the client context', async () => {
      const ClientContext = Buffer.from('{"custom":{"who":"Zoë"}}').toString('base64');
      const result = resultOf(await functions.invoke({ FunctionName: 'custom', ClientContext }));
      expect(result).toMatchObject({ Payload: { who: 'Zoë' } });
    });
  },
);

test('without python3 the error names what was looked for', async () => {
  const bare = openFunctions(FILES, { f: { handler: 'app.handler' } }, { env: { PATH: '/nowhere' } });
  const { error, cause } = errorOf(await bare.call('f', {}));
  await bare.close();
  expect(error).toBe('Runtime.InvalidEntrypoint');
  expect(cause['errorMessage']).toMatch(/Couldn't find valid bootstrap\(s\): \[python3\]$/);
});
