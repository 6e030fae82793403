import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openLog } from '../../src/base/log.ts';

test('records go to standard error, one line of JSON each, from the level on, even when the process exits', () => {
  const code = `
    import { openLog } from ${JSON.stringify(new URL('../../src/base/log.ts', import.meta.url).href)};
    const log = openLog('warn');
    log.info('too little');
    log.warn({ folder: 'data' }, 'look here');
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  const records = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(records).toEqual([
    {
      level: 40,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      folder: 'data',
      msg: 'look here',
    },
  ]);
});

test('a silent log writes nothing', () => {
  expect(openLog('silent').isLevelEnabled('fatal')).toBe(false);
});
