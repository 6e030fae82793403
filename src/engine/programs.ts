// Compiled programs by revision: compiling the same text again gives the same program, so a few are kept.

import { compileDefinition } from '../asl/compile.ts';
import type { Program } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import type { Revision, Store } from '../store/store.ts';

export interface Compiled {
  readonly revision: Revision;
  readonly program: Program;
}

/** Programs kept; the least recently used goes. */
const KEPT = 500;

export class Programs {
  readonly #store: Store;
  readonly #compiled = new Map<number, Compiled>();
  /** By definition of an item processor. */
  readonly #children = new Map<string, Program>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The program of a revision that has been read. */
  of(revision: Revision): Compiled {
    return (
      this.#recall(revision.id) ?? this.#keep({ revision, program: compileDefinition(revision.definition) })
    );
  }

  async load(id: number): Promise<Compiled> {
    const known = this.#recall(id);
    if (known !== undefined) return known;
    const revision = await this.#store.catalog.revision(id);
    assert(revision, `Expected revision ${id} of a definition in the store`);
    return this.of(revision);
  }

  /** The children of a distributed Map run its item processor. @param mapState name of the Map state. */
  child(parent: Compiled, mapState: string): Compiled {
    const state = parent.program.states.get(mapState);
    assert(state?.type === 'Map' && state.distributed, `Expected a distributed Map named ${mapState}`);
    const { definition } = state.distributed;
    let program = this.#children.get(definition);
    if (program === undefined) {
      program = compileDefinition(definition);
      if (this.#children.size >= KEPT) this.#children.delete(this.#children.keys().next().value!);
      this.#children.set(definition, program);
    }
    return { revision: parent.revision, program };
  }

  #recall(id: number): Compiled | undefined {
    const known = this.#compiled.get(id);
    if (known === undefined) return undefined;
    this.#compiled.delete(id);
    this.#compiled.set(id, known);
    return known;
  }

  #keep(compiled: Compiled): Compiled {
    if (this.#compiled.size >= KEPT) this.#compiled.delete(this.#compiled.keys().next().value!);
    this.#compiled.set(compiled.revision.id, compiled);
    return compiled;
  }
}
