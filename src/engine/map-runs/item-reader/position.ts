// How far the items of a Map Run have been read: plain JSON that the store keeps, so that a later process goes on behind the
// items that were given and never gives one twice.

import type { ObjectVersion } from '../../../aws/s3-objects.ts';

export interface ReadPosition {
  /** Items given so far: `MaxItems` counts them. */
  readonly items: number;
  /** Of a listing: the last key that is done with. */
  readonly after?: string;
  /** Of a manifest: which version of it was read, and how many of its files are done with. */
  readonly manifest?: ManifestPosition;
  /** The object in whose middle the reader is. */
  readonly object?: ObjectPosition;
  /** Everything has been given: nothing is read again, whatever has become of it. */
  readonly ended?: true;
}

export interface ManifestPosition extends ObjectVersion {
  readonly files: number;
}

export interface ObjectPosition extends ObjectVersion {
  readonly key: string;
  /** Where the reader can start again without what is before; absent: at the beginning. */
  readonly checkpoint?: Checkpoint;
  /** Items from there that have been given. */
  readonly given: number;
}

export interface Checkpoint {
  /** Of a text that is not compressed: the byte at which a record begins. Of Parquet: the number of a row. */
  readonly at: number;
  /** Records before it. */
  readonly records: number;
  /** Names of the columns that the first row of a CSV file gave. */
  readonly columns?: readonly string[];
}
