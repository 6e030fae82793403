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
import { build } from 'esbuild';
import { BUNDLE, DIST, packageFolder, ROOT } from './bundle.ts';

const LICENCES = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/** Every file imports it before anything else: a Node that lacks something gets a sentence instead of a stack from inside. */
const FIRST = `import { createRequire } from 'node:module';
import { NODES, suffices } from '../bin/node-versions.mjs';

const { node } = process.versions;
if (!suffices(node)) throw new Error('Treadle needs Node.js ' + NODES + ', but this is Node.js ' + node);
export const require = createRequire(import.meta.url);
`;

rmSync(DIST, { recursive: true, force: true });
const { metafile } = await build({
  ...BUNDLE,
  entryPoints: { ...BUNDLE.entryPoints },
  plugins: [...BUNDLE.plugins],
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
  const folders = new Set(
    inputs
      .flatMap((input) => packageFolder(input) ?? [])
      .map((folder) => join(ROOT, folder))
      .filter((folder) => existsSync(join(folder, 'package.json'))),
  );
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const files = readdirSync(folder).filter((file) => LICENCES.test(file));
    if (files.length === 0 && license === undefined) throw new Error(`Expected ${name} to have a licence`);
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
