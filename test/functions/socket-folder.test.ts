import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSafe, openSocketFolders, socketIn } from '../../src/functions/socket-folder.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'treadle-base-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.skipIf(process.platform === 'win32')('the folders of sockets', () => {
  test('are made when first wanted, are this user’s alone, and are removed with the last', () => {
    const made: string[] = [];
    const folders = openSocketFolders((folder) => made.push(folder), base);
    expect(made).toEqual([]);
    const [one, two] = [folders.create(undefined)!, folders.create(undefined)!];
    expect(made).toHaveLength(1);
    expect([one, two].map(modeOf)).toEqual([0o700, 0o700]);
    expect(modeOf(made[0]!)).toBe(0o711);
    folders.remove(one);
    expect([existsSync(one), existsSync(two)]).toEqual([false, true]);
    folders.close();
    expect(existsSync(made[0]!)).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)('belong to the user of the process (as root)', () => {
    const folders = openSocketFolders(() => {}, base);
    const stat = statSync(folders.create({ uid: 65_534, gid: 65_533 })!);
    expect([stat.uid, stat.gid, stat.mode & 0o777]).toEqual([65_534, 65_533, 0o700]);
    folders.close();
  });

  test('are none where the path is too long for a socket, or where nothing is safe', () => {
    const deep = join(base, 'x'.repeat(100));
    mkdirSync(deep);
    const long = openSocketFolders(() => {}, deep);
    expect(long.create(undefined)).toBeUndefined();
    long.close();
    expect(socketIn('/a')).toBe(join('/a', 'api'));
  });

  test.skipIf(process.platform !== 'linux')('are none where the system lets nobody write (on Linux)', () => {
    const made: string[] = [];
    const nowhere = openSocketFolders((folder) => made.push(folder), '/sys');
    expect([nowhere.create(undefined), nowhere.create(undefined), made]).toEqual([undefined, undefined, []]);
    nowhere.close();
  });

  test.each([
    [0o700, true],
    [0o755, true],
    [0o1777, true],
    [0o777, false],
    [0o770, false],
  ])('are made in a folder of mode %o: %s', (mode, safe) => {
    chmodSync(base, mode);
    expect(isSafe(base)).toBe(safe);
  });

  test('are not made in what is no folder', () => {
    expect(isSafe(join(base, 'absent'))).toBe(false);
    expect(isSafe(import.meta.filename)).toBe(false);
  });
});
