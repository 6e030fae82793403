// Choices of a seeded search: the same seed makes the same cases.

import { randomNumbers } from '../mutation/random.ts';

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from `least` to `most`. */
  whole(least: number, most: number): number;
  /** A whole number up to `most`, of any order of magnitude. */
  size(most: number): number;
  one<T>(of: readonly T[]): T;
  chance(probability: number): boolean;
}

export function randomOf(seed: string): Random {
  const next = randomNumbers(seed);
  return {
    next,
    whole: (least, most) => least + Math.floor(next() * (most - least + 1)),
    size: (most) => Math.floor(Math.exp(next() * Math.log(most + 1))),
    one: (of) => of[Math.floor(next() * of.length)]!,
    chance: (probability) => next() < probability,
  };
}
