// Definitions are checked in the loop while they are short, and in the pool when they are long: a megabyte takes the better part
// of a second.

import type { Analysis, DefinitionCache } from '../../asl/analysis.ts';
import type { ValidateOptions } from '../../asl/validate.ts';
import { BoundedCache } from '../../base/bounded-cache.ts';
import type { Pool } from './pool.ts';

/** From so many characters on, some ten milliseconds, a definition is long. */
const LONG = 32 * 1024;
/** Findings that are kept, by the length of the definitions. */
const KEPT = { entries: 100, weight: 8 * 1024 * 1024 };

export type Findings = Pick<Analysis, 'diagnostics' | 'errors'>;

export class Analyses {
  readonly #definitions: DefinitionCache;
  readonly #pool: Pool | undefined;
  /** Of long definitions, by type and text. */
  readonly #kept = new BoundedCache<string, Findings>(KEPT, (_, key) => key.length);

  /** @param pool undefined: everything in the loop. */
  constructor(definitions: DefinitionCache, pool?: Pool) {
    this.#definitions = definitions;
    this.#pool = pool;
  }

  /** What is wrong with a definition of that type of state machine. @throws Error when it could not be found out. */
  async of(text: string, type: ValidateOptions['type']): Promise<Findings> {
    if (text.length < LONG || this.#pool === undefined) return this.#definitions.analyze(text, type);
    const key = `${type} ${text}`;
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const outcome = await this.#pool.run({ type: 'analysis', text, machineType: type });
    if (outcome.status === 'bug') throw outcome.error;
    if (outcome.status === 'stopped')
      throw new Error(`Checking a definition of ${text.length} characters took too much ${outcome.reason}`);
    const { diagnostics } = outcome.result;
    const findings = { diagnostics, errors: diagnostics.filter(({ severity }) => severity === 'ERROR') };
    this.#kept.set(key, findings);
    return findings;
  }
}
