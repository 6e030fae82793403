// Prints the section of CHANGELOG.md that a tag stands for. Usage: node scripts/release-notes.ts v0.2.0. Fails when
// package.json has another version, or the section is missing or empty: a release is then not ready.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @throws when they do not fit together, saying what to do */
export function releaseNotes(tag: string, version: string, changelog: string): string {
  if (tag !== `v${version}`) {
    throw new Error(`Expected the tag v${version}, as package.json has it, but got ${tag}`);
  }
  const sections = changelog.split(/^(?=## )/m);
  const section = sections.find((text) => text.startsWith(`## [${version}]`));
  const [heading = '', ...lines] = (section ?? '').split('\n');
  const notes = lines.join('\n').trim();
  if (notes === '') {
    throw new Error(`Expected notes under "## [${version}] - DATE" in CHANGELOG.md: rename [Unreleased]`);
  }
  if (!/ - \d{4}-\d\d-\d\d$/.test(heading)) {
    throw new Error(`Expected "## [${version}] - DATE" in CHANGELOG.md, but got ${JSON.stringify(heading)}`);
  }
  return notes;
}

if (import.meta.main) {
  const read = (name: string) => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  console.log(releaseNotes(process.argv[2] ?? '', version, read('CHANGELOG.md')));
}
