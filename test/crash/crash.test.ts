import { expect, it } from 'vitest';
import { crashTest } from './crash.ts';

it('loses nothing that was acknowledged when the process is killed again and again', async () => {
  const report = await crashTest({ seed: 1, kills: 4, clients: 8 });
  expect(report.complaints, 'npm run crash-test -- --seed 1').toEqual([]);
  expect(report.executions).toBeGreaterThan(20);
  expect(report.express).toBeGreaterThan(5);
  expect(report.mapRuns).toBeGreaterThan(2);
}, 120_000);
