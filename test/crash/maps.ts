// Map Runs of the crash test, over local files: inboxes that empty themselves, and files in batches with result files. Both have
// children of both types.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadMachine } from './load.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:123456789012:function:';
const ROWS_OF_A_BATCH = 100;

function processor(type: string, name: string, parameters: object): object {
  return {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: `${FUNCTION}${name}`,
        Parameters: parameters,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 99, MaxDelaySeconds: 2 }],
        End: true,
      },
    },
  };
}

const inbox = (type: string): LoadMachine => ({
  name: `inbox-${type.toLowerCase()}`,
  definition: {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: 4,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          Parameters: { Bucket: 'file:inbox', 'Prefix.$': "States.Format('{}/', $.id)" },
        },
        ItemSelector: { 'key.$': '$$.Map.Item.Value.Key', 'index.$': '$$.Map.Item.Index' },
        ItemProcessor: processor(type, 'consume', { 'key.$': '$.key', 'index.$': '$.index' }),
        End: true,
      },
    },
  },
  items: (n) => n + 3,
  prepare(root, n, id) {
    const folder = join(root, 'inbox', id);
    mkdirSync(folder, { recursive: true });
    for (const name of namesOf(n)) writeFileSync(join(folder, name), id);
  },
  output: (n, id) => namesOf(n).map((name, index) => ({ key: `${id}/${name}`, index })),
  left(root, _, id) {
    const files = readdirSync(join(root, 'inbox', id));
    return files.length === 0 ? undefined : `left ${files.length} objects in its inbox: ${files.join(' ')}`;
  },
});

const namesOf = (n: number): string[] => Array.from({ length: n + 3 }, (_, i) => String(i).padStart(3, '0'));

const rowsOf = (n: number): number => n * 400;

const batches = (type: string): LoadMachine => ({
  name: `batches-${type.toLowerCase()}`,
  definition: {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        MaxConcurrency: 8,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
          Parameters: { Bucket: 'file:', 'Key.$': "States.Format('rows/{}.csv', $.id)" },
        },
        ItemBatcher: { MaxItemsPerBatch: ROWS_OF_A_BATCH },
        ItemProcessor: processor(type, 'rows', { 'items.$': '$.Items' }),
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: 'file:results', 'Prefix.$': '$.id' },
          WriterConfig: { OutputType: 'JSONL', Transformation: 'FLATTEN' },
        },
        ResultSelector: { 'bucket.$': '$.ResultWriterDetails.Bucket' },
        End: true,
      },
    },
  },
  items: rowsOf,
  prepare(root, n, id) {
    mkdirSync(join(root, 'rows'), { recursive: true });
    const rows = Array.from({ length: rowsOf(n) }, (_, i) => `${i},${id}\n`);
    writeFileSync(join(root, 'rows', `${id}.csv`), `row,id\n${rows.join('')}`);
  },
  output: () => ({ bucket: 'file:results' }),
  left(root, n, id) {
    const [run = ''] = readdirSync(join(root, 'results', id));
    const file = join(root, 'results', id, run, 'SUCCEEDED_0.jsonl');
    const written = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const wrong = Array.from({ length: rowsOf(n) }, (_, i) => String(i)).findIndex(
      (row, i) => written[i] !== row,
    );
    if (written.length === rowsOf(n) && wrong < 0) return undefined;
    return `wrote ${written.length} of ${rowsOf(n)} rows; number ${wrong} is ${written[wrong]}`;
  },
});

export const MAPS: readonly LoadMachine[] = ['STANDARD', 'EXPRESS'].flatMap((type) => [
  inbox(type),
  batches(type),
]);
