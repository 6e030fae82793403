// What is wrong with a configuration, and where: collected, then thrown all at once, so that one look mends them all.

export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'option'; readonly name: string };

export interface Problem {
  readonly origin: Origin;
  /** Full name: `limits.payloadBytes`. */
  readonly key: string;
  /** The value as it was written; undefined when the key itself is the problem. */
  readonly value?: unknown;
  /** Completes "expected …". */
  readonly expected: string;
}

/** The configuration cannot be used. `problems` has them all; the message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'));
    this.problems = problems;
  }
}

/** `treadle.yaml:3:9: listen is "80 83", expected host:port such as 127.0.0.1:8083` */
export function describeProblem(problem: Problem): string {
  const subject = problem.key === '' ? '' : `${problem.key} `;
  const value = problem.value === undefined ? '' : `is ${clip(show(problem.value))}, `;
  return `${describeOrigin(problem.origin)}: ${subject}${value}${problem.value === undefined ? '' : 'expected '}${problem.expected}`;
}

/** `treadle.yaml:3:9`, `TREADLE_LISTEN`, `--listen` or `default`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.from) {
    case 'default':
      return 'default';
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`;
    case 'environment':
    case 'option':
      return origin.name;
  }
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
