// Programs by revision, and those that children of a distributed Map run.

import type { DefinitionCache } from '../asl/analysis.ts';
import type { Program } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import { BoundedCache } from '../base/bounded-cache.ts';
import type { Revision, Store } from '../store/store.ts';

export interface Compiled {
  readonly revision: Revision;
  readonly program: Program;
}

/** Revisions kept, and the length of their definitions together. */
const BOUNDS = { entries: 500, weight: 32 * 1024 * 1024 };

export class Programs {
  readonly #store: Store;
  readonly #definitions: DefinitionCache;
  readonly #compiled = new BoundedCache<number, Compiled>(
    BOUNDS,
    ({ revision }) => revision.definition.length,
  );

  constructor(store: Store, definitions: DefinitionCache) {
    this.#store = store;
    this.#definitions = definitions;
  }

  /** The program of a revision that has been read. */
  of(revision: Revision): Compiled {
    const known = this.#compiled.get(revision.id);
    if (known !== undefined) return known;
    const compiled = { revision, program: this.#definitions.program(revision.definition) };
    this.#compiled.set(revision.id, compiled);
    return compiled;
  }

  async load(id: number): Promise<Compiled> {
    const known = this.#compiled.get(id);
    if (known !== undefined) return known;
    const revision = await this.#store.catalog.revision(id);
    assert(revision, `Expected revision ${id} of a definition in the store`);
    return this.of(revision);
  }

  /** The children of a distributed Map run its item processor. @param mapState name of the Map state. */
  child(parent: Compiled, mapState: string): Compiled {
    const state = parent.program.states.get(mapState);
    assert(state?.type === 'Map' && state.distributed, `Expected a distributed Map named ${mapState}`);
    return { revision: parent.revision, program: this.#definitions.program(state.distributed.definition) };
  }
}
