import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileJsonata, JsonataSyntaxError } from '../../../src/query/jsonata/compile.ts';
import { parseJsonata } from '../../../src/query/jsonata/parse.ts';

function problem(source: string): readonly [string, string, number] | undefined {
  try {
    parseJsonata(source);
  } catch (error) {
    if (!(error instanceof JsonataSyntaxError)) throw error;
    return [error.code, error.message, error.position];
  }
  return undefined;
}

describe('what cannot be read', () => {
  test.each<[source: string, code: string, message: string, position: number]>([
    ['', 'S0207', 'Unexpected end of expression', 0],
    ['[1,2', 'S0203', 'Expected "]" before end of expression', 4],
    ['[1,(2,3)]', 'S0202', 'Expected ")", got ","', 5],
    ['{"a": 1, }', 'S0211', 'The symbol "}" cannot be used as a unary operator', 9],
    ['1 2', 'S0201', 'Syntax error: 2', 2],
    ['$x ! 1', 'S0204', 'Unknown operator: "!"', 3],
    ['"open', 'S0101', 'String literal must be terminated by a matching quote', 0],
    ['"\\q"', 'S0103', 'Unsupported escape sequence: \\"q"', 1],
    ['"\\u12"', 'S0104', 'The escape sequence \\u must be followed by 4 hex digits', 1],
    ['`open', 'S0105', 'Quoted property name must be terminated with a backquote (`)', 0],
    ['1 /* open', 'S0106', 'Comment has no closing tag', 2],
    ['1e999', 'S0102', 'Number out of range: "1e999"', 0],
    ['$match("a", /b', 'S0302', 'No terminating / in regular expression', 12],
    ['$match("a", //)', 'S0301', 'Empty regular expressions are not allowed', 12],
    [
      'function(a){1}',
      'S0208',
      'Parameter 1 of function definition must be a variable name (start with $)',
      9,
    ],
    ['a{"b":1}[0]', 'S0209', 'A predicate cannot follow a grouping expression in a step', 8],
    ['a{"b":1}{"c":1}', 'S0210', 'Each step can only have one grouping expression', 8],
    ['a := 1', 'S0212', 'The left side of := must be a variable name (start with $)', 0],
    ['a.1', 'S0213', 'The literal value 1 cannot be used as a step within a path expression', 2],
    ['a@b', 'S0214', 'The right side of "@" must be a variable name (start with $)', 1],
    ['a[0]@$b', 'S0215', 'A context variable binding must precede any predicates on a step', 4],
    ['a^(b)@$c', 'S0216', "A context variable binding must precede the 'order-by' clause on a step", 5],
    ['%', 'S0217', "The object representing the 'parent' cannot be derived from this expression", 0],
    ['function($a)<n<n>>{$a}', 'S0401', 'Type parameters can only be applied to functions and arrays', 14],
    [
      'function($a)<(sa<n>)>{$a}',
      'S0402',
      'Choice groups containing parameterized types are not supported',
      13,
    ],
  ])('%s: %s', (source, code, message, position) => {
    expect(problem(source)).toEqual([code, message, position]);
  });

  test.each(['/(/', '/a**/', '/(?<=a*)b/', '/\\p{Nope}/', '/{/'])(
    '%s is refused, as it is no pattern of java.util.regex',
    (pattern) => {
      expect(() => compileJsonata(`$match("a", ${pattern})`, 'Output')).toThrow(
        / is not supported: .* near index \d|terminating/,
      );
    },
  );

  test('parsing any text ends with a tree or a JsonataSyntaxError', () => {
    const piece = fc.constantFrom(
      ...'$ $x a 1 "s" `q` /r/ ( ) [ ] { } . , ; : ? + - * / % | = != < <= ^ & @ # ~> := .. ** and or in function λ'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((all) => all.join(' ')),
        ),
        (source) => {
          problem(source);
        },
      ),
      { numRuns: 3_000, seed: 7 },
    );
  });
});

describe('bounds of the text', () => {
  test.each<[name: string, source: string]>([
    ['parentheses', '('.repeat(50_000)],
    ['arrays', '['.repeat(50_000)],
    ['objects', '{"a":'.repeat(50_000)],
    ['negations', '-'.repeat(50_000)],
    ['calls', '$f('.repeat(50_000)],
    ['sums', `1${'+1'.repeat(50_000)}`],
    ['steps', `a${'.a'.repeat(50_000)}`],
    ['predicates', `a${'[0]'.repeat(50_000)}`],
    ['conditions', '1?'.repeat(50_000)],
    ['lambdas', 'function($x){'.repeat(50_000)],
    ['transforms', '|'.repeat(50_000)],
  ])('%s that nest too deeply are refused', (_name, source) => {
    expect(problem(source)?.[0]).toMatch(/^S050[12]$|^S0211$/);
  });

  test('a text longer than any definition is refused', () => {
    expect(problem(`"${'a'.repeat(1_100_000)}"`)?.[0]).toBe('S0502');
  });
});
