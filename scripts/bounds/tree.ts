// Random expressions as trees, so that a finding can be made smaller: a part gives way to one of its own parts.

export interface Tree {
  /** The text of the node, from the texts of its parts. */
  readonly write: (parts: readonly string[]) => string;
  readonly parts: readonly Tree[];
}

export function leaf(text: string): Tree {
  return { write: () => text, parts: [] };
}

/** A template text in which `0`, `1`, … in braces stand for the parts. */
export function node(template: string, ...parts: readonly Tree[]): Tree {
  return {
    write: (texts) => template.replace(/\{(\d)\}/g, (_all, index: string) => texts[Number(index)]!),
    parts,
  };
}

export function textOf(tree: Tree): string {
  return tree.write(tree.parts.map(textOf));
}

/** Smaller trees: each node exchanged for one of its parts or for one of `leaves`. */
export function* smaller(tree: Tree, leaves: readonly Tree[]): Generator<Tree> {
  yield* tree.parts;
  if (tree.parts.length > 0) yield* leaves;
  for (const [at, part] of tree.parts.entries()) {
    for (const other of smaller(part, leaves)) {
      yield { ...tree, parts: tree.parts.map((each, i) => (i === at ? other : each)) };
    }
  }
}
