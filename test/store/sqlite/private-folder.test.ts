import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteStore } from '../../../src/store/sqlite/open.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'treadle-folder-'));
  folder = join(base, 'data');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const open = async (): Promise<void> => openSqliteStore({ folder }).close();

describe.skipIf(process.platform === 'win32')('the data folder', () => {
  test('that was not there, with those above it, is this user’s alone', async () => {
    folder = join(base, 'a', 'data');
    await open();
    expect([join(base, 'a'), folder].map(modeOf)).toEqual([0o700, 0o700]);
    expect(modeOf(join(folder, 'treadle.db'))).toBe(0o600);
    expect(modeOf(join(folder, 'lock'))).toBe(0o600);
  });

  test.each([0o777, 0o775, 0o1777])('of mode %o that is empty is made private', async (mode) => {
    mkdirSync(folder);
    chmodSync(folder, mode);
    await open();
    expect(modeOf(folder)).toBe(0o700);
  });

  test('that holds a database is made private, the database too', async () => {
    await open();
    chmodSync(folder, 0o777);
    chmodSync(join(folder, 'treadle.db'), 0o666);
    await open();
    expect([folder, join(folder, 'treadle.db')].map(modeOf)).toEqual([0o700, 0o600]);
  });

  test('that others may write and that holds other things is refused, and stays as it is', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'other.txt'), '');
    chmodSync(folder, 0o777);
    await expect(open).rejects.toThrow(StoreUnavailable);
    await expect(open).rejects.toThrow(
      `Expected the data folder ${folder} to be writable by user ${process.getuid!()} alone, but its mode is 0777: name a folder in it, which Treadle makes private, or take the others' right to write`,
    );
    expect(modeOf(folder)).toBe(0o777);
    expect(existsSync(join(folder, 'treadle.db'))).toBe(false);
    folder = join(folder, 'own');
    await open();
    expect(modeOf(folder)).toBe(0o700);
  });

  test.skipIf(process.getuid?.() !== 0)('of another user is refused (as root)', async () => {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, 65_534, 65_534);
    await expect(open).rejects.toThrow(/alone, but it belongs to user 65534: /);
  });

  test('that others may read alone is left as it is', async () => {
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    await open();
    expect(modeOf(folder)).toBe(0o755);
  });
});
