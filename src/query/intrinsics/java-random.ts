// java.util.Random as far as States.MathRandom needs it: the same seed gives the numbers that Java gives.

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/**
 * First draw of `new Random(seed)` between two bounds: `from + nextInt(to - from)`; where the difference does not fit
 * 32 bits, `nextInt()` until it lies inside. AWS tells only that equal seeds give equal numbers.
 * @param from included; a 32-bit integer. @param to excluded and above `from`; a 32-bit integer.
 */
export function seededInteger(seed: bigint, from: number, to: number): number {
  let state = (seed ^ MULTIPLIER) & MASK;
  const next = (bits: number): number => {
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return Number(BigInt.asIntN(32, state >> BigInt(48 - bits)));
  };
  const bound = to - from;
  if (bound <= 0x7fffffff) return from + nextBelow(bound, next);
  for (;;) {
    const drawn = next(32);
    if (drawn >= from && drawn < to) return drawn;
  }
}

/** `Random.nextInt(bound)`: draws again where the last, incomplete run of the range would favour small numbers. */
function nextBelow(bound: number, next: (bits: number) => number): number {
  if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(next(31))) >> 31n);
  for (;;) {
    const bits = next(31);
    const value = bits % bound;
    if (bits - value + (bound - 1) <= 0x7fffffff) return value;
  }
}
