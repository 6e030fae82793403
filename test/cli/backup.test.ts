import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backup } from '../../src/cli/commands/backup.ts';
import type { Output } from '../../src/cli/output.ts';
import { painter } from '../../src/cli/render/paint.ts';
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/open.ts';
import { ROLE } from '../api/test-api.ts';

describe('treadle backup', () => {
  let folder: string;
  let data: string;
  let store: SqliteStore;
  const lines: string[] = [];
  const out: Output = {
    stream: process.stdout,
    live: false,
    colour: false,
    paint: painter(false),
    line: (text = '') => lines.push(text),
  };

  beforeEach(() => {
    lines.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'treadle-backup-'));
    data = join(folder, 'data');
    store = openSqliteStore({ folder: data });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const machine = (name: string) =>
    store.catalog.create({
      arn: `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
      name,
      type: 'STANDARD',
      createdAt: 1,
      settings: {},
      revision: { revisionId: undefined, definition: '{}', roleArn: ROLE },
    });

  it('copies the data of a folder in use, and the copy can be served', async () => {
    await machine('before');
    const file = join(folder, 'copy.db');
    await backup(file, { data }, out, out);
    await machine('after');
    expect(lines).toEqual([expect.stringContaining(`✓ ${file}`)]);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const restored = join(folder, 'restored');
    mkdirSync(restored);
    writeFileSync(join(restored, 'treadle.db'), readFileSync(file));
    const other = openSqliteStore({ folder: restored });
    const names = (await other.catalog.list({ after: undefined, limit: 10 })).map(({ name }) => name);
    await other.close();
    expect(names).toEqual(['before']);
  });

  it('does not overwrite a file', async () => {
    const file = join(folder, 'mine.db');
    writeFileSync(file, 'mine');
    await expect(backup(file, { data }, out, out)).rejects.toThrow(/to be a new file, but it exists/);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('leaves nothing behind when there is nothing to copy', async () => {
    const file = join(folder, 'copy.db');
    await expect(backup(file, { data: join(folder, 'none') }, out, out)).rejects.toThrow(/there is none/);
    await expect(backup(file, { data: ':memory:' }, out, out)).rejects.toThrow(/kept in memory/);
    expect(existsSync(file)).toBe(false);
  });
});
