// Runs every case of this folder. `npm run conformance` counts them by area.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCases, runCase } from './run-case.ts';

for (const [file, cases] of loadCases(dirname(fileURLToPath(import.meta.url)))) {
  describe(file.split(sep).join('/'), () => {
    it.each(cases.map((test) => [test.name, test] as const))('%s', (_name, test) => {
      expect(runCase(test)).toEqual([]);
    });
  });
}

it('questions that are open between sources name a test that is there', () => {
  const open = JSON.parse(readFileSync(join(import.meta.dirname, 'open.json'), 'utf8')) as Record<
    string,
    string
  >[];
  expect(open.length).toBeGreaterThan(0);
  for (const { question, treadle, follows, against, test: file = '' } of open) {
    expect([question, treadle, follows, against].every((text) => text !== undefined && text !== '')).toBe(
      true,
    );
    expect(existsSync(join(import.meta.dirname, '../..', file))).toBe(true);
  }
});
