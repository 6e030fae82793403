// `treadle config`: every key with its value and where it comes from. Secrets are masked.

import { type Listen, listenText } from '../../config/listen.ts';
import type { Setting } from '../../config/load.ts';
import { ConfigError, describeOrigin, maskUrl } from '../../config/problem.ts';
import { MASK } from '../../config/shape.ts';
import { shownPath } from '../../config/shown-path.ts';
import { readMocks } from '../../mocks/open.ts';
import { configuration, printWarnings } from '../configuration.ts';
import type { Output } from '../output.ts';

const SECRET = /secret|passw|pwd|token|key|credential|auth|dsn|private|cookie|session|signature|jwt|bearer/i;

/** @throws ConfigError */
export function showConfig(
  options: { readonly config?: string; readonly json?: boolean },
  out: Output,
  err: Output,
): void {
  const config = configuration({ config: options.config });
  const problems = config.mocks === undefined ? [] : readMocks(config.mocks).problems;
  if (problems.length > 0) throw new ConfigError(problems);
  printWarnings(config.warnings, err);
  const rows = config.settings.map((setting) => ({
    ...setting,
    value: displayValue(setting, setting.value),
  }));
  if (options.json === true) {
    const entries = rows.map(({ key, value, origin, fallback, variable }) => ({
      key,
      value,
      default: displayValue({ key }, fallback),
      origin: describeOrigin(origin),
      variable,
    }));
    out.line(JSON.stringify(entries, null, 2));
    return;
  }
  const file = config.file === undefined ? 'no treadle.yaml here' : shownPath(config.file);
  out.line(out.paint('dim', `Configuration: ${file}`));
  out.line();
  const cells = rows.map(({ key, value, origin }) => [key, text(value), describeOrigin(origin)] as const);
  const width = (i: 0 | 1) => Math.min(60, Math.max(...cells.map((row) => row[i].length)));
  for (const [key, value, origin] of cells) {
    const set = origin !== 'default';
    const from = set ? out.paint('yellow', origin) : out.paint('dim', origin);
    out.line(`${out.paint('bold', key.padEnd(width(0)))}  ${value.padEnd(width(1))}  ${from}`);
  }
}

/** Passwords and queries of URLs and values of variables with telling names are hidden. */
export function displayValue(setting: Pick<Setting, 'key'>, value: unknown): unknown {
  if (setting.key === 'listen' && value !== undefined) return listenText(value as Listen);
  if (setting.key.startsWith('stateMachines.') && typeof value === 'string') return shownPath(value);
  return maskSecrets(value, '');
}

function maskSecrets(value: unknown, name: string): unknown {
  if (typeof value === 'string') return SECRET.test(name) ? MASK : maskUrl(value);
  if (Array.isArray(value)) return value.map((member) => maskSecrets(member, name));
  if (typeof value !== 'object' || value === null) return value;
  // Where a value is may be seen.
  if (isReference(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskSecrets(member, key)]));
}

/** `{ env: NAME }` or `{ file: path }` in the place of a value. */
function isReference(value: object): boolean {
  const [key, ...others] = Object.keys(value);
  return (
    others.length === 0 && (key === 'env' || key === 'file') && typeof Object.values(value)[0] === 'string'
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
