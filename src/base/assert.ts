// Bugs of Treadle's own: they stop the unit of work, are logged, and are never dressed up as an error of the user's.

export class Bug extends Error {
  override readonly name = 'Bug';
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

/** For the default branch of a switch over a union: does not compile when a case is missing. */
export function unreachable(value: never): never {
  throw new Bug(`Expected one of the known cases, but got ${JSON.stringify(value)}`);
}
