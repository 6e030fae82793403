// `treadle completion SHELL`: a script for the shell's own completion. Everything in it comes from commander's table of
// commands and options when it is printed; completing a line runs no Treadle.

import type { Command, Option } from 'commander';

export type CompletedShell = 'bash' | 'zsh' | 'fish';

/** What may stand for a placeholder of the table, `<type>`; for other placeholders see `isPath`. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  type: ['standard', 'express'],
  level: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
  shell: ['bash', 'zsh', 'fish'],
};

/** What follows an option or a command: one of some words, a path, JSON or `@` and a path, or something else. */
type Value =
  | { readonly kind: 'none' | 'path' | 'input' | 'other' }
  | { readonly kind: 'choice'; readonly words: readonly string[] };

interface CompletedOption {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly value: Value;
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
  readonly argument: Value;
  /** Takes any number of arguments. */
  readonly variadic: boolean;
}

export function completionScript(shell: CompletedShell, program: Command): string {
  const options = optionsOf(program);
  const commands = program.commands.map(toCompleted);
  switch (shell) {
    case 'bash':
      return bashScript(options, commands);
    case 'zsh':
      return zshScript(options, commands);
    case 'fish':
      return fishScript(options, commands);
  }
}

function toCompleted(command: Command): CompletedCommand {
  const argument = command.registeredArguments[0];
  return {
    name: command.name(),
    description: command.description(),
    options: optionsOf(command),
    argument: argument === undefined ? { kind: 'none' } : valueFor(argument.name()),
    variadic: argument?.variadic ?? false,
  };
}

function optionsOf(command: Command): CompletedOption[] {
  return command.createHelp().visibleOptions(command).map(toCompletedOption);
}

function toCompletedOption(option: Option): CompletedOption {
  const placeholder = /[<[](.*)[>\]]/.exec(option.flags)?.[1];
  return {
    short: option.short ?? undefined,
    long: option.long!,
    description: option.description,
    value: placeholder === undefined ? { kind: 'none' } : valueFor(placeholder),
  };
}

/** @param placeholder such as `file`, `file[#case]`, `folder`, `json` */
function valueFor(placeholder: string): Value {
  const words = CHOICES[placeholder];
  if (words !== undefined) return { kind: 'choice', words };
  if (placeholder === 'json') return { kind: 'input' };
  return { kind: /^(files?|folder)\b/.test(placeholder) ? 'path' : 'other' };
}

const flagsOf = ({ short, long }: CompletedOption) => (short === undefined ? [long] : [short, long]);

function bashScript(options: readonly CompletedOption[], commands: readonly CompletedCommand[]): string {
  const words = (list: readonly string[]) => `_treadle_words '${list.join(' ')}'`;
  const action = (value: Value): string => {
    if (value.kind === 'choice') return words(value.words);
    if (value.kind === 'path') return '_treadle_files';
    return value.kind === 'input' ? '_treadle_input' : ':';
  };
  const names = commands.map(({ name }) => name);
  const afterOption = commands.flatMap((command) =>
    command.options
      .filter(({ value }) => value.kind !== 'none')
      .map((option) => {
        const patterns = flagsOf(option).map((flag) => `'${command.name} ${flag}'`);
        return `    ${patterns.join(' | ')}) ${action(option.value)}; return ;;`;
      }),
  );
  const byCommand = commands.map(({ name, options: own, argument }) => {
    const flags = [...own, ...options.filter(({ long }) => long === '--debug')].flatMap(flagsOf);
    return `    ${name}) if [[ $cur == -* ]]; then ${words(flags)}; else ${action(argument)}; fi ;;`;
  });
  return `# Completion of treadle in bash (3.2 or newer). In ~/.bashrc: source <(treadle completion bash)

_treadle_words() {
  local IFS=$' \\t\\n'
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_treadle_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}

_treadle_input() {
  [[ $cur == @* ]] || return
  local IFS=$'\\n'
  COMPREPLY=($(compgen -P @ -f -- "\${cur#@}"))
}

_treadle() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${names.join(' | ')}) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case "$command $prev" in
${afterOption.join('\n')}
  esac
  case $command in
    '') ${words([...names, ...options.flatMap(flagsOf)])} ;;
${byCommand.join('\n')}
  esac
}

complete -F _treadle treadle`;
}

/** For single quotes of sh, and of `_arguments` and `_describe`, where `:`, `[` and `]` mean something. */
const zshText = (text: string) => text.replace(/[\\[\]:]/g, '\\$&').replaceAll("'", `'\\''`);

function zshScript(options: readonly CompletedOption[], commands: readonly CompletedCommand[]): string {
  const action = (value: Value): string => {
    if (value.kind === 'choice') return `(${value.words.join(' ')})`;
    if (value.kind === 'path') return '_files';
    return value.kind === 'input' ? '_treadle_input' : ' ';
  };
  const specs = (list: readonly CompletedOption[]) =>
    list.flatMap((option) =>
      flagsOf(option).map((flag) => {
        const { value, description } = option;
        const after = value.kind === 'none' ? '' : `:${option.long.slice(2)}:${action(value)}`;
        return `'(${flagsOf(option).join(' ')})${flag}[${zshText(description)}]${after}'`;
      }),
    );
  const byCommand = commands.map(({ name, options: own, argument, variadic }) => {
    const rest = argument.kind === 'none' ? [] : [`'${variadic ? '*' : '1'}:argument:${action(argument)}'`];
    return `        ${name}) _arguments ${[...specs(own), ...rest].join(' \\\n          ')} ;;`;
  });
  return `#compdef treadle
# Completion of treadle in zsh. In ~/.zshrc, after compinit: source <(treadle completion zsh)

_treadle_input() {
  compset -P @ && _files
}

_treadle() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
${commands.map(({ name, description }) => `    '${name}:${zshText(description)}'`).join('\n')}
  )
  _arguments -C ${specs(options).join(' \\\n    ')} \\
    '1: :->command' '*:: :->rest'
  case $state in
    command) _describe command commands ;;
    rest)
      case $words[1] in
${byCommand.join('\n')}
      esac ;;
  esac
}

if [[ $funcstack[1] == _treadle ]]; then _treadle "$@"; else compdef _treadle treadle; fi`;
}

function fishScript(options: readonly CompletedOption[], commands: readonly CompletedCommand[]): string {
  const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const value = (of: Value): string => {
    if (of.kind === 'choice') return ` -x -a ${quote(of.words.join(' '))}`;
    if (of.kind === 'path') return ' -r -F';
    return of.kind === 'none' ? '' : ' -x';
  };
  const optionLine = (condition: string, { short, long, description, value: of }: CompletedOption) => {
    const flag = short === undefined ? '' : ` -s ${short.slice(1)}`;
    return `complete -c treadle -n ${condition}${flag} -l ${long.slice(2)}${value(of)} -d ${quote(description)}`;
  };
  const lines = commands.flatMap(({ name, description, options: own, argument }) => {
    const seen = quote(`__fish_seen_subcommand_from ${name}`);
    const argumentLine =
      argument.kind === 'none' || argument.kind === 'other'
        ? []
        : [`complete -c treadle -n ${seen}${value(argument).replace(' -r', '')}`];
    return [
      `complete -c treadle -n __fish_use_subcommand -a ${name} -d ${quote(description)}`,
      ...own.map((option) => optionLine(seen, option)),
      ...argumentLine,
    ];
  });
  return `# Completion of treadle in fish. Once: treadle completion fish > ~/.config/fish/completions/treadle.fish
complete -c treadle -f
${[...options.map((option) => optionLine('__fish_use_subcommand', option)), ...lines].join('\n')}`;
}
