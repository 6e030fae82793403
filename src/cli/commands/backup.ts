// `treadle backup FILE`: a consistent copy of the data, also while a server works on it. Put in a data folder under the
// name treadle.db, it is that folder's data.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { backupFolder } from '../../store/sqlite/backup.ts';
import { configuration } from '../configuration.ts';
import { CliError } from '../failure.ts';
import type { Output } from '../output.ts';

/** @throws CliError, StoreUnavailable, ConfigError */
export async function backup(
  file: string,
  options: { readonly data?: string; readonly config?: string },
  out: Output,
  err: Output,
): Promise<void> {
  const config = configuration({ config: options.config, options: { data: options.data } });
  if (config.data === ':memory:') {
    throw new CliError('The data is kept in memory: there is nothing to copy', 'name a folder with --data');
  }
  const target = resolve(file);
  let shown = -1;
  await backupFolder(config.data, target, ({ totalPages, remainingPages }) => {
    const percent = Math.floor((100 * (totalPages - remainingPages)) / Math.max(totalPages, 1));
    if (!err.live || percent === shown) return;
    shown = percent;
    err.stream.write(`\rcopying ${percent} %`);
  });
  if (shown >= 0) err.stream.write('\r\u001b[K');
  const megabytes = (statSync(target).size / 1e6).toFixed(1);
  out.line(`${out.paint('green', '✓')} ${target}  ${megabytes} MB, a copy of ${config.data}`);
}
