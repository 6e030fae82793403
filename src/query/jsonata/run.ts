// One evaluation: the values it computes with (JSON data, functions, `undefined` for nothing), what it may look at and
// how much it may still do. One file, because a value may be a function, and calling one takes the run.

import type { RawNumber } from '../../base/json.ts';
import { BYTES_SHIFT } from '../../base/meter.ts';
import type { Scope } from '../scope.ts';
import { type Bounds, outOfMemory, timedOut, tooDeep } from './limits.ts';

export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | RawNumber
  | ValueList
  | ValueObject
  | JsonataFunction;
export type ValueObject = { [name: string]: Value };
export interface ValueList extends Array<Value> {
  [MARK]?: number;
}

/** Bytes of a character, which may be any. */
export const CHARACTER = 2;
/** Bytes of a list's item, with what growing leaves behind. */
export const SLOT = 16;
/** Bytes of an object, a list or a piece of text, whatever is in it. */
export const HEAD = 64;
/** Bytes of an object's member. */
export const MEMBER = 48;
/** Bytes of a function with what it closes over. */
export const CLOSURE = 320;

/** Units for making the context object. */
const CONTEXT = 40;

export const MARK: unique symbol = Symbol('jsonata');

export type Invoke = (args: Value[], input: Value, run: Run) => Value;

/** Lambdas, built-in functions, partial applications, regular expressions. */
export class JsonataFunction {
  /** How many arguments a higher-order function passes. */
  readonly arity: number;
  readonly invoke: Invoke;

  constructor(arity: number, invoke: Invoke) {
    this.arity = arity;
    this.invoke = invoke;
  }
}

export class Run {
  readonly scope: Scope;
  readonly bounds: Bounds;
  /** Work units left. */
  units: number;
  readonly #granted: number;
  /** Nesting of the call being evaluated. */
  depth = 0;
  /** Name of the function being called, for errors about its arguments. */
  callee = '';
  /** `$$`; nothing in a workflow. */
  readonly root: Value;
  /** A call in tail position, waiting to be made by whoever made the current one. */
  tailFunction: JsonataFunction | undefined = undefined;
  tailArguments: Value[] = [];
  /** Bytes made so far; some may be garbage by now. */
  #bytes = 0;
  #states: ValueObject | undefined = undefined;
  #context: Value = undefined;

  constructor(scope: Scope, bounds: Bounds, root: Value) {
    this.scope = scope;
    this.bounds = bounds;
    this.#granted = Math.min(bounds.units, scope.meter.left);
    this.units = this.#granted;
    this.root = root;
  }

  /** The context object: made once. */
  get context(): Value {
    if (this.#context === undefined) {
      this.charge(CONTEXT);
      this.#context = this.scope.context();
    }
    return this.#context;
  }

  /** `$states` as a whole. */
  get states(): ValueObject {
    if (this.#states === undefined) {
      const { input, result, errorOutput } = this.scope.states;
      this.#states = { input, context: this.context };
      if (result !== undefined) this.#states['result'] = result;
      if (errorOutput !== undefined) this.#states['errorOutput'] = errorOutput;
    }
    return this.#states;
  }

  /** Pays for work. @throws EvaluationError when the time of the expression is up. */
  charge(units: number): void {
    this.units -= units;
    if (this.units < 0) this.#stop();
  }

  #stop(): never {
    if (this.#granted < this.bounds.units) this.scope.meter.exhaust();
    return timedOut();
  }

  /** Tells the meter what the evaluation has used, once it is over. */
  settle(): void {
    this.scope.meter.left -= this.#granted - Math.max(this.units, 0);
  }

  /** Pays for data that is about to be made. @throws EvaluationError when it is more than an evaluation may make. */
  allocate(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.bounds.bytes) outOfMemory();
    this.charge(bytes >> BYTES_SHIFT);
  }

  /** Pays for a text of that length that is about to be made. */
  chargeText(length: number): void {
    if (length > this.bounds.valueSize) outOfMemory();
    this.#bytes += CHARACTER * length;
    if (this.#bytes > this.bounds.bytes) outOfMemory();
    this.charge(1 + (length >> 6));
  }

  /** Pays for a list of that length that is about to be made. */
  chargeList(length: number): void {
    this.chargeGrowth(length, length);
  }

  /** Pays for the items by which a list is about to grow to that length. */
  chargeGrowth(length: number, added: number): void {
    if (length * 8 > this.bounds.valueSize) outOfMemory();
    this.#bytes += SLOT * added;
    if (this.#bytes > this.bounds.bytes) outOfMemory();
    this.charge(1 + (added >> 2));
  }

  /** Pays for an evaluation of each of so many items, whose results may become a list. */
  chargeItems(count: number, price: number): void {
    this.#bytes += SLOT * count;
    if (this.#bytes > this.bounds.bytes) outOfMemory();
    this.charge(count * price);
  }

  /** @param depth nesting about to be reached inside the current call. */
  checkDepth(depth: number): void {
    const reached = this.depth + depth;
    if (reached > this.bounds.depth) tooDeep(this.bounds.depth + 1, this.bounds.depth);
  }
}
