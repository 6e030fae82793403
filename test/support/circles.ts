// No circle of imports, types included: whoever reads a file downwards never comes back to it.

import { type Complaint, inSource, resolve, type Sources } from './rules.ts';

interface Edge {
  readonly to: string;
  readonly file: string;
  readonly line: number;
}

/** Circles of files, and of folders that stand side by side. A folder and what it contains are one. */
export function* circles(sources: Sources): Generator<Complaint> {
  const files = new Map<string, Edge[]>();
  const folders = new Map<string, Edge[]>();
  for (const [file, source] of inSource(sources)) {
    for (const { specifier, line } of source.references) {
      const to = specifier.startsWith('.') ? resolve(file, specifier) : '';
      if (!sources.has(to)) continue;
      add(files, file, { to, file, line });
      const [from, target] = siblings(file, to);
      if (from !== undefined && target !== undefined) add(folders, from, { to: target, file, line });
    }
  }
  yield* circlesOf('cycles', files);
  yield* circlesOf('folder-cycles', folders);
}

/** The folders at which the ways to two files part; undefined for a file that lies where they part. */
function siblings(a: string, b: string): [string | undefined, string | undefined] {
  const [one, other] = [a.split('/'), b.split('/')];
  let depth = 0;
  while (one[depth] === other[depth] && depth < one.length) depth++;
  const folder = (parts: string[]): string | undefined =>
    depth < parts.length - 1 ? parts.slice(0, depth + 1).join('/') : undefined;
  return [folder(one), folder(other)];
}

function add(graph: Map<string, Edge[]>, from: string, edge: Edge): void {
  const edges = graph.get(from);
  if (edges === undefined) graph.set(from, [edge]);
  else edges.push(edge);
}

/** Each circle is told once, at the import that closes it. */
function* circlesOf(rule: string, graph: ReadonlyMap<string, readonly Edge[]>): Generator<Complaint> {
  const done = new Set<string>();
  const path: string[] = [];
  function* visit(node: string): Generator<Complaint> {
    if (done.has(node)) return;
    path.push(node);
    for (const { to, file, line } of graph.get(node) ?? []) {
      const at = path.indexOf(to);
      if (at !== -1) yield { rule, file, line, message: [...path.slice(at), to].join(' → ') };
      else yield* visit(to);
    }
    path.pop();
    done.add(node);
  }
  for (const node of graph.keys()) yield* visit(node);
}
