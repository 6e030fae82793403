// The form in which built-in functions are listed.

import { JsonataFunction, type Run, type Value } from '../run.ts';
import { checkArguments, parseSignature, type Signature } from '../signature.ts';

export interface BuiltIn {
  readonly name: string;
  readonly signature: Signature | undefined;
  /** Calls functions among its arguments. */
  readonly higher: boolean;
  /** The function on arguments that fit its signature; a sequence is not unwrapped. */
  readonly call: (args: readonly Value[], run: Run) => Value;
  /** The function as a value. */
  readonly value: JsonataFunction;
}

/**
 * Signature, how many arguments a higher-order function passes, and what it does. Its parameters have the types that
 * the signature lets through.
 */
export type Definition = readonly [
  signature: string,
  arity: number,
  call: (run: Run, ...args: never[]) => Value,
];
export type Definitions = Readonly<Record<string, Definition>>;

export function builtIns(definitions: Definitions): BuiltIn[] {
  return Object.entries(definitions).map(([name, [text, arity, implementation]]) => {
    const signature = text === '' ? undefined : parseSignature(text);
    const call = (args: readonly Value[], run: Run) => implementation(run, ...(args as never[]));
    const value = new JsonataFunction(arity, (args, input, run) =>
      call(signature ? checkArguments(signature, args, input, name, run) : args, run),
    );
    return { name, signature, higher: text.includes('f'), call, value };
  });
}

/** A function that costs the same whatever its arguments. */
export function constant<A extends readonly unknown[]>(units: number, compute: (...args: A) => Value) {
  return (run: Run, ...args: A): Value => {
    run.charge(units);
    return compute(...args);
  };
}
