import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentName, KEYS, listenText } from '../../src/config/keys.ts';

const page = readFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), 'utf8');

test.each(Object.values(KEYS).map((key) => [key.name, key] as const))(
  '%s is documented with its variable and default',
  (name, key) => {
    const fallback = typeof key.fallback === 'object' ? listenText(key.fallback) : key.fallback;
    expect(page).toContain(`| \`${name}\` | \`${environmentName(name)}\` | \`${fallback}\` |`);
  },
);
