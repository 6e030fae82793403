// Functions that walk through data end at 1,000 levels, with the words of the service, not with a broken stack.

import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { evaluateStandalone } from './standalone.ts';

function nested(levels: number, inside: Json, around: (inner: Json) => Json): Json {
  let value = inside;
  for (let i = 0; i < levels; i++) value = around(value);
  return value;
}

const inLists = (levels: number) => nested(levels, { x: 1 }, (inner) => [inner]);
const inObjects = (levels: number) => nested(levels, { x: 1 }, (inner) => ({ a: inner }));

test.each([
  ['v ~> |y|{}|', inObjects],
  ['v ~> |y|{}|', inLists],
  ['v.x', inLists],
  ['v.**', inObjects],
  ['$string(v)', inObjects],
  ['$string(v)', inLists],
  ['v = w', inObjects],
  ['v = w', inLists],
  ['$distinct([v, w])', inObjects],
  ['$lookup(v, "x")', inLists],
  ['$keys(v)', inLists],
  ['$spread(v)', inLists],
  ['$boolean(v)', inLists],
  ['v and true', inLists],
])('%s', (source, build) => {
  const at = (levels: number) =>
    evaluateStandalone(source, { v: build(levels), w: build(levels) }, {}, 100_000);
  expect(at(900)).toHaveProperty('value');
  expect(at(1_100)).toMatchObject({ code: 'U1001', error: expect.stringContaining('Stack overflow error') });
});
