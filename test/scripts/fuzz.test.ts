import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createDraw, drawInput, KINDS, type Known, mutate } from '../../scripts/fuzz/inputs.ts';

const KNOWN: Known = {
  arns: ['arn:aws:states:us-east-1:123456789012:stateMachine:m'],
  tokens: ['AAAA'],
};
const inputsOf = (seed: number, count: number) =>
  Array.from({ length: count }, (_, i) => drawInput(createDraw(seed * 100_000 + i), KNOWN));

describe('random requests', () => {
  test('are the same for the same seed', () => {
    expect(inputsOf(1, 50)).toEqual(inputsOf(1, 50));
    expect(inputsOf(1, 50)).not.toEqual(inputsOf(2, 50));
  });

  test('are of every kind, and say how long their body is', () => {
    const inputs = inputsOf(3, 500);
    expect(new Set(inputs.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    for (const { kind, bytes } of inputs.filter(({ kind }) => kind !== 'http')) {
      const text = bytes.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      expect([kind, Number(/Content-Length: (\d+)/.exec(text)![1])]).toEqual([kind, bytes.length - end - 4]);
      expect(text.slice(0, end)).not.toMatch(/[^\t\r\n\x20-\x7e\x80-\xff]/);
    }
  });

  test('change a text in few places', () => {
    const changed = Array.from({ length: 200 }, (_, i) => mutate(createDraw(i), KNOWN.arns[0]!));
    expect(new Set(changed).size).toBeGreaterThan(150);
  });
});

test('a real server answers a thousand of them without a fault (npm run fuzz sends 200,000)', {
  timeout: 240_000,
}, () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['scripts/fuzz.ts', '--seed', '7', '--inputs', '1000'],
    {
      cwd: join(import.meta.dirname, '../..'),
      encoding: 'utf8',
    },
  );
  expect([status, stdout]).toEqual([0, expect.stringContaining('1000 inputs, 0 findings')]);
});
