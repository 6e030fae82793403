// The architecture as rules over a tree of source files (path → text). The tree is data, so that the test of these
// rules can feed them a small one with a fault in it. docs/ARCHITECTURE.md shows the same import table to readers.

import { testsBeside } from './beside.ts';
import { circles } from './circles.ts';
import { type Complaint, inSource, resolve, type Sources, type Tree } from './rules.ts';
import { lineAt, type ModuleReference, readSource, type SourceText } from './source-text.ts';
import { words } from './words.ts';

interface Layer {
  /** Folders, or files, it may import besides itself and `base`. */
  readonly imports: readonly string[];
  /** Of these only types. */
  readonly typesOf?: readonly string[];
  /** npm packages and `node:` modules; undefined: any. */
  readonly packages?: readonly string[];
  /** True: no clock, no randomness, no process, no I/O. */
  readonly pure?: true;
}

/** One row per folder of `src/`, in reading order. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  base: { imports: [], packages: [], pure: true },
  text: { imports: [], packages: ['yaml'], pure: true },
  history: { imports: [], packages: [], pure: true },
  query: { imports: ['text'], packages: ['re2js', '@noble/hashes', 'jsonata'], pure: true },
  asl: { imports: ['text', 'query'], packages: [], pure: true },
  interpreter: { imports: ['history', 'query', 'asl/program.ts'], packages: [], pure: true },
  store: { imports: ['history'] },
  observe: {
    imports: ['history', 'aws'],
    typesOf: ['store/store.ts'],
    packages: ['node:crypto', 'node:fs', 'node:path'],
  },
  net: { imports: [] },
  config: { imports: ['text', 'net'] },
  aws: { imports: ['text', 'net'] },
  functions: { imports: ['net'], typesOf: ['config/functions.ts'] },
  integrations: {
    imports: ['net', 'aws', 'functions'],
    typesOf: ['asl/program.ts', 'config/functions.ts', 'config/connections.ts'],
  },
  engine: { imports: ['text', 'history', 'asl', 'interpreter', 'store', 'observe', 'aws', 'integrations'] },
  api: {
    imports: ['text', 'history', 'asl', 'store', 'engine'],
    typesOf: ['interpreter/stages.ts', 'integrations/integration.ts'],
  },
  http: { imports: ['api'] },
  mocks: { imports: ['text', 'asl', 'config'], typesOf: ['interpreter/command.ts'] },
  templates: {
    imports: ['config'],
    typesOf: ['asl/diagnostic.ts'],
    packages: ['yaml', 'smol-toml', 'node:fs', 'node:path'],
  },
  cli: {
    imports: [
      'text',
      'history',
      'asl',
      'interpreter',
      'store',
      'observe',
      'aws',
      'functions',
      'integrations',
      'engine',
      'api',
      'http',
      'config',
      'templates',
      'mocks',
    ],
  },
};

/** Files of a pure layer that touch the world on purpose, with what they may import. */
const IMPURE: Readonly<Record<string, readonly string[]>> = {
  'src/base/log.ts': ['pino'],
  'src/base/clock.ts': [],
};

const IMPURITIES: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/g, 'Date.now'],
  [/\bnew\s+Date\s*\(\s*\)/g, 'new Date()'],
  [/\bMath\.random\b/g, 'Math.random'],
  [/\bperformance\b/g, 'performance'],
  [/\bprocess\b(?!\s*[:?]|\s*\()/g, 'process'],
  [/\bset(?:Timeout|Interval|Immediate)\b/g, 'a timer'],
  [/\bfetch\s*\(/g, 'fetch'],
  [/\bcrypto\./g, 'crypto'],
  [/\bBuffer\b/g, 'Buffer'],
];

const ESCAPES: readonly (readonly [RegExp, string])[] = [
  [/(?:[:<|&,(]|\bas|=>)\s*any\b(?!\s*[:(])/g, 'the type any'],
];

const IGNORES: readonly (readonly [RegExp, string])[] = [
  [/@ts-(?:ignore|nocheck|expect-error)/g, 'a switched-off type check'],
  [/biome-ignore[^\n]*noExplicitAny/g, 'a switched-off rule against any'],
];

const MAX_LINES = 500;

/** The opening of a file that a script writes; its length is nobody's reading. */
const GENERATED = /^(\/\/[^\n]*\n){0,2}\/\/[^\n]*\bdo not edit by hand\b/;

/** Every complaint about the tree's `src/`, in order of file and line. */
export function inspect(tree: Tree): Complaint[] {
  const sources = new Map<string, SourceText>();
  for (const [file, text] of tree) if (/\.(ts|mjs|cjs|js)$/.test(file)) sources.set(file, readSource(text));
  const complaints = [
    ...importRules(sources),
    ...purity(sources),
    ...circles(sources),
    ...testsBeside(sources),
    ...words(sources),
    ...deadFiles(tree, sources),
    ...manners(tree, sources),
  ];
  return complaints.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

/**
 * `src/asl/rules/map.ts` → `asl`; undefined for files directly in `src/`, which compose the product: they may import
 * anything, and only they and `cli/` may import them.
 */
function layerOf(file: string): string | undefined {
  const parts = file.split('/');
  return parts[0] === 'src' && parts.length > 2 ? parts[1] : undefined;
}

function* importRules(sources: Sources): Generator<Complaint> {
  for (const [file, source] of inSource(sources)) {
    const name = layerOf(file);
    const layer = name === undefined ? undefined : LAYERS[name];
    if (name !== undefined && layer === undefined) {
      const message = `Expected one of the folders ${Object.keys(LAYERS).join(', ')}, but ${name} is not in the table`;
      yield { rule: 'imports', file, line: 1, message };
    }
    for (const reference of source.references) {
      const message = importFault(file, name, layer, reference);
      if (message !== undefined) yield { rule: 'imports', file, line: reference.line, message };
    }
  }
}

function importFault(
  file: string,
  name: string | undefined,
  layer: Layer | undefined,
  { specifier, typeOnly }: ModuleReference,
): string | undefined {
  if (!specifier.startsWith('.')) {
    const allowed = IMPURE[file] ?? layer?.packages;
    if (allowed === undefined || allowed.some((p) => specifier === p || specifier.startsWith(`${p}/`)))
      return undefined;
    return `${name}/ may not import ${specifier}`;
  }
  const target = resolve(file, specifier);
  if (!target.startsWith('src/')) {
    return /^(package\.json|dist\/|console\/)/.test(target)
      ? undefined
      : `Expected a file of src/, but got ${target}`;
  }
  if (layerOf(target) === undefined) {
    const may = name === undefined || name === 'cli';
    return may ? undefined : `${target} composes the product: only cli/ may import it`;
  }
  if (layer === undefined) return undefined;
  const other = layerOf(target);
  if (other === name || other === 'base') return undefined;
  const path = target.slice('src/'.length);
  const matches = (entry: string): boolean => path === entry || path.startsWith(`${entry}/`);
  if (layer.imports.some(matches)) return undefined;
  if (layer.typesOf?.some(matches)) {
    return typeOnly ? undefined : `${name}/ may import only types of ${path}`;
  }
  const allowed = ['base', ...layer.imports, ...(layer.typesOf ?? [])].join(', ');
  return `${name}/ may import ${allowed}, but not ${path}`;
}

function* purity(sources: Sources): Generator<Complaint> {
  for (const [file, source] of inSource(sources)) {
    const name = layerOf(file);
    if (name === undefined || LAYERS[name]?.pure !== true || file in IMPURE) continue;
    for (const [pattern, what] of IMPURITIES) {
      for (const match of source.code.matchAll(pattern)) {
        const line = lineAt(source.code, match.index);
        yield {
          rule: 'purity',
          file,
          line,
          message: `${name}/ is pure: ${what} must come in as an argument`,
        };
      }
    }
  }
}

/** Source files that neither the product nor its library entry ever loads. */
function* deadFiles(tree: Tree, sources: Sources): Generator<Complaint> {
  const entries = [...sources.keys()].filter(
    (file) => ['src/cli/main.ts', 'src/index.ts'].includes(file) || file.startsWith('bin/'),
  );
  const reached = new Set(entries);
  for (const file of reached) {
    for (const { specifier } of sources.get(file)?.references ?? []) {
      if (!specifier.startsWith('.')) continue;
      const target = resolve(file, specifier);
      if (tree.has(target)) reached.add(target);
      // `new URL('./bootstrap/', import.meta.url)`: every file of that folder.
      if (target.endsWith('/'))
        for (const other of tree.keys()) if (other.startsWith(target)) reached.add(other);
    }
  }
  for (const [file] of inSource(sources)) {
    if (reached.has(file)) continue;
    yield {
      rule: 'dead-files',
      file,
      line: 1,
      message: 'Nothing that runs imports this file: delete it or use it',
    };
  }
}

function* manners(tree: Tree, sources: Sources): Generator<Complaint> {
  for (const [file, source] of sources) {
    const text = tree.get(file) as string;
    const lines = text.split('\n').length - 1;
    if (lines > MAX_LINES && !GENERATED.test(text)) {
      const message = `Expected at most ${MAX_LINES} lines, but it has ${lines}`;
      yield { rule: 'size', file, line: MAX_LINES, message };
    }
    const basename = file.slice(file.lastIndexOf('/') + 1);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.property)?(\.(test|bench|d|config))?\.(ts|mjs|cjs|js)$/.test(basename)) {
      yield { rule: 'names', file, line: 1, message: `Expected a kebab-case name, but got ${basename}` };
    }
    if (file.startsWith('src/') && !/^(#![^\n]*\n)?\s*(\/\/|\/\*)/.test(text)) {
      yield {
        rule: 'opening',
        file,
        line: 1,
        message: 'Expected the file to open with a comment: what it is, why',
      };
    }
    yield* hits(
      file,
      source.comments,
      [[/\b(TODO|FIXME|XXX|HACK)\b/g, 'a note of unfinished work']],
      'unfinished',
    );
    yield* hits(file, source.code, ESCAPES, 'types');
    yield* hits(file, source.comments, IGNORES, 'types');
  }
}

function* hits(
  file: string,
  text: string,
  patterns: readonly (readonly [RegExp, string])[],
  rule: string,
): Generator<Complaint> {
  for (const [pattern, what] of patterns) {
    for (const match of text.matchAll(pattern)) {
      yield {
        rule,
        file,
        line: lineAt(text, match.index),
        message: `Found ${what}: ${match[0].trim()}`,
      };
    }
  }
}
