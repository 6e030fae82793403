// Execution logs in files and on standard output.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { openFileSink } from '../../../src/observe/execution-logs/file-sink.ts';
import { openStdoutSink } from '../../../src/observe/execution-logs/stdout-sink.ts';

const log = pino({ level: 'silent' });
const PARTS = { clock: systemClock, random: () => 0, log };
const AT = Date.UTC(2026, 10, 28, 23, 59, 59);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const target = (group: string) => ({
  logGroupArn: `arn:aws:logs:us-east-1:123456789012:log-group:${group}:*`,
  machine: 'pay',
});

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

test('each log group and day has a file that its owner alone can read, a record a line', async () => {
  const sink = openFileSink({ ...PARTS, folder, keepDays: 14 });
  for (const text of ['{"id":"1"}', '{"id":"2"}']) sink.add(target('/aws/states/pay'), { at: AT, text });
  sink.add(target('/aws/states/pay'), { at: AT + 1_000, text: '{"id":"3"}' });
  sink.add(target('other'), { at: AT, text: '{"id":"1"}' });
  await sink.close(10_000);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(
    files.map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1)).toSorted(),
  ).toEqual(['aws-states-pay/2026-11-28.jsonl', 'aws-states-pay/2026-11-29.jsonl', 'other/2026-11-28.jsonl']);
  const file = join(folder, 'aws-states-pay/2026-11-28.jsonl');
  expect(readFileSync(file, 'utf8')).toBe('{"id":"1"}\n{"id":"2"}\n');
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a later process goes on in the file of the day', async () => {
  for (const text of ['a', 'b']) {
    const sink = openFileSink({ ...PARTS, folder, keepDays: 14 });
    sink.add(target('g'), { at: AT, text });
    await sink.close(10_000);
  }
  expect(readFileSync(join(folder, 'g/2026-11-28.jsonl'), 'utf8')).toBe('a\nb\n');
});

test('a name of a log group never leads out of the folder', async () => {
  const sink = openFileSink({ ...PARTS, folder, keepDays: 14 });
  for (const group of ['../../up', '..', '/', '.hidden', 'x'.repeat(400), `${'x'.repeat(400)}y`])
    sink.add(target(group), { at: AT, text: group });
  await sink.close(10_000);
  expect(readdirSync(folder)).toHaveLength(6);
  for (const name of readdirSync(folder)) expect(name).toMatch(/^(?!\.)[\w.#-]{1,209}$/);
});

test('files older than wanted are removed, other files are not', async () => {
  const today = new Date();
  const day = (ago: number) => new Date(today.getTime() - ago * 86_400_000).toISOString().slice(0, 10);
  for (const ago of [1, 2, 3, 40]) write(join(folder, `g/${day(ago)}.jsonl`), 'old');
  write(join(folder, 'g/2020-01-01.txt'), 'mine');
  const sink = openFileSink({ ...PARTS, folder, keepDays: 3 });
  sink.add(target('g'), { at: today.getTime(), text: 'new' });
  await sink.close(10_000);
  expect(readdirSync(join(folder, 'g')).toSorted()).toEqual(
    ['2020-01-01.txt', `${day(0)}.jsonl`, `${day(1)}.jsonl`, `${day(2)}.jsonl`].toSorted(),
  );
});

test('a folder that cannot be written to loses records only at the end', async () => {
  writeFileSync(join(folder, 'file'), 'no folder');
  const lines: { msg: string; dropped?: number }[] = [];
  const noisy = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  const sink = openFileSink({ ...PARTS, log: noisy, folder: join(folder, 'file'), keepDays: 3 });
  sink.add(target('g'), { at: AT, text: 'a' });
  await sink.close(10_000);
  expect(lines.at(-1)).toMatchObject({ dropped: 1 });
});

test('standard output gets a record a line, and losing its reader loses records only', async () => {
  const written: string[] = [];
  let reads = true;
  const sink = openStdoutSink({
    ...PARTS,
    async write(text) {
      if (!reads) throw new Error('EPIPE');
      written.push(text);
    },
  });
  sink.add(target('g'), { at: AT, text: 'a' });
  sink.add(target('h'), { at: AT, text: 'b' });
  await sink.close(10_000);
  expect(written).toEqual(['a\nb\n']);
  reads = false;
  const closed = openStdoutSink({ ...PARTS, write: () => Promise.reject(new Error('EPIPE')) });
  closed.add(target('g'), { at: AT, text: 'c' });
  await closed.close(10_000);
  expect(written).toEqual(['a\nb\n']);
});
