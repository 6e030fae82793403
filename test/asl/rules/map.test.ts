import { describe, expect, it } from 'vitest';
import { checkStates, DONE, map, task } from '../check.ts';

describe('Map', () => {
  const Bucket = { Bucket: 'b', Key: 'k' };
  const reader = (ReaderConfig: object, action = 'getObject') =>
    map({ ItemReader: { Resource: `arn:aws:states:::s3:${action}`, Parameters: Bucket, ReaderConfig } });

  it.each<[Record<string, object>]>([
    [
      reader({
        InputType: 'CSV',
        CSVHeaderLocation: 'GIVEN',
        CSVHeaders: ['a'],
        CSVDelimiter: 'TAB',
        MaxItems: 100_000_000,
      }),
    ],
    [reader({ InputType: 'JSON', ItemsPointer: '/a', MaxItemsPath: '$.n' })],
    [reader({ ManifestType: 'S3_INVENTORY' })],
    [reader({ InputType: 'PARQUET', ManifestType: 'ATHENA_DATA' })],
    [reader({ InputType: 'MANIFEST', ManifestType: 'S3_INVENTORY', CSVDelimiter: 'TAB' })],
    [reader({ MaxItems: 1 }, 'listObjectsV2')],
    [map({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } } })],
    [
      map(
        {
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            Parameters: Bucket,
            ReaderConfig: { InputType: 'JSON' },
          },
        },
        'INLINE',
      ),
    ],
    [map({ ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'a.$': '$.a' } }, Label: 'rows-1' })],
    [map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: Bucket } })],
    [map({ ResultWriter: { WriterConfig: { OutputType: 'JSON', Transformation: 'FLATTEN' } } })],
    [map({ MaxConcurrency: 99_999_999_999 }, 'INLINE')],
  ])('accepts %j', (states) => {
    expect(checkStates(states)).toEqual([]);
  });

  it.each<[Record<string, object>, string]>([
    [reader({}), 'These fields are required: [InputType] at /States/M/ItemReader/ReaderConfig'],
    // Source: AWS, "ItemReader (Map)", MaxItems.
    [
      reader({ InputType: 'JSON', MaxItems: 100_000_001 }),
      'Maximum value is 100000000 at /States/M/ItemReader/ReaderConfig/MaxItems',
    ],
    [
      reader({ InputType: 'CSV' }),
      'These fields are required: [CSVHeaderLocation] at /States/M/ItemReader/ReaderConfig',
    ],
    [
      reader({ InputType: 'CSV', CSVHeaderLocation: 'GIVEN' }),
      'These fields are required: [CSVHeaders] at /States/M/ItemReader/ReaderConfig',
    ],
    [
      reader({ Transformation: 'LOAD_AND_FLATTEN' }, 'listObjectsV2'),
      'These fields are required: [InputType] at /States/M/ItemReader/ReaderConfig',
    ],
    [
      reader({ InputType: 'JSON' }, 'headObject'),
      'The resource provided arn:aws:states:::s3:headObject is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/M/ItemReader/Resource',
    ],
    [
      map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 5 } } }),
      'Expected value of type [STRING] at /States/M/ResultWriter/Parameters/Bucket',
    ],
    [map({ ResultWriter: {} }), 'Value cannot be empty at /States/M/ResultWriter'],
    [
      map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }),
      'These fields are required: [Parameters] at /States/M/ResultWriter',
    ],
    [
      map({ ResultWriter: { WriterConfig: { OutputType: 'JSON' } } }),
      'These fields are required: [Transformation] at /States/M/ResultWriter/WriterConfig',
    ],
    [
      map({ MaxConcurrency: 1, MaxConcurrencyPath: '$.n' }),
      'Only one of these fields is allowed: [MaxConcurrency, MaxConcurrencyPath] at /States/M',
    ],
    [map({ MaxConcurrencyPath: '$.n[*]' }), 'Value is not a Reference Path at /States/M/MaxConcurrencyPath'],
    [map({ MaxConcurrency: -1 }), 'Minimum value is 0 at /States/M/MaxConcurrency'],
    [
      map({ Label: '' }),
      "INVALID_LABEL_NAME Expected a label of 1 to 40 characters without whitespace, wildcards, brackets, control and special characters, but got '' at /States/M/Label",
    ],
    [
      map({ QueryLanguage: 'JSONata', Items: 'x' }),
      'Expected value of type [ARRAY, OBJECT] at /States/M/Items',
    ],
    [
      map({ ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'Done', States: DONE } }),
      'These fields are required: [ExecutionType] at /States/M/ItemProcessor/ProcessorConfig',
    ],
  ])('refuses %j', (states, message) => {
    expect(checkStates(states)).toEqual([message]);
  });

  it('holds the children of a distributed Map to their own type', () => {
    const inner = task({ Resource: 'arn:aws:states:::ecs:runTask.sync' });
    expect(checkStates(map({}, 'DISTRIBUTED', inner))).toEqual([]);
    const M = {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'T',
        States: inner,
      },
      End: true,
    };
    expect(checkStates({ M })).toEqual([
      "Express state machine does not support '.sync' service integration at /States/M/ItemProcessor/States/T/Resource",
    ]);
  });
});
