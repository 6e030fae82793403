// A moto server of one's own: AWS services that keep state, so that the integrations meet answers that nobody wrote for them.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** CI has it installed (.ci/run); elsewhere the tests that need it say that they were left out. */
export const MOTO_MISSING = spawnSync('moto_server', ['--help'], { stdio: 'ignore' }).status !== 0;

export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startMoto(): Promise<Moto> {
  const child = spawn('moto_server', ['-H', '127.0.0.1', '-p', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await listening(child);
  // Jobs end by themselves instead of in containers.
  const config = { batch: { use_docker: false }, lambda: { use_docker: false } };
  const answer = await fetch(`${url}/moto-api/config`, { method: 'POST', body: JSON.stringify(config) });
  if (!answer.ok) throw new Error(`moto refused its configuration: ${answer.status} ${await answer.text()}`);
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    };
    child.stdout!.on('data', hear);
    child.stderr!.on('data', hear);
    child.once('exit', (code) => reject(new Error(`moto_server ended with ${code}: ${said}`)));
  });
}
