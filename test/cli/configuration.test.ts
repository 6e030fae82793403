import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { configuration } from '../../src/cli/configuration.ts';

const EXAMPLE = join(import.meta.dirname, '../../treadle.yaml');

test.each([
  ['some/data', resolve('some/data')],
  ['/srv/data', '/srv/data'],
  [':memory:', ':memory:'],
])('--data %s is %s, wherever the configuration file lies', (typed, data) => {
  const config = configuration({ config: EXAMPLE, options: { data: typed } });
  expect(config.data).toBe(data);
});

describe('the configuration of a definition', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'treadle-configuration-')));
    for (const name of ['here', 'there', 'here/below']) mkdirSync(join(folder, name));
    vi.spyOn(process, 'cwd').mockReturnValue(join(folder, 'here'));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  function write(place: string, region: string): void {
    writeFileSync(join(folder, place, 'treadle.yaml'), `region: ${region}\n`);
  }
  const of = (definition: string) => configuration({ beside: join(folder, definition) });

  test('is that beside it or in a folder above', () => {
    write('here', 'eu-west-1');
    expect(of('here/below/w.asl.json')).toMatchObject({ region: 'eu-west-1', warnings: [] });
    write('here/below', 'eu-west-2');
    expect(of('here/below/w.asl.json')).toMatchObject({ region: 'eu-west-2', warnings: [] });
  });

  test('is that of the working folder when it has none', () => {
    write('here', 'eu-west-1');
    expect(of('there/w.asl.json')).toMatchObject({ region: 'eu-west-1', warnings: [] });
  });

  test('leaves that of another working folder unread, and says so', () => {
    write('here', 'eu-west-1');
    write('there', 'eu-west-3');
    const config = of('there/w.asl.json');
    expect(config.region).toBe('eu-west-3');
    expect(config.warnings).toEqual([
      expect.stringMatching(/treadle\.yaml was not read: .*there\/treadle\.yaml goes with the definition$/),
    ]);
  });
});
