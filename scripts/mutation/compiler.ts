// The TypeScript compiler, kept running: syntax trees, and whether a changed file still compiles, in a tenth of a second.
// TypeScript 7 offers this interface as unstable; package.json pins the version.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from 'typescript/unstable/ast';
import { API } from 'typescript/unstable/sync';

export interface Compiler {
  /** The syntax tree of a file, by its path from the root. */
  tree(file: string): SourceFile;
  /** Whether `files` compile while `changed` has the given text. */
  compiles(changed: string, text: string, files: readonly string[]): boolean;
  close(): void;
}

export function openCompiler(root: string): Compiler {
  const changes = new Map<string, string>();
  const api = new API({ cwd: root, fs: { readFile: (path) => changes.get(path) } });
  const first = api.updateSnapshot({ openProjects: [join(root, 'tsconfig.json')] });
  const project = first.getProjects()[0];
  if (project === undefined) throw new Error(`Expected a project at ${root}/tsconfig.json`);
  return {
    tree: (file) => {
      const tree = project.program.getSourceFile(join(root, file));
      if (tree === undefined || tree.text !== readFileSync(join(root, file), 'utf8'))
        throw new Error(`Expected ${file} to be part of the project`);
      return tree;
    },
    compiles: (changed, text, files) => {
      const path = join(root, changed);
      changes.set(path, text);
      try {
        const snapshot = api.updateSnapshot({ fileChanges: { changed: [path] } });
        const program = snapshot.getProjects()[0]?.program;
        if (program === undefined) throw new Error('Expected the project to stay open');
        const good =
          program.getSyntacticDiagnostics(path).length === 0 &&
          files.every((file) => program.getSemanticDiagnostics(join(root, file)).length === 0);
        snapshot.dispose();
        return good;
      } finally {
        changes.delete(path);
        api.updateSnapshot({ fileChanges: { changed: [path] } }).dispose();
      }
    },
    close: () => api.close(),
  };
}
