import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { chaos } from './chaos.ts';
import { FAULTS } from './faults.ts';

it.each([1, 2, 3])(
  'loses and doubles no task whatever services answer (seed %i)',
  async (seed) => {
    const report = await chaos(seed, 120);
    expect(report.complaints, `node test/chaos/main.ts --seed ${seed}`).toEqual([]);
    expect(report.ends['SUCCEEDED']).toBeGreaterThan(80);
    expect(report.ends['ABORTED']).toBeGreaterThan(0);
    for (const fault of FAULTS) expect(report.faults[fault], `how often '${fault}'`).toBeGreaterThan(0);
  },
  300_000,
);

it('leaves nothing open that keeps the process from ending', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, '--seed', '4', '--executions', '40'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 100_000);
  const ended = await new Promise((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code)),
  );
  clearTimeout(timer);
  expect(ended, output).toBe(0);
});
