// Builds dist/, which the published package runs: JavaScript bundled with every dependency, source maps, declarations of
// what `import 'treadle'` gives, and the licences of what is inside. Usage: npm run build. Why bundled: ADR 0016.

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ROOT = dirname(import.meta.dirname);
const DIST = join(ROOT, 'dist');
const LICENCES = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/**
 * Node's modules come by `process.getBuiltinModule`: an `import` of them reads every export, and those of `node:http` and
 * `node:crypto` load an HTTP client and WebCrypto, 30 ms at each start. SQLite warns on lines where it is a release
 * candidate or newer in all but name; the warning is for whoever calls it, not for who runs a workflow.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: contentsOf(path),
      loader: 'js',
    }));
  },
};

function contentsOf(path: string): string {
  const get = `process.getBuiltinModule(${JSON.stringify(path)})`;
  if (path !== 'node:sqlite') return `module.exports = ${get};`;
  return `const warn = process.emitWarning;
process.emitWarning = () => {};
try { module.exports = ${get}; } finally { process.emitWarning = warn; }`;
}

/** CommonJS packages that the sources import dynamically: for those esbuild exports `default` alone, Node every name. */
const COMMON_JS = ['undici'];
const namespaces: Plugin = {
  name: 'namespaces',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${COMMON_JS.join('|')})$`);
    onResolve({ filter }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, namespace: 'namespace' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'namespace' }, async ({ path }) => {
      const names = Object.keys(await import(path)).filter(
        (name) => /^\w+$/.test(name) && name !== 'default',
      );
      const exported = `export const { ${names.join(', ')} } = whole;`;
      return { contents: `import whole from ${JSON.stringify(path)};\n${exported}`, resolveDir: ROOT };
    });
  },
};

/** Every file imports it before anything else: a Node that lacks something gets a sentence instead of a stack from inside. */
const FIRST = `import { createRequire } from 'node:module';
import { NODES, suffices } from '../bin/node-versions.mjs';

const { node } = process.versions;
if (!suffices(node)) throw new Error('Treadle needs Node.js ' + NODES + ', but this is Node.js ' + node);
export const require = createRequire(import.meta.url);
`;

rmSync(DIST, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  // Every file lies two folders deep, as in src/: paths from import.meta lead to the same places.
  entryPoints: {
    'cli/main': 'src/cli/main.ts',
    'engine/thread': 'src/engine/thread.ts',
    'lib/index': 'src/index.ts',
    'store/checkpoint-thread': 'src/store/sqlite/checkpoint-thread.ts',
  },
  chunkNames: 'lib/[name]-[hash]',
  outdir: DIST,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  mainFields: ['module', 'main'],
  // Names stay: stack traces and `error.name` are read by people.
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  banner: { js: "import { require } from '../node.js';" },
  plugins: [builtins, namespaces],
  metafile: true,
  logLevel: 'warning',
});
for (const [file, { entryPoint, exports }] of Object.entries(metafile.outputs)) {
  if (entryPoint?.includes('node_modules/') && exports.join() === 'default') {
    throw new Error(
      `Expected ${entryPoint} in COMMON_JS: it is imported dynamically, and ${file} has no names`,
    );
  }
}
writeFileSync(join(DIST, 'node.js'), FIRST);
cpSync(join(ROOT, 'src/functions/bootstrap'), join(DIST, 'functions/bootstrap'), { recursive: true });
writeDeclarations();
writeFileSync(join(DIST, 'THIRD-PARTY-LICENSES.txt'), licences(Object.keys(metafile.inputs)));

/** tsc declares every file that the entry reaches; only those that its declarations name are published. */
function writeDeclarations(): void {
  const all = mkdtempSync(join(tmpdir(), 'treadle-declarations-'));
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { status } = spawnSync(
      process.execPath,
      [tsc, '--project', join(ROOT, 'tsconfig.build.json'), '--outDir', all],
      { stdio: ['ignore', 2, 2] },
    );
    if (status !== 0) throw new Error(`Expected tsc to write declarations, but it ended with ${status}`);
    copyDeclarations(all, 'index.ts');
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

function copyDeclarations(from: string, source: string): void {
  const file = source.replace(/\.ts$/, '.d.ts');
  const text = readFileSync(join(from, file), 'utf8');
  const target = join(DIST, 'types', file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text.replace(/(from '\..*)\.ts';/g, "$1.js';"));
  for (const [, path] of text.matchAll(/from '(\..*?)'/g))
    copyDeclarations(from, join(dirname(source), path!));
}

/** The licence texts of the packages that went into the bundle. @throws when a package has none */
function licences(inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter((file) => LICENCES.test(file));
    if (files.length === 0 && license === undefined) throw new Error(`Expected ${name} to have a licence`);
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** `node_modules/@scope/name/lib/a.js` → the package's folder. */
function packageFolder(input: string): string | undefined {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
  return found !== undefined && existsSync(join(ROOT, found, 'package.json')) ? join(ROOT, found) : undefined;
}
