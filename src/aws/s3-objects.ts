// The objects of S3 as Map Runs read and write them: bodies and listings as streams, whole objects written in parts. What S3
// does is in s3.ts; files beside it, and tests, do the same.

import type { JsonObject } from '../base/json.ts';

export interface S3 {
  /**
   * Opens an object; all that its chunks give is of one version of it.
   * @param parameters of GetObject.
   * @throws S3Failure, from the chunks as well: `changed` when the object is not, or no longer, the one that was asked for.
   */
  openObject(parameters: JsonObject, part: ObjectPart, signal: AbortSignal): Promise<OpenObject>;
  /**
   * @param parameters of ListObjectsV2.
   * @param after the key behind which the listing begins; undefined: as the parameters say.
   * @throws S3Failure
   */
  listObjects(
    parameters: JsonObject,
    after: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<readonly ListedObject[]>;
  /** Writes a new object, which is there once it is closed. @param parameters of PutObject, without the Body. */
  createObject(parameters: JsonObject, signal: AbortSignal): ObjectWriter;
}

/** Without any of these: the whole. */
export interface ObjectPart {
  /** First byte. */
  readonly start?: number;
  /** The byte behind the last. */
  readonly end?: number;
  /** The object must still be this one. */
  readonly same?: ObjectVersion;
}

export interface ObjectVersion {
  /** With its quotes. */
  readonly etag: string;
  /** Absent: the bucket keeps no versions. */
  readonly versionId?: string;
}

export interface OpenObject {
  readonly version: ObjectVersion;
  /** Bytes of the whole object; Infinity: not known. */
  readonly size: number;
  /** To be read to their end, or returned from. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface ObjectWriter {
  /** The bytes must not change afterwards. @throws S3Failure */
  write(bytes: Uint8Array): Promise<void>;
  /** @throws S3Failure; then there is no new object. */
  close(): Promise<void>;
  /** Leaves nothing of it. Does nothing once it is closed. */
  abort(): Promise<void>;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
}

/** S3, or what stands for it, did not do it; the message is the cause that a state's error gives. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';
  readonly kind: FailureKind | undefined;

  constructor(message: string, kind?: FailureKind) {
    super(message);
    this.kind = kind;
  }
}

/** There is no such object (or upload), it is another one than was asked for, or it ends before the part that was asked for. */
export type FailureKind = 'absent' | 'changed' | 'beyond the end';

/** Stands where there is no S3 to reach. */
export const NO_S3: S3 = {
  openObject: () => Promise.reject(unconnected()),
  // biome-ignore lint/correctness/useYield: there is nothing to list
  async *listObjects() {
    throw unconnected();
  },
  createObject: () => ({
    write: () => Promise.reject(unconnected()),
    close: () => Promise.reject(unconnected()),
    abort: () => Promise.resolve(),
  }),
};

function unconnected(): S3Failure {
  return new S3Failure('This engine has no connection to S3.');
}
