// Distributed Maps that read their items from S3, over a whole engine and an S3 in memory.

import { describe, expect, it, test } from 'vitest';
import { until } from '../../support/until.ts';
import { mapState, READ, reading, useS3Installation, writing } from './s3-maps.ts';

const at = useS3Installation();

describe('items from S3', () => {
  it('become the inputs of children, and the history counts none', async () => {
    at.s3.put('b', 'k', 'id,name\n1,a\n2,b\n');
    const map = mapState({ ItemReader: reading('CSV', { CSVHeaderLocation: 'FIRST_ROW' }) });
    const { output, trace } = await at.run(map);
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
    at.s3.put('b', 'k', '[]');
    expect(await at.run(mapState({ ItemReader: reading('JSON') }))).toMatchObject({ output: [] });
  });

  it('are selected with index, key, value and source, and the state input', async () => {
    at.s3.put('b', 'k', '{"one":1,"two":2}');
    const ItemSelector = {
      'index.$': '$$.Map.Item.Index',
      'key.$': '$$.Map.Item.Key',
      'value.$': '$$.Map.Item.Value',
      'source.$': '$$.Map.Item.Source',
      'all.$': '$.all',
    };
    const { output } = await at.run(mapState({ ItemReader: reading('JSON'), ItemSelector }), { all: true });
    expect(output).toEqual([
      { index: 0, key: 'one', value: 1, source: 'S3://b/k', all: true },
      { index: 1, key: 'two', value: 2, source: 'S3://b/k', all: true },
    ]);
  });

  it('of an object are key and value without a selector', async () => {
    at.s3.put('b', 'k', '{"one":1}');
    const { output } = await at.run(mapState({ ItemReader: reading('JSON') }));
    expect(output).toEqual([{ Key: 'one', Value: 1 }]);
  });

  it('are batched', async () => {
    at.s3.put('b', 'k', '[1,2,3]');
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { x: 1 } };
    const { output } = await at.run(mapState({ ItemReader: reading('JSON'), ItemBatcher }));
    expect(output).toEqual([
      { BatchInput: { x: 1 }, Items: [1, 2] },
      { BatchInput: { x: 1 }, Items: [3] },
    ]);
  });

  it('are named and selected by JSONata', async () => {
    at.s3.put('b', 'k', '{"deep":{"list":[{"n":1},{"n":2},{"n":3}]}}');
    const map = mapState({
      QueryLanguage: 'JSONata',
      ItemReader: {
        Resource: READ,
        Arguments: { Bucket: '{% $states.input.bucket %}', Key: 'k' },
        ReaderConfig: { InputType: 'JSON', ItemsPointer: "{% '/deep/list' %}", MaxItems: '{% 1 + 1 %}' },
      },
      ItemSelector: { twice: '{% $states.context.Map.Item.Value.n * 2 %}' },
    });
    expect((await at.run(map, { bucket: 'b' })).output).toEqual([{ twice: 2 }, { twice: 4 }]);
  });

  it('are chosen by the reader alone: ItemsPath does not count', async () => {
    at.s3.put('b', 'k', '[[1]]');
    const map = (ItemsPath: string): object => mapState({ ItemReader: reading('JSON'), ItemsPath });
    expect((await at.run(map('$.none'))).output).toEqual([[1]]);
  });

  it.each(['STANDARD', 'EXPRESS'])('run as %s children', async (type) => {
    at.s3.put('b', 'k', '[1,2,3]');
    const map = mapState({ ItemReader: reading('JSON'), MaxConcurrency: 1 }, type);
    expect((await at.run(map)).output).toEqual([1, 2, 3]);
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
    if (body !== '') at.s3.put('b', 'k', body);
    const result = await at.run(mapState({ ItemReader }), { most: -1 });
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
    at.s3.before = () => {
      if (at.s3.requests.length > 1) at.s3.put('b', 'k', '[1]');
    };
    expect((await at.run(map)).output).toEqual([1]);
    expect(at.s3.requests).toHaveLength(2);
  });

  it('that the selector cannot take fail the Map Run', async () => {
    at.s3.put('b', 'k', '[{}]');
    const result = await at.run(
      mapState({ ItemReader: reading('JSON'), ItemSelector: { 'x.$': '$$.Map.Item.Value.none' } }),
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(result.cause).toContain(
      "An error occurred while executing the state 'M' (entered at the event id #2).",
    );
    expect(result.trace.slice(3)).toEqual(['4<3 MapRunStarted', '5<4 MapRunFailed', '6<5 ExecutionFailed']);
  });

  it('may fail up to the tolerated percentage', async () => {
    at.s3.put('b', 'k', '[{},{"fail":1},{},{}]');
    const map = mapState({ ItemReader: reading('JSON'), ToleratedFailurePercentage: 25 });
    const failed = { Status: 'FAILED', Error: 'Broken', Input: '{"fail":1}' };
    expect((await at.run(map)).output).toMatchObject([{}, failed, {}, {}]);
  });

  it.each([
    [1, 'FAILED'],
    [2, 'SUCCEEDED'],
  ])('count all when their batch fails: with %i tolerated, the execution has %s', async (most, status) => {
    at.s3.put('b', 'k', '[{},{},{"fail":1},{}]');
    const ItemBatcher = { MaxItemsPerBatch: 2 };
    const map = mapState({ ItemReader: reading('JSON'), ItemBatcher, ToleratedFailureCount: most });
    expect((await at.run(map)).status).toBe(status);
  });

  it('may be larger than an input, when the selector takes little of them', async () => {
    at.s3.put('b', 'k', JSON.stringify([{ n: 1, text: 'x'.repeat(300_000) }]));
    const ItemSelector = { 'n.$': '$$.Map.Item.Value.n' };
    expect((await at.run(mapState({ ItemReader: reading('JSON'), ItemSelector }))).output).toEqual([
      { n: 1 },
    ]);
  });

  it('that are larger than an input fail the Map Run', async () => {
    at.s3.put('b', 'k', JSON.stringify([{ n: 1 }, { text: 'x'.repeat(300_000) }]));
    const result = await at.run(mapState({ ItemReader: reading('JSON'), ...writing() }));
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(result.trace.slice(4)).toEqual(['5<4 MapRunFailed', '6<5 MapStateFailed', '7<6 ExecutionFailed']);
    expect(at.s3.keys('out').filter((key) => key.endsWith('PENDING_0.json'))).toHaveLength(1);
  });

  it('beyond the tolerated failures fail the Map Run', async () => {
    at.s3.put('b', 'k', '[{},{"fail":1},{},{}]');
    const map = mapState({ ItemReader: reading('JSON'), ToleratedFailurePercentage: 24 });
    expect((await at.run(map)).error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('are not waited for once the execution is stopped', async () => {
    let aborted = false;
    at.s3.before = () => new Promise<void>(() => undefined);
    at.s3.put('b', 'k', '[1]');
    const open = at.s3.openObject.bind(at.s3);
    at.s3.openObject = (parameters, part, signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return open(parameters, part, signal);
    };
    const executionArn = await at.start(mapState({ ItemReader: reading('JSON') }));
    await until('the request', () => at.s3.requests.length === 1);
    await at.call('StopExecution', { executionArn });
    expect((await at.resultOf(executionArn)).status).toBe('ABORTED');
    expect(aborted).toBe(true);
  });
});

describe('a restart', () => {
  it('while the items are read reads them again', async () => {
    at.s3.put('b', 'k', '[1,2]');
    at.s3.before = () => new Promise<void>(() => undefined);
    const executionArn = await at.start(mapState({ ItemReader: reading('JSON') }));
    await until('the request', () => at.s3.requests.length === 1);
    await at.close();
    at.s3.before = () => undefined;
    await at.open();
    expect((await at.resultOf(executionArn)).output).toEqual([1, 2]);
    expect(at.s3.requests).toEqual(['getObject b/k', 'getObject b/k']);
  });

  it('in the middle finds the children again, and the results are whole', async () => {
    const items = [{ n: 0 }, { n: 1, wait: 1 }, { n: 2, wait: 1 }, { n: 3 }];
    at.s3.put('b', 'k', JSON.stringify(items));
    const map = mapState({ ItemReader: reading('JSON'), MaxConcurrency: 2, ...writing() });
    const executionArn = await at.start(map);
    await until('3 children', async () => (await at.children()).length === 3);
    const before = (await at.children()).map(({ arn }) => arn);
    await at.close();
    await at.open();
    const { output } = await at.resultOf(executionArn);
    const after = (await at.children()).map(({ arn }) => arn);
    expect(after).toHaveLength(4);
    expect(after).toEqual(expect.arrayContaining(before));
    const { Key } = (output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails;
    const records = at.s3.json('out', Key.replace('manifest', 'SUCCEEDED_0')) as { Output: string }[];
    expect(records.map(({ Output }) => JSON.parse(Output) as unknown)).toEqual(items);
  });

  it('while the results are written writes them again', async () => {
    at.s3.before = () => new Promise<void>(() => undefined);
    const executionArn = await at.start(mapState(writing()), [1]);
    await until('the request', () => at.s3.requests.length === 1);
    await at.close();
    at.s3.before = () => undefined;
    await at.open();
    expect((await at.resultOf(executionArn)).status).toBe('SUCCEEDED');
    expect(at.s3.keys('out')).toHaveLength(3);
  });
});
