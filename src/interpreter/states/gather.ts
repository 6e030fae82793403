// The result of a Parallel or Map: the outputs of its branches or iterations as one array.

import { assert } from '../../base/assert.ts';
import { Payload } from '../../base/payload.ts';

export function gather(outputs: readonly (Payload | undefined)[]): Payload {
  const values = new Array(outputs.length);
  for (let i = 0; i < outputs.length; i++) {
    const output = outputs[i];
    assert(output, `Expected an output at index ${i}`);
    values[i] = output.value;
  }
  return Payload.ofValue(values);
}
