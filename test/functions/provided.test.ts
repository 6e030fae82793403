// Runtime `provided`: an executable that speaks the Runtime API by itself, here shell scripts with curl.

import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, type Functions, openFunctions, resultOf } from '../integrations/support.ts';

const API = 'http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime';
const loop = (body: string): string => `#!/bin/sh
while true; do
  EVENT=$(curl -sS -D "$0.headers.$$" "${API}/invocation/next") || exit 0
  ID=$(grep -i '^Lambda-Runtime-Aws-Request-Id:' "$0.headers.$$" | tr -d '[:space:]' | cut -d: -f2)
  ${body}
done`;
const post = (path: string, data: string): string => `curl -sS -X POST "${API}/${path}" -d ${data}`;

const FILES = {
  'echo/bootstrap': loop(
    `${post('invocation/$ID/response', '"{\\"echo\\":$EVENT,\\"handler\\":\\"$_HANDLER\\"}"')} >/dev/null`,
  ),
  'text.sh': loop(`${post('invocation/$ID/response', '"plain text"')} >/dev/null`),
  'binary.sh': loop(
    `printf '\\377\\000\\376' | curl -sS -X POST "${API}/invocation/$ID/response" --data-binary @- >/dev/null`,
  ),
  'nothing.sh': loop(`curl -sS -X POST "${API}/invocation/$ID/response" -d '' >/dev/null`),
  'fails.sh': loop(
    `${post('invocation/$ID/error', `'{"errorType":"Shell.Failed","errorMessage":"no"}'`)} >/dev/null`,
  ),
  'untyped.sh': loop(`${post('invocation/$ID/error', `'{"errorMessage":"no type"}'`)} >/dev/null`),
  'init.sh': `#!/bin/sh\n${post('init/error', `'{"errorType":"Shell.NotReady","errorMessage":"no"}'`)} >/dev/null; exit 1`,
  'lingers.sh': `#!/bin/sh\n${post('init/error', `'{"errorType":"Shell.Lingers","errorMessage":"no"}'`)} >/dev/null; sleep 60`,
  'mute.sh': '#!/bin/sh\nsleep 60',
  'status.sh': loop(`
  A=$(curl -sS -o /dev/null -w '%{http_code}' -X POST "${API}/invocation/other/response" -d 1)
  B=$(curl -sS -o /dev/null -w '%{http_code}' "${API}/invocation/next")
  C=$(curl -sS -o /dev/null -w '%{http_code}' "${API}/elsewhere")
  E=$(curl -sS -o /dev/null -w '%{http_code}' -H 'Origin: http://page' "${API}/invocation/next")
  D=$(curl -sS -o /dev/null -w '%{http_code}' -X POST "${API}/invocation/$ID/response" -d "[$A,$B,$C,$E]")
  echo "answered with $D"`),
};

describe.skipIf(spawnSync('curl', ['--version']).status !== 0)(
  'an executable of one’s own (left out where curl is absent)',
  () => {
    let functions: Functions;
    beforeAll(() => {
      const names = ['text', 'binary', 'nothing', 'fails', 'untyped', 'init', 'lingers', 'status'];
      functions = openFunctions(FILES, {
        ...Object.fromEntries(names.map((name) => [name, { handler: `${name}.sh`, timeout: 10 }])),
        echo: { handler: 'echo', runtime: 'provided' },
        absent: { handler: 'absent.sh', runtime: 'provided' },
      });
    });
    afterAll(() => functions.close());

    test('answers, one call after another', async () => {
      for (const n of [1, 2]) {
        expect(resultOf(await functions.call('echo', { n }))).toEqual({ echo: { n }, handler: 'echo' });
      }
    });

    test.each<[string, unknown]>([
      ['text', 'plain text'],
      ['binary', '\ufffd\u0000\ufffd'],
      ['nothing', ''],
    ])('bytes that are not JSON become a string: %s', async (name, expected) => {
      expect(resultOf(await functions.call(name, {}))).toBe(expected);
      expect(resultOf(await functions.invoke({ FunctionName: name }))).toMatchObject({ Payload: expected });
    });

    test.each<[string, string, string]>([
      ['fails', 'Shell.Failed', '{"errorType":"Shell.Failed","errorMessage":"no"}'],
      ['init', 'Shell.NotReady', '{"errorType":"Shell.NotReady","errorMessage":"no"}'],
      ['lingers', 'Shell.Lingers', '{"errorType":"Shell.Lingers","errorMessage":"no"}'],
      [
        'untyped',
        'Lambda.Unknown',
        'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"no type"}',
      ],
    ])('its own error object is passed on: %s', async (name, error, cause) => {
      expect(await functions.call(name, {})).toEqual({ status: 'failed', error, cause });
    });

    test('is refused what does not fit the protocol', async () => {
      expect(resultOf(await functions.call('status', {}))).toEqual([400, 403, 404, 403]);
    });

    test('that does not ask for work in time is ended', async () => {
      const impatient = openFunctions(FILES, { mute: { handler: 'mute.sh' } }, { initTimeoutMs: 150 });
      const { error, cause } = errorOf(await impatient.call('mute', {}));
      await impatient.close();
      expect(error).toBe('Sandbox.Timedout');
      expect(cause['errorMessage']).toMatch(/Task timed out after 0.15 seconds$/);
    });

    test('that does not exist is named', async () => {
      const { error, cause } = errorOf(await functions.call('absent', {}));
      expect(error).toBe('Runtime.InvalidEntrypoint');
      expect(cause['errorMessage']).toContain(
        `Couldn't find valid bootstrap(s): [${functions.root}/absent.sh]`,
      );
    });
  },
);
