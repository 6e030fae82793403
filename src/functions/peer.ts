// Whose process is at the other end of a connection on the loopback address. Linux tells by its table of sockets; other
// systems do not.

import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';

/** One end of a connection. */
export interface End {
  /** IPv4. */
  readonly address: string;
  readonly port: number;
}

/** In the table: connected. Others may have no owner any more, and are shown as root's then. */
const ESTABLISHED = '01';

/**
 * @param read gives a table of the system's; default: /proc
 * @returns undefined where the system has no such table; `nobody` when there is no such connection, or no one's any more.
 */
export function peerUser(
  peer: End,
  own: End,
  read: (name: string) => string | undefined = readTable,
): number | 'nobody' | undefined {
  const tables = [read('tcp'), read('tcp6')].filter((table) => table !== undefined);
  if (tables.length === 0) return undefined;
  for (const table of tables) {
    for (const line of table.split('\n').slice(1)) {
      const [, local = '', remote = '', state, , , , uid, , inode] = line.trim().split(/\s+/);
      if (state !== ESTABLISHED || inode === '0') continue;
      if (isEnd(local, peer) && isEnd(remote, own)) return Number(uid);
    }
  }
  return 'nobody';
}

/** @param text `0100007F:1F90`; an IPv4 address in IPv6 has 24 digits more before it. */
function isEnd(text: string, { address, port }: End): boolean {
  const [shown = '', shownPort = ''] = text.split(':');
  if (Number.parseInt(shownPort, 16) !== port) return false;
  const hex = asWord(address.split('.').map(Number));
  return shown === hex || shown === `0000000000000000${asWord([0, 0, 255, 255])}${hex}`;
}

/** Four bytes of the network as the kernel prints them: one number of this machine's. */
function asWord(bytes: readonly number[]): string {
  const order = endianness() === 'LE' ? bytes.toReversed() : bytes;
  return order.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}

function readTable(name: string): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readFileSync(`/proc/net/${name}`, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // Whoever is there cannot be told, so it counts as nobody.
    return '';
  }
}
