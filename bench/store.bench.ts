// Commits, size and reads of the store. Run: node bench/store.bench.ts [executions, default 100000]
// One execution is five Pass states, created and ended in one commit: 12 events with one payload of 1 KiB.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Payload } from '../src/base/payload.ts';
import { segmentFromBytes, segmentToBytes } from '../src/store/segment-bytes.ts';
import { openSqliteStore, type SqliteStore } from '../src/store/sqlite/open.ts';
import { appended, batch, created, MACHINE, passHistory, someEvents } from '../test/store/samples.ts';

const EXECUTIONS = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(process.env['TREADLE_BENCH_FOLDER'] ?? tmpdir(), 'treadle-bench-'));
const store = openSqliteStore({ folder });
let started = 1_700_000_000_000;

function ended(status: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED') {
  const key = store.nextKey();
  const text = JSON.stringify({ key, data: 'x'.repeat(1_000) });
  const startedAt = started++;
  return created(key, passHistory(Payload.ofText(text), startedAt), {
    name: crypto.randomUUID(),
    status,
    startedAt,
    stoppedAt: startedAt + 1,
  });
}

function milliseconds(times: number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(3);
}

function row(...cells: (string | number)[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

async function timed(
  name: string,
  times: number,
  call: (i: number) => Promise<unknown> | unknown,
): Promise<void> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const before = performance.now();
    await call(i);
    taken.push(performance.now() - before);
  }
  row(name, times, milliseconds(taken, 0.5), milliseconds(taken, 0.99), milliseconds(taken, 1));
}

async function commits(size: number, total: number): Promise<void> {
  const taken: number[] = [];
  let processor = 0;
  for (let done = 0; done < total; done += size) {
    const writes = Array.from({ length: size }, () => ended());
    const cpu = process.cpuUsage();
    const before = performance.now();
    await store.commit(batch(...writes));
    taken.push(performance.now() - before);
    const used = process.cpuUsage(cpu);
    processor += used.user + used.system;
  }
  const seconds = taken.reduce((sum, one) => sum + one, 0) / 1_000;
  const perSecond = total / seconds;
  row(
    size,
    total,
    Math.round(perSecond),
    Math.round(perSecond * 12),
    (processor / total).toFixed(1),
    milliseconds(taken, 0.5),
    milliseconds(taken, 0.99),
  );
}

async function fill(count: number): Promise<void> {
  for (let done = 0; done < count; done += 500) {
    await store.commit(
      batch(
        ...Array.from({ length: Math.min(500, count - done) }, (_, i) =>
          ended(i % 20 === 0 ? 'FAILED' : 'SUCCEEDED'),
        ),
      ),
    );
  }
}

/** A running execution with `count` events in segments of `size`. @returns its key. */
async function longHistory(count: number, size: number): Promise<number> {
  let last = created(store.nextKey(), someEvents(1, size), { startedAt: started++ });
  await store.commit(batch(last));
  for (let id = size + 1; id <= count; id += size) {
    last = appended(last.record, someEvents(id, size));
    await store.commit({ ...batch(last) });
  }
  return last.record.key;
}

async function reads(of: SqliteStore): Promise<void> {
  const page = { stateMachineArn: MACHINE, after: undefined, limit: 100 } as const;
  const middle = { startedAt: started - EXECUTIONS / 2, key: 1 };
  const end = Number.MAX_SAFE_INTEGER;
  const some = await of.executions.list({ ...page, status: undefined, limit: 1_000 });
  const nth = (i: number) => some[i % some.length]!;
  const [fine, coarse] = [await longHistory(25_000, 2), await longHistory(25_000, 500)];
  console.log('\n| read | times | p50 ms | p99 ms | max ms |\n|---|---|---|---|---|');
  await timed('executions.get', 5_000, (i) => of.executions.get(nth(i).arn));
  await timed('journal.ends, 12 events', 5_000, (i) => of.journal.ends(nth(i).key));
  await timed('journal.read, 12 events', 5_000, (i) => of.journal.read(nth(i).key));
  await timed('list 100 of all', 200, () => of.executions.list({ ...page, status: undefined }));
  await timed('list 100 of all from the middle', 200, () =>
    of.executions.list({ ...page, after: middle, status: undefined }),
  );
  await timed('list 100 SUCCEEDED', 200, () => of.executions.list({ ...page, status: 'SUCCEEDED' }));
  await timed('list 100 FAILED (1 in 20)', 200, () => of.executions.list({ ...page, status: 'FAILED' }));
  await timed('list 100 RUNNING (2 in all)', 200, () => of.executions.list({ ...page, status: 'RUNNING' }));
  await timed('list 100 TIMED_OUT (none)', 200, () => of.executions.list({ ...page, status: 'TIMED_OUT' }));
  for (const [key, name] of [
    [fine, '25,000 events, 2 a segment'],
    [coarse, '25,000 events, 500 a segment'],
  ] as const) {
    await timed(`journal.page 1,000 first of ${name}`, 50, () =>
      of.journal.page(key, { from: 1, limit: 1_000, reverse: false }),
    );
    await timed(`journal.page 1,000 from the middle of ${name}`, 50, () =>
      of.journal.page(key, { from: 12_000, limit: 1_000, reverse: false }),
    );
    await timed(`journal.page 1,000 last of ${name}, reverse`, 50, () =>
      of.journal.page(key, { from: end, limit: 1_000, reverse: true }),
    );
    await timed(`journal.ends of ${name}`, 50, () => of.journal.ends(key));
    await timed(`journal.read of ${name}`, 10, () => of.journal.read(key));
  }
}

function codec(): void {
  const histories = Array.from({ length: 20_000 }, (_, i) => {
    const payload = Payload.ofText(JSON.stringify({ key: i, data: 'x'.repeat(1_000) }));
    return passHistory(payload, started);
  });
  for (let round = 0; round < 2; round++) {
    let bytes = 0;
    let events = 0;
    const before = performance.now();
    for (const history of histories) bytes += segmentToBytes(history).length;
    const between = performance.now();
    const segment = segmentToBytes(histories[0]!);
    const place = { key: 1, segment: 1 };
    const decoding = performance.now();
    for (let i = 0; i < histories.length; i++) events += segmentFromBytes(segment, place).length;
    const after = performance.now();
    if (round === 0) continue;
    const each = (ms: number) => ((ms * 1_000) / histories.length).toFixed(1);
    console.log(
      `\ncodec, 12 events, 1 KiB: encode ${each(between - before)} µs, decode ${each(after - decoding)} µs, ${Math.round(bytes / histories.length)} bytes, ${events} events`,
    );
  }
}

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
console.log(`${cpus().length} × ${cpus()[0]?.model}, node ${process.version}, commit ${commit}`);
codec();
await commits(100, 5_000);
console.log(
  '\n| batch | executions | executions/s | events/s | CPU µs each | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|',
);
await commits(1, 3_000);
await commits(10, 10_000);
await commits(100, 30_000);
await commits(300, 30_000);
await fill(EXECUTIONS - 78_000);
console.log(
  `\nat ${EXECUTIONS} executions:\n\n| batch | executions | executions/s | events/s | CPU µs each | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|`,
);
await commits(100, 10_000);
await commits(300, 15_000);
await reads(store);
const bytes = statSync(join(folder, 'treadle.db')).size;
const resident = process.memoryUsage().rss;
console.log(`\ndatabase ${(bytes / 1e6).toFixed(0)} MB, resident ${(resident / 1e6).toFixed(0)} MB`);
await store.close();
const opening = performance.now();
await openSqliteStore({ folder }).close();
console.log(`open again ${(performance.now() - opening).toFixed(1)} ms`);
rmSync(folder, { recursive: true });
