// How the package is bundled: what goes into dist/, and by which rules. build.ts writes it; sbom.ts asks what is in it.

import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

export const ROOT = dirname(import.meta.dirname);
export const DIST = join(ROOT, 'dist');

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

export const BUNDLE = {
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
} as const satisfies BuildOptions;

/** `node_modules/@scope/name/lib/a.js` → the package's folder, from the root; undefined for files of our own. */
export function packageFolder(input: string): string | undefined {
  // Where node_modules is a link, the way to it comes before.
  return /^(?:.*?\/)?(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

/** The folders of the packages that go into the bundle; nothing is written. */
export async function bundledFolders(): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    ...BUNDLE,
    entryPoints: { ...BUNDLE.entryPoints },
    plugins: [...BUNDLE.plugins],
    write: false,
  });
  return new Set(Object.keys(metafile.inputs).flatMap((input) => packageFolder(input) ?? []));
}
