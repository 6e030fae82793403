// Numbers in answers as Java prints them.

import { parseJson } from '../../base/json.ts';

/** A float as Java prints it, recorded from AWS: `0.0`. It goes into the answer's text as it is. */
export function toFloat(value: number): number {
  return Number.isInteger(value) ? (parseJson(`${value}.0`) as unknown as number) : value;
}
