// How deep workflows nest: AWS has the code TOO_DEEPLY_NESTED ("The states are too deeply nested." in its API reference) and names
// no number; ours is an assumption.

import { expect, test } from 'vitest';
import { check } from '../check.ts';

function nested(levels: number): object {
  let workflow: object = { StartAt: 'S0', States: { S0: { Type: 'Succeed' } } };
  for (let level = 1; level <= levels; level++) {
    const type =
      level % 2 === 0 ? { Type: 'Map', ItemProcessor: workflow } : { Type: 'Parallel', Branches: [workflow] };
    workflow = { StartAt: `S${level}`, States: { [`S${level}`]: { ...type, End: true } } };
  }
  return workflow;
}

test.each([1, 10, 99])('%i levels are accepted', (levels) => {
  expect(check(nested(levels))).toEqual([]);
});

test.each([100, 150])('%i levels are refused, once', (levels) => {
  expect(check(nested(levels))).toEqual([
    expect.stringMatching(/^TOO_DEEPLY_NESTED The states are too deeply nested\. at \/States\//),
  ]);
});
