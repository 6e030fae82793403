// What is wrong with a configuration, and where it stands. Problems are collected and thrown together.

/** Way to a value: names of members and indexes of lists. */
export type Path = readonly (string | number)[];

export type Origin =
  | { readonly from: 'default' }
  | { readonly from: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'option'; readonly name: string };

export interface Problem {
  readonly origin: Origin;
  /** Empty when the problem is with the whole. */
  readonly path: Path;
  /** The value as it was written; undefined when there is none, or when the key itself is the problem. */
  readonly value?: unknown;
  /** Completes "PATH is VALUE, expected …"; without a value it completes "PATH …". */
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
export function describeProblem({ origin, path, value, expected }: Problem): string {
  const parts = [
    path.length > 0 && describePath(path),
    value !== undefined && `is ${clip(show(maskUrl(value)))}, expected`,
    expected,
  ];
  return `${describeOrigin(origin)}: ${parts.filter((part) => part !== false).join(' ')}`;
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

/** `functions["my.shop"].resources[1]` */
export function describePath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** Hides what may be secret of URLs: the password, the values of the query, the fragment. Anything else stays. */
export function maskUrl(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.replace(/\w[\w+.-]*:\/\/[^\s"'<>]+/g, (url) =>
    url
      .replace(/^([^:]+:\/\/[^:@/\s]*:)[^@/\s]+@/, '$1•••@')
      .replace(/#.*$/, '#•••')
      .replace(/\?([^#]+)/, (_, query: string) => `?${maskQuery(query)}`),
  );
}

/** Names stay, as far as there are any. */
function maskQuery(query: string): string {
  const pairs = query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? '•••' : `${pair.slice(0, equals)}=•••`;
  });
  return pairs.join('&');
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
