// What Treadle is made of: NOTICE, which names the packages inside the published bundle with their licences, and a bill of
// materials in CycloneDX 1.6 with every package of package-lock.json. Usage: npm run sbom [-- --check | --out FILE]. Without
// options it writes NOTICE and prints the bill; --check only compares NOTICE. Nothing is asked of the network.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bomOf, type LockFile, noticeOf, type Package, packagesOf } from './bill-of-materials.ts';
import { bundledFolders, ROOT } from './bundle.ts';

const NOTICE = join(ROOT, 'NOTICE');

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, out: { type: 'string' } },
});
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as LockFile;
const bundled = await bundledFolders();
const packages: readonly Package[] = packagesOf(lock, bundled);
const notice = noticeOf(packages, (folder) => JSON.parse(read(join(folder, 'package.json'))));

if (values.check) {
  if (!existsSync(NOTICE) || readFileSync(NOTICE, 'utf8') !== notice) {
    console.error('NOTICE is not current: run npm run sbom');
    process.exitCode = 1;
  }
} else {
  writeFileSync(NOTICE, notice);
  const { name, version, license } = JSON.parse(read('package.json'));
  const bom = `${JSON.stringify(bomOf({ name, version, license }, lock, packages), null, 2)}\n`;
  if (values.out === undefined) process.stdout.write(bom);
  else writeFileSync(values.out, bom);
}
