import { expect, test } from 'vitest';
import { CliError, describeFailure, EXIT } from '../../src/cli/failure.ts';
import { DefinitionFileError } from '../../src/config/definition-file.ts';
import { ConfigError } from '../../src/config/problem.ts';
import { StoreUnavailable } from '../../src/store/store.ts';

const system = (code: string, extra: object = {}) =>
  Object.assign(new Error(`${code}: x`), { code, ...extra });

test.each<[unknown, RegExp, RegExp, number]>([
  [
    system('EADDRINUSE', { address: '127.0.0.1', port: 8083 }),
    /^127\.0\.0\.1:8083 is in use/,
    /treadle start --listen 8084$/,
    EXIT.failed,
  ],
  [system('EACCES', { port: 80 }), /^port 80 may not be used/, /above 1023/, EXIT.failed],
  [
    system('EADDRNOTAVAIL', { address: '9.9.9.9' }),
    /^9\.9\.9\.9 is not an address/,
    /0\.0\.0\.0/,
    EXIT.failed,
  ],
  [new StoreUnavailable('in use by process 7'), /^in use by process 7$/, /--data/, EXIT.failed],
  [new DefinitionFileError('x does not exist'), /^x does not exist$/, /asl\.json/, EXIT.invalid],
  [
    new ConfigError([
      {
        origin: { from: 'environment', name: 'TREADLE_DATA' },
        path: ['data'],
        value: 7,
        expected: 'a folder',
      },
    ]),
    /cannot be used\n {2}TREADLE_DATA: data is 7, expected a folder$/,
    /configuration\.md/,
    EXIT.failed,
  ],
  [new Error('surprise'), /^surprise$/, /--debug/, EXIT.failed],
])('%s', (error, message, remedy, exitCode) => {
  const failure = describeFailure(error);
  expect(failure.message).toMatch(message);
  expect(failure.remedy).toMatch(remedy);
  expect(failure.exitCode).toBe(exitCode);
});

test('a CliError says what it says; what is no error is shown as text', () => {
  const error = new CliError('a', 'b', 2);
  expect(describeFailure(error)).toBe(error);
  expect(describeFailure('text').message).toBe('text');
});
