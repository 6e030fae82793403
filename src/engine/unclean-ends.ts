// How earlier processes ended, and what they were taking up when they did. One that is killed is nothing unusual. When it happens
// again soon after the start, an execution may be the reason: they are then taken up one at a time, and one during which several
// processes ended is set aside. The store keeps what is known, so it outlives the process that it is about.

import type { Log } from '../base/log.ts';
import type { Work } from '../store/store.ts';

interface Known {
  /** Whether a process works on the data, or ended without a word. */
  readonly running: boolean;
  /** Processes that ended so, one after the other, before they had run for a while. */
  readonly inRow: number;
  /** What is being taken up alone, and during how many ends it was. */
  readonly takingUp?: { readonly arn: string; readonly ends: number } | undefined;
  readonly setAside: readonly string[];
}

const NOTE = 'unclean ends';
const CLEAN: Known = { running: false, inRow: 0, setAside: [] };
/** From so many in a row on, executions are taken up one at a time; one during which as many ended is set aside. */
const MOST_ENDS = 3;

export class UncleanEnds {
  readonly #work: Pick<Work, 'note' | 'setNote'>;
  readonly #log: Log;
  readonly #most: number;
  #known = CLEAN;

  /** @param most ends in a row that are nothing unusual, less one. */
  constructor(work: Pick<Work, 'note' | 'setNote'>, log: Log, most = MOST_ENDS) {
    this.#work = work;
    this.#log = log;
    this.#most = most;
  }

  /** A process begins. */
  async begin(): Promise<void> {
    const text = await this.#work.note(NOTE);
    const { running, inRow, takingUp, setAside }: Known = text === undefined ? CLEAN : JSON.parse(text);
    const ends = (takingUp?.ends ?? 0) + 1;
    const culprit = running && takingUp !== undefined && ends >= this.#most ? [takingUp.arn] : [];
    await this.#note({
      running: true,
      inRow: running ? inRow + 1 : 0,
      takingUp: running && takingUp !== undefined && culprit.length === 0 ? { ...takingUp, ends } : undefined,
      setAside: [...setAside, ...culprit],
    });
    for (const execution of this.#known.setAside) {
      this.#log.error(
        { execution },
        'Processes ended again and again while an execution was taken up: it is set aside. With the server stopped, treadle stop or treadle remove ends it, treadle export shows it',
      );
    }
  }

  /** Whether the process before ended without a word. */
  get isUnclean(): boolean {
    return this.#known.inRow > 0;
  }

  /** Whether it is the reason to be careful. */
  get isSuspicious(): boolean {
    return this.#known.inRow >= this.#most;
  }

  isSetAside(arn: string): boolean {
    return this.#known.setAside.includes(arn);
  }

  /** An execution is about to be taken up alone. Resolves when that is noted. */
  async takeUp(arn: string): Promise<void> {
    const { takingUp } = this.#known;
    await this.#note({ ...this.#known, takingUp: takingUp?.arn === arn ? takingUp : { arn, ends: 0 } });
  }

  /** Nothing is being taken up alone any more. */
  async takenUp(): Promise<void> {
    if (this.#known.takingUp !== undefined) await this.#note({ ...this.#known, takingUp: undefined });
  }

  /** Everything was taken up, and the process has run for a while. */
  async settle(): Promise<void> {
    if (this.#known.inRow > 0) await this.#note({ ...this.#known, inRow: 0, takingUp: undefined });
  }

  /** The process ends as it should. */
  async end(): Promise<void> {
    if (this.#known.running) await this.#note({ ...CLEAN, setAside: this.#known.setAside });
  }

  async #note(known: Known): Promise<void> {
    this.#known = known;
    try {
      await this.#work.setNote(NOTE, JSON.stringify(known));
    } catch (error) {
      // A store that refuses to write keeps nobody from reading.
      this.#log.error({ err: error }, 'How the process began or ended could not be noted');
    }
  }
}

/** Forgets that an execution was set aside. */
export async function forgetSetAside(work: Pick<Work, 'note' | 'setNote'>, arn: string): Promise<void> {
  const text = await work.note(NOTE);
  if (text === undefined) return;
  const known: Known = JSON.parse(text);
  await work.setNote(
    NOTE,
    JSON.stringify({ ...known, setAside: known.setAside.filter((each) => each !== arn) }),
  );
}
