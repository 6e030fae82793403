// One evaluation: the values it computes with (JSON data, functions, `undefined` for nothing), what it may look at and
// how much it may still do. One file, because a value may be a function, and calling one takes the run.

import type { RawNumber } from '../../base/json.ts';
import type { Scope } from '../scope.ts';
import { type Bounds, MAX_CHARACTERS, outOfMemory, timedOut, tooDeep } from './limits.ts';

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
  /** Steps left. */
  steps: number;
  /** Nesting of the call being evaluated. */
  depth = 0;
  /** Name of the function being called, for errors about its arguments. */
  callee = '';
  /** `$$`; nothing in a workflow. */
  readonly root: Value;
  /** A call in tail position, waiting to be made by whoever made the current one. */
  tailFunction: JsonataFunction | undefined = undefined;
  tailArguments: Value[] = [];
  /** Characters made so far; some may be garbage by now. */
  #characters = 0;
  #states: ValueObject | undefined = undefined;

  constructor(scope: Scope, bounds: Bounds, root: Value) {
    this.scope = scope;
    this.bounds = bounds;
    this.steps = bounds.steps;
    this.root = root;
  }

  /** `$states` as a whole. */
  get states(): ValueObject {
    if (this.#states === undefined) {
      const { input, result, errorOutput } = this.scope.states;
      this.#states = { input, context: this.scope.context() };
      if (result !== undefined) this.#states['result'] = result;
      if (errorOutput !== undefined) this.#states['errorOutput'] = errorOutput;
    }
    return this.#states;
  }

  /** Pays for work. @throws EvaluationError when the time of the expression is up. */
  charge(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) timedOut();
  }

  /** Pays for a text of that length, before or after it is made. */
  chargeText(length: number): void {
    if (length > this.bounds.valueSize) outOfMemory();
    this.#characters += length;
    if (this.#characters > MAX_CHARACTERS) outOfMemory();
    this.charge(1 + (length >> 6));
  }

  /** Pays for a list of that length. */
  chargeList(length: number): void {
    if (length * 8 > this.bounds.valueSize) outOfMemory();
    this.charge(1 + (length >> 2));
  }

  /** Pays for the items by which a list grows to that length. */
  chargeGrowth(length: number, added: number): void {
    if (length * 8 > this.bounds.valueSize) outOfMemory();
    this.charge(1 + (added >> 2));
  }

  /** @param depth nesting about to be reached inside the current call. */
  checkDepth(depth: number): void {
    const reached = this.depth + depth;
    if (reached > this.bounds.depth) tooDeep(this.bounds.depth + 1, this.bounds.depth);
  }
}
