// Source: AWS, "Using Map state in Distributed mode"; wordings recorded from AWS.

import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import type { Making, StartMapRun } from '../../src/interpreter/effect.ts';
import { type MapItem, NOTHING_MADE, readInputs } from '../../src/interpreter/map-inputs.ts';
import { openFrame } from '../../src/interpreter/state.ts';
import { run } from '../support/drive.ts';
import { catches, machine, only, parallel, pass, runs, task } from '../support/machine.ts';
import { type Session, session } from '../support/session.ts';

const LONE = machine({ I: pass() });
const JSONATA = { QueryLanguage: 'JSONata' };
const READER = {
  Resource: 'arn:aws:states:::s3:getObject',
  ReaderConfig: { InputType: 'JSON' },
  Parameters: { Bucket: 'b', Key: 'k' },
};

function started(fields: object, input: Json = [1, 2, 3], config: object = {}): Session {
  const one = session(only(runs(LONE, fields, config)));
  one.start(input);
  return one;
}

function effectOf({ effects, state }: Session): StartMapRun {
  const effect = effects.find(({ type }) => type === 'StartMapRun');
  if (effect?.type !== 'StartMapRun')
    throw new Error(`Expected a Map Run, but got ${state.error}: ${state.cause}`);
  return effect;
}

const inputs = (one: Session): Json[] => effectOf(one).inputs.map(({ value }) => value);

describe('the Map Run of a state', () => {
  it('has the items as inputs of its children, and its settings', () => {
    const one = started({
      MaxConcurrency: 4,
      ToleratedFailureCount: 1,
      ToleratedFailurePercentage: 50,
      Label: 'label',
    });
    const uuid = '00000000-0000-4000-8000-000000000000';
    const mapRunArn = `arn:aws:states:us-east-1:123456789012:mapRun:machine/label:${uuid}`;
    expect(effectOf(one)).toMatchObject({
      frame: 0,
      stateName: 'S',
      mapRunArn,
      executionType: 'STANDARD',
      itemCounts: [1, 1, 1],
      reader: undefined,
      maxConcurrency: 4,
      toleratedFailureCount: 1,
      toleratedFailurePercentage: 50,
      results: { transformation: 'COMPACT', destination: undefined },
    });
    expect(inputs(one)).toEqual([1, 2, 3]);
    expect(JSON.parse(effectOf(one).definition)).toMatchObject({ StartAt: 'I' });
    expect(one.events.slice(2)).toMatchObject([
      { id: 3, previous: 2, type: 'MapStateStarted', length: 3 },
      { id: 4, previous: 3, type: 'MapRunStarted', mapRunArn },
    ]);
  });

  it('has a generated label without one, and no bounds by default', () => {
    const effect = effectOf(started({}, [1], { ExecutionType: 'EXPRESS' }));
    expect(effect.mapRunArn).toMatch(/mapRun:machine\/00000000-0000-4000-8000-000000000000:0000/);
    expect(effect).toMatchObject({
      executionType: 'EXPRESS',
      maxConcurrency: 0,
      toleratedFailureCount: undefined,
      toleratedFailurePercentage: undefined,
    });
  });

  test.each<[string, object, Json, Json[]]>([
    [
      'the members of an object',
      {},
      { a: 1, b: [2] },
      [
        { Key: 'a', Value: 1 },
        { Key: 'b', Value: [2] },
      ],
    ],
    ['items that a path leads to', { ItemsPath: '$.list' }, { list: ['x'] }, ['x']],
    [
      'what ItemSelector makes',
      { ItemSelector: { 'v.$': '$$.Map.Item.Value', 'in.$': '$.c' }, ItemsPath: '$.list' },
      { list: [1], c: 9 },
      [{ v: 1, in: 9 }],
    ],
    [
      'what ItemSelector makes of members',
      { ItemSelector: { 'k.$': '$$.Map.Item.Key' } },
      { a: 1 },
      [{ k: 'a' }],
    ],
    ['nothing', {}, [], []],
  ])('is over %s', (_name, fields, input, expected) => {
    expect(inputs(started(fields, input))).toEqual(expected);
  });

  test.each<[string, Json, string]>([
    ['$.list', { list: 1 }, 'Reference path "$.list" must point to array.'],
    ['$.no.list', {}, 'Unable to apply step "no" to input {}'],
  ])('fails at once for ItemsPath %s on %j', (ItemsPath, input, cause) => {
    const one = started({ ItemsPath }, input);
    expect(one.state.cause?.endsWith(cause)).toBe(true);
    expect(one.events.map(({ type }) => type)).not.toContain('MapStateStarted');
    expect(one.effects).toEqual([]);
  });
});

describe('ItemBatcher', () => {
  const batches = (ItemBatcher: object, input: Json = [1, 2, 3, 4, 5]) => started({ ItemBatcher }, input);

  it('closes a batch at so many items', () => {
    const one = batches({ MaxItemsPerBatch: 2 });
    expect(inputs(one)).toEqual([{ Items: [1, 2] }, { Items: [3, 4] }, { Items: [5] }]);
    expect(effectOf(one).itemCounts).toEqual([2, 2, 1]);
  });

  it('closes a batch at so many bytes, each item with one for its comma', () => {
    const four = ['aa', 'aa', 'aa', 'aa'];
    expect(effectOf(batches({ MaxInputBytesPerBatch: 10 }, four)).itemCounts).toEqual([2, 2]);
    expect(effectOf(batches({ MaxInputBytesPerBatch: 9 }, four)).itemCounts).toEqual([1, 1, 1, 1]);
  });

  it('closes it at whichever bound comes first, and never leaves one empty', () => {
    const items = ['a', 'b', 'c'.repeat(30), 'd'];
    expect(effectOf(batches({ MaxItemsPerBatch: 3, MaxInputBytesPerBatch: 12 }, items)).itemCounts).toEqual([
      2, 1, 1,
    ]);
    expect(effectOf(batches({ MaxItemsPerBatch: 2 }, [])).itemCounts).toEqual([]);
  });

  it('puts no more than 256 KiB of items into one', () => {
    const items = Array.from({ length: 3 }, () => 'x'.repeat(87_000));
    expect(effectOf(batches({ MaxItemsPerBatch: 10 }, items)).itemCounts).toEqual([3]);
    const more = Array.from({ length: 3 }, () => 'x'.repeat(88_000));
    expect(effectOf(batches({ MaxItemsPerBatch: 10 }, more)).itemCounts).toEqual([2, 1]);
    expect(effectOf(batches({ MaxInputBytesPerBatch: 262_144 }, more)).itemCounts).toEqual([2, 1]);
  });

  it('gives BatchInput to each', () => {
    expect(inputs(batches({ MaxItemsPerBatch: 4, BatchInput: { 'n.$': '$[0]' } }))).toEqual([
      { BatchInput: { n: 1 }, Items: [1, 2, 3, 4] },
      { BatchInput: { n: 1 }, Items: [5] },
    ]);
  });
});

describe('ItemReader', () => {
  it('names what is to be read, with its fields evaluated', () => {
    const one = started(
      {
        ItemReader: {
          ...READER,
          ReaderConfig: {
            InputType: 'CSV',
            CSVHeaderLocation: 'GIVEN',
            CSVHeaders: ['a', 'b'],
            CSVDelimiter: 'PIPE',
            MaxItemsPath: '$.most',
          },
          Parameters: { 'Bucket.$': '$.bucket', Key: 'k' },
        },
      },
      { bucket: 'here', most: 7 },
    );
    expect(effectOf(one)).toMatchObject({
      inputs: [],
      itemCounts: [],
      reader: {
        action: 'getObject',
        parameters: { Bucket: 'here', Key: 'k' },
        inputType: 'CSV',
        csv: { headerLocation: 'GIVEN', headers: ['a', 'b'], delimiter: 'PIPE' },
        itemsPointer: undefined,
        maxItems: 7,
      },
    });
    // Items that are still to be read are not counted, as recorded from AWS.
    expect(one.events[2]).toMatchObject({ type: 'MapStateStarted', length: 0 });
  });

  it('lists objects when its resource says so, all of them', () => {
    const ItemReader = { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } };
    expect(effectOf(started({ ItemReader })).reader).toMatchObject({ action: 'listObjectsV2', maxItems: 0 });
  });

  it('needs an object of parameters', () => {
    const ItemReader = { ...READER, Arguments: "{% ['b'] %}", Parameters: undefined };
    const { state } = started({ ...JSONATA, Items: [1], ItemReader });
    expect(state.cause).toContain('The parameters of an S3 request must be an object but were: ["b"]');
  });

  test.each<[Json, number | undefined]>([
    [5, 5],
    ['12', 12],
    ['-1', -1],
    ['1x', undefined],
    [1.5, undefined],
    [true, undefined],
  ])('takes MaxItems %j as %s', (n, expected) => {
    const ItemReader = { ...READER, ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.n' } };
    const { effects, state } = started({ ItemReader }, { n });
    const [effect] = effects;
    expect(effect?.type === 'StartMapRun' ? effect.reader?.maxItems : undefined).toBe(expected);
    if (expected === undefined) {
      const shown = typeof n === 'string' ? n : JSON.stringify(n);
      expect(state.cause).toContain(
        `The MaxItemsPath field refers to value "${shown}" which is not a valid integer: $.n`,
      );
    }
  });
});

describe('ResultWriter', () => {
  const WRITER = {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { 'Bucket.$': '$.b', Prefix: 'p' },
  };

  test.each([
    [{ WriterConfig: { Transformation: 'FLATTEN', OutputType: 'JSONL' } }, 'FLATTEN', 'JSONL'],
    [{ WriterConfig: { Transformation: 'COMPACT', OutputType: 'JSON' } }, 'COMPACT', 'JSON'],
    [{}, 'NONE', 'JSON'],
  ])('with %j', (more, transformation, outputType) => {
    const one = started(
      { ItemsPath: '$.list', ResultWriter: { ...WRITER, ...more } },
      { b: 'out', list: [1] },
    );
    expect(effectOf(one).results).toEqual({
      transformation,
      destination: { parameters: { Bucket: 'out', Prefix: 'p' }, outputType },
    });
  });

  it('without a resource only shapes the result', () => {
    const ResultWriter = { WriterConfig: { Transformation: 'FLATTEN' } };
    expect(effectOf(started({ ResultWriter })).results).toEqual({
      transformation: 'FLATTEN',
      destination: undefined,
    });
  });
});

describe('numbers of a Map Run', () => {
  const query = 'States.QueryEvaluationError';
  test.each<[object, Json, string]>([
    [{ ToleratedFailureCountPath: '$.n' }, 0, 'RUNNING'],
    [{ ToleratedFailureCountPath: '$.n' }, -1, 'States.Runtime ToleratedFailureCount cannot be negative.'],
    [
      { ToleratedFailureCountPath: '$.n' },
      0.5,
      'States.Runtime The ToleratedFailureCountPath field refers to value "0.5" which is not a valid integer: $.n',
    ],
    [
      { ToleratedFailureCountPath: '$.n' },
      'x',
      'States.Runtime The ToleratedFailureCountPath field refers to value "x" which is not a valid integer: $.n',
    ],
    [{ ToleratedFailurePercentagePath: '$.n' }, 0, 'RUNNING'],
    [{ ToleratedFailurePercentagePath: '$.n' }, 100, 'RUNNING'],
    [{ ToleratedFailurePercentagePath: '$.n' }, 12.5, 'RUNNING'],
    [
      { ToleratedFailurePercentagePath: '$.n' },
      -0.1,
      'States.Runtime ToleratedFailurePercentage must be between 0 and 100.',
    ],
    [
      { ToleratedFailurePercentagePath: '$.n' },
      100.5,
      'States.Runtime ToleratedFailurePercentage must be between 0 and 100.',
    ],
    [
      { ToleratedFailurePercentagePath: '$.n' },
      [1],
      'States.Runtime The ToleratedFailurePercentagePath field refers to value "[1]" which is not a valid float: $.n',
    ],
    [
      { ...JSONATA, ToleratedFailureCount: '{% -1 %}' },
      0,
      `${query} ToleratedFailureCount cannot be negative.`,
    ],
    [
      { ...JSONATA, ToleratedFailureCount: '{% 0.5 %}' },
      0,
      `${query} The ToleratedFailureCount field must be a valid integer but was: 0.5`,
    ],
    [
      { ...JSONATA, ToleratedFailurePercentage: '{% 101 %}' },
      0,
      `${query} ToleratedFailurePercentage must be between 0 and 100.`,
    ],
    [
      { ...JSONATA, ToleratedFailurePercentage: "{% 'x' %}" },
      0,
      `${query} The JSONata expression ''x'' specified for the field 'ToleratedFailurePercentage' returned an unexpected result type. Expected 'number', but was 'string' for value: "x"`,
    ],
    [{ ItemBatcher: { MaxItemsPerBatchPath: '$.n' } }, 1, 'RUNNING'],
    [
      { ItemBatcher: { MaxItemsPerBatchPath: '$.n' } },
      0,
      'States.Runtime The MaxItemsPerBatchPath field refers to value "0" which is not a valid integer: $.n',
    ],
    [
      { ItemBatcher: { MaxInputBytesPerBatchPath: '$.n' } },
      -5,
      'States.Runtime The MaxInputBytesPerBatchPath field refers to value "-5" which is not a valid integer: $.n',
    ],
  ])('%j with %j: %s', (fields, n, expected) => {
    const items = 'QueryLanguage' in fields ? { Items: [1] } : { ItemsPath: '$.list' };
    const { state } = started({ ...items, ...fields }, { list: [1], n });
    const cause = state.cause?.replace(/^An error occurred .*?\)\. /, '');
    expect(state.status === 'RUNNING' ? 'RUNNING' : `${state.error} ${cause}`).toBe(expected);
  });
});

describe('the end of a Map Run', () => {
  const outcome = { status: 'failed', error: 'E', cause: 'why' } as const;

  it('gives its result to the data flow of the state', () => {
    const fields = { ResultSelector: { 'r.$': '$' }, ResultPath: '$.out' };
    const { trace, output } = run(
      machine({ S: runs(LONE, { ItemsPath: '$.l', ...fields }) }),
      { l: [1] },
      {
        tasks: { S: { output: [2] } },
      },
    );
    expect(output).toEqual({ l: [1], out: { r: [2] } });
    expect(trace.slice(3)).toEqual([
      '4<3 MapRunStarted',
      '5<4 MapRunSucceeded',
      '6<5 MapStateSucceeded',
      '7<4 MapStateExited S',
      '8<7 ExecutionSucceeded',
    ]);
  });

  it('is a failure of the state, which can be caught', () => {
    const { end, trace } = run(machine({ S: runs(LONE, catches('E', 'C')), C: pass() }), [1], {
      tasks: { S: { error: 'E', cause: 'why' } },
    });
    expect(end).toBe('SUCCEEDED {"Error":"E","Cause":"why"}');
    expect(trace.slice(4, 7)).toEqual(['5<4 MapRunFailed E', '6<5 MapStateFailed', '7<6 MapStateExited S']);
  });

  it('is held to the payload quota, before the data flow and after', () => {
    const limits = { payloadBytes: 60 };
    const large = { limits, tasks: { S: { output: 'x'.repeat(70) } } };
    const discards = runs(LONE, { ResultPath: null });
    expect(run(only(discards), [1], large).error).toBe('States.DataLimitExceeded');
    const grows = runs(LONE, { ItemsPath: '$.l', ResultPath: '$.out' });
    const added = { limits, tasks: { S: { output: 'x'.repeat(40) } } };
    expect(run(only(grows), { l: ['y'.repeat(20)] }, added).error).toBe('States.DataLimitExceeded');
  });

  it('counts only for the Map Run that is open', () => {
    const one = started({});
    const { mapRunArn } = effectOf(one);
    const complete = { type: 'CompleteMapRun', frame: 0, mapRunArn, outcome } as const;
    expect(one.tell({ ...complete, mapRunArn: 'another' }).refused).toBe('unknown-task');
    expect(one.tell({ ...complete, frame: 5 }).refused).toBe('unknown-task');
    expect(one.tell(complete).refused).toBeUndefined();
    expect(one.tell(complete).refused).toBe('closed');
  });
});

describe('readInputs', () => {
  const items = (count: number): MapItem[] =>
    Array.from({ length: count }, (_, value) => ({ value, source: 'S3://b/k' }));

  /** Drives it to its end. @param between is called at each pause. */
  function read(
    one: Session,
    given: readonly MapItem[],
    arn = effectOf(one).mapRunArn,
    between?: () => void,
  ) {
    const steps = readInputs(one.decision(), effectOf(one).frame, arn, NOTHING_MADE, given, true);
    let pauses = 0;
    for (;;) {
      const step = steps.next();
      if (step.done === true) return { made: step.value, pauses };
      pauses++;
      between?.();
    }
  }

  it('makes the inputs of items that have been read, and gives way after every hundred', () => {
    const one = started({ ItemReader: READER });
    const { made, pauses } = read(one, items(2_500));
    if (made === undefined || 'status' in made) throw new Error('Expected inputs');
    expect([made.inputs.length, made.inputs[7]?.value, made.itemCounts.length, pauses]).toEqual([
      2500, 7, 2500, 25,
    ]);
  });

  it('gives way while it batches too', () => {
    const one = started({ ItemReader: READER, ItemBatcher: { MaxItemsPerBatch: 1_000 } });
    const { made, pauses } = read(one, items(2_500));
    expect(made).toMatchObject({ itemCounts: [1000, 1000, 500] });
    expect(pauses).toBe(50);
  });

  it('goes on behind an earlier slice: numbers of items, and a batch that was not full', () => {
    const ItemBatcher = { MaxItemsPerBatch: 3 };
    const ItemSelector = { 'i.$': '$$.Map.Item.Index' };
    const one = started({ ItemReader: READER, ItemBatcher, ItemSelector });
    const arn = effectOf(one).mapRunArn;
    const batches: Json[] = [];
    let making: Making = NOTHING_MADE;
    for (const [given, last] of [
      [4, false],
      [1, false],
      [3, false],
      [0, true],
    ] as const) {
      const steps = readInputs(one.decision(), 0, arn, making, items(given), last);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      const { value } = step;
      if (value === undefined || 'status' in value) throw new Error('Expected inputs');
      for (const input of value.inputs)
        batches.push((input.value as { Items: { i: Json }[] }).Items.map(({ i }) => i));
      making = value;
    }
    expect(batches).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ]);
    expect(making).toMatchObject({ items: 8, rest: [] });
  });

  it('selects with what is known of the item', () => {
    const ItemSelector = { 'i.$': '$$.Map.Item' };
    const { made } = read(started({ ItemReader: READER, ItemSelector }), items(1));
    if (made === undefined || 'status' in made) throw new Error('Expected inputs');
    expect(made.inputs[0]?.value).toEqual({ i: { Index: 0, Value: 0, Source: 'S3://b/k' } });
  });

  it('says with which error the selection failed', () => {
    const one = started({ ItemReader: READER, ItemSelector: { 'v.$': '$.missing' } });
    expect(read(one, items(1)).made).toMatchObject({
      status: 'failed',
      error: 'States.Runtime',
      cause: expect.stringMatching(/^An error occurred while executing the state 'S' .*'\$\.missing'/),
    });
  });

  it('ends without an answer when the Map Run is not open, or closes meanwhile', () => {
    const one = started({ ItemReader: READER });
    expect(read(one, items(1), 'another').made).toBeUndefined();
    const arn = effectOf(one).mapRunArn;
    const { made, pauses } = read(one, items(5_000), arn, () =>
      one.tell({ type: 'StopExecution', error: undefined, cause: undefined }),
    );
    expect([made, pauses]).toEqual([undefined, 1]);
    expect(read(one, items(1), arn).made).toBeUndefined();
  });

  it('ends without an answer when the branch it is in is cut off', () => {
    const branches = [machine({ M: runs(LONE, { ItemReader: READER }) }), machine({ F: task() })];
    const one = session(machine({ P: parallel(branches, catches('E', 'Z')), Z: task() }));
    one.start();
    const failing = [...one.state.tasks].find(([, frame]) => frame.open?.name === 'F')?.[0] ?? 0;
    const { made } = read(one, items(5_000), undefined, () =>
      one.tell({
        type: 'CompleteTask',
        scheduled: failing,
        outcome: { status: 'failed', error: 'E', cause: undefined },
      }),
    );
    expect([made, openFrame(one.state.frames.get(0)).open.name]).toEqual([undefined, 'Z']);
  });

  it('lets a bug be a bug', () => {
    const one = session(only(runs(LONE, { ItemReader: READER, ItemSelector: { 'u.$': 'States.UUID()' } })), {
      env: {
        uuid: (() => {
          let calls = 0;
          return () => {
            if (++calls > 2) throw new TypeError('broken');
            return 'u';
          };
        })(),
      },
    });
    one.start();
    expect(() => read(one, items(1))).toThrow(TypeError);
  });
});
