// Where a figure was measured: absolute figures mean nothing without it.

import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** One line: processors, memory, Node, commit. */
export function machine(): string {
  const list = cpus();
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const changed =
    execFileSync('git', ['status', '--porcelain', 'src'], { encoding: 'utf8' }) === '' ? '' : ' with changes';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${list.length} × ${list[0]?.model ?? 'processor'}, ${memory} GiB, Node ${process.version}, commit ${commit}${changed}`;
}

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  console.log(`| ${head.join(' | ')} |`);
  console.log(`|${head.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${row.join(' | ')} |`);
}

/** Value at a share (0 to 1) of the sorted figures. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(figures: readonly number[]): number {
  return quantile(figures, 0.5);
}

/** `median (min–max)`, rounded. */
export function spread(figures: readonly number[], digits = 0): string {
  const show = (value: number) => value.toFixed(digits);
  return `${show(median(figures))} (${show(Math.min(...figures))}–${show(Math.max(...figures))})`;
}
