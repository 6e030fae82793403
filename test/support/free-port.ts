// A port of the loopback address that nobody listens on at this moment.

import { createServer } from 'node:net';

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      if (address === null || typeof address === 'string') return reject(new Error('Expected a port'));
      probe.close(() => resolve(address.port));
    });
  });
}
