// Values of parameters as `sam deploy` and samconfig.toml have them.

import { isMembers } from './template.ts';

/** A text `A=1 B="two words"`, a list of such texts, or a mapping. */
export function toOverrides(value: unknown): Record<string, string> {
  if (Array.isArray(value)) return Object.assign({}, ...value.map(toOverrides)) as Record<string, string>;
  if (isMembers(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, String(member)]));
  if (typeof value !== 'string') return {};
  const found: Record<string, string> = {};
  for (const match of value.matchAll(/([A-Za-z0-9.]+)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)/g)) {
    const text = match[2]!;
    found[match[1]!] = /^["']/.test(text) ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : text;
  }
  return found;
}
