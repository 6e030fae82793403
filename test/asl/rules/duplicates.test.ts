// No member twice, wherever it stands: AWS refuses such definitions on save (awslabs/statelint 39). The sentence is Jackson's.

import { expect, test } from 'vitest';
import { validateDefinition } from '../../../src/asl/validate.ts';

function found(text: string): string[] {
  return validateDefinition(text, { type: 'STANDARD' })
    .diagnostics.filter(({ code }) => code === 'INVALID_JSON_DESCRIPTION')
    .map(({ message, from, to }) => `${message.split('\n')[0]} ${text.slice(from, to)}`);
}

const state = (fields: string): string =>
  `{"StartAt":"S","States":{"S":{"Type":"Pass",${fields}"End":true}}}`;

test.each([
  ['the machine', '{"StartAt":"S","StartAt":"S","States":{"S":{"Type":"Succeed"}}}', 'StartAt'],
  ['States', '{"StartAt":"S","States":{"S":{"Type":"Succeed"}},"States":{"S":{"Type":"Succeed"}}}', 'States'],
  ['a state', state('"Comment":"a","Comment":"b",'), 'Comment'],
  ['a template', state('"Parameters":{"a":1,"b":{"c":1,"c":2}},'), 'c'],
  ['a member of a template named States', state('"Parameters":{"States":{"c":1,"c":2}},'), 'c'],
  ['a list', state('"Result":[1,{"x":1,"x":1}],'), 'x'],
  [
    'a rule',
    '{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.a","IsNull":true,"IsNull":false,"Next":"D"}]},"D":{"Type":"Succeed"}}}',
    'IsNull',
  ],
  [
    'a branch',
    '{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"A","StartAt":"A","States":{"A":{"Type":"Succeed"}}}],"End":true}}}',
    'StartAt',
  ],
  ['names that are the same when unescaped', state('"Result":{"a":1,"\\u0061":2},'), 'a'],
])('in %s', (_where, text, name) => {
  expect(found(text)).toEqual([expect.stringContaining(`Duplicate field '${name}'`)]);
});

test('is told with the place where Jackson stands, and underlines the name', () => {
  const text = '{"StartAt":"S","StartAt":"S","States":{"S":{"Type":"Succeed"}}}';
  const [first] = validateDefinition(text, { type: 'STANDARD' }).diagnostics;
  expect(first).toEqual({
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `Duplicate field 'StartAt'\n at [Source: (String)"${text}"; line: 1, column: 25]`,
    location: `[Source: (String)"${text}"; line: 1, column: 25]`,
    from: 15,
    to: 24,
  });
});

test('names may come again in other objects', () => {
  expect(found(state('"Result":[{"a":{"a":1}},{"a":1}],'))).toEqual([]);
});
