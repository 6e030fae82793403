// A copy of the checkout, changes that are not committed included, in a temporary folder: mutations are written there and
// nowhere else. node_modules is shared by a link.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WorkingCopy {
  readonly root: string;
  remove(): void;
}

export function copyCheckout(checkout: string): WorkingCopy {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (listed.status !== 0)
    throw new Error(`Expected ${checkout} to be a checkout of git, but: ${listed.stderr}`);
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'treadle-mutate-')));
  for (const file of listed.stdout.split('\0')) {
    if (file !== '' && file !== 'node_modules' && existsSync(join(checkout, file)))
      cpSync(join(checkout, file), join(root, file), { recursive: true });
  }
  symlinkSync(realpathSync(join(checkout, 'node_modules')), join(root, 'node_modules'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
