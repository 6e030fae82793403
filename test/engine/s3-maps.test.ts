// Distributed Maps that read their items from S3 or write results there, over a whole engine and an S3 in memory.

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { type Api, createApi } from '../../src/api/api.ts';
import type { OperationName, Outputs } from '../../src/api/model.ts';
import { S3Failure } from '../../src/aws/s3-objects.ts';
import { openLog } from '../../src/base/log.ts';
import { AWS_LIMITS } from '../../src/base/quotas.ts';
import { Runtime } from '../../src/engine/runtime.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { createMemoryS3, type MemoryS3 } from '../support/memory-s3.ts';

const ACCOUNT = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const ROLE = 'arn:aws:iam::123456789012:role/r';
const READ = 'arn:aws:states:::s3:getObject';
const WRITE = 'arn:aws:states:::s3:putObject';

let folder: string;
let s3: MemoryS3;
let store: Store;
let engine: Runtime;
let api: Api;

async function open(): Promise<void> {
  const log = openLog('silent');
  store = openSqliteStore({ folder });
  const shared = { account: ACCOUNT, limits: AWS_LIMITS, log };
  engine = new Runtime({ ...shared, store, adapters: { find: () => undefined }, s3, tokenSecret: 's' });
  await engine.recover();
  api = createApi({ ...shared, store, engine, now: Date.now, uuid: randomUUID });
}

async function close(): Promise<void> {
  await engine.close(0);
  await store.close();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'treadle-s3-'));
  s3 = createMemoryS3();
  s3.put('out', 'here before', '');
  await open();
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function call<Name extends OperationName>(operation: Name, input: object): Promise<Outputs[Name]> {
  return JSON.parse(JSON.stringify(await api.handle(operation, input))) as Outputs[Name];
}

/** Children pass their input on, after `wait` seconds; those with `fail` fail. */
const CHILD = {
  StartAt: 'Look',
  States: {
    Look: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.fail', IsPresent: true, Next: 'Bad' },
        { Variable: '$.Items[0].fail', IsPresent: true, Next: 'Bad' },
        { Variable: '$.wait', IsPresent: true, Next: 'Wait' },
      ],
      Default: 'Good',
    },
    Wait: { Type: 'Wait', SecondsPath: '$.wait', Next: 'Good' },
    Good: { Type: 'Pass', End: true },
    Bad: { Type: 'Fail', Error: 'Broken', Cause: 'It is.' },
  },
};

function mapState(more: object, type = 'STANDARD'): object {
  const ItemProcessor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...CHILD };
  return { Type: 'Map', Label: 'each', ItemProcessor, End: true, ...more };
}

const reading = (type: string, more: object = {}): object => ({
  Resource: READ,
  Parameters: { Bucket: 'b', Key: 'k' },
  ReaderConfig: { InputType: type, ...more },
});

/** @param config of the writer. */
const writing = (config?: object): object => ({
  ResultWriter: {
    Resource: WRITE,
    Parameters: { Bucket: 'out', Prefix: 'runs' },
    ...(config && { WriterConfig: config }),
  },
});

async function start(map: object, input: unknown = {}): Promise<string> {
  const definition = JSON.stringify({ StartAt: 'M', States: { M: map } });
  const { stateMachineArn } = await call('CreateStateMachine', { name: 'm', definition, roleArn: ROLE });
  const started = await call('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
  return started.executionArn;
}

interface Result {
  readonly status: string;
  readonly output: unknown;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly trace: readonly string[];
}

async function resultOf(executionArn: string): Promise<Result> {
  const ended = await engine.ended(executionArn);
  if (ended === undefined) throw new Error(`Expected ${executionArn} to end`);
  const { events } = await call('GetExecutionHistory', { executionArn });
  const trace = events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
  const { status, output, error, cause } = ended;
  return { status, output: output?.value, error, cause, trace };
}

async function run(map: object, input?: unknown): Promise<Result> {
  return resultOf(await start(map, input));
}

const children = () =>
  store.executions.list({
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m/each',
    status: undefined,
    after: undefined,
    limit: 10,
  });

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('Waited in vain');
}

describe('items from S3', () => {
  it('become the inputs of children, and the history counts none', async () => {
    s3.put('b', 'k', 'id,name\n1,a\n2,b\n');
    const map = mapState({ ItemReader: reading('CSV', { CSVHeaderLocation: 'FIRST_ROW' }) });
    const { output, trace } = await run(map);
    expect(output).toEqual([
      { id: '1', name: 'a' },
      { id: '2', name: 'b' },
    ]);
    expect(trace.slice(1)).toEqual([
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapRunStarted',
      '5<4 MapRunSucceeded',
      '6<5 MapStateSucceeded',
      '7<4 MapStateExited',
      '8<7 ExecutionSucceeded',
    ]);
  });

  it('may be none', async () => {
    s3.put('b', 'k', '[]');
    expect(await run(mapState({ ItemReader: reading('JSON') }))).toMatchObject({ output: [] });
  });

  it('are selected with index, key, value and source, and the state input', async () => {
    s3.put('b', 'k', '{"one":1,"two":2}');
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'key.$': '$$.Map.Item.Key',
      'value.$': '$$.Map.Item.Value',
      'source.$': '$$.Map.Item.Source',
      'all.$': '$.all',
    };
    const { output } = await run(mapState({ ItemReader: reading('JSON'), ItemSelector }), { all: true });
    expect(output).toEqual([
      { index: 0, key: 'one', value: 1, source: 'S3://b/k', all: true },
      { index: 1, key: 'two', value: 2, source: 'S3://b/k', all: true },
    ]);
  });

  it('of an object are key and value without a selector', async () => {
    s3.put('b', 'k', '{"one":1}');
    const { output } = await run(mapState({ ItemReader: reading('JSON') }));
    expect(output).toEqual([{ Key: 'one', Value: 1 }]);
  });

  it('are batched', async () => {
    s3.put('b', 'k', '[1,2,3]');
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { x: 1 } };
    const { output } = await run(mapState({ ItemReader: reading('JSON'), ItemBatcher }));
    expect(output).toEqual([
      { BatchInput: { x: 1 }, Items: [1, 2] },
      { BatchInput: { x: 1 }, Items: [3] },
    ]);
  });

  it('are named and selected by JSONata', async () => {
    s3.put('b', 'k', '{"deep":{"list":[{"n":1},{"n":2},{"n":3}]}}');
    const map = mapState({
      QueryLanguage: 'JSONata',
      ItemReader: {
        Resource: READ,
        Arguments: { Bucket: '{% $states.input.bucket %}', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', ItemsPointer: "{% '/deep/list' %}", MaxItems: '{% 1 + 1 %}' },
      },
      ItemSelector: { twice: '{% $states.context.Map.Item.Value.n * 2 %}' },
    });
    expect((await run(map, { bucket: 'b' })).output).toEqual([{ twice: 2 }, { twice: 4 }]);
  });

  it('are chosen by the reader alone: ItemsPath does not count', async () => {
    s3.put('b', 'k', '[[1]]');
    const map = (ItemsPath: string): object => mapState({ ItemReader: reading('JSON'), ItemsPath });
    expect((await run(map('$.none'))).output).toEqual([[1]]);
  });

  it.each(['STANDARD', 'EXPRESS'])('run as %s children', async (type) => {
    s3.put('b', 'k', '[1,2,3]');
    const map = mapState({ ItemReader: reading('JSON'), MaxConcurrency: 1 }, type);
    expect((await run(map)).output).toEqual([1, 2, 3]);
  });

  test.each<[string, object, string, string]>([
    ['are not there', reading('JSON'), '', 'The specified bucket does not exist'],
    ['are no list', reading('JSON'), '1', 'Attempting to map over non-iterable node.'],
    [
      'are to be fewer than none',
      reading('JSON', { MaxItemsPath: '$.most' }),
      '[]',
      'field MaxItems must be positive',
    ],
  ])('that %s fail the Map Run', async (_, ItemReader, body, cause) => {
    if (body !== '') s3.put('b', 'k', body);
    const result = await run(mapState({ ItemReader }), { most: -1 });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed', cause });
    expect(result.trace.slice(3)).toEqual([
      '4<3 MapRunStarted',
      '5<4 MapRunFailed',
      '6<5 MapStateFailed',
      '7<6 ExecutionFailed',
    ]);
  });

  it('that cannot be read are caught, and read again by Retry', async () => {
    const map = mapState({
      ItemReader: reading('JSON'),
      Retry: [{ ErrorEquals: ['States.ItemReaderFailed'], IntervalSeconds: 1, MaxAttempts: 1 }],
    });
    s3.before = () => {
      if (s3.requests.length > 1) s3.put('b', 'k', '[1]');
    };
    expect((await run(map)).output).toEqual([1]);
    expect(s3.requests).toHaveLength(2);
  });

  it('that the selector cannot take fail the Map Run', async () => {
    s3.put('b', 'k', '[{}]');
    const result = await run(
      mapState({ ItemReader: reading('JSON'), ItemSelector: { 'x.$': '$$.Map.Item.Value.none' } }),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.cause).toContain(
      "An error occurred while executing the state 'M' (entered at the event id #2).",
    );
    expect(result.trace.slice(3)).toEqual(['4<3 MapRunStarted', '5<4 MapRunFailed', '6<5 ExecutionFailed']);
  });

  it('may fail up to the tolerated percentage', async () => {
    s3.put('b', 'k', '[{},{"fail":1},{},{}]');
    const map = mapState({ ItemReader: reading('JSON'), ToleratedFailurePercentage: 25 });
    const failed = { Status: 'FAILED', Error: 'Broken', Input: '{"fail":1}' };
    expect((await run(map)).output).toMatchObject([{}, failed, {}, {}]);
  });

  it.each([
    [1, 'FAILED'],
    [2, 'SUCCEEDED'],
  ])('count all when their batch fails: with %i tolerated, the execution has %s', async (most, status) => {
    s3.put('b', 'k', '[{},{},{"fail":1},{}]');
    const ItemBatcher = { MaxItemsPerBatch: 2 };
    const map = mapState({ ItemReader: reading('JSON'), ItemBatcher, ToleratedFailureCount: most });
    expect((await run(map)).status).toBe(status);
  });

  it('may be larger than an input, when the selector takes little of them', async () => {
    s3.put('b', 'k', JSON.stringify([{ n: 1, text: 'x'.repeat(300_000) }]));
    const ItemSelector = { 'n.$': '$$.Map.Item.Value.n' };
    expect((await run(mapState({ ItemReader: reading('JSON'), ItemSelector }))).output).toEqual([{ n: 1 }]);
  });

  it('that are larger than an input fail the Map Run', async () => {
    s3.put('b', 'k', JSON.stringify([{ n: 1 }, { text: 'x'.repeat(300_000) }]));
    const result = await run(mapState({ ItemReader: reading('JSON'), ...writing() }));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(result.trace.slice(4)).toEqual(['5<4 MapRunFailed', '6<5 MapStateFailed', '7<6 ExecutionFailed']);
    expect(s3.keys('out').filter((key) => key.endsWith('PENDING_0.json'))).toHaveLength(1);
  });

  it('beyond the tolerated failures fail the Map Run', async () => {
    s3.put('b', 'k', '[{},{"fail":1},{},{}]');
    const map = mapState({ ItemReader: reading('JSON'), ToleratedFailurePercentage: 24 });
    expect((await run(map)).error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('are not waited for once the execution is stopped', async () => {
    let aborted = false;
    s3.before = () => new Promise<void>(() => undefined);
    s3.put('b', 'k', '[1]');
    const get = s3.getObject.bind(s3);
    s3.getObject = (parameters, bytes, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return get(parameters, bytes, signal);
    };
    const executionArn = await start(mapState({ ItemReader: reading('JSON') }));
    await until(() => s3.requests.length === 1);
    await call('StopExecution', { executionArn });
    expect((await resultOf(executionArn)).status).toBe('ABORTED');
    expect(aborted).toBe(true);
  });
});

describe('a restart', () => {
  it('while the items are read reads them again', async () => {
    s3.put('b', 'k', '[1,2]');
    s3.before = () => new Promise<void>(() => undefined);
    const executionArn = await start(mapState({ ItemReader: reading('JSON') }));
    await until(() => s3.requests.length === 1);
    await close();
    s3.before = () => undefined;
    await open();
    expect((await resultOf(executionArn)).output).toEqual([1, 2]);
    expect(s3.requests).toEqual(['getObject b/k', 'getObject b/k']);
  });

  it('in the middle finds the children again, and the results are whole', async () => {
    const items = [{ n: 0 }, { n: 1, wait: 1 }, { n: 2, wait: 1 }, { n: 3 }];
    s3.put('b', 'k', JSON.stringify(items));
    const map = mapState({ ItemReader: reading('JSON'), MaxConcurrency: 2, ...writing() });
    const executionArn = await start(map);
    await until(async () => (await children()).length === 3);
    const before = (await children()).map(({ arn }) => arn);
    await close();
    await open();
    const { output } = await resultOf(executionArn);
    const after = (await children()).map(({ arn }) => arn);
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
    const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
    const records = s3.json('out', Key.replace('manifest', 'SUCCEEDED_0')) as { Output: string }[];
    expect(records.map(({ Output }) => JSON.parse(Output) as unknown)).toEqual(items);
  });

  it('while the results are written writes them again', async () => {
    s3.before = () => new Promise<void>(() => undefined);
    const executionArn = await start(mapState(writing()), [1]);
    await until(() => s3.requests.length === 1);
    await close();
    s3.before = () => undefined;
    await open();
    expect((await resultOf(executionArn)).status).toBe('SUCCEEDED');
    expect(s3.keys('out')).toHaveLength(3);
  });
});

describe('results in S3', () => {
  const FOLDER = /^runs\/([0-9a-f-]{36})\//;

  /** The files of the one Map Run, by their names. */
  function files(): Record<string, unknown> {
    const keys = s3.keys('out').filter((key) => FOLDER.test(key));
    return Object.fromEntries(keys.map((key) => [key.replace(FOLDER, ''), s3.text('out', key)]));
  }
  const parsed = (name: string): unknown => JSON.parse(files()[name] as string) as unknown;

  it('are records of the children, named by a manifest that is the result of the state', async () => {
    const { output } = await run(mapState(writing()), [{ n: 1 }]);
    const { MapRunArn, ResultWriterDetails } = output as {
      MapRunArn: string;
      ResultWriterDetails: { Bucket: string; Key: string };
    };
    const id = MapRunArn.split(':').at(-1)!;
    expect(MapRunArn).toMatch(/^arn:aws:states:us-east-1:123456789012:mapRun:m\/each:[0-9a-f-]{36}$/);
    expect(ResultWriterDetails).toEqual({ Bucket: 'out', Key: `runs/${id}/manifest.json` });
    const Key = `runs/${id}/SUCCEEDED_0.json`;
    expect(s3.json('out', ResultWriterDetails.Key)).toEqual({
      DestinationBucket: 'out',
      MapRunArn,
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key, Size: s3.text('out', Key).length }] },
    });
    const [record] = s3.json('out', Key) as Record<string, unknown>[];
    expect(Object.keys(record!)).toEqual([...Object.keys(record!)].sort());
    expect(record).toEqual({
      ExecutionArn: `arn:aws:states:us-east-1:123456789012:execution:m/each:${record!['Name'] as string}`,
      Input: '{"n":1}',
      InputDetails: { Included: true },
      Name: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Output: '{"n":1}',
      OutputDetails: { Included: true },
      RedriveCount: 0,
      RedriveStatus: 'NOT_REDRIVABLE',
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      StartDate: expect.stringMatching(/^\d{4}-.*Z$/),
      StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:m/each',
      Status: 'SUCCEEDED',
      StopDate: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test.each<[string, string, unknown]>([
    ['COMPACT', 'JSON', '[[1,2],[3],{}]'],
    ['FLATTEN', 'JSON', '[1,2,3,{}]'],
    ['COMPACT', 'JSONL', '[1,2]\n[3]\n{}'],
    ['FLATTEN', 'JSONL', '1\n2\n3\n{}'],
  ])('are outputs when they are %s, in %s', async (Transformation, OutputType, expected) => {
    await run(mapState(writing({ Transformation, OutputType })), [[1, 2], [3], {}]);
    expect(files()[`SUCCEEDED_0.${OutputType.toLowerCase()}`]).toEqual(expected);
  });

  it('tell of failed children by records, whatever the form', async () => {
    const map = { ...writing({ Transformation: 'FLATTEN', OutputType: 'JSON' }), ToleratedFailureCount: 1 };
    const { status } = await run(mapState(map), [[1], { fail: 1 }]);
    expect(status).toBe('SUCCEEDED');
    expect(parsed('SUCCEEDED_0.json')).toEqual([1]);
    expect(parsed('FAILED_0.json')).toMatchObject([
      {
        Cause: 'It is.',
        Error: 'Broken',
        Input: '{"fail":1}',
        RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
        Status: 'FAILED',
      },
    ]);
  });

  it('are written when the Map Run fails: stopped children as failed, others as pending', async () => {
    const map = mapState({ ...writing(), MaxConcurrency: 3 });
    const result = await run(map, [{}, { n: 2, wait: 60 }, { fail: 1 }, { wait: 60 }, { wait: 60 }]);
    expect(result.error).toBe('States.ExceedToleratedFailureThreshold');
    expect(Object.keys(files())).toEqual([
      'FAILED_0.json',
      'PENDING_0.json',
      'SUCCEEDED_0.json',
      'manifest.json',
    ]);
    const failed = parsed('FAILED_0.json') as { Status: string; Input: string }[];
    expect(failed).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Status: 'ABORTED', Input: '{"n":2,"wait":60}' }),
        expect.objectContaining({ Status: 'FAILED', Input: '{"fail":1}' }),
      ]),
    );
    expect(parsed('PENDING_0.json')).toContainEqual({
      Input: '{"wait":60}',
      InputDetails: { Included: true },
      Name: expect.any(String),
      Status: 'PENDING',
    });
  });

  it('are written as well when the execution is stopped', async () => {
    const executionArn = await start(mapState(writing()), [{}, { wait: 60 }]);
    await until(async () => (await children()).length === 2);
    await call('StopExecution', { executionArn });
    await until(() => 'manifest.json' in files());
    expect(parsed('FAILED_0.json')).toMatchObject([{ Status: 'ABORTED' }]);
  });

  it('that cannot be written fail the Map Run', async () => {
    s3.before = () => {
      throw new S3Failure('Access Denied');
    };
    const result = await run(mapState(writing()), [1]);
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.ResultWriterFailed',
      cause: 'Access Denied',
    });
    expect(result.trace.slice(4)).toEqual(['5<4 MapRunFailed', '6<5 MapStateFailed', '7<6 ExecutionFailed']);
  });

  it('have the name of the Map Run alone without a Prefix', async () => {
    const ResultWriter = { Resource: WRITE, Parameters: { Bucket: 'out' } };
    const { output } = await run(mapState({ ResultWriter }), [1]);
    expect((output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails.Key).toMatch(
      /^[0-9a-f-]{36}\/manifest\.json$/,
    );
  });
});

describe('results in the state', () => {
  const formatted = (Transformation: string): object =>
    mapState({ ResultWriter: { WriterConfig: { OutputType: 'JSON', Transformation } } });

  it('are outputs when they are COMPACT', async () => {
    expect((await run(formatted('COMPACT'), [[1], 2])).output).toEqual([[1], 2]);
  });

  it('are joined when they are FLATTEN', async () => {
    expect((await run(formatted('FLATTEN'), [[1, [2]], 3])).output).toEqual([1, [2], 3]);
  });

  it('are records when they are NONE', async () => {
    expect((await run(formatted('NONE'), [{ n: 1 }])).output).toMatchObject([
      { Input: '{"n":1}', Output: '{"n":1}', Status: 'SUCCEEDED' },
    ]);
    expect(s3.requests).toEqual([]);
  });
});
