// Fields found at run time, one row per case: what the field says, the input, and how the execution ends. The causes are
// worded as recorded from AWS.

import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { run } from '../support/drive.ts';
import { catches, fail, machine, map, only, pass, task, wait } from '../support/machine.ts';

const JSONATA = { QueryLanguage: 'JSONata' };
const FRAME = "An error occurred while executing the state 'S' (entered at the event id #2). ";
const runtime = (cause: string) => `FAILED States.Runtime: ${FRAME}${cause}`;
const query = (cause: string) => `FAILED States.QueryEvaluationError: ${FRAME}${cause}`;

const inner = machine({ I: pass() });

type Row = [fields: object, input: Json, end: string];

describe('TimeoutSeconds and HeartbeatSeconds', () => {
  const called = { tasks: { S: { output: 'done' } } };
  const bad = (n: string) =>
    `The TimeoutSecondsPath parameter does not reference a positive integer: $.n == ${n}`;
  test.each<Row>([
    [{ TimeoutSecondsPath: '$.n' }, { n: 1 }, 'SUCCEEDED "done"'],
    [{ TimeoutSecondsPath: '$.n' }, { n: 99_999_999 }, 'SUCCEEDED "done"'],
    [{ TimeoutSecondsPath: '$.n' }, { n: 0 }, runtime(bad('0'))],
    [{ TimeoutSecondsPath: '$.n' }, { n: 100_000_000 }, runtime(bad('100000000'))],
    [{ TimeoutSecondsPath: '$.n' }, { n: 1.5 }, runtime(bad('1.5'))],
    [{ TimeoutSecondsPath: '$.n' }, { n: '5' }, runtime(bad('5'))],
    [
      { HeartbeatSecondsPath: '$.n' },
      { n: [1] },
      runtime('The HeartbeatSecondsPath parameter does not reference a positive integer: $.n == [1]'),
    ],
    [{ TimeoutSecondsPath: '$.m' }, { n: 1 }, runtime("Invalid path '$.m' : No results for path: $['m']")],
    [{ ...JSONATA, TimeoutSeconds: '{% 2 %}' }, {}, 'SUCCEEDED "done"'],
    [
      { ...JSONATA, TimeoutSeconds: '{% 0 %}' },
      {},
      query('The TimeoutSeconds field must be a positive integer but was: 0'),
    ],
    [
      { ...JSONATA, TimeoutSeconds: '{% "x" %}' },
      {},
      query(
        "The JSONata expression '\"x\"' specified for the field 'TimeoutSeconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\"",
      ),
    ],
  ])('%j on %j: %s', (fields, input, end) => {
    expect(run(only(task(fields)), input, called).end).toBe(end);
  });

  test('the time a path names is the time that is waited', () => {
    const { end, tookMs } = run(
      only(task({ TimeoutSecondsPath: '$.n' })),
      { n: 7 },
      { tasks: { S: 'never' } },
    );
    expect([end, tookMs]).toEqual(['FAILED States.Timeout', 7000]);
  });
});

describe('MaxConcurrency', () => {
  const items = (fields: object) => only(map(inner, { ItemsPath: '$.items', ...fields }));
  const input = (n: Json): Json => ({ n, items: [1, 2] });
  const bad = (shown: string) =>
    runtime(`The MaxConcurrencyPath field refers to value "${shown}" which is not a valid integer: $.n`);
  test.each<[Json, string]>([
    [0, 'SUCCEEDED [1,2]'],
    [1, 'SUCCEEDED [1,2]'],
    [-1, bad('-1')],
    [0.5, bad('0.5')],
    ['1', 'SUCCEEDED [1,2]'],
    ['x', bad('x')],
  ])('of a path to %j: %s', (n, end) => {
    expect(run(items({ MaxConcurrencyPath: '$.n' }), input(n)).end).toBe(end);
  });

  test.each([
    ['{% 0 %}', 'SUCCEEDED [1]'],
    ['{% -1 %}', query('The MaxConcurrency field must be a non-negative integer but was: -1')],
    [
      '{% true %}',
      query(
        "The JSONata expression 'true' specified for the field 'MaxConcurrency' returned an unexpected result type. Expected 'number', but was 'boolean' for value: true",
      ),
    ],
  ])('of %s: %s', (MaxConcurrency, end) => {
    const one = map(machine({ I: pass(JSONATA) }), { ...JSONATA, Items: [1], MaxConcurrency });
    expect(run(only(one)).end).toBe(end);
  });
});

describe('Seconds of a Wait', () => {
  test.each<Row>([
    [{ Seconds: 3 }, {}, 'SUCCEEDED {}'],
    [{ SecondsPath: '$.n' }, { n: 0 }, 'SUCCEEDED {"n":0}'],
    [{ SecondsPath: '$.n' }, {}, runtime('The SecondsPath parameter does not reference an input value: $.n')],
    [
      { SecondsPath: '$.n' },
      { n: 1.5 },
      runtime('The SecondsPath parameter cannot be parsed as a long value: $.n == 1.5'),
    ],
    [
      { SecondsPath: '$.n' },
      { n: '1' },
      runtime('The SecondsPath parameter cannot be parsed as a long value: $.n == 1'),
    ],
    [
      { SecondsPath: '$.n' },
      { n: -1 },
      runtime('The SecondsPath parameter references a negative value: $.n == -1'),
    ],
    [{ ...JSONATA, Seconds: '{% 99999999 %}' }, {}, 'SUCCEEDED {}'],
    [
      { ...JSONATA, Seconds: '{% -1 %}' },
      {},
      query('The Seconds field must be a non-negative integer of at most 99999999 but was: -1'),
    ],
    [
      { ...JSONATA, Seconds: '{% 100000000 %}' },
      {},
      query('The Seconds field must be a non-negative integer of at most 99999999 but was: 100000000'),
    ],
    [
      { ...JSONATA, Seconds: '{% 0.5 %}' },
      {},
      query('The Seconds field must be a non-negative integer of at most 99999999 but was: 0.5'),
    ],
    [
      { ...JSONATA, Seconds: '{% null %}' },
      {},
      query(
        "The JSONata expression 'null' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'null' for value: null",
      ),
    ],
  ])('%j on %j: %s', (fields, input, end) => {
    expect(run(only(wait(fields)), input, { limits: { standardSeconds: 1e9 } }).end).toBe(end);
  });
});

describe('Timestamp of a Wait', () => {
  const at = '2026-01-02T03:04:09.900Z';
  test.each<Row>([
    [{ Timestamp: at }, {}, 'SUCCEEDED {}'],
    [{ TimestampPath: '$.at' }, { at }, `SUCCEEDED {"at":"${at}"}`],
    [
      { TimestampPath: '$.at' },
      {},
      runtime('The TimestampPath parameter does not reference an input value: $.at'),
    ],
    [
      { TimestampPath: '$.at' },
      { at: 'soon' },
      runtime(
        'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.at == soon',
      ),
    ],
    [
      { TimestampPath: '$.at' },
      { at: 5 },
      runtime(
        'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.at == 5',
      ),
    ],
    [{ ...JSONATA, Timestamp: `{% '${at}' %}` }, {}, 'SUCCEEDED {}'],
    [
      { ...JSONATA, Timestamp: "{% 'soon' %}" },
      {},
      query(
        'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon',
      ),
    ],
    [
      { ...JSONATA, Timestamp: '{% 5 %}' },
      {},
      query(
        "The JSONata expression '5' specified for the field 'Timestamp' returned an unexpected result type. Expected 'string', but was 'number' for value: 5",
      ),
    ],
  ])('%j on %j: %s', (fields, input, end) => {
    expect(run(only(wait(fields)), input).end).toBe(end);
  });

  test('fractions of a second do not count (AWS: Wait state)', () => {
    expect(run(only(wait({ Timestamp: at }))).tookMs).toBe(4000);
  });
});

describe('Error and Cause of a Fail', () => {
  test.each<Row>([
    [{ Error: 'E', Cause: 'c' }, {}, 'FAILED E: c'],
    [{}, {}, 'FAILED'],
    [{ ErrorPath: '$.e', CausePath: "States.Format('{}!', $.c)" }, { e: 'E', c: 'c' }, 'FAILED E: c!'],
    [
      { ErrorPath: '$.e' },
      { e: 1 },
      runtime("The value of '$.e' for the field 'ErrorPath' is not a string: 1"),
    ],
    [
      { CausePath: '$.c' },
      { c: {} },
      runtime("The value of '$.c' for the field 'CausePath' is not a string: {}"),
    ],
    [{ ...JSONATA, Error: "{% 'E' & 1 %}" }, {}, 'FAILED E1'],
    [
      { ...JSONATA, Cause: '{% 1 %}' },
      {},
      query(
        "The JSONata expression '1' specified for the field 'Cause' returned an unexpected result type. Expected 'string', but was 'number' for value: 1",
      ),
    ],
  ])('%j on %j: %s', (fields, input, end) => {
    expect(run(only(fail(fields)), input).end).toBe(end);
  });
});

describe('Items of an inline Map', () => {
  const over = (fields: object, processor: object = inner) => only(map(processor, fields));
  const jsonata = (Items: unknown) => over({ ...JSONATA, Items }, machine({ I: pass(JSONATA) }));
  test.each<[object, Json, string]>([
    [over({}), [1], 'SUCCEEDED [1]'],
    [over({}), { a: 1 }, runtime('Reference path "$" must point to array.')],
    [over({ ItemsPath: '$.list' }), { list: [2] }, 'SUCCEEDED [2]'],
    [
      over({ ItemsPath: '$.list' }),
      { list: { a: 1 } },
      runtime('Reference path "$.list" must point to array.'),
    ],
    [over({ ItemsPath: '$$.Execution' }), {}, runtime('Reference path "$.Execution" must point to array.')],
    [over({ InputPath: '$.in', ItemsPath: '$.list' }), { in: { list: [3] } }, 'SUCCEEDED [3]'],
    [jsonata([4, '{% 5 %}']), {}, 'SUCCEEDED [4,5]'],
    [jsonata('{% [6] %}'), {}, 'SUCCEEDED [6]'],
    [
      jsonata('{% $states.input %}'),
      { a: 1 },
      query(
        "The JSONata expression '$states.input' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was 'object' for value: {\"a\":1}",
      ),
    ],
    [
      over(JSONATA, machine({ I: pass(JSONATA) })),
      { a: 1 },
      query('Map state input must be an array but was: {"a":1}'),
    ],
  ])('%j on %j: %s', (definition, input, end) => {
    expect(run(definition, input).end).toBe(end);
  });

  test('a path that leads nowhere has an error of its own, known by an older name too', () => {
    const { end } = run(over({ ItemsPath: '$.a.b' }), { a: 1 });
    expect(end).toBe(
      `FAILED States.ReferencePathConflict: ${FRAME}Unable to apply step "b" to input {"a":1}`,
    );
    const caught = { ...catches('States.ResultPathMatchFailure', 'C'), Next: 'C' };
    const definition = machine({ S: map(inner, { ItemsPath: '$.a.b', ...caught }), C: pass() });
    expect(run(definition, { a: 1 }).output).toMatchObject({ Error: 'States.ReferencePathConflict' });
  });
});
