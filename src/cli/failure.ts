// How the command line says that something went wrong: one line what, one line remedy, and the exit code that fits.

/** Exit codes: docs/reference/cli.md. */
export const EXIT = { ok: 0, failed: 1, invalid: 2 } as const;

/** A mistake that is not Treadle's: shown without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly remedy: string | undefined;
  readonly exitCode: number;

  constructor(message: string, remedy?: string, exitCode: number = EXIT.failed) {
    super(message);
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** Any error in the words of the command line. Errors are told apart by name, so that nothing is loaded to compare with. */
export function describeFailure(error: unknown): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof Error)) return new CliError(String(error));
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  switch (error.name) {
    case 'ConfigError':
      return new CliError(
        `the configuration cannot be used\n${error.message.replace(/^/gm, '  ')}`,
        'docs/reference/configuration.md describes every key; treadle config shows what is in effect',
      );
    case 'DefinitionFileError':
      return new CliError(error.message, 'give the path of an .asl.json or .asl.yaml file', EXIT.invalid);
    case 'TemplateProblem':
      return new CliError(
        error.message,
        'docs/guide/existing-projects.md says what is read and what can be given',
        EXIT.invalid,
      );
    case 'StoreDamaged':
    case 'JournalDamaged':
      return new CliError(error.message, 'docs/guide/running-in-production.md says how to restore a backup');
    case 'StoreUnavailable':
      return new CliError(
        error.message,
        'choose another folder with --data, or --data :memory: to keep nothing',
      );
  }
  switch (code) {
    case 'EADDRINUSE':
      return new CliError(
        `${address ?? 'the address'}:${port ?? ''} is in use by another process`,
        `stop that process, or listen elsewhere: treadle start --listen ${nextPort(port)}`,
      );
    case 'EACCES':
      if (port === undefined) break;
      return new CliError(`port ${port} may not be used (permission denied)`, 'choose a port above 1023');
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CliError(
        `${address ?? 'the address'} is not an address of this machine`,
        'use 127.0.0.1, or 0.0.0.0 for every address',
      );
  }
  return new CliError(error.message, 'treadle --debug … shows where this came from');
}

function nextPort(port: number | undefined): number {
  return port === undefined || port >= 65_535 ? 0 : port + 1;
}
