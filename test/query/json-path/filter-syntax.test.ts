// What a path that cannot be read lacks, and where; filters above all.

import { expect, test } from 'vitest';
import { compilePath } from '../../../src/query/json-path/compile.ts';
import { PathSyntaxError } from '../../../src/query/json-path/syntax.ts';

const OPERATORS = '== >= <= != =~ < >';

test.each([
  ['$[?(@.a b)]', `Expected one of ${OPERATORS} after the path, but got b)]`, 8],
  ['$[?(@.a ~ 1)]', `Expected one of ${OPERATORS} after the path, but got ~ 1)]`, 8],
  ['$[?(@.a = 1)]', `Expected one of ${OPERATORS} after the path, but got = 1)]`, 8],
  ['$[?(1)]', `Expected one of ${OPERATORS}, but got )]`, 5],
  ['$[?(@.a == )]', 'Expected a path or a value, but got )]', 11],
  ['$[?(@.a &&)]', 'Expected a path or a value, but got )]', 10],
  ['$[?()]', 'Expected a path or a value, but got )]', 4],
  ['$[?(@.a', 'Expected ), but the path ends', 7],
  ['$[?(@.a == 1', 'Expected ), but the path ends', 12],
  ['$[?(@.a&@.b)]', 'Expected ), but got &@.b)]', 7],
  ['$[?(@.a|@.b)]', 'Expected ), but got |@.b)]', 7],
  ['$[?((@.a)]', 'Expected ), but got ]', 9],
  ['$[?(@.a))]', 'Expected ], but got )]', 8],
  ['$[?(@.a) b]', 'Expected ], but got b]', 9],
  ['$[?(!1)]', 'Expected @ after !, which asks for what is not there, but got 1)]', 5],
  ['$[?(@.a == "x)]', 'Expected a closing quote', 11],
  ['$[1:2:3]', 'A slice has no step, but got :3]', 5],
  ['$[ 1 : 2 : 3]', 'A slice has no step, but got : 3]', 9],
  ['$[:]', 'Expected a number before or after the colon, but got ]', 3],
])('%s: %s', (path, message, offset) => {
  let error: unknown;
  try {
    compilePath(path);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(PathSyntaxError);
  expect({ ...(error as PathSyntaxError), message: (error as Error).message }).toMatchObject({
    message,
    offset,
  });
});

test.each(["$[ 'a' , 'b' ]", "$['a','b']", '$[ 1 , 2 ]', '$[ 1 : 2 ]', "$[?( @.a == 'b' )]"])(
  '%s has spaces where they may be',
  (path) => {
    expect(() => compilePath(path)).not.toThrow();
  },
);
