// The executions in memory: at most one `Live` for an execution at any time. What is not here is folded from the journal
// when somebody asks for it.

import type { Limits } from '../base/quotas.ts';
import { replay } from '../interpreter/apply.ts';
import { newExecutionState } from '../interpreter/state.ts';
import type { ExecutionRecord, Store } from '../store/store.ts';
import { infoOf, type Live, newLive } from './execution.ts';
import type { Compiled, Programs } from './programs.ts';

export class Memory {
  readonly #store: Store;
  readonly #programs: Programs;
  readonly #limits: Limits;
  readonly #live = new Map<string, Live>();
  /** Folds under way, so that two askers share one. */
  readonly #loading = new Map<string, Promise<Live | undefined>>();

  constructor(store: Store, programs: Programs, limits: Limits) {
    this.#store = store;
    this.#programs = programs;
    this.#limits = limits;
  }

  get(arn: string): Live | undefined {
    return this.#live.get(arn);
  }

  has(arn: string): boolean {
    return this.#live.has(arn);
  }

  all(): IterableIterator<Live> {
    return this.#live.values();
  }

  add(live: Live): void {
    this.#live.set(live.record.arn, live);
  }

  /** Takes an execution out. Its calls go on; who still holds on to it must look it up again. */
  remove(live: Live): void {
    live.gone = true;
    if (this.#live.get(live.record.arn) === live) this.#live.delete(live.record.arn);
  }

  /** @returns undefined when the execution is closed or unknown. */
  async find(arn: string): Promise<Live | undefined> {
    const live = this.#live.get(arn);
    if (live !== undefined) return live;
    const record = await this.#store.executions.get(arn);
    return record === undefined ? undefined : this.load(record);
  }

  /** The running execution of a record, which may be out of date. */
  load(record: ExecutionRecord): Promise<Live | undefined> {
    const live = this.#live.get(record.arn);
    if (live !== undefined) return Promise.resolve(live);
    const known = this.#loading.get(record.arn);
    if (known !== undefined) return known;
    const loading = this.#fold(record.key).finally(() => this.#loading.delete(record.arn));
    this.#loading.set(record.arn, loading);
    return loading;
  }

  async #fold(key: number): Promise<Live | undefined> {
    const record = await this.#store.executions.getByKey(key);
    if (record === undefined || record.status !== 'RUNNING') return undefined;
    const { revision, program } = await this.compiled(record);
    const info = infoOf(record, revision.roleArn, program, this.#limits, 'STANDARD');
    const state = replay(newExecutionState(info), await this.#store.journal.read(key));
    const present = this.#live.get(record.arn);
    if (present !== undefined) return present;
    const live = newLive(record, program, state, true);
    this.add(live);
    return live;
  }

  /** What the execution runs: its revision's program, or the item processor of a Map state in it. */
  async compiled(record: ExecutionRecord): Promise<Compiled> {
    const compiled = await this.#programs.load(record.revision);
    return record.mapState === undefined ? compiled : this.#programs.child(compiled, record.mapState);
  }
}
