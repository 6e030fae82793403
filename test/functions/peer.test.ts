import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type End, peerUser } from '../../src/functions/peer.ts';

const PEER: End = { address: '127.0.0.1', port: 0xd2a4 };
const OWN: End = { address: '127.0.0.1', port: 0x1f90 };
const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (local: string, remote: string, { state = '01', uid = 1000, inode = 4711 } = {}): string =>
  `   1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0 20 4 30 10 -1\n`;
const V6 = '0000000000000000FFFF0000';
const tables =
  (tcp: string, tcp6 = '') =>
  (name: string) =>
    HEAD + (name === 'tcp' ? tcp : tcp6);

describe('the user at the other end', () => {
  test('is the owner of the socket whose ends are ours the other way round', () => {
    const ours = line('0100007F:1F90', '0100007F:D2A4', { uid: 7 });
    const theirs = line('0100007F:D2A4', '0100007F:1F90');
    expect(peerUser(PEER, OWN, tables(ours + theirs))).toBe(1000);
  });

  test('is found behind an IPv6 socket that speaks IPv4, as Java’s do', () => {
    const theirs = line(`${V6}0100007F:D2A4`, `${V6}0100007F:1F90`, { uid: 12 });
    expect(peerUser(PEER, OWN, tables('', theirs))).toBe(12);
  });

  test.each([
    ['of another address with the same port', line('0200007F:D2A4', '0100007F:1F90')],
    ['of another port', line('0100007F:D2A5', '0100007F:1F90')],
    [
      'that is closed, which the kernel shows as root’s',
      line('0100007F:D2A4', '0100007F:1F90', { state: '04', uid: 0 }),
    ],
    ['that belongs to no process any more', line('0100007F:D2A4', '0100007F:1F90', { uid: 0, inode: 0 })],
  ])('is nobody for a socket %s', (_, tcp) => {
    expect(peerUser(PEER, OWN, tables(tcp))).toBe('nobody');
  });

  test('cannot be told where the system has no table', () => {
    expect(peerUser(PEER, OWN, () => undefined)).toBeUndefined();
  });

  test.skipIf(process.platform !== 'linux')(
    'is this one for a connection of our own (on Linux)',
    async () => {
      const accepted = Promise.withResolvers<Socket>();
      const server = createServer(accepted.resolve);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const client = connect(port, '127.0.0.1');
      const { remoteAddress, remotePort } = await accepted.promise;
      const peer = { address: remoteAddress!, port: remotePort! };
      expect(peerUser(peer, { address: '127.0.0.1', port })).toBe(process.getuid!());
      client.destroy();
      server.close();
    },
  );
});
