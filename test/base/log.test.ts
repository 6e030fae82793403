import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { BoundedLines, errorFacts, type LineStream, MOST_WAITING, openLog } from '../../src/base/log.ts';

test('records go to standard error, one line of JSON each, from the level on, even when the process exits', () => {
  const code = `
    import { openLog } from ${JSON.stringify(new URL('../../src/base/log.ts', import.meta.url).href)};
    const log = openLog('warn');
    log.info('too little');
    log.warn({ folder: 'data' }, 'look here');
    process.exit(0);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  const records = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(records).toEqual([
    {
      level: 40,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      folder: 'data',
      msg: 'look here',
    },
  ]);
});

test('a silent log writes nothing', () => {
  expect(openLog('silent').isLevelEnabled('fatal')).toBe(false);
});

/** A stream whose reader reads when it is told to. */
function openStream() {
  const lines: string[] = [];
  const listeners: Record<string, () => void> = {};
  const stream: LineStream & { waiting: number } = {
    waiting: 0,
    get writableLength() {
      return this.waiting;
    },
    write(line) {
      lines.push(line);
      this.waiting += line.length;
    },
    on(event, listener) {
      listeners[event] = listener;
    },
  };
  function read(): void {
    stream.waiting = 0;
    listeners['drain']?.();
  }
  return { stream, lines, read };
}

describe('a reader that does not read', () => {
  test('leaves a bound of lines waiting; what was dropped is counted when it reads again', () => {
    const { stream, lines, read } = openStream();
    const bounded = new BoundedLines(stream);
    const line = `${'x'.repeat(1_023)}\n`;
    for (let i = 0; i < 1_500; i++) bounded.write(line);
    expect(lines).toHaveLength(MOST_WAITING / line.length);
    expect(stream.waiting).toBeLessThanOrEqual(MOST_WAITING);
    read();
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      level: 40,
      time: expect.any(String),
      dropped: 476,
      msg: 'records of the log were dropped, because nobody read them',
    });
    bounded.write('next\n');
    expect(lines.slice(-1)).toEqual(['next\n']);
  });

  test('does not stop the process, neither while it runs nor when it exits', async () => {
    const code = `
      import { openLog } from ${JSON.stringify(new URL('../../src/base/log.ts', import.meta.url).href)};
      const log = openLog('info');
      for (let i = 0; i < 20_000; i++) log.info({ i }, 'x'.repeat(500));
      process.stdout.write('went on ' + (process.stderr.writableLength <= ${MOST_WAITING}), () => process.exit(0));`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    // Its standard error is not read.
    const exit = await new Promise((resolve) => child.on('exit', resolve));
    expect([exit, out]).toEqual([0, 'went on true']);
  });
});

test('of an error only what tells what it is is logged', () => {
  const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET', data: 'hush' });
  const error = Object.assign(new TypeError('outer', { cause }), { input: 'https://h/?k=hush' });
  const facts = errorFacts(error);
  expect(facts).toMatchObject({
    type: 'TypeError',
    message: 'outer',
    cause: { type: 'Error', message: 'inner', code: 'ECONNRESET' },
  });
  expect(JSON.stringify(facts)).not.toContain('hush');
  expect(errorFacts('text')).toBe('text');
});
