// Makes `npm start`, `npm test` and `npx treadle` work in a fresh clone: runs `npm ci` when node_modules is missing or does
// not hold what package-lock.json asks for, else returns within milliseconds. Plain JavaScript for Node 20 and newer,
// because it runs before our own Node 26 (the `node` devDependency) is there.

import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Is everything that package-lock.json asks for in node_modules? Times first, contents only when times leave a doubt (a
 * pull that touched the lock file, a package.json with another script).
 * @param {string} root folder with package.json
 */
export function isInstalled(root) {
  const modules = join(root, 'node_modules');
  const installed = join(modules, '.package-lock.json');
  if (!existsSync(installed) || !existsSync(join(modules, 'node', 'bin'))) return false;
  const lock = join(root, 'package-lock.json');
  const stamp = join(modules, '.treadle-installed');
  const wanted = Math.max(changedAt(lock), changedAt(join(root, 'package.json')));
  if (wanted <= Math.max(changedAt(installed), changedAt(stamp))) return true;
  const same = holdsAll(readJson(lock), readJson(installed)) && agrees(root, readJson(lock));
  if (same) writeFileSync(stamp, 'The packages here are those of package-lock.json.\n');
  return same;
}

/** Epoch milliseconds of the last change; 0 when there is no such file. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Optional packages may be missing: they are for other platforms. */
function holdsAll(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed.packages[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

/** Does the lock file know the dependencies that package.json names? */
function agrees(root, lock) {
  const manifest = readJson(join(root, 'package.json'));
  return ['dependencies', 'devDependencies'].every((kind) => {
    const wanted = manifest[kind] ?? {};
    const locked = lock.packages['']?.[kind] ?? {};
    return Object.keys(wanted).every((name) => wanted[name] === locked[name]);
  });
}

/**
 * Installs when something is missing.
 * @param {string} root folder with package.json
 * @returns {boolean} false when it could not; why has been said on standard error.
 */
export function ensure(root) {
  if (isInstalled(root)) return true;
  if (!existsSync(join(root, 'package-lock.json'))) {
    return complain(`${root} has no package-lock.json`, 'run this inside a clone of Treadle');
  }
  // Who runs a service wants no downloads at its start, and may not be allowed to write here.
  if (process.env.NODE_ENV === 'production' || !isWritable(root)) {
    return complain(
      `${root} is a clone whose development packages are not installed`,
      'run npm ci in it; to run Treadle as a service, install the package instead (docs/guide/running-in-production.md)',
    );
  }
  process.stderr.write('treadle: installing packages with npm ci (once, about half a minute) …\n');
  // npm names its own program here when it runs us; elsewhere it is looked up on the PATH.
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const result = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // Standard output belongs to the command that follows.
    stdio: ['ignore', 2, 2],
    // What an outer `npx` or `npm install --production` asked for is not meant for this install.
    env: { ...process.env, NODE_ENV: '', npm_config_global: '', npm_config_omit: '' },
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (result.error?.code === 'ENOENT') {
    return complain('npm was not found', 'install Node.js 20 or newer with npm (https://nodejs.org)');
  }
  if (result.error !== undefined || result.status !== 0) {
    const how = result.error?.message ?? result.signal ?? `exit code ${result.status}`;
    return complain(
      `npm ci failed (${how})`,
      'see npm’s message above; it needs the network once, or a filled npm cache (npm ci --offline)',
    );
  }
  if (!existsSync(join(root, 'node_modules', 'node', 'bin'))) {
    return complain(
      'npm ci did not install Node 26 (node_modules/node/bin is missing)',
      'allow install scripts: npm config set ignore-scripts false, then npm ci',
    );
  }
  return true;
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function complain(what, remedy) {
  process.stderr.write(`treadle: ${what}\n  → ${remedy}\n`);
  return false;
}

const started = process.argv[1];
if (started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url)) {
  if (!ensure(ROOT)) process.exit(1);
}
