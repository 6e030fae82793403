// What a state and its parts cannot be without, and the words that a field takes. Source: AWS, the tables of fields of
// each state; the States Language specification.

import { expect, test } from 'vitest';
import { check, checkStates, DONE, map, task } from '../check.ts';

const lines = (states: Record<string, object>) => checkStates(states);
const required = (names: string, place: string) => `These fields are required: [${names}] at ${place}`;

test.each<[string, Record<string, object>, string]>([
  ['a Task', { T: { Type: 'Task', End: true } }, required('Resource', '/States/T')],
  ['a Parallel', { P: { Type: 'Parallel', End: true } }, required('Branches', '/States/P')],
  ['a Choice', { C: { Type: 'Choice' }, ...DONE }, required('Choices', '/States/C')],
  ['a retrier', task({ Retry: [{}] }), required('ErrorEquals', '/States/T/Retry[0]')],
  ['a catcher', { ...task({ Catch: [{ ErrorEquals: ['A'] }] }) }, required('Next', '/States/T/Catch[0]')],
  [
    'a rule',
    { C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true }], Default: 'Done' }, ...DONE },
    required('Next', '/States/C/Choices[0]'),
  ],
  [
    'a reader',
    map({ ItemReader: { ReaderConfig: { InputType: 'JSON' } } }),
    required('Resource', '/States/M/ItemReader'),
  ],
])('%s says what it lacks', (_what, states, line) => {
  expect(lines(states)).toContain(line);
});

test.each<[string, Record<string, object>]>([
  ['a branch', { P: { Type: 'Parallel', Branches: [{}], End: true } }],
  ['an item processor', map({ ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' } } })],
])('%s needs its start and its states', (_what, states) => {
  const text = lines(states).join('\n');
  expect(text).toContain('StartAt');
  expect(text).toContain('States');
});

test('a machine needs its start and its states', () => {
  const text = check({ Comment: 'nothing' }).join('\n');
  expect(text).toContain('StartAt');
  expect(text).toContain('States');
});

const s3 = { Resource: 'arn:aws:states:::s3:getObject', Parameters: { Bucket: 'b', Key: 'k' } };
const writer = (WriterConfig: object) => map({ ResultWriter: { WriterConfig } });

test.each<[string, readonly string[], (word: string) => Record<string, object>]>([
  ['OutputType', ['JSON', 'JSONL'], (OutputType) => writer({ OutputType, Transformation: 'NONE' })],
  [
    'Transformation',
    ['NONE', 'COMPACT', 'FLATTEN'],
    (Transformation) => writer({ OutputType: 'JSON', Transformation }),
  ],
  [
    'JitterStrategy',
    ['FULL', 'NONE'],
    (word) => task({ Retry: [{ ErrorEquals: ['A'], JitterStrategy: word }] }),
  ],
  ['Mode', ['INLINE', 'DISTRIBUTED'], (word) => map({}, word as 'INLINE')],
  [
    'CSVDelimiter',
    ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'],
    (CSVDelimiter) =>
      map({
        ItemReader: {
          ...s3,
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVDelimiter },
        },
      }),
  ],
])('%s takes %j and nothing else', (name, words, states) => {
  for (const word of words) expect([word, lines(states(word))]).toEqual([word, []]);
  expect(lines(states('OTHER')).join('\n')).toContain(name);
});
