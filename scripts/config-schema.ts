// Writes what follows from the schema of treadle.yaml: treadle.schema.json for editors, and the tables of keys in
// docs/reference/configuration.md. Usage: npm run config-schema. A test sees that both are current.

import { readFileSync, writeFileSync } from 'node:fs';
import { FUNCTION_FIELDS } from '../src/config/functions.ts';
import { listenText } from '../src/config/listen.ts';
import { SCHEMA } from '../src/config/schema.ts';
import { type AnyField, isRecord } from '../src/config/shape.ts';
import { KEYS, type Key, variableName } from '../src/config/sources.ts';

const SCHEMA_FILE = new URL('../treadle.schema.json', import.meta.url);
const PAGE = new URL('../docs/reference/configuration.md', import.meta.url);

/** The text of treadle.schema.json. */
export function jsonSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'treadle.yaml',
    description: 'Configuration of Treadle: AWS Step Functions on your own machine.',
    ...SCHEMA.json,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The page with its tables made anew. */
export function referencePage(page: string): string {
  const keys = table(['Key', 'Variable', 'Default', 'Meaning'], KEYS.map(rowOfKey));
  const functions = table(
    ['Key', 'Meaning'],
    Object.entries(FUNCTION_FIELDS).map(([name, { meaning }]) => [`\`${name}\``, meaning]),
  );
  return withTable(withTable(page, 'keys', keys), 'functions', functions);
}

function rowOfKey({ path, field }: Key): string[] {
  const variable = `\`${variableName(path)}\``;
  const variables = field.shape.named ? `${variable} (JSON)` : variable;
  const shown = path[0] === 'endpoints' ? `\`${variableName(path)}_<SERVICE>\`` : variables;
  return [`\`${path.join('.')}\``, shown, defaultOf(field), field.meaning];
}

function defaultOf({ fallback }: AnyField): string {
  if (fallback === undefined) return 'none';
  if (isRecord(fallback)) return `\`${listenText(fallback as { host: string; port: number })}\``;
  return `\`${Array.isArray(fallback) ? JSON.stringify(fallback) : String(fallback)}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Between `<!-- table NAME …-->` and `<!-- end -->`. */
function withTable(page: string, name: string, rows: string): string {
  const parts = new RegExp(`(<!-- table ${name}\\b[^>]*-->\\n)[\\s\\S]*?(\\n<!-- end -->)`).exec(page);
  if (parts === null) throw new Error(`Expected ${PAGE.pathname} to have a table ${name}`);
  return page.replace(parts[0], () => `${parts[1]}${rows}${parts[2]}`);
}

if (import.meta.main) {
  writeFileSync(SCHEMA_FILE, jsonSchema());
  writeFileSync(PAGE, referencePage(readFileSync(PAGE, 'utf8')));
}
