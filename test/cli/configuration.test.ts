import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { configuration } from '../../src/cli/configuration.ts';

const EXAMPLE = new URL('../../treadle.yaml', import.meta.url).pathname;

test.each([
  ['some/data', resolve('some/data')],
  ['/srv/data', '/srv/data'],
  [':memory:', ':memory:'],
])('--data %s is %s, wherever the configuration file lies', (typed, data) => {
  const config = configuration({ config: EXAMPLE, options: { data: typed } });
  expect(config.data).toBe(data);
});
