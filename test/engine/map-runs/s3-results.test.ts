// Distributed Maps that write their results to S3 or transform them, over a whole engine and an S3 in memory.

import { describe, expect, it, test } from 'vitest';
import { S3Failure } from '../../../src/aws/s3-objects.ts';
import { until } from '../../support/until.ts';
import { mapState, useS3Installation, WRITE, writing } from './s3-maps.ts';

const at = useS3Installation();

describe('results in S3', () => {
  const FOLDER = /^runs\/([0-9a-f-]{36})\//;

  /** The files of the one Map Run, by their names. */
  function files(): Record<string, unknown> {
    const keys = at.s3.keys('out').filter((key) => FOLDER.test(key));
    return Object.fromEntries(keys.map((key) => [key.replace(FOLDER, ''), at.s3.text('out', key)]));
  }
  const parsed = (name: string): unknown => JSON.parse(files()[name] as string) as unknown;

  it('are records of the children, named by a manifest that is the result of the state', async () => {
    const { output } = await at.run(mapState(writing()), [{ n: 1 }]);
    const { MapRunArn, ResultWriterDetails } = output as {
      MapRunArn: string;
      ResultWriterDetails: { Bucket: string; Key: string };
    };
    const id = MapRunArn.split(':').at(-1)!;
    expect(MapRunArn).toMatch(/^arn:aws:states:us-east-1:123456789012:mapRun:m\/each:[0-9a-f-]{36}$/);
    expect(ResultWriterDetails).toEqual({ Bucket: 'out', Key: `runs/${id}/manifest.json` });
    const Key = `runs/${id}/SUCCEEDED_0.json`;
    expect(at.s3.json('out', ResultWriterDetails.Key)).toEqual({
      DestinationBucket: 'out',
      MapRunArn,
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key, Size: at.s3.text('out', Key).length }] },
    });
    const [record] = at.s3.json('out', Key) as Record<string, unknown>[];
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
    await at.run(mapState(writing({ Transformation, OutputType })), [[1, 2], [3], {}]);
    expect(files()[`SUCCEEDED_0.${OutputType.toLowerCase()}`]).toEqual(expected);
  });

  it('tell of failed children by records, whatever the form', async () => {
    const map = { ...writing({ Transformation: 'FLATTEN', OutputType: 'JSON' }), ToleratedFailureCount: 1 };
    const { status } = await at.run(mapState(map), [[1], { fail: 1 }]);
    expect(status).toBe('SUCCEEDED');
    expect(parsed('SUCCEEDED_0.json')).toEqual([1]);
    expect(parsed('FAILED_0.json')).toMatchObject([
      {
        Cause: 'It is.',
        Error: 'Broken',
        Input: '{"fail":1}',
        OutputDetails: { Included: true },
        RedriveStatus: 'REDRIVABLE_BY_MAP_RUN',
        Status: 'FAILED',
      },
    ]);
  });

  // Recorded of FAILED records: OutputDetails without an Output.
  test.each([
    ['STANDARD', undefined],
    ['EXPRESS', undefined],
    ['STANDARD', { Transformation: 'NONE', OutputType: 'JSON' }],
    ['EXPRESS', { Transformation: 'COMPACT', OutputType: 'JSON' }],
    ['EXPRESS', { Transformation: 'FLATTEN', OutputType: 'JSON' }],
  ])('say of a failed %s child that its output is included, in the form %j', async (type, config) => {
    const map = mapState({ ...writing(config), ToleratedFailureCount: 1 }, type);
    expect((await at.run(map, [{ fail: 1 }])).status).toBe('SUCCEEDED');
    const [record] = parsed('FAILED_0.json') as Record<string, unknown>[];
    expect(record).toMatchObject({ Status: 'FAILED', OutputDetails: { Included: true } });
    expect(record).not.toHaveProperty('Output');
  });

  it('are written when the Map Run fails: stopped children as failed, others as pending', async () => {
    const map = mapState({ ...writing(), MaxConcurrency: 3 });
    const executionArn = await at.start(map, [
      {},
      { n: 2, wait: 60 },
      { fail: 1 },
      { wait: 60 },
      { wait: 60 },
    ]);
    const result = await at.resultOf(executionArn);
    const { mapRuns } = await at.call('ListMapRuns', { executionArn });
    const { executionCounts } = await at.call('DescribeMapRun', { mapRunArn: mapRuns[0]!.mapRunArn });
    const { succeeded, failed: others, aborted, resultsWritten } = executionCounts;
    expect(resultsWritten).toBe(succeeded + others + aborted);
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
    // Recorded: also of what has no output.
    expect(failed.every((record) => 'OutputDetails' in record && !('Output' in record))).toBe(true);
    expect(parsed('PENDING_0.json')).toContainEqual({
      Input: '{"wait":60}',
      InputDetails: { Included: true },
      Name: expect.any(String),
      Status: 'PENDING',
    });
  });

  it('are written as well when the execution is stopped', async () => {
    const executionArn = await at.start(mapState(writing()), [{}, { wait: 60 }]);
    await until('2 children', async () => (await at.children()).length === 2);
    await at.call('StopExecution', { executionArn });
    await until('the manifest', () => 'manifest.json' in files());
    expect(parsed('FAILED_0.json')).toMatchObject([{ Status: 'ABORTED' }]);
  });

  it('that cannot be written fail the Map Run', async () => {
    at.s3.before = () => {
      throw new S3Failure('Access Denied');
    };
    const result = await at.run(mapState(writing()), [1]);
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'States.ResultWriterFailed',
      cause: 'Access Denied',
    });
    expect(result.trace.slice(4)).toEqual(['5<4 MapRunFailed', '6<5 MapStateFailed', '7<6 ExecutionFailed']);
  });

  it('have the name of the Map Run alone without a Prefix', async () => {
    const ResultWriter = { Resource: WRITE, Parameters: { Bucket: 'out' } };
    const { output } = await at.run(mapState({ ResultWriter }), [1]);
    expect((output as { ResultWriterDetails: { Key: string } }).ResultWriterDetails.Key).toMatch(
      /^[0-9a-f-]{36}\/manifest\.json$/,
    );
  });
});

describe('results in the state', () => {
  const formatted = (Transformation: string): object =>
    mapState({ ResultWriter: { WriterConfig: { OutputType: 'JSON', Transformation } } });

  it('are outputs when they are COMPACT', async () => {
    expect((await at.run(formatted('COMPACT'), [[1], 2])).output).toEqual([[1], 2]);
  });

  it('are joined when they are FLATTEN', async () => {
    expect((await at.run(formatted('FLATTEN'), [[1, [2]], 3])).output).toEqual([1, [2], 3]);
  });

  it('are records when they are NONE', async () => {
    expect((await at.run(formatted('NONE'), [{ n: 1 }])).output).toMatchObject([
      { Input: '{"n":1}', Output: '{"n":1}', Status: 'SUCCEEDED' },
    ]);
    expect(at.s3.requests).toEqual([]);
  });
});
