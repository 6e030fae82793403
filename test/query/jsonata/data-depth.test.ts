// Functions that walk through data end at about 1,000 levels, with the words of the service, not with a broken stack;
// and so does reading an expression at 500.

import { expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { parseJsonata } from '../../../src/query/jsonata/parse.ts';
import { evaluateStandalone } from './standalone.ts';

function nested(levels: number, around: (inner: Json) => Json): Json {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = around(value);
  return value;
}

const inLists = (levels: number) => nested(levels, (inner) => [inner]);
const inObjects = (levels: number) => nested(levels, (inner) => ({ a: inner }));

test.each([
  ['{"a": v, "b": 1 + 1}', inLists, 1_000],
  ['{"a": v, "b": 1 + 1}', inObjects, 1_000],
  ['[v][0]', inLists, 1_002],
  ['[v][0]', inObjects, 1_001],
  ['v ~> |y|{}|', inLists, 1_001],
  ['v ~> |y|{}|', inObjects, 1_001],
  ['v.x', inLists, 1_002],
  ['v.**', inLists, 1_001],
  ['v.**', inObjects, 1_000],
  ['$string(v)', inLists, 1_000],
  ['$string(v)', inObjects, 1_000],
  ['v = w', inLists, 1_001],
  ['v = w', inObjects, 1_001],
  ['$lookup(v, "x")', inLists, 1_001],
  ['$keys(v)', inLists, 1_000],
  ['$spread(v)', inLists, 1_000],
  ['$boolean(v)', inLists, 1_001],
])('%s', (source, build, most) => {
  const at = (levels: number) =>
    evaluateStandalone(source, { v: build(levels), w: build(levels) }, {}, 100_000);
  expect(at(most)).toHaveProperty('value');
  expect(at(most + 1)).toMatchObject({
    code: 'U1001',
    error: expect.stringContaining('Stack overflow error'),
  });
});

test('an expression is read up to 500 levels, and a chain of operators up to 1,000', () => {
  const inBrackets = (levels: number) => () => parseJsonata(`${'('.repeat(levels)}1${')'.repeat(levels)}`);
  const chained = (links: number) => () => parseJsonata(`1${'+1'.repeat(links)}`);
  const words = 'The expression is nested more than 500 levels deep';
  expect(inBrackets(499)).not.toThrow();
  expect(inBrackets(500)).toThrow(words);
  expect(chained(999)).not.toThrow();
  expect(chained(1_000)).toThrow(words);
});
