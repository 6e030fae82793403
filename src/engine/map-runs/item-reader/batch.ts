// What the readers of single formats give: some items at a time, and where they could start again behind them.

import type { Json } from '../../../base/json.ts';
import type { Checkpoint } from './position.ts';

export interface Batch {
  readonly items: readonly ReadItem[];
  /** Bytes that they were read from. */
  readonly bytes: number;
  /** Right behind the items; absent: only a checkpoint before them is known. */
  readonly checkpoint?: Checkpoint;
}

export interface ReadItem {
  /** Member name, when the items are the members of an object. */
  readonly key?: string;
  readonly value: Json;
}
