// Runs every case of this folder. `npm run conformance` counts them by area.

import { dirname, sep } from 'node:path';
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
