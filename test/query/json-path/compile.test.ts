// The dialect is that of Jayway 2.0, which AWS runs. Sources: recordings and public reports named beside the cases; where
// none is named, the library's behaviour at that version (assumption that AWS runs it unchanged).

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, parseJson, stringifyJson } from '../../../src/base/json.ts';
import { compilePath, PathSyntaxError } from '../../../src/query/json-path/compile.ts';
import { PathMiss } from '../../../src/query/json-path/path.ts';
import { scopeOf } from '../scope-of.ts';

const STORE = parseJson(`{
  "shop": {
    "books": [
      { "title": "Loom", "price": 8, "tags": ["craft", "wood"], "isbn": "1" },
      { "title": "Weft", "price": 12.5, "tags": [] },
      { "title": "Warp", "price": 23, "tags": ["craft"], "isbn": null }
    ],
    "open-hours": { "from": 9, "to": 17 }
  },
  "limit": 12.5,
  "wanted": ["Loom", "Warp"],
  "n": null,
  "text": "hello"
}`);

/** JSON text of what the path reads. */
function read(path: string, document: Json = STORE): string {
  return stringifyJson(compilePath(path).read(scopeOf(document)));
}

function miss(path: string, document: Json = STORE): PathMiss {
  try {
    read(path, document);
  } catch (error) {
    if (error instanceof PathMiss) return error;
    throw error;
  }
  throw new Error(`${path} reads something`);
}

describe('definite paths', () => {
  test.each([
    ['$.limit', '12.5'],
    ['$.n', 'null'],
    ['$.shop.open-hours.from', '9'],
    ["$['shop']['open-hours'][\"to\"]", '17'],
    ['$.shop.books[0].title', '"Loom"'],
    ['$.shop.books.[1].title', '"Weft"'],
    ['$.shop.books[ 1 ].title', '"Weft"'],
    ['$.shop.books[1]title', '"Weft"'],
    // Public report: zenn.dev 9f265419e4fda9.
    ['$.shop.books[(@.length-1)].title', '"Warp"'],
    ['$.shop.books[( @.length - 2 )].title', '"Weft"'],
    ['$.shop.books[(@.size()-1)].title', '"Warp"'],
    ["$.shop.books[0]['price', 'title', 'absent']", '{"price":8,"title":"Loom"}'],
    ['$.wanted ', '["Loom","Warp"]'],
  ])('%s reads %s', (path, expected) => {
    expect(compilePath(path).definite).toBe(true);
    expect(read(path)).toBe(expected);
  });

  test('the root is the document itself, not a copy', () => {
    expect(compilePath('$').read(scopeOf(STORE))).toBe(STORE);
  });

  test.each([
    ['key with.dot', "$['key with.dot']"],
    ["it's", '$["it\'s"]'],
    // Recording: a backslash between the quotes belongs to the name.
    ['Test\\""Name"', `$['Test\\""Name"']`],
    ['a\\"b', `$['a\\"b']`],
    ['\\n', `$['\\n']`],
    ['\\u00e9', `$['\\u00e9']`],
    ['a\\', `$['a\\']`],
    ['größe', '$.größe'],
    ['a:b@c', '$.a:b@c'],
    ['__proto__', '$.__proto__'],
    ['constructor', '$.constructor'],
    ['length', '$.length'],
    ['0', '$.0'],
    ['rawJSON', '$.rawJSON'],
  ])('a member named %j is read by %s', (name, path) => {
    expect(read(path, parseJson(`{${JSON.stringify(name)}: "found"}`))).toBe('"found"');
  });

  test.each(['$.constructor', '$.__proto__', '$.toString'])(
    '%s does not read what JavaScript adds to an object',
    (path) => {
      expect(miss(path, {}).reason).toMatch(/^No results for path/);
    },
  );

  test('an array and a string have no member length, a number none at all', () => {
    expect(() => read('$.wanted.length')).toThrow(PathMiss);
    expect(() => read('$.text.length')).toThrow(PathMiss);
    expect(() => read('$.a.rawJSON', parseJson('{"a": 1.0}'))).toThrow(PathMiss);
    expect(() => read('$.wanted.0')).toThrow(PathMiss);
  });

  test('numbers keep their text', () => {
    expect(read('$.a[0]', parseJson('{"a": [1.0, 12345678901234567890]}'))).toBe('1.0');
    expect(read('$.a[1]', parseJson('{"a": [1.0, 12345678901234567890]}'))).toBe('12345678901234567890');
  });
});

describe('a definite path that leads nowhere says why', () => {
  test.each([
    ['$.none', "No results for path: $['none']", 'none'],
    ['$.shop.none', "No results for path: $['shop']['none']", 'none'],
    ['$.none.a', "Missing property in path $['none']", 'none'],
    ['$.shop.none.a.b', "Missing property in path $['shop']['none']", 'none'],
    ['$.shop.books[7]', "No results for path: $['shop']['books'][7]", '[7]'],
    ['$.shop.books[7].title', "Property ['title'] not found in path $['shop']['books'][7]", '[7]'],
    ['$.shop.books[-1].title', "Property ['title'] not found in path $['shop']['books'][-1]", '[-1]'],
    ['$.shop.books[7][0]', "The path $['shop']['books'][7] is null", '[7]'],
    ['$.shop.books[-4]', "No results for path: $['shop']['books'][-4]", '[-4]'],
    ['$.limit[0]', 'Filter: [0] can only be applied to arrays. Current context is: 12.5', '[0]'],
    [
      "$.shop['open-hours'][0]",
      'Filter: [0] can only be applied to arrays. Current context is: {from=9, to=17}',
      '[0]',
    ],
    ['$.n[0]', "The path $['n'] is null", '[0]'],
  ])('%s: %s', (path, reason, member) => {
    expect(miss(path)).toMatchObject({ reason, member });
  });

  // Public report: awsdocs/aws-step-functions-developer-guide pull request 5.
  test.each([
    ['$.text.a', "Property ['a'] not found in path $['text']"],
    ['$.limit.a', "Property ['a'] not found in path $['limit']"],
    ['$.n.a', "Property ['a'] not found in path $['n']"],
    ['$.wanted.a', "Property ['a'] not found in path $['wanted']"],
    ['$.wanted.length()', "Property ['length()'] not found in path $['wanted']"],
    ["$.text['a','b']", "Property ['a', 'b'] not found in path $['text']"],
  ])('%s is looked for in what is no object: %s', (path, reason) => {
    expect(miss(path).reason).toBe(reason);
  });

  // Public report: gist deric4/733eb129a10b13530cebaa3b70031c77.
  test('several names are only good at the end', () => {
    expect(miss("$.shop['books','open-hours'].from").reason).toBe(
      "Multi properties can only be used as path leafs: $['shop']['books', 'open-hours']",
    );
    expect(() => read("$.shop.books[*]['title','isbn'].x")).toThrow(PathMiss);
  });

  test('only the end of a path past the end of an array is told apart', () => {
    expect(miss('$.shop.books[3]').pastEnd).toBe(true);
    expect(miss('$.shop.books[(@.length-9)]').pastEnd).toBe(true);
    expect(miss('$.shop.books[3].title').pastEnd).toBe(false);
    expect(miss('$.shop.books[-1]').pastEnd).toBe(false);
    expect(miss('$.shop.none').pastEnd).toBe(false);
  });
});

describe('indefinite paths give an array', () => {
  test.each([
    ['$.shop.books[*].price', '[8,12.5,23]'],
    ['$.shop.open-hours.*', '[9,17]'],
    ['$[*].from', '[]'],
    ['$.shop.books[0,2].title', '["Loom","Warp"]'],
    ['$.shop.books[0,9].title', '["Loom"]'],
    ['$.shop.books[1:].title', '["Weft","Warp"]'],
    ['$.shop.books[:2].title', '["Loom","Weft"]'],
    ['$.shop.books[:-1].title', '["Loom","Weft"]'],
    ['$.shop.books[1:2].title', '["Weft"]'],
    ['$.shop.books[-2:].title', '["Weft","Warp"]'],
    ['$.shop.books[-9:].title', '["Loom","Weft","Warp"]'],
    ['$.shop.books[-3:-1].title', '[]'],
    ['$.shop.books[-3:2].title', '["Loom","Weft"]'],
    ['$.shop.books[0,-1].title', '["Loom"]'],
    ['$.shop.books[1:-1].title', '[]'],
    ['$.shop.books[2:1]', '[]'],
    [
      "$.shop.books[*]['title','isbn']",
      '[{"title":"Loom","isbn":"1"},{"title":"Weft"},{"title":"Warp","isbn":null}]',
    ],
    ['$..title', '["Loom","Weft","Warp"]'],
    ["$..['title']", '["Loom","Weft","Warp"]'],
    ['$..books[0].title', '["Loom"]'],
    ['$..tags[0]', '["craft","craft"]'],
    ["$..['from','to']", '[{"from":9,"to":17}]'],
    ['$..isbn', '["1",null]'],
    ['$.wanted..*', '["Loom","Warp"]'],
    ['$..none', '[]'],
  ])('%s reads %s', (path, expected) => {
    expect(compilePath(path).definite).toBe(false);
    expect(read(path)).toBe(expected);
  });

  test('a deep scan gives parents before children', () => {
    expect(read('$..a', parseJson('{"a": {"a": 1}, "b": [{"a": 2}]}'))).toBe('[{"a":1},1,2]');
    expect(read('$..*', parseJson('{"a": {"b": 1}, "c": [2]}'))).toBe('[{"b":1},[2],1,2]');
  });

  test.each([
    '$[*]',
    '$.items[*]',
    '$.items[1:]',
    '$.items[:1]',
    '$.item.items[*]',
    '$.item.items[1:5]',
    '$.items[*].itemValue',
    '$.items[1:].itemValue',
    '$.items[?(@.a)]',
    '$..a',
    '$.items[0,1]',
  ])('%s is empty where nothing is there', (path) => {
    expect(read(path, {})).toBe('[]');
  });
});

describe('filters', () => {
  test.each([
    ['@.price == 12.5', 'Weft'],
    ['@.price==8', 'Loom'],
    ['@.price == 8.0', 'Loom'],
    ['@.price != 8', 'Weft Warp'],
    ['@.price < 12.5', 'Loom'],
    ['@.price <= 12.5', 'Loom Weft'],
    ['@.price > 12.5', 'Warp'],
    // Documentation (AWS, "Reference Paths"): `$.jar[?(@.a >= 5)]`.
    ['@.price >= $.limit', 'Weft Warp'],
    ['8 == @.price', ''],
    ["@.price == '8'", 'Loom'],
    ['@.price == eight', ''],
    ['@.price != eight', ''],
    ["@.isbn == '1'", 'Loom'],
    ['@.isbn == 1', 'Loom'],
    ['@.isbn == null', 'Warp'],
    ['@.isbn != null', 'Loom'],
    ['@.isbn != 2', 'Loom Warp'],
    // Public report: floci-io/floci issue 3260 (Step Functions Local).
    ['@.isbn', 'Loom'],
    ['!@.isbn', 'Weft Warp'],
    ["@['isbn']", 'Loom'],
    ["@.title > 'M'", 'Weft Warp'],
    ['@.title == \'Loom\' || @.title == "Weft"', 'Loom Weft'],
    ['@.isbn && @.price < 10', 'Loom'],
    ['@.isbn&&@.price<10', 'Loom'],
    ["@.price == 8 || @.price == 23 && @.title == 'x'", 'Loom'],
    ["(@.price == 8 || @.price == 23) && @.title != 'Loom'", 'Warp'],
    // Usage: public workflows compare with bare words.
    ['@.title == Loom', 'Loom'],
    ['@.title==Loom||@.title==Weft', 'Loom Weft'],
    ['@.title =~ /W.*/', 'Weft Warp'],
    ['@.title =~ /w.*/', ''],
    ['@.title =~ /w.*/i', 'Weft Warp'],
    ['@.title =~ /W/', ''],
    ['@.price =~ /\\d+\\.5/', 'Weft'],
    ['@.tags =~ /.*wood.*/', 'Loom'],
    ['/W.*/ =~ @.title', 'Weft Warp'],
    ["@.tags == 'craft'", ''],
    ["@.tags != 'craft'", ''],
    ['@.none != 1', ''],
    ['@.none.deeper == 1', ''],
    ['@.title.length() > 0', ''],
  ])('[?(%s)] keeps %s', (filter, titles) => {
    expect(read(`$.shop.books[?(${filter})].title`)).toBe(JSON.stringify(titles.split(' ').filter(Boolean)));
  });

  // Public report: getmoto/moto issue 7825.
  test.each([
    ['@.n==/eggs/cooked/like', '/eggs/cooked/like'],
    ['@.n==/a/b', '/a/b'],
    ['@.n==2024-05-01', '2024-05-01'],
    ['@.n == 1a', '1a'],
    ['@.n == a b', 'a b'],
    ['@.n==a:b@c.d', 'a:b@c.d'],
    ["@.n == 'it\\'s'", "it's"],
    ['@.n==[1]', '[1]'],
    ['@.n == ä', 'ä'],
  ])('[?(%s)] compares with the text %s', (filter, text) => {
    expect(read(`$[?(${filter})].n`, [{ n: text }, { n: 'other' }])).toBe(JSON.stringify([text]));
  });

  test('compare true and false', () => {
    const flags: Json = [{ f: true }, { f: false }, { f: 'true' }, {}];
    expect(read('$[?(@.f == true)]', flags)).toBe('[{"f":true},{"f":"true"}]');
    expect(read('$[?(@.f==false)]', flags)).toBe('[{"f":false}]');
    expect(read('$[?(@.f != true)]', flags)).toBe('[{"f":false}]');
  });

  // Documentation (AWS, "Reference Paths"): `@` matches objects and not scalars.
  test.each(['@ == 2', '@ > 1', '@ != 9', '@', '!@.a', '@ =~ /.*/'])('[?(%s)] keeps no scalars', (filter) => {
    expect(read(`$[?(${filter})]`, [1, 2, 'a', true, null])).toBe('[]');
  });

  test('of an object take it as one candidate', () => {
    expect(read('$.shop.open-hours[?(@.from < 10)]')).toBe('[{"from":9,"to":17}]');
    expect(read('$.shop.open-hours[?(@.from > 10)]')).toBe('[]');
  });

  test('after a deep scan take every object below and what is in arrays', () => {
    expect(read('$..[?(@.price > 20)].title')).toBe('["Warp"]');
    expect(read('$..[?(@.b > 20)]', parseJson('{"a": [21, 3, {"b": 22}]}'))).toBe('[{"b":22}]');
  });

  test('the root inside a filter is that of the whole path', () => {
    const scope = scopeOf(
      {},
      { context: { min: 2, all: [{ n: 1 }, { n: 2 }, { n: 3 }] }, variables: { v: { k: 3, l: [{ n: 3 }] } } },
    );
    expect(compilePath('$$.all[?(@.n >= $.min)].n').read(scope)).toEqual([2, 3]);
    expect(compilePath('$v.l[?(@.n == $.k)].n').read(scope)).toEqual([3]);
  });

  // Backtracking would take exponential time and run into the time-out.
  test('a hostile pattern takes linear time', () => {
    expect(read('$[?(@.a =~ /(a+)+b/)]', [{ a: 'a'.repeat(5_000) }])).toBe('[]');
  });
});

// Public reports: re:Post QUYiQKP0XfThWEc_ahsMnLOA; awsdocs/aws-step-functions-developer-guide pull request 5.
describe('there are no functions: what looks like one is a name', () => {
  test.each([
    '$.wanted.length()',
    '$.shop.open-hours.length()',
    '$.shop.open-hours.keys()',
    '$.wanted.first()',
    '$.wanted.sum()',
    '$.text.length()',
    '$.wanted.index(1)',
    '$.wanted.nothing()',
  ])('%s leads nowhere', (path) => {
    expect(compilePath(path).definite).toBe(true);
    expect(() => read(path)).toThrow(PathMiss);
  });

  test('a member of that name is found', () => {
    expect(read('$.length()', { 'length()': 1 })).toBe('1');
    expect(read('$..sum()', { a: { 'sum()': 1 } })).toBe('[1]');
    expect(read('$[?(@.size() == 2)]', [{ 'size()': 2 }])).toBe('[{"size()":2}]');
  });

  test.each(['$..length()', '$.shop.books[*].tags.length()', '$.shop.books[*].length().a'])(
    '%s finds nothing',
    (path) => {
      expect(read(path)).toBe('[]');
    },
  );
});

describe('roots', () => {
  const scope = scopeOf({ a: 1 }, { context: { a: 2 }, variables: { a: { a: 3 }, größe: 4 } });
  test.each([
    ['$.a', 'document', undefined, 1],
    ['$$.a', 'context', undefined, 2],
    ['$a.a', 'variable', 'a', 3],
    ['$größe', 'variable', 'größe', 4],
  ])('%s reads the %s', (source, root, variable, expected) => {
    const path = compilePath(source);
    expect(path).toMatchObject({ source, root, variable, definite: true, reference: true });
    expect(path.read(scope)).toBe(expected);
  });

  test('$$ and $ alone are whole documents', () => {
    expect(compilePath('$$').read(scope)).toEqual({ a: 2 });
    expect(compilePath('$$[*]').read(scope)).toEqual([2]);
  });

  test('a variable that has no value is a miss, even for an indefinite path', () => {
    expect(() => compilePath('$b').read(scope)).toThrow(PathMiss);
    expect(() => compilePath('$b[*]').read(scope)).toThrow(PathMiss);
    expect(() => compilePath('$a.b').read(scope)).toThrow("No results for path: $['b']");
  });

  test.each([
    ['$.a[0].b', true],
    ["$['a']", true],
    ['$.a[0,1]', false],
    ['$.a.*', false],
    ['$.a.length()', true],
    ['$.a[(@.length-1)]', false],
    ["$['a','b']", false],
  ])('%s is a Reference Path: %s', (source, reference) => {
    expect(compilePath(source).reference).toBe(reference);
  });
});

describe('what is not a path is refused where it goes wrong', () => {
  test.each([
    ['', 0],
    ['a', 0],
    [' $.a', 0],
    ['$.', 2],
    ['$..', 3],
    ['$...a', 3],
    ['$.a.', 4],
    ['$.a..', 5],
    ['$-a', 1],
    ['$1', 1],
    ['$.a b', 4],
    ['$.a[', 4],
    ['$.a[]', 4],
    ['$.a[b]', 4],
    ["$.a['b]", 4],
    ["$.a['']", 4],
    ["$.a['b'", 7],
    ["$.a['b',]", 8],
    ['$.a[1', 5],
    ['$.a[1,]', 6],
    ['$.a[:]', 5],
    ['$.a[1:2:3]', 7],
    ['$.a[99999999999]', 15],
    ['$.a[?]', 5],
    ['$.a[?()]', 6],
    ['$.a[?(@.b ==)]', 12],
    ["$.a[?(@.b == 'c)]", 13],
    ['$.a[?(1)]', 7],
    ['$.a[?(@.b = 1)]', 10],
    ['$.a[?(@.b == 1]', 15],
    // Documentation (AWS, "Reference Paths"): lexical operators are not supported.
    ["$.a[?(@.b in ['x'])]", 10],
    ["$.a[?(@.b nin ['x'])]", 10],
    ["$.a[?(@.b subsetof ['x'])]", 10],
    ["$.a[?(@.b anyof ['x'])]", 10],
    ['$.a[?(@.b size 2)]', 10],
    ['$.a[?(@.b empty true)]', 10],
    ['$.a[?(@.b contains x)]', 10],
    ['$.a[?(@.b[*] == 1)]', 6],
    ['$.a[?(@..b)]', 6],
    ['$.a[?(!(@.b))]', 7],
    ['$.a[?(true)]', 10],
    ['$.a[?(@.b =~ /x/s)]', 0],
    ['$.a[?(@.b =~ x)]', 0],
    ['$.a[?(@.b =~ /(/)]', 13],
    ['$.a[?(@.b =~ /(?<=x*)/)]', 13],
    ['$.a[?(@.b == /x/)]', 13],
  ])('%s at %i', (source, offset) => {
    const attempt = () => compilePath(source);
    expect(attempt).toThrow(PathSyntaxError);
    expect(attempt).toThrow(expect.objectContaining({ offset }));
  });

  test('nesting and length are bounded', () => {
    expect(() => compilePath(`$[?(${'('.repeat(500)}@.a${')'.repeat(500)})]`)).toThrow(/50 levels/);
    expect(() => compilePath(`$${'[?(@'.repeat(500)}`)).toThrow(/50 levels/);
    expect(() => compilePath(`$${'.a'.repeat(501)}`)).toThrow(/500 steps/);
  });

  test('whatever the text, compiling gives a path or a PathSyntaxError', () => {
    const piece = fc.constantFrom(
      '$',
      '@',
      '.',
      '..',
      '*',
      '[',
      ']',
      '(',
      ')',
      '?',
      "'",
      '"',
      'a',
      '0',
      '-1',
      ':',
      ',',
      '==',
      '=~',
      '/x/',
      '!',
      '&&',
      ' ',
      '\\',
      'length()',
      '{',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        try {
          const path = compilePath(`$${pieces.join('')}`);
          path.read(scopeOf({ a: [{ a: 0 }, 'a'] }));
        } catch (error) {
          if (!(error instanceof PathSyntaxError || error instanceof PathMiss)) throw error;
        }
      }),
      { numRuns: 3_000, seed: 7 },
    );
  });
});

describe('bounds at run time', () => {
  test('a deep scan stops at 1,000 levels', () => {
    let deep: Json = 1;
    for (let i = 0; i < 1_500; i++) deep = [deep];
    expect(() => read('$..a', deep)).toThrow(/1000 levels/);
  });

  test('nested scans stop instead of taking for ever', () => {
    let chain: Json = 1;
    for (let i = 0; i < 250; i++) chain = { a: chain };
    expect(() => read('$..a..a..a..b', chain)).toThrow(/take at most 1000 ms/);
  });
});
