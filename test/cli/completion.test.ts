// `treadle completion`: the script for bash is run by bash. zsh and fish are not here everywhere; of theirs only the
// words are looked at.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completionScript } from '../../src/cli/completion.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');

function treadle(...args: string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env: { NO_COLOR: '1' } });
}

describe('in bash', () => {
  let folder: string;
  let script: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'treadle-completion-'));
    mkdirSync(join(folder, 'flows'));
    writeFileSync(join(folder, 'an order.asl.json'), '{}');
    writeFileSync(join(folder, 'order.json'), '{}');
    script = treadle('completion', 'bash').stdout;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What bash offers for the last word of a line. */
  function complete(...words: string[]): string[] {
    const program = `${script}
COMP_WORDS=(treadle "$@"); COMP_CWORD=$#
_treadle
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', program, 'bash', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  }

  test('it offers every command and option that the help shows', () => {
    const { stdout } = treadle('--help');
    const names = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) .*/gm)].map(([, name]) => name!);
    const commands = names.filter((name) => name !== 'treadle');
    expect(commands).toContain('start');
    expect(complete('').filter((word) => !word.startsWith('-'))).toEqual([...new Set(commands)]);
    for (const command of commands) {
      const help = treadle(command, '--help').stdout;
      const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option!);
      expect([command, ...complete(command, '--')].sort()).toEqual([command, ...options, '--debug'].sort());
    }
  });

  test.each([
    [['st'], ['start', 'stop']],
    [['--debug', 'val'], ['validate']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['run', '--type', ''],
      ['standard', 'express'],
    ],
    [['start', '--log-level', 'e'], ['error']],
    [['run', 'an'], ['an order.asl.json']],
    [['validate', 'order.json', 'f'], ['flows']],
    [['start', '--config', 'o'], ['order.json']],
    [['run', 'order.json', '-i', '@o'], ['@order.json']],
    [['run', 'order.json', '-i', 'o'], []],
    [['history', ''], []],
    [['init', 'fl'], ['flows']],
  ])('of %j it makes %j', (words, offered) => {
    expect(complete(...words)).toEqual(offered);
  });
});

describe('in other shells', () => {
  const program = new Command('treadle').option('-x, --extra', "it's [new]: \\ all");
  program.command('go').description("that's it").argument('<file>').option('--type <type>', 'kind');

  test('zsh gets quotes, brackets and colons escaped', () => {
    const script = completionScript('zsh', program);
    expect(script).toMatch(/^#compdef treadle\n/);
    expect(script).toContain(String.raw`'(-x --extra)--extra[it'\''s \[new\]\: \\ all]'`);
    expect(script).toContain(String.raw`'go:that'\''s it'`);
    expect(script).toContain("'(--type)--type[kind]:type:(standard express)'");
    expect(script).toContain("'1:argument:_files'");
  });

  test('fish gets a line for each command, option and argument', () => {
    expect(completionScript('fish', program).split('\n').slice(1)).toEqual([
      'complete -c treadle -f',
      String.raw`complete -c treadle -n __fish_use_subcommand -s x -l extra -d 'it\'s [new]: \\ all'`,
      "complete -c treadle -n __fish_use_subcommand -s h -l help -d 'display help for command'",
      String.raw`complete -c treadle -n __fish_use_subcommand -a go -d 'that\'s it'`,
      "complete -c treadle -n '__fish_seen_subcommand_from go' -l type -x -a 'standard express' -d 'kind'",
      "complete -c treadle -n '__fish_seen_subcommand_from go' -s h -l help -d 'display help for command'",
      "complete -c treadle -n '__fish_seen_subcommand_from go' -F",
    ]);
  });
});

test('another shell is refused', () => {
  const { status, stderr } = treadle('completion', 'tcsh');
  expect([status, stderr.includes('Expected bash, zsh, fish.')]).toEqual([2, true]);
});
