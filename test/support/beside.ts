// Every folder of src/ has tests at the same place in test/ (a file of its name or files in a folder of its name), and
// these load every file of it. What nobody loads in a test nobody has tested; the reverse is for mutations to show.

import { type Complaint, folderOf, inSource, resolve, type Sources } from './rules.ts';

/** Folders whose files are tested from elsewhere, with the place. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'src/functions/bootstrap': 'test/functions',
};

export function* testsBeside(sources: Sources): Generator<Complaint> {
  const folders = Map.groupBy(
    inSource(sources).map(([file]) => file),
    folderOf,
  );
  for (const [folder, files] of folders) {
    const place = ELSEWHERE[folder] ?? folder.replace('src', 'test');
    const tests = [...sources.keys()].filter(
      (file) => /\.test\.ts$/.test(file) && (folderOf(file) === place || file === `${place}.test.ts`),
    );
    if (tests.length === 0) {
      const message = `Expected tests of ${folder}/ in ${place}/ or ${place}.test.ts`;
      yield { rule: 'tests', file: `${folder}/`, line: 1, message };
      continue;
    }
    const loaded = closure(sources, tests);
    for (const file of files) {
      if (loaded.has(file)) continue;
      yield { rule: 'tests', file, line: 1, message: `No test of ${place}/ loads this file` };
    }
  }
}

/** These files and all that they import, directly or not. */
function closure(sources: Sources, files: readonly string[]): ReadonlySet<string> {
  const reached = new Set(files);
  for (const file of reached) {
    for (const { specifier } of sources.get(file)?.references ?? []) {
      if (!specifier.startsWith('.')) continue;
      const target = resolve(file, specifier);
      if (sources.has(target)) reached.add(target);
      if (target.endsWith('/'))
        for (const other of sources.keys()) if (other.startsWith(target)) reached.add(other);
    }
  }
  return reached;
}
