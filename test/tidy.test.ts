// The architecture, kept by a test: imports run one way, pure layers stay pure, no file is dead, long or unexplained.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspect, LAYERS } from './support/architecture.ts';
import { showComplaint, type Tree } from './support/rules.ts';
import { readSource } from './support/source-text.ts';

const ROOT = join(import.meta.dirname, '..');

function readTree(...folders: string[]): Tree {
  const tree = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== 'node_modules') walk(path);
      else if (entry.isFile()) tree.set(path, readFileSync(join(ROOT, path), 'utf8'));
    }
  };
  for (const folder of folders) walk(folder);
  return tree;
}

describe('the repository', () => {
  const complaints = inspect(readTree('src', 'bin', 'test', 'scripts', 'bench'));

  const rules = [
    'imports',
    'purity',
    'cycles',
    'folder-cycles',
    'tests',
    'words',
    'dead-files',
    'size',
    'names',
    'opening',
    'unfinished',
    'types',
  ];
  it.each(rules)('keeps the rule "%s"', (rule) => {
    expect(complaints.filter((complaint) => complaint.rule === rule).map(showComplaint)).toEqual([]);
  });

  it('has no complaint of a rule that is not tested', () => {
    expect(complaints.filter((complaint) => !rules.includes(complaint.rule))).toEqual([]);
  });

  it('shows the import table of the rules in docs/ARCHITECTURE.md', () => {
    const page = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');
    const words = (cell: string): string[] => [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, word]) => word!);
    const rows = [...page.matchAll(/^\| `([a-z-]+)\/` \|[^|]*\|([^|]*)\|([^|]*)\|$/gm)].map(
      ([, name, may, pure]) => {
        const [imports, typesOf = ''] = may!.split('types of');
        return [name, words(imports!), words(typesOf), pure!.trim() === 'yes'];
      },
    );
    expect(rows).toEqual(
      Object.entries(LAYERS).map(([name, { imports, typesOf = [], pure = false }]) => [
        name,
        imports,
        typesOf,
        pure,
      ]),
    );
  });
});

/** A small sound tree, changed by the test. */
function inspectWith(files: Record<string, string>): string[] {
  const sound: Record<string, string> = {
    'src/server.ts': '// Composes.\nimport { run } from "./engine/run.ts";\nexport const serve = run;\n',
    'src/cli/main.ts': '// Entry.\nimport { serve } from "../server.ts";\nserve();\n',
    'src/engine/run.ts':
      '// Runs.\nimport { decide } from "../interpreter/decide.ts";\nexport const run = decide;\n',
    'src/interpreter/decide.ts':
      '// Decides.\nimport type { Program } from "../asl/program.ts";\nimport { one } from "../base/one.ts";\nexport const decide = (p: Program) => [one, p];\n',
    'src/asl/program.ts': '// The program.\nexport interface Program { readonly startAt: string }\n',
    'src/base/one.ts': '// One.\nexport const one = 1;\n',
    'test/server.test.ts': 'import "../src/server.ts";\n',
    'test/cli/main.test.ts': 'import "../../src/cli/main.ts";\n',
    'test/engine/run.test.ts': 'import "../../src/engine/run.ts";\n',
    'test/interpreter/decide.test.ts': 'import "../../src/interpreter/decide.ts";\n',
    'test/asl/program.test.ts': 'import "../../src/asl/program.ts";\n',
    'test/base/one.test.ts': 'import "../../src/base/one.ts";\n',
  };
  return inspect(new Map(Object.entries({ ...sound, ...files }))).map(showComplaint);
}

const used = (path: string): Record<string, string> => ({
  'src/cli/main.ts': `// Entry.\nimport "${path}";\n`,
});

describe('the rules', () => {
  it('accept a sound tree', () => {
    expect(inspectWith({})).toEqual([]);
  });

  const faults: [string, Record<string, string>, string][] = [
    [
      'an import against the direction',
      { 'src/base/one.ts': '// One.\nimport "../engine/run.ts";\nexport const one = 1;\n' },
      'src/base/one.ts:2 [imports] base/ may import base, but not engine/run.ts',
    ],
    [
      'an import of the front-end past program.ts',
      {
        'src/asl/parse.ts': '// Parses.\nexport const parse = 1;\n',
        'src/interpreter/decide.ts':
          '// D.\nimport { parse } from "../asl/parse.ts";\nexport const decide = parse;\n',
      },
      'src/interpreter/decide.ts:2 [imports] interpreter/ may import base, history, query, asl/program.ts, but not asl/parse.ts',
    ],
    [
      'a value where only types may be imported',
      {
        ...used('../integrations/a.ts'),
        'src/integrations/a.ts':
          '// A.\nimport { Program } from "../asl/program.ts";\nexport const a = Program;\n',
      },
      'src/integrations/a.ts:2 [imports] integrations/ may import only types of asl/program.ts',
    ],
    [
      'a re-export against the direction',
      { 'src/base/one.ts': '// One.\nexport { run as one } from "../engine/run.ts";\n' },
      'src/base/one.ts:2 [imports] base/ may import base, but not engine/run.ts',
    ],
    [
      'a dynamic import against the direction',
      { 'src/base/one.ts': '// One.\nexport const one = () => import("../engine/run.ts");\n' },
      'src/base/one.ts:2 [imports] base/ may import base, but not engine/run.ts',
    ],
    [
      'a node: module in a pure layer',
      {
        'src/base/one.ts':
          '// One.\nimport { readFileSync } from "node:fs";\nexport const one = readFileSync;\n',
      },
      'src/base/one.ts:2 [imports] base/ may not import node:fs',
    ],
    [
      'an import of the composition root',
      { 'src/engine/run.ts': '// Runs.\nimport "../server.ts";\nexport const run = 1;\n' },
      'src/engine/run.ts:2 [imports] src/server.ts composes the product: only cli/ may import it',
    ],
    [
      'a folder that is not in the table',
      { ...used('../helpers/a.ts'), 'src/helpers/a.ts': '// A.\n' },
      'src/helpers/a.ts:1 [imports] Expected one of the folders base,',
    ],
    [
      'a clock in a pure layer',
      { 'src/base/one.ts': '// One.\n\nexport const one = Date.now();\n' },
      'src/base/one.ts:3 [purity] base/ is pure: Date.now must come in as an argument',
    ],
    [
      'a Date of now in a pure layer',
      { 'src/base/one.ts': `// One.\nexport const one = () => \`\${new Date()}\`;\n` },
      'src/base/one.ts:2 [purity] base/ is pure: new Date() must come in as an argument',
    ],
    [
      'the environment in a pure layer',
      { 'src/base/one.ts': '// One.\nexport const one = process.env;\n' },
      'src/base/one.ts:2 [purity] base/ is pure: process must come in as an argument',
    ],
    [
      'a cycle',
      {
        'src/base/one.ts': '// One.\nexport { two as one } from "./two.ts";\n',
        'src/base/two.ts': '// Two.\nimport { one } from "./one.ts";\nexport const two = one;\n',
      },
      'src/base/two.ts:2 [cycles] src/base/one.ts → src/base/two.ts → src/base/one.ts',
    ],
    [
      'a cycle of types',
      {
        'src/base/one.ts': '// One.\nimport type { Two } from "./two.ts";\nexport const one: Two = 2;\n',
        'src/base/two.ts': '// Two.\nimport { one } from "./one.ts";\nexport type Two = 2 | typeof one;\n',
      },
      'src/base/two.ts:2 [cycles] src/base/one.ts → src/base/two.ts → src/base/one.ts',
    ],
    [
      'a cycle of folders side by side',
      {
        'src/asl/a/one.ts': '// One.\nimport "../b/two.ts";\n',
        'src/asl/b/two.ts': '// Two.\n',
        'src/asl/b/three.ts': '// Three.\nimport "../a/four.ts";\n',
        'src/asl/a/four.ts': '// Four.\nimport "../program.ts";\n',
      },
      'src/asl/b/three.ts:2 [folder-cycles] src/asl/a → src/asl/b → src/asl/a',
    ],
    [
      'a folder without tests beside it',
      { 'src/base/more/one.ts': '// One.\n' },
      'src/base/more/:1 [tests] Expected tests of src/base/more/ in test/base/more/ or test/base/more.test.ts',
    ],
    [
      'a file that the tests of its folder do not load',
      { 'src/base/two.ts': '// Two.\n' },
      'src/base/two.ts:1 [tests] No test of test/base/ loads this file',
    ],
    [
      'a word that was replaced',
      { 'src/interpreter/decide.ts': '// Decides.\nexport const returns = { openTurns: 1 };\n' },
      'src/interpreter/decide.ts:2 [words] Expected the word decision, batch or lock, but found openTurns',
    ],
    [
      'a dead file, even when a test imports it',
      {
        'src/base/two.ts': '// Two.\nexport const two = 2;\n',
        'test/base/two.test.ts': 'import { two } from "../../src/base/two.ts";\ntwo;\n',
      },
      'src/base/two.ts:1 [dead-files] Nothing that runs imports this file: delete it or use it',
    ],
    [
      'a long file',
      { 'src/base/one.ts': `// One.\nexport const one = 1;\n${'\n'.repeat(500)}` },
      'src/base/one.ts:500 [size] Expected at most 500 lines, but it has 502',
    ],
    [
      'a name in another case',
      { ...used('../base/jsonText.ts'), 'src/base/jsonText.ts': '// Text.\n' },
      'src/base/jsonText.ts:1 [names] Expected a kebab-case name, but got jsonText.ts',
    ],
    [
      'a file without an opening comment',
      { 'src/base/one.ts': 'export const one = 1;\n' },
      'src/base/one.ts:1 [opening] Expected the file to open with a comment: what it is, why',
    ],
    [
      'unfinished work',
      { 'src/base/one.ts': `// One.\nexport const one = 1; // ${'TO'}DO: two\n` },
      'src/base/one.ts:2 [unfinished] Found a note of unfinished work',
    ],
    [
      'the type any',
      { 'src/base/one.ts': '// One.\nexport const one = 1 as any;\n' },
      'src/base/one.ts:2 [types] Found the type any: as any',
    ],
    [
      'a switched-off type check',
      { 'src/base/one.ts': '// One.\n// @ts-expect-error\nexport const one: string = 1;\n' },
      'src/base/one.ts:2 [types] Found a switched-off type check',
    ],
  ];
  it.each(faults)('find %s', (_name, files, complaint) => {
    expect(inspectWith(files)).toContainEqual(expect.stringContaining(complaint));
  });

  it('let words in comments and strings be', () => {
    const text = '// Not Date.now or "any".\nexport const one = "Date.now() as any"; /* Math.random */\n';
    expect(inspectWith({ 'src/base/one.ts': text })).toEqual([]);
  });

  it('let a generated file be long', () => {
    const text = `// One.\n// Written by scripts/one.ts; do not edit by hand.\nexport const one = 1;\n${'\n'.repeat(500)}`;
    expect(inspectWith({ 'src/base/one.ts': text })).toEqual([]);
  });

  it('count the files of a folder named by its URL as alive', () => {
    expect(
      inspectWith({
        'src/engine/run.ts': '// Runs.\nexport const run = () => new URL("./start/", import.meta.url);\n',
        'src/engine/start/node.mjs': '// Starts.\nimport "../../interpreter/decide.ts";\n',
        'test/engine/start.test.ts': 'import "../../src/engine/run.ts";\n',
      }),
    ).toEqual([]);
  });

  it('count a file loaded by its URL as alive', () => {
    expect(
      inspectWith({
        'src/engine/run.ts': '// Runs.\nexport const run = () => new URL("./worker.ts", import.meta.url);\n',
        'src/engine/worker.ts': '// Works.\nimport "../interpreter/decide.ts";\n',
      }),
    ).toEqual([]);
  });
});

describe('readSource', () => {
  const specifiers = (text: string) =>
    readSource(text).references.map(
      ({ specifier, line, typeOnly }) => `${line} ${specifier}${typeOnly ? ' type' : ''}`,
    );

  it('lists imports over several lines, with side effects, types and re-exports', () => {
    const text = [
      "import {\n  a,\n  type B,\n} from './a.ts';",
      "import './b.ts';",
      "import type { C } from './c.ts';",
      "import { type D, type E } from './d.ts';",
      "import type from './e.ts';",
      "export type { F } from './f.ts';",
      "export * from './g.ts';",
      "export const h = './h.ts';",
    ].join('\n');
    expect(specifiers(text)).toEqual([
      '1 ./a.ts',
      '5 ./b.ts',
      '6 ./c.ts type',
      '7 ./d.ts type',
      '8 ./e.ts',
      '9 ./f.ts type',
      '10 ./g.ts',
    ]);
  });

  it('ignores imports in comments and strings', () => {
    expect(
      specifiers("// import './a.ts';\nconst x = `import './b.ts'`;\nconst y = \"import './c.ts'\";"),
    ).toEqual([]);
  });

  it('reads on after templates, regular expressions and divisions', () => {
    const code = readSource(
      `const a = \`x\${\`y\${1}\`}z\` + 4 / 2 / 1;\nconst b = /['"\`]/.test(c);\nDate.now();`,
    ).code;
    expect(code).toContain('4 / 2 / 1');
    expect(code).toContain('Date.now()');
    expect(code).not.toContain('x');
  });
});
