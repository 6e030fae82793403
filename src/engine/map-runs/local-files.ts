// Files as the objects of S3, for Map Runs without S3: a Bucket `file:inbox` is the folder `inbox` below the configured root,
// and a Key is a path in it. Nothing outside of the root is read or written, whatever the names and the links say. New files
// are for their owner alone, and are there at once when they are whole.

import { createHash } from 'node:crypto';
import { type BigIntStats, constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, unlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  type ListedObject,
  type ObjectPart,
  type ObjectWriter,
  type OpenObject,
  type S3,
  S3Failure,
} from '../../aws/s3-objects.ts';
import { getMember, type JsonObject } from '../../base/json.ts';

/** What the name of a Bucket begins with that is a folder. */
const SCHEME = 'file:';
const CHUNK_BYTES = 64 * 1024;
/** Files of a listing that are handed on at once. */
const PAGE = 1_000;
const TEMPORARY = /^\.[0-9a-f]{32}\.treadle-tmp$/;

/** @param root folder of all `file:` Buckets; undefined: they are refused. */
export function withLocalFiles(s3: S3, root: string | undefined): S3 {
  const files = createLocalFiles(root);
  const of = (parameters: JsonObject): S3 => (textOf(parameters, 'Bucket').startsWith(SCHEME) ? files : s3);
  return {
    openObject: (parameters, part, signal) => of(parameters).openObject(parameters, part, signal),
    listObjects: (parameters, after, signal) => of(parameters).listObjects(parameters, after, signal),
    createObject: (parameters, signal) => of(parameters).createObject(parameters, signal),
  };
}

interface Place {
  /** The root as it is, without links. */
  readonly root: string;
  /** Names of folders, and of the file when there is a Key. */
  readonly names: readonly string[];
  /** For messages: `file:inbox/a.csv`. */
  readonly shown: string;
}

function createLocalFiles(configured: string | undefined): S3 {
  async function placeOf(parameters: JsonObject, key: string | undefined): Promise<Place> {
    const bucket = textOf(parameters, 'Bucket');
    const shown = key === undefined ? bucket : `${bucket}/${key}`;
    if (configured === undefined) {
      throw new S3Failure(
        `The Bucket '${bucket}' is a folder below maps.root, which is not set: name the folder of local files with the key maps.root of treadle.yaml.`,
      );
    }
    const folder = bucket.slice(SCHEME.length);
    const names = [...(folder === '' ? [] : folder.split('/')), ...(key === undefined ? [] : key.split('/'))];
    if (names.some((name) => name === '' || name === '.' || name === '..' || /[\\\0]/.test(name))) {
      throw new S3Failure(
        `Expected a path below maps.root, without empty names, '.', '..' and '\\', but got '${shown}'.`,
      );
    }
    const root = await realpath(configured).catch((error: NodeJS.ErrnoException) => {
      throw new S3Failure(`The folder of maps.root cannot be used: ${error.code ?? error.message}.`);
    });
    return { root, names, shown };
  }

  return {
    async openObject(parameters, part, signal) {
      signal.throwIfAborted();
      const place = await placeOf(parameters, keyOf(parameters));
      const stats = await reading(place, (file) => file.stat({ bigint: true }));
      const etag = etagOf(stats);
      if (part.same !== undefined && part.same.etag !== etag) {
        throw new S3Failure(`${place.shown} has changed.`, 'changed');
      }
      const size = Number(stats.size);
      return { version: { etag }, size, chunks: chunksOf(place, etag, size, part, signal) };
    },
    async *listObjects(parameters, after, signal) {
      const place = await placeOf(parameters, undefined);
      const given = textOf(parameters, 'StartAfter');
      const from = after !== undefined && after > given ? after : given;
      const folder = await existing(place);
      let page: ListedObject[] = [];
      for await (const object of walk(folder, '', textOf(parameters, 'Prefix'), from, place.shown)) {
        page.push(object);
        if (page.length < PAGE) continue;
        yield page;
        page = [];
        await setImmediate();
        signal.throwIfAborted();
      }
      yield page;
    },
    createObject: (parameters) => createFile(() => placeOf(parameters, keyOf(parameters))),
  };
}

function textOf(parameters: JsonObject, name: string): string {
  return String(getMember(parameters, name) ?? '');
}

function keyOf(parameters: JsonObject): string {
  const key = getMember(parameters, 'Key');
  if (typeof key === 'string' && key !== '') return key;
  throw new S3Failure(`Expected a Key beside the Bucket '${textOf(parameters, 'Bucket')}'.`);
}

/** The path without links. @throws S3Failure when there is none, or when it lies outside of the root. */
async function existing({ root, names, shown }: Place): Promise<string> {
  const real = await realpath(join(root, ...names)).catch((error: NodeJS.ErrnoException) => {
    throw failureOf(error, shown, 'read');
  });
  return inside(root, real, shown);
}

function inside(root: string, real: string, shown: string): string {
  const below = root.endsWith(sep) ? root : root + sep;
  if (real === root || real.startsWith(below)) return real;
  throw new S3Failure(`${shown} leads out of the folder of maps.root.`);
}

function failureOf(error: NodeJS.ErrnoException, shown: string, done: 'read' | 'written'): Error {
  if (error instanceof S3Failure) return error;
  if (error.code === undefined) return error;
  const absent = done === 'read' && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
  if (absent) return new S3Failure(`${shown} does not exist.`, 'absent');
  return new S3Failure(`${shown} cannot be ${done}: ${error.code}.`);
}

async function reading<T>(place: Place, act: (file: FileHandle) => Promise<T>): Promise<T> {
  const real = await existing(place);
  try {
    // Never waits for the other side of a pipe, and never follows a link that has just come.
    const file = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw new S3Failure(`${place.shown} is no file.`);
      // A folder on the way may have become a link since the path was looked at.
      if ((await existing(place)) !== real) throw new S3Failure(`${place.shown} has changed.`, 'changed');
      return await act(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw failureOf(error as Error, place.shown, 'read');
  }
}

/** Stands for the content: who changes a file changes its time. */
function etagOf({ mtimeNs, size, ino }: BigIntStats): string {
  return `"${mtimeNs.toString(16)}-${size.toString(16)}-${ino.toString(16)}"`;
}

async function* chunksOf(
  place: Place,
  etag: string,
  size: number,
  { start = 0, end = size }: ObjectPart,
  signal: AbortSignal,
): OpenObject['chunks'] & AsyncGenerator<Uint8Array> {
  const last = Math.min(end, size);
  for (let at = start; at < last; ) {
    signal.throwIfAborted();
    const most = Math.min(READ_BYTES, last - at);
    const bytes = await reading(place, (file) => readAt(file, at, most, etag, place.shown));
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES)
      yield bytes.subarray(from, from + CHUNK_BYTES);
    at += bytes.length;
  }
}

/** Bytes that a file is opened for: it does not stay open while a reader waits. */
const READ_BYTES = 1024 * 1024;

async function readAt(
  file: FileHandle,
  at: number,
  bytes: number,
  etag: string,
  shown: string,
): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  if (filled < bytes || etagOf(await file.stat({ bigint: true })) !== etag) {
    throw new S3Failure(`${shown} has changed while it was read.`, 'changed');
  }
  return buffer;
}

/** The files below a folder in the order of their keys. Links are passed over. */
async function* walk(
  folder: string,
  before: string,
  prefix: string,
  after: string,
  shown: string,
): AsyncGenerator<ListedObject> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw failureOf(error, shown, 'read');
  });
  for (const name of entries.filter(isListed).map(nameOf).sort()) {
    const key = before + name;
    if (name.endsWith('/')) {
      const wanted = key.startsWith(prefix) || prefix.startsWith(key);
      if (!wanted || (key < after && !after.startsWith(key))) continue;
      yield* walk(join(folder, name), key, prefix, after, shown);
    } else if (key.startsWith(prefix) && key > after) {
      const object = await listedOf(join(folder, name), key);
      if (object !== undefined) yield object;
    }
  }
}

function isListed(entry: Dirent): boolean {
  return entry.isDirectory() || (entry.isFile() && !TEMPORARY.test(entry.name));
}

/** With the slash a folder stands where the keys below it stand. */
function nameOf(entry: Dirent): string {
  return entry.isDirectory() ? `${entry.name}/` : entry.name;
}

/** @returns undefined when the file has just gone. */
async function listedOf(path: string, key: string): Promise<ListedObject | undefined> {
  try {
    const stats = await lstat(path, { bigint: true });
    const [size, lastModifiedMs] = [Number(stats.size), Number(stats.mtimeMs)];
    return { key, size, etag: etagOf(stats), lastModifiedMs, storageClass: 'STANDARD' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failureOf(error as Error, key, 'read');
  }
}

function createFile(find: () => Promise<Place>): ObjectWriter {
  let opened: { file: FileHandle; temporary: string; path: string; shown: string } | undefined;
  let closed = false;

  async function begin(): Promise<NonNullable<typeof opened>> {
    const place = await find();
    const { shown } = place;
    try {
      const folder = await makeFolder(place);
      const name = place.names.at(-1)!;
      // One name for each file: what a crash left is overwritten when the file is written again.
      const temporary = join(folder, `.${createHash('md5').update(name).digest('hex')}.treadle-tmp`);
      const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
      const file = await open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
      return { file, temporary, path: join(folder, name), shown };
    } catch (error) {
      throw failureOf(error as Error, shown, 'written');
    }
  }

  async function abort(): Promise<void> {
    if (closed) return;
    closed = true;
    if (opened === undefined) return;
    await opened.file.close().catch(() => undefined);
    await unlink(opened.temporary).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw failureOf(error, opened!.shown, 'written');
    });
  }

  return {
    async write(bytes) {
      opened ??= await begin();
      try {
        for (let at = 0; at < bytes.length; ) {
          const { bytesWritten } = await opened.file.write(bytes, at);
          at += bytesWritten;
        }
      } catch (error) {
        throw failureOf(error as Error, opened.shown, 'written');
      }
    },
    async close() {
      opened ??= await begin();
      try {
        await opened.file.sync();
        await opened.file.close();
        await rename(opened.temporary, opened.path);
        closed = true;
      } catch (error) {
        throw failureOf(error as Error, opened.shown, 'written');
      }
    },
    abort,
  };
}

/** Step by step, so that none is made behind a link that leads out of the root. */
async function makeFolder({ root, names, shown }: Place): Promise<string> {
  let folder = root;
  for (const name of names.slice(0, -1)) {
    const next = join(folder, name);
    await mkdir(next, 0o700).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    folder = inside(root, await realpath(next), shown);
  }
  return folder;
}
