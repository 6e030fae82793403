#!/usr/bin/env node
// The `treadle` command, for whatever Node runs it: starts the real program with Node 26, which is a devDependency of a
// clone. Plain JavaScript for Node 20 and newer. Signals and exit codes pass through.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 26;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'cli', 'main.ts');
const clone = existsSync(source);
// Node does not strip types under node_modules, so a published package carries built files.
const program = clone ? source : join(root, 'dist', 'cli', 'main.js');

if (clone) {
  const { ensure } = await import(pathToFileURL(join(root, 'scripts', 'ensure.mjs')).href);
  if (!ensure(root)) process.exit(1);
}

if (Number.parseInt(process.versions.node, 10) >= NEEDED) {
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
} else {
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  const node = join(root, 'node_modules', 'node', 'bin', executable);
  if (!existsSync(node)) {
    process.stderr.write(
      `treadle: Node ${NEEDED} is needed, but this is Node ${process.versions.node}\n  → install Node ${NEEDED} (https://nodejs.org)\n`,
    );
    process.exit(1);
  }
  runWith(node);
}

/** @param {string} node path of the Node to use */
function runWith(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const onTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true;
  // A terminal sends Ctrl-C to both of us; passing it on as well would count as the second, impatient one.
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`treadle: ${node} could not be started: ${error.message}\n  → run npm ci\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
