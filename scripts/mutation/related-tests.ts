// Which test files could notice a change of a source file: those that load it, the nearest first.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readSource } from '../../test/support/source-text.ts';

/** Beside these, only tests that import the changed file themselves, or through a helper of tests, are asked. */
const ALWAYS = /^test\/(base|text|history|query|asl|interpreter|conformance|property)\//;
/** They start servers or simulate for many seconds. */
const NEVER =
  /^test\/(api\/(interop|real-engine)|chaos|cli\/commands|crash|engine|examples|integrations|simulation|store)\b/;

/** Files under a folder, from the root, sorted. */
export function filesUnder(root: string, folder: string, suffix: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith(suffix))
    .sort();
}

export interface ImportGraph {
  /** Source or test file → the files it imports at run time. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** Test file → everything it loads. */
  readonly loads: ReadonlyMap<string, ReadonlySet<string>>;
  /** Test file → what it imports itself or through helpers under `test/`. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

export function readImportGraph(root: string): ImportGraph {
  const imports = new Map<string, readonly string[]>();
  for (const file of [...filesUnder(root, 'src', '.ts'), ...filesUnder(root, 'test', '.ts')]) {
    const { references } = readSource(readFileSync(join(root, file), 'utf8'));
    const targets = references
      .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
      .map(({ specifier }) => join(dirname(file), specifier));
    imports.set(file, targets);
  }
  const loads = new Map<string, ReadonlySet<string>>();
  const names = new Map<string, ReadonlySet<string>>();
  for (const file of imports.keys()) {
    if (!file.endsWith('.test.ts')) continue;
    loads.set(
      file,
      closure(file, (at) => imports.get(at)),
    );
    names.set(
      file,
      closure(file, (at) => (at.startsWith('test/') ? imports.get(at) : [])),
    );
  }
  return { imports, loads, names };
}

function closure(file: string, next: (at: string) => readonly string[] | undefined): Set<string> {
  const reached = new Set([file]);
  for (const at of reached) for (const target of next(at) ?? []) reached.add(target);
  return reached;
}

/** `src/query/template.ts` → `test/query/template.test.ts` */
export function ownTest(file: string): string {
  return file.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
}

/** `src/query/template.ts`: its own test, the folder's, then what runs whole definitions, then who else imports it. */
export function relatedTests(file: string, { loads, names }: ImportGraph): string[] {
  const own = ownTest(file);
  const rank = (test: string): number => {
    if (test === own) return 0;
    if (test.startsWith(`${dirname(own)}/`)) return 1;
    if (test.startsWith(`${own.split('/').slice(0, 2).join('/')}/`)) return 2;
    if (/^test\/(conformance|property)\//.test(test)) return 4;
    return ALWAYS.test(test) ? 3 : 5;
  };
  return [...loads]
    .filter(([test, loaded]) => loaded.has(file) && !NEVER.test(test))
    .filter(([test]) => ALWAYS.test(test) || names.get(test)?.has(file))
    .map(([test]) => test)
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
