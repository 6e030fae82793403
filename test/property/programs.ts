// Random well-formed state machines in both query languages, with inputs and tasks that succeed, fail, or take long. They
// may fail at run time in any way the language knows; they may not hang, crash, or be refused at creation.

import fc from 'fast-check';
import type { Json } from '../../src/base/json.ts';
import type { Reply, Script } from '../support/drive.ts';

export interface RandomRun {
  readonly definition: object;
  readonly script: Script;
}

type Language = 'JSONPath' | 'JSONata';
type Fields = Record<string, unknown>;

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const ERRORS = ['E', 'F', 'States.Timeout', 'States.TaskFailed'];
const CAUGHT = [...ERRORS, 'States.ALL', 'States.DataLimitExceeded', 'States.QueryEvaluationError', 'Nope'];

const json: fc.Arbitrary<Json> = fc
  .jsonValue({ maxDepth: 2, noUnicodeString: true } as fc.JsonSharedConstraints)
  .map((value) => value as Json);

/** Inputs that the paths below hit more often than not. */
const input: fc.Arbitrary<Json> = fc.oneof(
  fc.record({
    a: json,
    l: fc.array(json, { maxLength: 4 }),
    n: fc.integer({ min: -2, max: 5 }),
    s: fc.string(),
  }),
  json,
);

const path: fc.Arbitrary<string> = fc.constantFrom(
  '$',
  '$.a',
  '$.l',
  '$.l[0]',
  '$.n',
  '$.no.such',
  '$$.State.Name',
  '$v2',
  '$.l[*]',
  '$..a',
);
const template = fc.constantFrom<unknown>(
  { 'x.$': '$', k: 1 },
  { 'n.$': '$.n', 'v.$': '$v2' },
  { 'h.$': "States.Format('{}', $.s)" },
  { 'p.$': 'States.ArrayPartition($.l, $.n)', l: [{ 'a.$': '$.a' }] },
  { 'r.$': 'States.MathRandom(0, 9)', 'u.$': 'States.UUID()', 'c.$': '$$.Execution.Name' },
);
/** No half of an expression's brackets, which is a mistake in JSONata. */
const text = fc.string().filter((candidate) => !/^\{%|%\}$/.test(candidate));
const resultPath = fc.constantFrom<unknown>('$', null, '$.r', '$.a.b', '$.l[0]', '$.x.y.z');
const expression = fc.constantFrom<unknown>(
  '{% $states.input %}',
  '{% $states.input.n + 1 %}',
  '{% $states.input.l[0] %}',
  '{% $count($states.input.l) %}',
  '{% $v2 %}',
  '{% [1..3] %}',
  { k: '{% $states.input.a %}', t: ['{% $states.context.State.Name %}'] },
  '{% $random() > 0.5 ? $now() : $uuid() %}',
  null,
  7,
);

function optional(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> {
  return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Fields>;
}

/** Fields of data flow by language and state type. */
function flow(language: Language, variable: string, ...more: string[]): fc.Arbitrary<Fields> {
  if (language === 'JSONata') {
    const fields: Record<string, fc.Arbitrary<unknown>> = { Output: expression };
    if (more.includes('Assign')) fields['Assign'] = fc.record({ [variable]: expression });
    if (more.includes('Arguments')) fields['Arguments'] = expression;
    return optional(fields);
  }
  const all: Record<string, fc.Arbitrary<unknown>> = {
    Parameters: template,
    ResultSelector: template,
    ResultPath: resultPath,
    Assign: fc.record({ [`${variable}.$`]: path }),
  };
  const fields: Record<string, fc.Arbitrary<unknown>> = { InputPath: path, OutputPath: path };
  for (const name of more) if (all[name] !== undefined) fields[name] = all[name];
  // Most states let their data through: otherwise nearly every run fails in its first state.
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fields>({}) },
    { weight: 1, arbitrary: optional(fields) },
  );
}

function guards(names: readonly string[], language: Language): fc.Arbitrary<Fields> {
  const errors = fc
    .uniqueArray(fc.constantFrom(...CAUGHT), { minLength: 1, maxLength: 2 })
    .map((list) => (list.includes('States.ALL') ? ['States.ALL'] : list));
  const retry = fc.record({
    ErrorEquals: errors,
    MaxAttempts: fc.integer({ min: 0, max: 2 }),
    IntervalSeconds: fc.integer({ min: 1, max: 30 }),
    JitterStrategy: fc.constantFrom('NONE', 'FULL'),
  });
  const fields: Record<string, fc.Arbitrary<unknown>> = { Retry: fc.array(retry, { maxLength: 1 }) };
  if (names.length > 0) {
    const by =
      language === 'JSONPath' ? optional({ ResultPath: resultPath }) : optional({ Output: expression });
    fields['Catch'] = fc.array(
      fc.tuple(errors, fc.constantFrom(...names), by).map(([ErrorEquals, Next, more]) => ({
        ErrorEquals,
        Next,
        ...more,
      })),
      { maxLength: 1 },
    );
  }
  return optional(fields);
}

/** One state; `later` are the names of states behind it, so that every run comes to an end. */
function state(
  name: string,
  later: readonly string[],
  language: Language,
  depth: number,
): fc.Arbitrary<Fields> {
  const leave =
    later.length === 0 ? fc.constant<Fields>({ End: true }) : fc.constant<Fields>({ Next: later[0] });
  const make = (type: string, ...parts: fc.Arbitrary<Fields>[]): fc.Arbitrary<Fields> =>
    fc.tuple(...parts).map((all) => Object.assign({ Type: type }, ...all) as Fields);
  // Inner scopes may not assign the names of outer ones.
  const work = (...fields: string[]) => flow(language, `v${depth}`, ...fields);
  const timeouts = optional({ TimeoutSeconds: fc.integer({ min: 1, max: 9 }) });
  const choices: fc.Arbitrary<Fields>[] = [
    make('Pass', leave, work('Parameters', 'ResultPath', 'Assign')),
    make(
      'Task',
      leave,
      fc.constant({ Resource: FUNCTION }),
      timeouts,
      work('Parameters', 'ResultSelector', 'ResultPath', 'Assign', 'Arguments'),
      guards(later, language),
    ),
    make('Wait', leave, work('Assign'), fc.record({ Seconds: fc.integer({ min: 0, max: 100 }) })),
  ];
  if (later.length > 0) {
    const target = fc.constantFrom(...later);
    const rule: fc.Arbitrary<Fields> =
      language === 'JSONata'
        ? fc.record({
            Condition: fc.constantFrom<unknown>('{% $states.input.n > 1 %}', true, false),
            Next: target,
          })
        : fc.oneof(
            fc.record({ Variable: path, IsPresent: fc.boolean(), Next: target }),
            fc.record({ Variable: fc.constant('$.n'), NumericGreaterThan: fc.integer(), Next: target }),
          );
    // The next state stays reachable.
    const rules = fc
      .array(rule, { minLength: 1, maxLength: 2 })
      .map((Choices) => ({ Choices, Default: later[0] }));
    choices.push(make('Choice', rules, work('Assign')));
  } else {
    choices.push(make('Succeed', work()));
    choices.push(make('Fail', optional({ Error: fc.constantFrom('E', 'F'), Cause: text })));
  }
  if (depth > 0) {
    const branches = fc
      .tuple(workflow(`${name}p`, language, depth - 1), workflow(`${name}q`, language, depth - 1))
      .map((Branches) => ({ Branches }));
    choices.push(
      make(
        'Parallel',
        leave,
        branches,
        work('Parameters', 'ResultSelector', 'ResultPath'),
        guards(later, language),
      ),
    );
    const items =
      language === 'JSONata'
        ? optional({
            Items: fc.constantFrom<unknown>('{% $states.input.l %}', [1, '{% 2 %}', 3], '{% [1..5] %}'),
          })
        : optional({ ItemsPath: fc.constantFrom('$.l', '$', '$$.Execution.Input.l') });
    const most = optional({ MaxConcurrency: fc.integer({ min: 0, max: 3 }) });
    const processor = workflow(`${name}m`, language, depth - 1).map((ItemProcessor) => ({ ItemProcessor }));
    choices.push(make('Map', leave, processor, items, most, work('ResultPath'), guards(later, language)));
  }
  return fc.oneof(...choices);
}

/** One to four states in a row; nested ones have names of their own. */
function workflow(prefix: string, language: Language, depth: number): fc.Arbitrary<object> {
  return fc.integer({ min: 1, max: depth > 0 ? 4 : 2 }).chain((count) => {
    const names = Array.from({ length: count }, (_, i) => `${prefix}${i}`);
    const states = names.map((name, i) => state(name, names.slice(i + 1), language, depth));
    return fc.tuple(...states).map((all) => ({
      StartAt: names[0],
      States: Object.fromEntries(names.map((name, i) => [name, all[i]])),
    }));
  });
}

const reply: fc.Arbitrary<Reply> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ output: input, afterMs: fc.integer({ min: 0, max: 12_000 }) }) },
  { weight: 2, arbitrary: fc.record({ error: fc.constantFrom(...ERRORS), cause: fc.string() }) },
  { weight: 1, arbitrary: fc.constant<Reply>({}) },
);

/** A machine, its input, and how its tasks answer, by the state's name and the number of the call. */
export const randomRun: fc.Arbitrary<RandomRun> = fc
  .constantFrom<Language>('JSONPath', 'JSONata')
  .chain((language) =>
    fc.record({
      language: fc.constant(language),
      workflow: workflow('S', language, 2),
      seconds: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined, freq: 6 }),
      input,
      replies: fc.array(reply, { minLength: 1, maxLength: 6 }),
      stopMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined, freq: 8 }),
      historyEvents: fc.constantFrom(25_000, 25_000, 25_000, 12),
    }),
  )
  .map(({ language, workflow: machine, seconds, input: given, replies, stopMs, historyEvents }) => ({
    definition: {
      ...(language === 'JSONata' ? { QueryLanguage: language } : {}),
      ...(seconds === undefined ? {} : { TimeoutSeconds: seconds }),
      ...machine,
    },
    script: {
      input: given,
      tasks: repliesByName(machine, replies),
      limits: { historyEvents },
      ...(stopMs === undefined ? {} : { stop: { afterMs: stopMs } }),
    },
  }));

/** Every state may ask; each begins at another place of the list. */
function repliesByName(machine: object, replies: readonly Reply[]): Record<string, readonly Reply[]> {
  const named = new Set(JSON.stringify(machine).match(/S\d[\dpqm]*/g) ?? []);
  const rotated = (by: number) => [
    ...replies.slice(by % replies.length),
    ...replies.slice(0, by % replies.length),
  ];
  return Object.fromEntries([...named].map((name, i) => [name, rotated(i)]));
}
