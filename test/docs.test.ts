// What the documents say must hold: links lead somewhere, definitions validate, commands exist.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { validateDefinition } from '../src/asl/validate.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGES = findPages('.');

function findPages(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const skipped =
        ['node_modules', 'dist', 'coverage'].includes(entry.name) || /^\.(?!ci)/.test(entry.name);
      return skipped ? [] : findPages(path);
    }
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

interface Block {
  readonly page: string;
  /** 1-based line of the opening fence. */
  readonly line: number;
  readonly language: string;
  /** What follows the language: `asl`, or a file name. */
  readonly tag: string;
  readonly text: string;
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = readPage(page).split('\n');
  for (let i = 0; i < lines.length; i++) {
    const fence = /^\s*```(\w+)[ \t]*(.*)$/.exec(lines[i]!);
    if (fence === null) continue;
    const start = i + 1;
    while (++i < lines.length && !/^\s*```\s*$/.test(lines[i]!));
    const [, language, tag] = fence as unknown as [string, string, string];
    blocks.push({ page, line: start, language, tag, text: lines.slice(start, i).join('\n') });
  }
  return blocks;
}

/** The page without code, in which brackets mean nothing. */
function prose(page: string): string {
  return readPage(page)
    .replace(/^\s*```[\s\S]*?^\s*```\s*$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
}

/** Headings as GitHub makes anchors of them. */
function anchorsOf(page: string): string[] {
  const text = readPage(page).replace(/^\s*```[\s\S]*?^\s*```\s*$/gm, '');
  return [...text.matchAll(/^#+\s+(.*)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

describe('links', () => {
  it.each(PAGES)('of %s lead to a file or heading that exists', (page) => {
    const broken: string[] = [];
    for (const [, target] of prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)) {
      if (/^[a-z][a-z+.-]*:/.test(target!)) continue;
      const [path, anchor] = target!.split('#') as [string, string | undefined];
      const file = path === '' ? page : join(dirname(page), decodeURIComponent(path));
      if (!existsSync(join(ROOT, file)) || relative(ROOT, join(ROOT, file)).startsWith('..'))
        broken.push(target!);
      else if (anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).includes(anchor))
        broken.push(target!);
    }
    expect(broken).toEqual([]);
  });
});

describe('blocks', () => {
  const tagged = PAGES.flatMap(blocksOf)
    .filter((block) => (block.language === 'json' || block.language === 'yaml') && block.tag !== '')
    .map((block) => [`${block.page}:${block.line}`, block] as const);

  it.each(tagged)(
    'at %s parse, and validate when they are a definition',
    (_where, { language, tag, text }) => {
      const value: unknown = language === 'json' ? JSON.parse(text) : parseYaml(text);
      expect(value).toBeTypeOf('object');
      if (!/\basl\b/.test(tag)) return;
      const { diagnostics } = validateDefinition(JSON.stringify(value), { type: 'STANDARD' });
      expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'ERROR')).toEqual([]);
    },
  );
});

describe('commands', () => {
  const shell = PAGES.flatMap(blocksOf)
    .filter((block) => ['sh', 'bash', 'shell'].includes(block.language))
    .flatMap((block) =>
      block.text
        .replace(/\\\n\s*/g, ' ')
        .split('\n')
        .map((command) => command.replace(/(^|\s)#.*$/, '').trim())
        .filter((command) => command !== '')
        .map((command) => [command, block.page] as const),
    );
  const scripts: Record<string, string> = JSON.parse(readPage('package.json')).scripts;
  const help = new Map<string, string>();
  /** Help text of a command of Treadle's; asked once. */
  function helpOf(name: string): string {
    let text = help.get(name);
    if (text === undefined) {
      const result = spawnSync(process.execPath, [join(ROOT, 'src/cli/main.ts'), name, '--help'], {
        encoding: 'utf8',
      });
      text = result.status === 0 ? result.stdout : '';
      help.set(name, text);
    }
    return text;
  }

  it.each(shell.filter(([command]) => /\bnpm (run|start|test)\b/.test(command)))(
    '%s (%s) is a script',
    (command) => {
      const [, word, name] = /\bnpm (run|start|test)(?: ([\w:-]+))?/.exec(command)!;
      expect(Object.keys(scripts)).toContain(word === 'run' ? name : word);
    },
  );

  it('are written as they can be typed: npx finds the command that a project has installed', () => {
    expect(shell.filter(([command]) => /^treadle\b/.test(command))).toEqual([]);
  });

  it.each(shell.filter(([command]) => command.includes('npx treadle ')))(
    '%s (%s) is a command of Treadle with these options',
    (command) => {
      const [, name, rest] = /npx treadle (\S+)(.*)/.exec(command)!;
      const text = helpOf(name!);
      expect(text).toContain(`treadle ${name}`);
      for (const [option] of rest!.matchAll(/(?<=\s)--[a-z-]+/g)) expect(text).toContain(option);
    },
  );

  it.each(shell.filter(([command]) => /\b(examples|scripts|docs|test|bench)\//.test(command)))(
    '%s (%s) names files that exist',
    (command) => {
      for (const [, path] of command.matchAll(
        /(?:^|\s|file:\/\/)((?:examples|scripts|docs|test|bench)\/[^\s'"]+)/g,
      )) {
        expect(existsSync(join(ROOT, path!)), path).toBe(true);
        for (const [, input] of command.matchAll(/\s@(\S+)/g)) {
          expect(existsSync(join(ROOT, input!)), input).toBe(true);
        }
      }
    },
  );
});
