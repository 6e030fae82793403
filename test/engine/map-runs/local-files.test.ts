import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { ListedObject, ObjectPart, S3 } from '../../../src/aws/s3-objects.ts';
import { withLocalFiles } from '../../../src/engine/map-runs/local-files.ts';
import { collectBytes } from '../../../src/net/body-stream.ts';
import { createMemoryS3, type MemoryS3 } from '../../support/memory-s3.ts';
import { openTestServer } from '../../support/server.ts';

const signal = AbortSignal.timeout(30_000);

let outside: string;
let root: string;
let s3: MemoryS3;
let both: S3;

beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'treadle-local-'));
  root = join(outside, 'root');
  mkdirSync(join(root, 'inbox/deep'), { recursive: true });
  writeFileSync(join(outside, 'secret'), 'secret');
  s3 = createMemoryS3();
  both = withLocalFiles(s3, root);
});
afterEach(() => rmSync(outside, { recursive: true, force: true }));

async function get(Key: string, part: ObjectPart = {}, Bucket = 'file:inbox'): Promise<string> {
  const { chunks } = await both.openObject({ Bucket, Key }, part, signal);
  return Buffer.from(await collectBytes(chunks, 10_000_000)).toString();
}

async function put(Key: string, text: string, Bucket = 'file:out'): Promise<void> {
  const writer = both.createObject({ Bucket, Key }, signal);
  await writer.write(Buffer.from(text));
  await writer.close();
}

async function list(parameters: Record<string, string>, after?: string): Promise<ListedObject[]> {
  const pages = both.listObjects({ Bucket: 'file:inbox', ...parameters }, after, signal);
  return (await Array.fromAsync(pages)).flat();
}

describe('a file', () => {
  it('is read whole and in part, with its size', async () => {
    writeFileSync(join(root, 'inbox/deep/a.csv'), '0123456789');
    expect(await get('deep/a.csv')).toBe('0123456789');
    expect(await get('deep/a.csv', { start: 2, end: 5 })).toBe('234');
    expect(await get('deep/a.csv', { start: 10 })).toBe('');
    expect(await get('inbox/deep/a.csv', {}, 'file:')).toBe('0123456789');
    expect(await get('a.csv', {}, 'file:inbox/deep')).toBe('0123456789');
    const object = await both.openObject({ Bucket: 'file:inbox', Key: 'deep/a.csv' }, {}, signal);
    expect(object).toMatchObject({ size: 10, version: { etag: expect.stringMatching(/^".*"$/) } });
  });

  it('of several chunks is whole', async () => {
    const text = 'x'.repeat(3_000_000);
    writeFileSync(join(root, 'inbox/large'), text);
    expect((await get('large')) === text).toBe(true);
  });

  it('that is another one than before is refused', async () => {
    writeFileSync(join(root, 'inbox/a'), 'one');
    const { version } = await both.openObject({ Bucket: 'file:inbox', Key: 'a' }, {}, signal);
    expect(await get('a', { same: version })).toBe('one');
    writeFileSync(join(root, 'inbox/a'), 'longer');
    await expect(get('a', { same: version })).rejects.toMatchObject({ kind: 'changed' });
  });

  it('that changes while it is read is refused', async () => {
    writeFileSync(join(root, 'inbox/a'), 'x'.repeat(2_000_000));
    const { chunks } = await both.openObject({ Bucket: 'file:inbox', Key: 'a' }, {}, signal);
    const read = async (): Promise<void> => {
      for await (const chunk of chunks) if (chunk.length > 0) writeFileSync(join(root, 'inbox/a'), 'y');
    };
    await expect(read()).rejects.toMatchObject({ kind: 'changed' });
  });

  test.each<[string, string, string, object]>([
    [
      'that is not there',
      'file:inbox',
      'none',
      { kind: 'absent', message: 'file:inbox/none does not exist.' },
    ],
    ['that is a folder', 'file:inbox', 'deep', { message: 'file:inbox/deep is no file.' }],
    ['that is not named', 'file:inbox', '', { message: "Expected a Key beside the Bucket 'file:inbox'." }],
  ])('%s is refused', async (_, bucket, key, failure) => {
    await expect(get(key, {}, bucket)).rejects.toMatchObject({ name: 'S3Failure', ...failure });
  });
});

describe('no path leads out of the root:', () => {
  test.each([
    ['file:..', 'secret'],
    ['file:inbox', '../../secret'],
    ['file:inbox/../..', 'secret'],
    ['file:/etc', 'passwd'],
    ['file:inbox', '/etc/passwd'],
    ['file:.', 'a'],
    ['file:inbox', 'a//b'],
    ['file:inbox', 'a\\..\\b'],
    ['file:inbox', 'a\0b'],
    ['file:///etc', 'passwd'],
  ])('%s and %j', async (bucket, key) => {
    await expect(get(key, {}, bucket)).rejects.toThrow('Expected a path below maps.root');
    await expect(put(key, 'x', bucket)).rejects.toThrow('Expected a path below maps.root');
  });

  it('links to files and folders', async () => {
    symlinkSync(join(outside, 'secret'), join(root, 'inbox/file'));
    symlinkSync(outside, join(root, 'inbox/folder'));
    await expect(get('file')).rejects.toThrow('file:inbox/file leads out of the folder of maps.root.');
    await expect(get('folder/secret')).rejects.toThrow('leads out');
    await expect(put('folder/new/deep', 'x', 'file:inbox')).rejects.toThrow('leads out');
    expect(readdirSync(outside).sort()).toEqual(['root', 'secret']);
    expect((await list({})).map(({ key }) => key)).toEqual([]);
  });

  it('a link in the place of a new file is replaced, not followed', async () => {
    symlinkSync(join(outside, 'secret'), join(root, 'inbox/a'));
    await put('a', 'mine', 'file:inbox');
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await get('a')).toBe('mine');
  });

  it('links within the root are read', async () => {
    writeFileSync(join(root, 'a'), 'a');
    symlinkSync(join(root, 'a'), join(root, 'inbox/link'));
    expect(await get('link')).toBe('a');
  });
});

describe('a listing', () => {
  beforeEach(() => {
    for (const name of ['b', 'deep/2', 'deep/1', 'deep-er', 'a', 'deep.x', 'ä']) {
      writeFileSync(join(root, 'inbox', name), name);
    }
  });

  it('has all files below the folder, in the order of their keys', async () => {
    const keys = (await list({})).map(({ key }) => key);
    expect(keys).toEqual(['a', 'b', 'deep-er', 'deep.x', 'deep/1', 'deep/2', 'ä']);
    expect(keys).toEqual(keys.toSorted());
    expect((await list({}))[0]).toEqual({
      key: 'a',
      size: 1,
      etag: expect.stringMatching(/^".*"$/),
      lastModifiedMs: expect.any(Number),
      storageClass: 'STANDARD',
    });
  });

  it('goes on behind every key, whether that is still there or not', async () => {
    const all = (await list({})).map(({ key }) => key);
    for (const [n, after] of all.entries()) {
      expect((await list({}, after)).map(({ key }) => key)).toEqual(all.slice(n + 1));
    }
    rmSync(join(root, 'inbox/deep/1'));
    expect((await list({}, 'deep/1')).map(({ key }) => key)).toEqual(['deep/2', 'ä']);
  });

  it('has those with a prefix, behind a key', async () => {
    expect((await list({ Prefix: 'deep' })).map(({ key }) => key)).toEqual([
      'deep-er',
      'deep.x',
      'deep/1',
      'deep/2',
    ]);
    expect((await list({ Prefix: 'deep/', StartAfter: 'deep/1' })).map(({ key }) => key)).toEqual(['deep/2']);
  });

  it('of a folder that is not there is refused', async () => {
    await expect(list({ Bucket: 'file:none' })).rejects.toMatchObject({ kind: 'absent' });
  });
});

describe('a new file', () => {
  it('is there at once when it is whole, and for its owner alone', async () => {
    const writer = both.createObject({ Bucket: 'file:out', Key: 'runs/1/a.json' }, signal);
    await writer.write(Buffer.from('[1'));
    expect((await list({ Bucket: 'file:out' })).map(({ key }) => key)).toEqual([]);
    await writer.write(Buffer.from(',2]'));
    await writer.close();
    expect(readdirSync(join(root, 'out/runs/1'))).toEqual(['a.json']);
    expect(readFileSync(join(root, 'out/runs/1/a.json'), 'utf8')).toBe('[1,2]');
    expect(statSync(join(root, 'out/runs/1/a.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'out/runs')).mode & 0o777).toBe(0o700);
  });

  it('that is aborted leaves nothing', async () => {
    const writer = both.createObject({ Bucket: 'file:out', Key: 'a' }, signal);
    await writer.write(Buffer.from('x'));
    await writer.abort();
    expect(readdirSync(join(root, 'out'))).toEqual([]);
  });

  it('overwrites what was there, and what a crash has left', async () => {
    const left = both.createObject({ Bucket: 'file:out', Key: 'a' }, signal);
    await left.write(Buffer.from('a longer text'));
    const [temporary] = readdirSync(join(root, 'out'));
    await left.abort();
    writeFileSync(join(root, 'out', temporary!), 'a longer text');
    await put('a', 'one');
    await put('a', 'two');
    expect(await get('a', {}, 'file:out')).toBe('two');
    expect(readdirSync(join(root, 'out'))).toEqual(['a']);
  });

  it('in the place of a folder is refused', async () => {
    await expect(put('deep', 'x', 'file:inbox')).rejects.toThrow(
      /^file:inbox\/deep cannot be written: E\w+\.$/,
    );
  });
});

describe('the root', () => {
  it('that is not set is asked for', async () => {
    both = withLocalFiles(s3, undefined);
    await expect(get('a')).rejects.toThrow(
      'name the folder of local files with the key maps.root of treadle.yaml',
    );
  });

  it('that is not there is told of', async () => {
    both = withLocalFiles(s3, join(outside, 'none'));
    await expect(get('a')).rejects.toThrow('The folder of maps.root cannot be used: ENOENT.');
  });

  it('is not asked for other buckets', async () => {
    both = withLocalFiles(s3, undefined);
    s3.put('inbox', 'a', 'from S3');
    expect(await get('a', {}, 'inbox')).toBe('from S3');
    expect((await list({ Bucket: 'inbox' })).map(({ key }) => key)).toEqual(['a']);
    await put('b', 'x', 'inbox');
    expect(s3.text('inbox', 'b')).toBe('x');
  });
});

it('a server reads a Map from its files and writes there', async () => {
  writeFileSync(join(root, 'inbox/in.csv'), 'id,name\n1,"a, b"\n2,c\n');
  const server = await openTestServer({}, { TREADLE_MAPS_ROOT: root });
  try {
    const stateMachineArn = await server.machine('m', {
      M: {
        Type: 'Map',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
          Parameters: { Bucket: 'file:inbox', 'Key.$': '$.key' },
        },
        ItemSelector: { 'id.$': '$$.Map.Item.Value.id', 'from.$': '$$.Map.Item.Source' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: 'file:out', Prefix: 'runs' },
          WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' },
        },
        End: true,
      },
    });
    const { executionArn } = await server.call('StartExecution', {
      stateMachineArn,
      input: JSON.stringify({ key: 'in.csv' }),
    });
    const { status, output } = await server.ended(executionArn);
    expect(status).toBe('SUCCEEDED');
    const { Bucket, Key } = (JSON.parse(output!) as { ResultWriterDetails: { Bucket: string; Key: string } })
      .ResultWriterDetails;
    expect(Bucket).toBe('file:out');
    const manifest = JSON.parse(readFileSync(join(root, 'out', Key), 'utf8')) as {
      ResultFiles: { SUCCEEDED: { Key: string }[] };
    };
    expect(readFileSync(join(root, 'out', manifest.ResultFiles.SUCCEEDED[0]!.Key), 'utf8')).toBe(
      '{"id":"1","from":"file:inbox/in.csv"}\n{"id":"2","from":"file:inbox/in.csv"}',
    );
  } finally {
    await server.dispose();
  }
});
