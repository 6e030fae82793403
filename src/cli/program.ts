// The command line: names, options, help. Each command's code is loaded only when it runs, so `treadle start` is quick.

import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { describeFailure, EXIT } from './failure.ts';
import { forgiveBrokenPipes, type Output, outputTo } from './output.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

const EXAMPLES: Readonly<Record<string, readonly (readonly [command: string, meaning: string])[]>> = {
  treadle: [
    ['treadle init orders', 'write a small project that runs at once'],
    ['treadle start', 'serve the Step Functions API on 127.0.0.1:8083'],
    ['treadle run order.asl.json --input @order.json', 'run a definition once, here and now'],
    ['treadle validate flows/', 'check every definition in a folder'],
    ['treadle history arn:aws:states:…:execution:order:a1', 'show what an execution did'],
  ],
  init: [
    ['treadle init', 'into this folder'],
    ['treadle init orders', 'into the folder orders'],
  ],
  start: [
    ['treadle start', 'with ./treadle.yaml, if there is one'],
    ['treadle start --config flows/treadle.yaml --listen 9000', 'another file, another port'],
    ['treadle start --data :memory:', 'keep nothing'],
    ['treadle start --template template.yaml --parameter-overrides Stage=test', 'a SAM project as it is'],
  ],
  run: [
    [`treadle run order.asl.json --input '{"total": 40}'`, 'input as JSON'],
    ['treadle run order.asl.yaml --input @order.json', 'input from a file'],
    ['treadle run order.asl.json --quiet < order.json | jq', 'input from a pipe, only the output'],
    ['treadle run order.asl.json --json', 'one history event per line'],
    ['treadle run order.asl.json --mock MockConfigFile.json#Declined', 'with mocked services'],
  ],
  'test-state': [
    [`treadle test-state charge.json --input '{"total": 40}' --inspect`, 'the value after every stage'],
    [
      `treadle test-state order.asl.json -s Charge -m '{"errorOutput": {"error": "Declined"}}'`,
      'where an error leads',
    ],
  ],
  validate: [
    ['treadle validate order.asl.json', 'one definition'],
    ['treadle validate flows/ "more/**/*.asl.yaml" --json', 'folders and patterns, for programs'],
  ],
  history: [
    ['treadle history arn:aws:states:us-east-1:123456789012:execution:order:a1', 'of the local server'],
    ['treadle history ARN --endpoint http://10.0.0.7:8083 --json', 'of another, one event per line'],
  ],
  redrive: [
    ['treadle redrive arn:aws:states:us-east-1:123456789012:execution:order:a1', 'from where it failed'],
  ],
  backup: [
    ['treadle backup before-upgrade.db', 'of the local server, running or not'],
    ['treadle backup /backups/treadle.db --data /var/lib/treadle', 'of another data folder'],
  ],
  stop: [['treadle stop ARN --data /var/lib/treadle', 'one that keeps the server from working']],
  export: [['treadle export ARN > execution.jsonl', 'the execution, then an event per line']],
  remove: [['treadle remove ARN', 'also one that has not ended']],
  config: [
    ['treadle config', 'every key with its value and where it comes from'],
    ['TREADLE_LISTEN=:80 treadle config --json', 'for programs'],
  ],
  completion: [
    ['source <(treadle completion bash)', 'in ~/.bashrc'],
    ['source <(treadle completion zsh)', 'in ~/.zshrc, after compinit'],
    ['treadle completion fish > ~/.config/fish/completions/treadle.fish', 'once'],
  ],
};

/** Runs one command; sets the exit code. Never rejects. */
export async function main(args: readonly string[]): Promise<void> {
  const out = outputTo(process.stdout);
  const err = outputTo(process.stderr);
  forgiveBrokenPipes();
  let debug = process.env['TREADLE_DEBUG'] !== undefined;
  const program = build(out, err);
  program.hook('preAction', () => {
    debug ||= program.opts()['debug'] === true;
  });
  try {
    // Without a command the help is the answer, not a mistake.
    if (args.length === 0) program.help();
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come here too, as 0. Commander has printed its message.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
      return;
    }
    const failure = describeFailure(error);
    err.line(`${err.paint('red', 'treadle:')} ${failure.message}`);
    if (failure.remedy !== undefined) err.line(`  ${err.paint('dim', '→')} ${failure.remedy}`);
    if (debug) err.line(err.paint('dim', stackOf(error)));
    process.exitCode = failure.exitCode;
  }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

function build(out: Output, err: Output): Command {
  const program = new Command('treadle')
    .description('AWS Step Functions on your own machine.')
    .version(
      `treadle ${manifest.version} (Node ${process.versions.node})`,
      '-v, --version',
      'show the version',
    )
    .option('--debug', 'show the stack of an error')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`${err.paint('red', 'treadle:')} ${text.replace(/^error: /, '')}`),
      getOutHasColors: () => out.colour,
      getErrHasColors: () => err.colour,
    })
    .configureHelp({
      sortSubcommands: false,
      styleTitle: (text) => out.paint('bold', text.replace(/:$/, '')),
      styleCommandText: (text) => out.paint('cyan', text),
      styleSubcommandText: (text) => out.paint('cyan', text),
      styleOptionTerm: (text) => out.paint('cyan', text),
      styleArgumentTerm: (text) => out.paint('cyan', text),
      subcommandTerm: (command) =>
        `${command.name()} ${command.usage().replace('[options]', '').trim()}`.trim(),
    })
    .showHelpAfterError(`  ${err.paint('dim', '→')} treadle --help shows what there is`);
  const config = () => new Option('-c, --config <file>', 'configuration file (default: treadle.yaml)');
  const type = () =>
    new Option('--type <type>', 'standard or express').argParser(machineType).default('STANDARD', 'standard');

  command(program, 'init', 'write a small project that runs at once')
    .argument('[folder]', 'where; made when it is not there', '.')
    .action(async (folder) => {
      const { init } = await import('./commands/init.ts');
      init(folder, out);
    });

  command(program, 'start', 'serve the Step Functions API')
    .addOption(config())
    .option('-l, --listen <address>', 'host:port or port (default: 127.0.0.1:8083)')
    .option('-d, --data <folder>', 'where executions are kept, or :memory: (default: .treadle)')
    .option('-t, --template <path>', 'a SAM, CloudFormation, CDK or Serverless project to serve')
    .option('--parameter-overrides <name=value...>', 'values of the template’s parameters')
    .option('--log-level <level>', 'trace, debug, info, warn, error or silent (default: info)')
    .action(async (options) => {
      const { start } = await import('./commands/start.ts');
      await start(options, out, err);
    });

  command(program, 'run', 'run a definition once, without a server')
    .argument('<file>', 'definition, .asl.json or .asl.yaml')
    .option('-i, --input <json>', 'input as JSON, @file, or - for standard input (default: {})')
    .option('-n, --name <name>', 'name of the execution (default: a random one)')
    .option('-m, --mock <file[#case]>', 'answer Task states by a test case of a mock file')
    .addOption(type())
    .addOption(config())
    .option('--json', 'print history events and the result as JSON lines')
    .option('-q, --quiet', 'print only the output')
    .option('--log-level <level>', 'also show the log, from this level on')
    .action(async (file, options) => {
      const { run } = await import('./commands/run.ts');
      process.exitCode = await run(file, options, out, err);
    });

  command(program, 'test-state', 'run one state on its own, without a server')
    .argument('<file>', 'a state, or a definition that has it')
    .option('-s, --state <name>', 'the state of the definition, however deep')
    .option('-i, --input <json>', 'input as JSON, @file, or - for standard input (default: {})')
    .option(
      '-m, --mock <json>',
      'what stands in for its work: {"result": …} or {"errorOutput": {"error": …}}',
    )
    .option('--variables <json>', 'variables that it can read')
    .option('--context <json>', 'its context object; with a mock only')
    .option('--with <json>', 'what happened before: {"retrierRetryCount": 1} and other stateConfiguration')
    .option('--inspect', 'show the value after every stage')
    .addOption(config())
    .option('--json', 'print the answer of TestState')
    .action(async (file, options) => {
      const { testState } = await import('./commands/test-state.ts');
      process.exitCode = await testState(file, options, out, err);
    });

  command(program, 'validate', 'check definitions')
    .argument('<files...>', 'definitions, folders, or patterns')
    .addOption(type())
    .option('--json', 'print the diagnostics as JSON')
    .action(async (files, options) => {
      const { validate } = await import('./commands/validate.ts');
      process.exitCode = validate(files, options, out, err);
    });

  command(program, 'history', 'show what an execution did')
    .argument('<arn>', 'ARN of the execution')
    .option(
      '-e, --endpoint <url>',
      'server to ask (default: the address that `treadle start` would listen on)',
    )
    .addOption(config())
    .option('--json', 'print history events as JSON lines')
    .option('-r, --reverse', 'with --json: newest first')
    .action(async (arn, options) => {
      const { history } = await import('./commands/history.ts');
      process.exitCode = await history(arn, options, out);
    });

  command(program, 'redrive', 'have an execution go on from where it failed')
    .argument('<arn>', 'ARN of the execution')
    .option(
      '-e, --endpoint <url>',
      'server to ask (default: the address that `treadle start` would listen on)',
    )
    .addOption(config())
    .action(async (arn, options) => {
      const { redrive } = await import('./commands/redrive.ts');
      process.exitCode = await redrive(arn, options, out);
    });

  command(program, 'backup', 'copy the data while the server works on it')
    .argument('<file>', 'new file for the copy')
    .option('-d, --data <folder>', 'data folder (default: the one `treadle start` would use)')
    .addOption(config())
    .action(async (file, options) => {
      const { backup } = await import('./commands/backup.ts');
      await backup(file, options, out, err);
    });

  const ofFolder = (name: string, description: string) =>
    command(program, name, description)
      .argument('<arn>', 'ARN of the execution')
      .option('-d, --data <folder>', 'data folder (default: the one `treadle start` would use)')
      .addOption(config());
  ofFolder('stop', 'end an execution while no server runs')
    .option('--error <name>', 'error of the execution')
    .option('--cause <text>', 'cause of the error')
    .action(async (arn, options) => {
      const { stop } = await import('./commands/one-execution.ts');
      await stop(arn, options, out);
    });
  ofFolder('export', 'print an execution and its history while no server runs').action(
    async (arn, options) => {
      const { exportExecution } = await import('./commands/one-execution.ts');
      await exportExecution(arn, options, out);
    },
  );
  ofFolder('remove', 'remove an execution and its history while no server runs').action(
    async (arn, options) => {
      const { remove } = await import('./commands/one-execution.ts');
      await remove(arn, options, out);
    },
  );

  command(program, 'config', 'show the configuration in effect')
    .addOption(config())
    .option('--json', 'print it as JSON')
    .action(async (options) => {
      const { showConfig } = await import('./commands/config.ts');
      showConfig(options, out, err);
    });

  command(program, 'completion', 'print a script that completes this command in a shell')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').argParser(shell))
    .action(async (shell) => {
      const { completionScript } = await import('./completion.ts');
      out.line(completionScript(shell, program));
    });

  program.addHelpText('after', () => examples('treadle', out));
  program.addHelpText(
    'after',
    '\ntreadle COMMAND --help says more about a command. Reference: docs/reference/cli.md',
  );
  return program;
}

function command(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .copyInheritedSettings(program)
    .addHelpText('after', () => examples(name, outputTo(process.stdout)));
}

function examples(name: string, out: Output): string {
  const list = EXAMPLES[name] ?? [];
  const width = Math.max(...list.map(([line]) => line.length));
  const lines = list.map(
    ([line, meaning]) => `  ${out.paint('cyan', line.padEnd(width))}  ${out.paint('dim', meaning)}`,
  );
  return `\n${out.paint('bold', 'Examples')}\n${lines.join('\n')}`;
}

function shell(text: string): (typeof SHELLS)[number] {
  const known = SHELLS.find((name) => name === text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError(`Expected ${SHELLS.join(', ')}.`);
}

function machineType(text: string): 'STANDARD' | 'EXPRESS' {
  const type = text.toUpperCase();
  if (type === 'STANDARD' || type === 'EXPRESS') return type;
  throw new InvalidArgumentError('Expected standard or express.');
}
