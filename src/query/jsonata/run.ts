// One evaluation: the values it computes with (JSON data, functions, `undefined` for nothing), what it may look at and
// how much it may still do. One file, because a value may be a function, and calling one takes the run.

import type { RawNumber } from '../../base/json.ts';
import { isOrdered } from '../../base/json-object.ts';
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
/** A list of so many items takes fresh memory from the system. */
const LARGE = 16_000;
/** Bytes of an object, a list or a piece of text, whatever is in it. */
export const HEAD = 64;
/** Bytes of an object's member. */
export const MEMBER = 48;
/** Units for setting a member whose name comes from data. */
const SET_MEMBER = 5;
/** Members in an order of their own cost so many times as much. */
const CARE = 8;
/** Bytes of a function with what it closes over. */
export const CLOSURE = 320;

/** Units for making the context object. */
const CONTEXT = 40;

export const MARK: unique symbol = Symbol('jsonata');

/** What is paid each time: work units, and bytes that are made. */
export interface Price {
  readonly units: number;
  readonly bytes: number;
}

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
  /** What it began with: all that an expression has, or what the meter had left. */
  readonly granted: number;
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
  made = 0;
  private statesValue: ValueObject | undefined = undefined;
  private contextValue: Value = undefined;

  constructor(scope: Scope, bounds: Bounds, root: Value) {
    this.scope = scope;
    this.bounds = bounds;
    const { left } = scope.meter;
    this.granted = Math.min(left, bounds.units);
    this.units = this.granted;
    this.root = root;
  }

  /** The context object: made once. */
  get context(): Value {
    if (this.contextValue === undefined) {
      this.charge(CONTEXT);
      this.contextValue = this.scope.context();
    }
    return this.contextValue;
  }

  /** `$states` as a whole. */
  get states(): ValueObject {
    if (this.statesValue === undefined) {
      const { input, result, errorOutput } = this.scope.states;
      this.statesValue = { input, context: this.context };
      if (result !== undefined) this.statesValue['result'] = result;
      if (errorOutput !== undefined) this.statesValue['errorOutput'] = errorOutput;
    }
    return this.statesValue;
  }

  /** Pays for work. @throws EvaluationError when the time of the expression is up. */
  charge(units: number): void {
    this.units -= units;
    if (this.units < 0) this.stop();
  }

  private stop(): never {
    if (this.granted < this.bounds.units) this.scope.meter.exhaust();
    return timedOut();
  }

  /** Tells the meter what the evaluation has used, once it is over. */
  settle(): void {
    this.scope.meter.left -= this.units < 0 ? this.granted : this.granted - this.units;
  }

  /** Pays for work that makes data. @throws EvaluationError when it is more than an evaluation may make. */
  pay(units: number, bytes: number): void {
    this.made += bytes;
    if (this.made > this.bounds.bytes) outOfMemory();
    this.charge(units + (bytes >> BYTES_SHIFT));
  }

  /** Pays for data that is about to be made. @throws EvaluationError when it is more than an evaluation may make. */
  allocate(bytes: number): void {
    this.pay(0, bytes);
  }

  /** Pays for a text of that length that is about to be made. */
  chargeText(length: number): void {
    if (length > this.bounds.valueSize) outOfMemory();
    this.made += CHARACTER * length;
    if (this.made > this.bounds.bytes) outOfMemory();
    this.charge(1 + (length >> 6));
  }

  /** Pays for a piece by which a text is about to grow to that length. */
  chargePiece(length: number, added: number): void {
    if (length > this.bounds.valueSize) outOfMemory();
    this.pay(1, HEAD + CHARACTER * added);
  }

  /** Pays for a list of that length that is about to be made. */
  chargeList(length: number): void {
    if (length * 8 > this.bounds.valueSize) outOfMemory();
    this.made += 8 * length;
    if (this.made > this.bounds.bytes) outOfMemory();
    this.charge(1 + (length < LARGE ? length >> 2 : 2 * length));
  }

  /** Pays for the items by which a list is about to grow to that length. */
  chargeGrowth(length: number, added: number): void {
    if (length * 8 > this.bounds.valueSize) outOfMemory();
    this.made += SLOT * added;
    if (this.made > this.bounds.bytes) outOfMemory();
    this.charge(1 + (length < LARGE ? added >> 1 : 2 * added));
  }

  /** Pays for an evaluation of each of so many items, whose results may become a list. */
  chargeItems(count: number, units: number): void {
    this.made += SLOT * count;
    if (this.made > this.bounds.bytes) outOfMemory();
    this.charge(count * (count < LARGE ? units : units + 2));
  }

  /** Pays for evaluating something so many times. */
  chargeTimes(count: number, { units, bytes }: Price): void {
    this.made += count * bytes;
    if (this.made > this.bounds.bytes) outOfMemory();
    this.charge(count * units);
  }

  /** Pays for so many members, named by data, that are about to be set as they are in `like`. */
  chargeMembers(like: object, count: number): void {
    const care = isOrdered(like) ? CARE : 1;
    this.pay(1 + count * care * SET_MEMBER, count * care * MEMBER);
  }

  /** @param depth nesting about to be reached inside the current call. */
  checkDepth(depth: number): void {
    const reached = this.depth + depth;
    if (reached > this.bounds.depth) tooDeep(this.bounds.depth + 1, this.bounds.depth);
  }
}
