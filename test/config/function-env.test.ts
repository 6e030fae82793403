import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withEnvironments } from '../../src/config/function-env.ts';
import type { FunctionSettings } from '../../src/config/functions.ts';
import { tempFolder } from '../integrations/support.ts';

let folder: string;
beforeAll(() => {
  folder = tempFolder({ 'key.txt': 'from a file\n', 'big.txt': 'x'.repeat(70_000) });
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(env: FunctionSettings['env']) {
  const complaints: unknown[] = [];
  const functions = withEnvironments(
    { pay: { handler: 'a.b', env }, other: { handler: 'c.d' } },
    {
      env: { KEY: 'from a variable' },
      folder,
      refuse: (at, complaint) => complaints.push([at.join('.'), complaint]),
    },
  );
  return { env: functions['pay']!.env, complaints };
}

test('values come from the file, from Treadle’s environment, or stand there', () => {
  expect(read({ A: 'plain', B: { env: 'KEY' }, C: { file: 'key.txt' } })).toEqual({
    env: { A: 'plain', B: 'from a variable', C: 'from a file' },
    complaints: [],
  });
});

test('what cannot be read is named with its place and what was expected', () => {
  const { complaints } = read({ A: { env: 'ABSENT' }, B: { file: 'absent.txt' }, C: { file: 'big.txt' } });
  expect(complaints).toEqual([
    ['functions.pay.env.A.env', { value: 'ABSENT', expected: 'a variable that is set' }],
    [
      'functions.pay.env.B.file',
      { value: 'absent.txt', expected: `a file that can be read, but ${folder}/absent.txt does not exist` },
    ],
    ['functions.pay.env.C.file', { value: 'big.txt', expected: 'a file of at most 65536 bytes' }],
  ]);
});
