// What is kept of an execution without a journal, so that its state can be found again when half a decision has changed it:
// its events, and from time to time the state they came to in their place.

import type { Program } from '../../asl/program.ts';
import { type Packed, pack, unpack } from '../../base/transfer.ts';
import type { HistoryEvent } from '../../history/event.ts';
import { replay } from '../../interpreter/apply.ts';
import { bytesOf, heldBytes } from '../../interpreter/held.ts';
import { type ExecutionInfo, type ExecutionState, newExecutionState } from '../../interpreter/state.ts';
import { forgetItems } from './long-decisions.ts';

/** Events kept, and for every open frame one more: packing a state takes as long as folding some events. */
const MOST_EVENTS = 500;
/** And what they may hold beside what the state does. */
const MOST_BYTES = 1024 * 1024;

export class Retained {
  readonly #program: Program;
  readonly #info: ExecutionInfo;
  #base: Packed | undefined;
  #events: (readonly HistoryEvent[])[] = [];
  #count = 0;
  #bytes = 0;

  constructor(program: Program, info: ExecutionInfo) {
    this.#program = program;
    this.#info = info;
  }

  /** What is kept of events, also when the state still has it. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @param events that led to `state`. */
  add(events: readonly HistoryEvent[], state: ExecutionState): void {
    if (events.length === 0) return;
    this.#events.push(events);
    this.#count += events.length;
    for (const event of events) this.#bytes += bytesOf(event);
    const most = MOST_EVENTS + state.frames.size;
    if (this.#count <= most && this.#bytes <= MOST_BYTES + heldBytes(state)) return;
    forgetItems(this.#program, state);
    this.#base = pack(state);
    this.#events = [];
    this.#count = 0;
    this.#bytes = 0;
  }

  /** The state after everything that was added. */
  restore(): ExecutionState {
    const state =
      this.#base === undefined ? newExecutionState(this.#info) : (unpack(this.#base) as ExecutionState);
    for (const events of this.#events) replay(state, events);
    return state;
  }
}
