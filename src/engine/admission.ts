// How many starts are let in: what waits for its commit, and Express executions that run, are held in memory, so their
// number and the size of their inputs are bounded.

import { Overloaded } from './engine.ts';
import type { Memory } from './memory.ts';

/** Starts that may wait for their answer, with Express executions that run, before new ones are refused. */
export const MAX_WAITING = 20_000;
/** Their inputs together: what waits is held in memory several times over. */
export const MAX_WAITING_CHARACTERS = 64 * 1024 * 1024;

export class Admission {
  readonly #running: () => number;
  readonly #memory: Memory;
  #waiting = 0;
  #waitingCharacters = 0;
  #closed = false;

  /** @param running Express executions that run now */
  constructor(running: () => number, memory: Memory) {
    this.#running = running;
    this.#memory = memory;
  }

  /** Lets a start in, which counts until its promise settles. @throws Overloaded */
  async admit<T>(characters: number, start: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Overloaded('The server is stopping');
    if (this.#waiting + this.#running() >= MAX_WAITING)
      throw new Overloaded(`More than ${MAX_WAITING} starts are waiting`);
    if (this.#waitingCharacters + characters > MAX_WAITING_CHARACTERS)
      throw new Overloaded(`More than ${MAX_WAITING_CHARACTERS} characters of input are waiting`);
    if (!this.#memory.hasRoom(characters, this.#waitingCharacters))
      throw new Overloaded(`The executions in memory hold ${this.#memory.total} bytes of data`);
    this.#waiting++;
    this.#waitingCharacters += characters;
    try {
      return await start();
    } finally {
      this.#waiting--;
      this.#waitingCharacters -= characters;
    }
  }

  close(): void {
    this.#closed = true;
  }
}
