import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { FailingCheck } from '../src/http/health.ts';
import { Readiness } from '../src/readiness.ts';

const FULL = { check: 'space', message: 'Expected room, but the disk is full' };
const nextLook = () => new Promise((resolve) => setTimeout(resolve, 600));

it('says once that a check fails, and once that it does no more; asking often looks seldom', async () => {
  const lines: string[] = [];
  const log = pino({ base: undefined }, { write: (line) => void lines.push(JSON.parse(line).msg) });
  let faults: FailingCheck[] = [FULL];
  let looks = 0;
  const readiness = new Readiness(async () => {
    looks++;
    return faults;
  }, log);
  for (let i = 0; i < 100; i++) expect(await readiness.faults()).toEqual([FULL]);
  expect(looks).toBeLessThan(100);
  await nextLook();
  expect(await readiness.faults()).toEqual([FULL]);
  faults = [];
  await nextLook();
  expect(await readiness.faults()).toEqual([]);
  expect(lines).toEqual(['Not ready: Expected room, but the disk is full', 'Ready again']);
  readiness.close();
});
