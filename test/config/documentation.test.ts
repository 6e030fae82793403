import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentName, KEYS, listenText } from '../../src/config/keys.ts';

const page = readFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), 'utf8');

function shown(fallback: (typeof KEYS)[keyof typeof KEYS]['fallback']): string {
  if (typeof fallback !== 'object') return String(fallback);
  return 'host' in fallback ? listenText(fallback) : JSON.stringify(fallback);
}

test.each(Object.values(KEYS).map((key) => [key.name, key] as const))(
  '%s is documented with its variable and default',
  (name, key) => {
    const fallback = shown(key.fallback);
    expect(page).toContain(`| \`${name}\` | \`${environmentName(name)}\` | \`${fallback}\` |`);
  },
);
