// Makes everything that is derived from AWS's published service models: models/*.json.br, src/asl/sdk-names.ts and
// src/api/model.ts. models/SOURCE.json says which version of botocore they come from, so that anyone gets the same files.
//
//   npm run models -- [--check | --update] [botocore's data folder]
//
// --check writes nothing: it says what differs from the files that are there, or that botocore is absent.
// --update takes another version of botocore than models/SOURCE.json names, and writes it there.
// Without a folder it is the one of python3's botocore (`pip install botocore==VERSION`).

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { apiModelModule, type Model } from './models/api-model.ts';
import { namesModule, readGzip, readServiceModels } from './models/service-models.ts';

interface Origin {
  readonly source: 'botocore';
  readonly version: string;
  /** Day on which the files were made from it. */
  readonly taken: string;
}

const ROOT = dirname(import.meta.dirname);
const FOLDER = join(ROOT, 'models');
const ORIGIN = join(FOLDER, 'SOURCE.json');
const STATES_MODEL = 'stepfunctions/2016-11-23/service-2.json.gz';

const NOTICE = `The files in this folder are derived from the service models of the AWS SDKs (botocore; SOURCE.json has its version),
Copyright Amazon.com, Inc. or its affiliates, licensed under the Apache License, Version 2.0.
They were reduced to names, types, wire locations, endpoints and bounds of values in answers by scripts/models.ts.
`;

/** Path from the repository's root → text. Models are JSON here, and compressed on disk. */
function makeFiles(data: string, origin: Origin): Map<string, string> {
  const source = `${origin.source} ${origin.version} (Apache-2.0), ${origin.taken}`;
  const { models, bounds, actions } = readServiceModels(data);
  const files = new Map<string, string>([
    ['models/NOTICE', NOTICE],
    ['models/SOURCE.json', `${JSON.stringify(origin, undefined, 2)}\n`],
    ['src/asl/sdk-names.ts', formatted('src/asl/sdk-names.ts', namesModule(actions, source))],
    [
      'src/api/model.ts',
      formatted('src/api/model.ts', apiModelModule(readGzip(join(data, STATES_MODEL)) as Model, source)),
    ],
  ]);
  for (const [service, model] of models) files.set(`models/${service}.json.br`, JSON.stringify(model));
  for (const [service, bound] of bounds) {
    if (bound.all.length > 0) files.set(`models/${service}.bounds.json.br`, JSON.stringify(bound));
  }
  return files;
}

function formatted(path: string, text: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const options = { input: text, encoding: 'utf8', cwd: ROOT, maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync(biome, ['format', `--stdin-file-path=${path}`], options);
}

function writeFiles(files: ReadonlyMap<string, string>): void {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [path, text] of files) {
    writeFileSync(join(ROOT, path), path.endsWith('.br') ? compressed(text) : text);
  }
}

function compressed(text: string): Buffer {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
  };
  return brotliCompressSync(text, { params });
}

/** Compared as text: another version of the compressor may make other bytes of it. */
function differences(files: ReadonlyMap<string, string>): string[] {
  const stale = readdirSync(FOLDER)
    .map((name) => `models/${name}`)
    .filter((path) => !files.has(path));
  const changed = [...files]
    .filter(([path, text]) => textOf(join(ROOT, path)) !== text)
    .map(([path]) => path);
  return [...changed, ...stale].sort();
}

function textOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  return (path.endsWith('.br') ? brotliDecompressSync(bytes) : bytes).toString('utf8');
}

/** @returns undefined when there is no botocore. */
function findData(): string | undefined {
  const script = "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))";
  try {
    return execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    // No Python, or no botocore in it: the caller says what to do.
    return undefined;
  }
}

/** @returns undefined when the folder is not botocore's. */
function versionOf(data: string): string | undefined {
  const text = textOf(join(dirname(data), '__init__.py')) ?? '';
  return /^__version__ = '([^']+)'/m.exec(text)?.[1];
}

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { check: { type: 'boolean', default: false }, update: { type: 'boolean', default: false } },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const known = JSON.parse(readFileSync(ORIGIN, 'utf8')) as Origin;
  const data = positionals[0] ?? findData();
  const version = data === undefined ? undefined : versionOf(data);
  const wrong =
    data === undefined
      ? 'python3 has no botocore'
      : version === undefined
        ? `${data} is not the data folder of botocore`
        : !values.update && version !== known.version
          ? `found botocore ${version}`
          : undefined;
  if (wrong !== undefined) {
    const remedy = `pip install botocore==${known.version}${values.check ? '' : ', or --update'}`;
    say(`${values.check ? 'SKIPPED models' : 'Expected the source of models/'}: ${wrong} (${remedy})`);
    return values.check ? 0 : 2;
  }
  const today = new Date().toISOString().slice(0, 10);
  const origin: Origin = values.update ? { source: 'botocore', version: version!, taken: today } : known;
  const files = makeFiles(data!, origin);
  const changed = differences(files);
  if (!values.check) writeFiles(files);
  for (const path of changed) say(path);
  say(`${files.size} files from botocore ${version}, ${changed.length} of them differ from what was there`);
  return values.check && changed.length > 0 ? 1 : 0;
}

process.exitCode = main();
