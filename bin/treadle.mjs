#!/usr/bin/env node
// The `treadle` command. An installed package runs its built files on the Node that is there; a clone runs its sources on
// the Node that its packages bring. Plain JavaScript that any Node since 14 reads, so that an old one is told what it lacks.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { NODES, suffices } from './node-versions.mjs';

/** What the sources are developed with; it runs TypeScript without a warning. */
const FOR_SOURCES = 26;

const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
const LOOK_FOR_PARENT_MS = 500;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'cli', 'main.ts');
const built = join(root, 'dist', 'cli', 'main.js');

if (!existsSync(source)) await runHere(built);
else await runClone();

async function runClone() {
  // A clone that was built and has no development packages, as a container may have it.
  if (existsSync(built) && !existsSync(join(root, 'node_modules', 'node'))) return runHere(built);
  const { ensure } = await import(pathToFileURL(join(root, 'scripts', 'ensure.mjs')).href);
  if (!ensure(root)) process.exit(1);
  if (Number.parseInt(process.versions.node, 10) >= FOR_SOURCES) return runHere(source);
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  runWith(join(root, 'node_modules', 'node', 'bin', executable), source);
}

/** @param {string} program */
async function runHere(program) {
  if (!suffices(process.versions.node)) {
    process.stderr.write(
      `treadle: Node.js ${NODES} is needed, but this is Node.js ${process.versions.node}\n  → install a newer one (https://nodejs.org)\n`,
    );
    process.exit(1);
  }
  process.argv[1] = program;
  await import(pathToFileURL(program).href);
}

/**
 * Stands for the other process: passes signals on to it, and ends as it ended.
 * @param {string} node path of the Node to use
 * @param {string} program
 */
function runWith(node, program) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  const onTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true;
  // A terminal sends Ctrl-C to both of us; passing it on as well would count as the second, impatient one.
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of PASSED_ON) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  // `npx` and npm scripts put a shell before us, which a signal ends without a word to us.
  if ((process.env.npm_command ?? '') !== '') {
    setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), LOOK_FOR_PARENT_MS).unref();
  }
  child.on('error', (error) => {
    process.stderr.write(`treadle: ${node} could not be started: ${error.message}\n  → run npm ci\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (code !== null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Where that signal does not end a process: as a shell says it.
    setImmediate(() => process.exit(128 + (constants.signals[signal] ?? 0)));
  });
}
