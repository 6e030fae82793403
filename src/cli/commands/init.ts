// `treadle init [FOLDER]`: a small project that runs at once. Nothing that is there is overwritten.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { shownPath } from '../../config/shown-path.ts';
import { CliError } from '../failure.ts';
import type { Output } from '../output.ts';
import { cloneFolder, packageFrom, projectFiles, projectManifest } from '../template.ts';

/** @throws CliError before anything is written when a file is in the way. */
export function init(target: string, out: Output): void {
  const folder = resolve(target);
  const files = projectFiles(folder);
  const inTheWay = files.filter(({ path }) => path !== '.gitignore' && existsSync(join(folder, path)));
  if (inTheWay.length > 0) {
    const names = inTheWay.map(({ path }) => path).join(', ');
    throw new CliError(
      `Expected ${shownPath(folder)} to be free for a new project, but it has ${names}`,
      'name another folder: treadle init FOLDER',
    );
  }
  const manifest = readManifest(folder);
  mkdirSync(folder, { recursive: true });
  out.line();
  const wrote = (path: string, meaning: string) =>
    out.line(`  ${out.paint('green', '+')} ${path.padEnd(20)}  ${out.paint('dim', meaning)}`);
  for (const { path, text, meaning } of files) {
    const file = join(folder, path);
    // A project under git has its own already, and it matters least.
    if (existsSync(file)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    wrote(path, meaning);
  }
  writeFileSync(join(folder, 'package.json'), manifest.text);
  const scripts = manifest.added.length === 0 ? 'as it was' : `scripts ${manifest.added.join(', ')}`;
  wrote('package.json', scripts);
  out.line();
  out.line(`  ${out.paint('dim', 'Next:')}`);
  for (const command of nextCommands(folder)) out.line(`    ${out.paint('cyan', command)}`);
  out.line();
}

function readManifest(folder: string): { text: string; added: string[] } {
  const file = join(folder, 'package.json');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  try {
    return projectManifest(folder, text);
  } catch (error) {
    throw new CliError(`${shownPath(file)} is not JSON: ${(error as Error).message}`, 'mend it, then again');
  }
}

/** What to type after it, in order. */
export function nextCommands(folder: string): string[] {
  const from = relative(process.cwd(), folder);
  const commands = from === '' ? [] : [`cd ${/[^\w./\\-]/.test(from) ? JSON.stringify(from) : from}`];
  if (packageFrom(folder) === undefined) {
    const clone = cloneFolder();
    if (clone !== undefined) {
      const path = JSON.stringify(clone);
      commands.push(`npm pack ${path} --pack-destination ${path}`);
    }
    commands.push('npm install');
  }
  return [...commands, 'npm test', 'npx treadle run order.asl.json --input @order.json', 'npm start'];
}
