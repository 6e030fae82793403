// The project that `treadle init` writes: the files in template/ beside src/, and what of them depends on the place.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { VERSION } from '../version.ts';

/** Of this package, or clone. The bundle has the files of this folder as deep as they are here. */
const ROOT = dirname(dirname(import.meta.dirname));
const NO_TEST = 'echo "Error: no test specified" && exit 1';

/** In the order in which to read them. */
const MEANINGS: Readonly<Record<string, string>> = {
  'treadle.yaml': 'configuration: the function and the state machine',
  'order.asl.json': 'the workflow',
  'functions/price.mjs': 'the function that it calls',
  'order.json': 'an input',
  'test/order.test.mjs': 'tests, for node --test',
  '.gitignore': 'what git should not keep',
};

const SCRIPTS: Readonly<Record<string, string>> = {
  start: 'treadle start',
  test: 'node --test',
  validate: 'treadle validate .',
};

export interface ProjectFile {
  /** With `/`, from the folder of the project. */
  readonly path: string;
  readonly text: string;
  readonly meaning: string;
}

/** Every file but package.json. */
export function projectFiles(folder: string): ProjectFile[] {
  const schema = join(packageFrom(folder) ?? join(folder, 'node_modules/treadle'), 'treadle.schema.json');
  const texts = new Map(
    globSync('**/*.*', { cwd: join(ROOT, 'template') }).map((path) => [
      path.split(sep).join('/'),
      readFileSync(join(ROOT, 'template', path), 'utf8'),
    ]),
  );
  texts.set('.gitignore', 'node_modules/\n.treadle/\n');
  texts.set(
    'treadle.yaml',
    `# yaml-language-server: $schema=${portablePath(folder, schema)}\n${texts.get('treadle.yaml')}`,
  );
  return Object.entries(MEANINGS).map(([path, meaning]) => ({ path, text: texts.get(path)!, meaning }));
}

/**
 * package.json with the scripts and Treadle in it; what it has stays.
 * @param text undefined: there is none yet. @throws SyntaxError
 */
export function projectManifest(folder: string, text: string | undefined): { text: string; added: string[] } {
  const manifest: Record<string, Record<string, string>> & { name?: unknown; private?: unknown } =
    text === undefined ? {} : JSON.parse(text);
  if (text === undefined) {
    manifest.name =
      basename(folder)
        .toLowerCase()
        .replace(/[^a-z0-9-]+/g, '-')
        .replace(/^-+|-+$/g, '') || 'workflows';
    manifest.private = true;
  }
  const scripts = manifest['scripts'] ?? {};
  const added = Object.keys(SCRIPTS).filter(
    (name) => scripts[name] === undefined || (name === 'test' && scripts[name] === NO_TEST),
  );
  manifest['scripts'] = { ...scripts, ...Object.fromEntries(added.map((name) => [name, SCRIPTS[name]!])) };
  const has = ['dependencies', 'devDependencies'].some((kind) => manifest[kind]?.['treadle'] !== undefined);
  if (!has) {
    manifest['devDependencies'] = { ...manifest['devDependencies'], treadle: specifierFor(folder) };
  }
  const indent = /^\{\r?\n([ \t]+)"/.exec(text ?? '')?.[1] ?? '  ';
  return { text: `${JSON.stringify(manifest, null, indent)}\n`, added };
}

/** The folder of the package that `import 'treadle'` reaches from there; undefined when there is none. */
export function packageFrom(folder: string): string | undefined {
  try {
    return dirname(createRequire(join(folder, 'x.js')).resolve('treadle/package.json'));
  } catch {
    // Not installed there, nor in a folder above.
    return undefined;
  }
}

/** The clone that runs; undefined for an installed package. npm can install it only after `npm pack`. */
export function cloneFolder(): string | undefined {
  return existsSync(join(ROOT, 'src/cli')) ? ROOT : undefined;
}

/** Where npm finds this very Treadle: whence the running one was installed, else its version in the registry. */
function specifierFor(folder: string): string {
  if (cloneFolder() !== undefined)
    return `file:${portablePath(folder, join(ROOT, `treadle-${VERSION}.tgz`))}`;
  const owner = dirname(dirname(ROOT));
  const manifest = join(owner, 'package.json');
  if (basename(dirname(ROOT)) === 'node_modules' && existsSync(manifest)) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(manifest, 'utf8'));
    const specifier: string | undefined = dependencies?.treadle ?? devDependencies?.treadle;
    if (specifier?.startsWith('file:')) {
      return `file:${portablePath(folder, resolve(owner, specifier.slice('file:'.length)))}`;
    }
    if (specifier !== undefined) return specifier;
  }
  return `^${VERSION}`;
}

/** Relative, with `/`, as YAML and npm read it on every system. On another drive of Windows: absolute. */
function portablePath(from: string, to: string): string {
  const path = relative(from, to).split(sep).join('/');
  return path.startsWith('../') || isAbsolute(path) ? path : `./${path}`;
}
