// `treadle start`: the server in the foreground, until SIGTERM or Ctrl-C.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/load.ts';
import { shownPath } from '../../config/shown-path.ts';
import type { DefinitionRefused, Deployed } from '../../deploy.ts';
import { type RunningServer, startServer } from '../../server.ts';
import { VERSION } from '../../version.ts';
import { configuration, printWarnings } from '../configuration.ts';
import { CliError, EXIT } from '../failure.ts';
import type { Output } from '../output.ts';
import { onEndOfNpm, onFirstSignal } from '../signals.ts';

interface StartOptions {
  readonly config?: string;
  readonly listen?: string;
  readonly data?: string;
  readonly logLevel?: string;
  readonly template?: string;
  readonly parameterOverrides?: readonly string[];
}

/** After this what is under way is left as it is: what was acknowledged is durable, and goes on at the next start. */
const STOP_WITHIN_MS = 10_000;

const CLI_WITHOUT_PREFIX = 'AWS_DISABLE_HOST_PREFIX_INJECTION=true';
const SYNC_NOTE = [
  'Clients put sync- before the host name for StartSyncExecution and TestState, which does not resolve.',
  `The AWS CLI and boto3 leave it out with ${CLI_WITHOUT_PREFIX} in the environment, the`,
  'SDK for JavaScript with disableHostPrefix: true.',
];

/** Resolves when the server answers; it then runs until a signal. @throws what `describeFailure` knows. */
export async function start(options: StartOptions, out: Output, err: Output): Promise<void> {
  const { listen, data, logLevel, template } = options;
  const found = configuration({
    config: options.config,
    options: { listen, data, 'logs.level': logLevel, templates: template },
  });
  const config = await withParameters(found, options.parameterOverrides);
  let server: RunningServer;
  let parent = process.ppid;
  try {
    server = await startServer(config, () => {
      parent = process.ppid;
    });
  } catch (error) {
    if ((error as Error).name === 'DefinitionRefused')
      throw await reportRefusal(error as DefinitionRefused, err);
    throw error;
  }
  stopOnSignal(server, parent, err);
  printWarnings(server.warnings, err);
  greet(server, config, out);
}

/** @param overrides `Name=value`, for every template */
async function withParameters(config: Config, overrides: readonly string[] | undefined): Promise<Config> {
  if (overrides === undefined) return config;
  if (config.templates.length === 0) {
    throw new CliError(
      '--parameter-overrides are for a template, but there is none',
      'add --template PATH',
      EXIT.invalid,
    );
  }
  const { toOverrides } = await import('../../templates/overrides.ts');
  const given = toOverrides(overrides);
  return {
    ...config,
    templates: config.templates.map(({ settings, ...source }) => ({
      ...source,
      settings: { ...settings, parameters: { ...settings.parameters, ...given } },
    })),
  };
}

async function reportRefusal({ file, diagnostics }: DefinitionRefused, err: Output): Promise<CliError> {
  const { diagnosticLines } = await import('../render/diagnostics.ts');
  const name = shownPath(file.path);
  for (const line of diagnosticLines(name, file.text, diagnostics, err.paint)) err.line(line);
  return new CliError(
    `${name} cannot be deployed`,
    `mend it; treadle validate ${name} checks it`,
    EXIT.invalid,
  );
}

function greet(server: RunningServer, config: Config, out: Output): void {
  const { paint } = out;
  const label = (text: string) => `  ${paint('dim', text.padEnd(16))}`;
  const data = config.data === ':memory:' ? 'in memory, gone when Treadle stops' : server.dataFolder;
  out.line();
  out.line(
    `  ${paint('bold', 'Treadle')} ${VERSION} ${paint('dim', 'answers at')} ${paint('cyan', server.url)}`,
  );
  out.line();
  if (config.file !== undefined) out.line(`${label('configuration')}${shownPath(config.file)}`);
  out.line(`${label('data')}${data}`);
  if (server.recovered > 0) out.line(`${label('taken up')}${server.recovered} unfinished executions`);
  const nameWidth = Math.max(0, ...server.deployed.map(({ name }) => name.length));
  server.deployed.forEach(({ name, type, change, file }, i) => {
    const from = paint('dim', `${type.toLowerCase()}, ${change}, ${shownPath(file)}`);
    out.line(`${label(i === 0 ? 'state machines' : '')}${name.padEnd(nameWidth)}  ${from}`);
  });
  out.line();
  out.line(`  ${paint('dim', 'Try it with the AWS CLI:')}`);
  for (const line of suggestion(server, config)) out.line(`    ${paint('cyan', line)}`);
  out.line();
  for (const line of SYNC_NOTE) out.line(`  ${paint('dim', line)}`);
  out.line();
  out.line(`  ${paint('dim', 'Ctrl-C stops; unfinished executions go on at the next start.')}`);
  out.line();
}

/** A command to paste: starts the first deployed machine, or creates one. */
export function suggestion(
  server: Pick<RunningServer, 'url'> & {
    readonly deployed: readonly Pick<Deployed, 'arn' | 'type' | 'file'>[];
  },
  config: Pick<Config, 'region' | 'partition' | 'account'>,
): string[] {
  const cli = (operation: string) =>
    `aws stepfunctions ${operation} --endpoint-url ${server.url} --region ${config.region} --no-sign-request`;
  const first = server.deployed[0];
  if (first !== undefined) {
    const operation = first.type === 'EXPRESS' ? 'start-sync-execution' : 'start-execution';
    const example = join(dirname(first.file), 'input.json');
    // The AWS CLI takes paths relative to the working folder.
    const input = existsSync(example) ? `file://${shownPath(example)}` : '{}';
    const env = first.type === 'EXPRESS' ? `${CLI_WITHOUT_PREFIX} ` : '';
    return [`${env}${cli(operation)} \\`, `  --state-machine-arn ${first.arn} --input '${input}'`];
  }
  const role = `arn:${config.partition}:iam::${config.account}:role/treadle`;
  const definition = '{"StartAt":"Hello","States":{"Hello":{"Type":"Succeed"}}}';
  return [
    `${cli('create-state-machine')} \\`,
    `  --name hello --role-arn ${role} \\`,
    `  --definition '${definition}'`,
  ];
}

function stopOnSignal(server: RunningServer, parent: number, err: Output): void {
  onFirstSignal(['SIGINT', 'SIGTERM', 'SIGHUP'], (signal) => {
    err.line(`treadle: stopping (${signal}); once more stops at once`);
    stop(server, err);
  });
  onEndOfNpm(() => {
    err.line('treadle: stopping (npm, which started it, has ended)');
    stop(server, err);
  }, parent);
}

function stop(server: RunningServer, err: Output): void {
  const late = setTimeout(() => {
    err.line(`treadle: not everything ended within ${STOP_WITHIN_MS / 1000} s; it goes on at the next start`);
    process.exit(EXIT.ok);
  }, STOP_WITHIN_MS);
  server.close().then(
    () => {
      clearTimeout(late);
      process.exit(EXIT.ok);
    },
    (error: unknown) => {
      err.line(`treadle: stopping failed: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(EXIT.failed);
    },
  );
}
