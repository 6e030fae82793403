// The executions in memory: at most one `Resident` for an execution at any time. What is not here is folded from the journal
// when somebody asks for it.

import type { Limits } from '../base/quotas.ts';
import { replay } from '../interpreter/apply.ts';
import { heldBytes } from '../interpreter/held.ts';
import { newExecutionState } from '../interpreter/state.ts';
import type { ExecutionRecord, Store } from '../store/store.ts';
import { infoOf } from './execution.ts';
import type { Memory } from './memory.ts';
import type { Compiled, Programs } from './programs.ts';
import { newResident, type Resident } from './resident.ts';

export class Residents {
  readonly #store: Store;
  readonly #programs: Programs;
  readonly #limits: Limits;
  readonly #memory: Memory;
  readonly #byArn = new Map<string, Resident>();
  #onLoad: (resident: Resident) => void = () => {};
  #isSetAside: (arn: string) => boolean = () => false;
  /** Folds under way, so that two askers share one. */
  readonly #loading = new Map<string, Promise<Resident | undefined>>();

  constructor(store: Store, programs: Programs, limits: Limits, memory: Memory) {
    this.#store = store;
    this.#programs = programs;
    this.#limits = limits;
    this.#memory = memory;
  }

  get(arn: string): Resident | undefined {
    return this.#byArn.get(arn);
  }

  has(arn: string): boolean {
    return this.#byArn.has(arn);
  }

  all(): IterableIterator<Resident> {
    return this.#byArn.values();
  }

  add(resident: Resident): void {
    this.#byArn.set(resident.record.arn, resident);
    this.weigh(resident);
  }

  /** Counts what the execution holds, also after a decision. */
  weigh(resident: Resident): void {
    if (!resident.evicted) this.#weigh(resident, heldBytes(resident.state));
  }

  #weigh(resident: Resident, bytes: number): void {
    this.#memory.change(bytes - resident.held);
    resident.held = bytes;
  }

  /** @param act is called for every execution that was read and is in memory from now on, before anybody else has it. */
  onLoad(act: (resident: Resident) => void): void {
    this.#onLoad = act;
  }

  /** @param isSetAside says which executions are not to be read. */
  setAside(isSetAside: (arn: string) => boolean): void {
    this.#isSetAside = isSetAside;
  }

  /** Takes an execution out of memory. Its calls go on; whoever still holds the resident must look it up again. */
  evict(resident: Resident): void {
    resident.evicted = true;
    this.#weigh(resident, 0);
    const { arn } = resident.record;
    if (this.#byArn.get(arn) === resident) this.#byArn.delete(arn);
  }

  /** @returns undefined when the execution is closed or unknown. */
  async find(arn: string): Promise<Resident | undefined> {
    const resident = this.#byArn.get(arn);
    if (resident !== undefined) return resident;
    const record = await this.#store.executions.get(arn);
    return record === undefined ? undefined : this.load(record);
  }

  /** The running execution of a record, which may be out of date. */
  load(record: ExecutionRecord): Promise<Resident | undefined> {
    const resident = this.#byArn.get(record.arn);
    if (resident !== undefined) return Promise.resolve(resident);
    const known = this.#loading.get(record.arn);
    if (known !== undefined) return known;
    const loading = this.#fold(record.key).finally(() => this.#loading.delete(record.arn));
    this.#loading.set(record.arn, loading);
    return loading;
  }

  async #fold(key: number): Promise<Resident | undefined> {
    const record = await this.#store.executions.getByKey(key);
    if (record === undefined || record.status !== 'RUNNING') return undefined;
    if (this.#isSetAside(record.arn))
      throw new Error(`${record.arn} is set aside: processes ended while it was taken up`);
    const resident = await this.read(record);
    const present = this.#byArn.get(record.arn);
    if (present !== undefined) return present;
    this.add(resident);
    this.#onLoad(resident);
    return resident;
  }

  /** An execution as it was written, closed or not, beside those in memory. What came since fails its next commit. */
  async read(record: ExecutionRecord): Promise<Resident> {
    const { revision, program } = await this.compiled(record);
    const info = infoOf(record, revision.roleArn, program, this.#limits, 'STANDARD');
    const state = replay(newExecutionState(info), await this.#store.journal.read(record.key));
    return newResident(record, program, state, true);
  }

  /** What the execution runs: its revision's program, or the item processor of a Map state in it. */
  async compiled(record: ExecutionRecord): Promise<Compiled> {
    const compiled = await this.#programs.load(record.revision);
    return record.mapState === undefined ? compiled : this.#programs.child(compiled, record.mapState);
  }
}
