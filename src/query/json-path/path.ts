// A compiled JSONPath in the dialect of Jayway 2.0, as AWS runs it. The type that fields and templates hold; `parse.ts` makes it.

import type { Json } from '../../base/json.ts';
import type { Scope } from '../scope.ts';

export interface Path {
  /** As written in the definition, `$$.…` included. */
  readonly source: string;
  /** False: the result is always an array (wildcard, slice, filter, deep scan, union). */
  readonly definite: boolean;
  /** What the path starts from: `$`, `$$` or `$name`. */
  readonly root: 'document' | 'context' | 'variable';
  /** Name of the variable when `root` is `variable`. */
  readonly variable: string | undefined;
  /** True for a Reference Path: only member and single-index steps. */
  readonly reference: boolean;
  /**
   * Reads the document, the context object or a variable, whichever the path names.
   * @throws PathMiss when a definite path leads nowhere.
   */
  read(scope: Scope): Json;
}

/** A path that leads nowhere; the field that asked words the State error. */
export class PathMiss extends Error {
  override readonly name = 'PathMiss';
  /** Jayway's words: `No results for path: $['a']['b']` or `Missing property in path $['a']`. */
  readonly reason: string;
  /** Last step that could be named, e.g. `b` (for States.ReferencePathConflict of ItemsPath). */
  readonly member: string;
  /** The last step is an index past the end of its array: payload templates make null of it. */
  readonly pastEnd: boolean;

  constructor(reason: string, member: string, pastEnd = false) {
    super(reason);
    this.reason = reason;
    this.member = member;
    this.pastEnd = pastEnd;
  }
}
