import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { jsonSchema, referencePage } from '../../scripts/config-schema.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('the reference has every key as the schema has it (npm run config-schema writes it)', () => {
  const page = read('docs/reference/configuration.md');
  expect(page).toBe(referencePage(page));
});

test('treadle.schema.json is current (npm run config-schema writes it)', () => {
  expect(read('treadle.schema.json')).toBe(jsonSchema());
});
