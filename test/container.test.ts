// No image can be built where the tests run. What Dockerfile and compose.yaml name must exist, and what can be run of them
// without a container runs: the health check, and the installation that the image is made of (test/package.test.ts).

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../src/config/load.ts';
import { freePort } from './support/free-port.ts';
import { createServerProcess } from './support/server-process.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const MANIFEST = JSON.parse(read('package.json'));

/** The instructions of the Dockerfile: word and rest, continued lines joined. */
const INSTRUCTIONS = read('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => /^([A-Z]+) (.*)$/.exec(line)!.slice(1) as [word: string, rest: string]);
const all = (word: string) => INSTRUCTIONS.filter(([each]) => each === word).map(([, rest]) => rest);
const last = (word: string) => all(word).at(-1)!;
const environment = Object.fromEntries(
  all('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('='))),
);
const healthCheck: string[] = JSON.parse(last('HEALTHCHECK').replace(/^.* CMD /, ''));
const { services, volumes } = parse(read('compose.yaml'));
const service = services.treadle;

describe('the Dockerfile', () => {
  test('is built in one stage and runs in another, both on a Node.js that package.json allows', async () => {
    const { suffices } = await import(join(ROOT, 'bin/node-versions.mjs'));
    expect(all('FROM')).toHaveLength(2);
    for (const from of all('FROM'))
      expect([from, suffices(`${/^node:(\d+)-/.exec(from)![1]}.0.0`)]).toEqual([from, true]);
  });

  test('copies files that are there and that .dockerignore lets in', () => {
    const ignored = read('.dockerignore').trim().split('\n');
    const sources = all('COPY')
      .filter((rest) => !rest.startsWith('--from'))
      .flatMap((rest) => rest.split(' ').slice(0, -1));
    for (const path of [...sources, ...MANIFEST.files, 'scripts/build.ts', 'src']) {
      if (path !== 'dist')
        expect([path, existsSync(join(ROOT, path)), ignored.includes(path)]).toEqual([path, true, false]);
    }
  });

  test('installs what npm pack makes, and starts the command of package.json in it, without a shell', () => {
    expect(MANIFEST.scripts.prepack).toBe('npm run build');
    expect(all('RUN')).toContain('npm pack --pack-destination /tmp');
    expect(all('RUN').join('\n')).toContain(
      `--prefix /opt/treadle --no-audit --no-fund /tmp/${MANIFEST.name}-*.tgz`,
    );
    expect(last('COPY')).toBe('--from=build /opt/treadle /opt/treadle');
    const entry: string[] = JSON.parse(last('ENTRYPOINT'));
    expect(entry).toEqual([
      'node',
      '--max-semi-space-size=4',
      `/opt/treadle/lib/node_modules/${MANIFEST.name}/${MANIFEST.bin.treadle}`,
    ]);
    expect(MANIFEST.scripts.start).toContain(entry[1]);
    expect(JSON.parse(last('CMD'))).toEqual(['start']);
  });

  test('runs as a user without rights, who owns the data', () => {
    expect(last('USER')).toBe('node');
    expect(all('RUN').join('\n')).toContain('chown node:node /data');
    expect(last('VOLUME')).toBe('/data');
  });

  test('sets variables that Treadle knows: every address, its usual port, the volume', () => {
    const { listen, data, warnings } = loadConfig({ folder: ROOT, env: environment });
    expect({ listen, data }).toEqual({ listen: { host: '0.0.0.0', port: 8083 }, data: '/data' });
    expect(warnings.filter((warning) => warning.includes('TREADLE_'))).toEqual([]);
    expect(last('EXPOSE')).toBe('8083');
    expect(loadConfig({ folder: ROOT, env: {} }).listen.port).toBe(8083);
  });

  test('has a health check that passes while the server answers, and fails when it does not', async () => {
    const server = await createServerProcess();
    const check = async (port: string) => {
      const [command, ...args] = healthCheck.map((word) => word.replace(':8083/', `:${port}/`));
      expect([command, args.join(' ').includes(`:${port}/`)]).toEqual(['node', true]);
      const [code] = await once(spawn(process.execPath, args, { stdio: 'inherit' }), 'exit');
      return code;
    };
    try {
      await server.start();
      expect(await check(new URL(server.url).port)).toBe(0);
      expect(await check(String(await freePort()))).toBe(1);
    } finally {
      await server.dispose();
    }
  });
});

describe('compose.yaml', () => {
  test('builds the image, and gives it the volume and port of the Dockerfile, on the loopback address', () => {
    expect(service.build).toBe('.');
    expect(service.ports).toEqual(['127.0.0.1:8083:8083']);
    const [mount, data] = service.volumes.map((volume: string) => volume.split(':'));
    expect(mount).toEqual(['.', last('WORKDIR'), 'ro']);
    expect(data[1]).toBe(last('VOLUME'));
    expect(Object.keys(volumes)).toEqual([data[0]]);
    expect(existsSync(join(ROOT, 'treadle.yaml'))).toBe(true);
  });

  test('lets nothing be written but the data and /tmp, and gives Treadle the time to stop', () => {
    expect(service).toMatchObject({ read_only: true, tmpfs: ['/tmp'], cap_drop: ['ALL'], init: true });
    expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(10);
  });
});
