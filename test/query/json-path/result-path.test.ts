import { describe, expect, test } from 'vitest';
import { type Json, parseJson, stringifyJson } from '../../../src/base/json.ts';
import { StateError } from '../../../src/base/state-error.ts';
import { PathSyntaxError } from '../../../src/query/json-path/compile.ts';
import { compileResultPath } from '../../../src/query/json-path/result-path.ts';

describe('ResultPath', () => {
  test.each([
    ['$', '{"a":1}', '"r"'],
    ['$.b', '{"a":1}', '{"a":1,"b":"r"}'],
    ['$.a', '{"a":1,"b":2}', '{"a":"r","b":2}'],
    ['$.b.c.d', '{"a":1}', '{"a":1,"b":{"c":{"d":"r"}}}'],
    ['$.a.b', '{"a":{"c":1}}', '{"a":{"c":1,"b":"r"}}'],
    ["$['x y']", '{}', '{"x y":"r"}'],
    ['$.a[0]', '{"a":[1,2]}', '{"a":["r",2]}'],
    ['$.length()', '{}', '{"length()":"r"}'],
    ['$.a[1].b', '{"a":[1,{"c":3}]}', '{"a":[1,{"c":3,"b":"r"}]}'],
    ['$[0]', '[1]', '["r"]'],
    ['$.__proto__.x', '{}', '{"__proto__":{"x":"r"}}'],
  ])('%s of %s gives %s', (path, input, output) => {
    expect(stringifyJson(compileResultPath(path).write(parseJson(input), 'r'))).toBe(output);
  });

  test('leaves the input alone and shares what is not on the way', () => {
    const input: Json = { a: { b: 1 }, c: { d: 2 } };
    const output = compileResultPath('$.a.x').write(input, null) as typeof input;
    expect(input).toEqual({ a: { b: 1 }, c: { d: 2 } });
    expect(output['c']).toBe(input['c']);
  });

  test.each([
    ['$.a', '[1]', 'a'],
    ['$.a', 'null', 'a'],
    ['$.a', '"text"', 'a'],
    ['$.a', '1.0', 'a'],
    ['$.a.b', '{"a":1}', 'b'],
    ['$.a.b', '{"a":null}', 'b'],
    ['$.a[0]', '{}', '[0]'],
    ['$.a[2]', '{"a":[1,2]}', '[2]'],
    ['$.a[-1]', '{"a":[1,2]}', '[-1]'],
  ])('%s of %s cannot take the step %s', (path, input, step) => {
    const attempt = () => compileResultPath(path).write(parseJson(input), 1);
    expect(attempt).toThrow(StateError);
    expect(attempt).toThrow(
      expect.objectContaining({
        error: 'States.ReferencePathConflict',
        cause: `Unable to apply step "${step}" to input ${input}`,
      }),
    );
  });

  test.each([
    '$$.a',
    '$a',
    '$.a[*]',
    '$..a',
    '$.a[0,1]',
    '$.a[1:]',
    '$.a[?(@.b)]',
    '$.a[(@.length-1)]',
    'a',
    '$.',
  ])('%s is refused', (path) => {
    expect(() => compileResultPath(path)).toThrow(PathSyntaxError);
  });
});
