// Distributed Maps over objects by seed: an inbox that empties itself, files of each format, folders of files, batches, tolerated
// failures, result files. What a child does is written in its items, so it is known how each run must end.

import { DENIED, OPEN } from './bucket.ts';
import type { Random } from './random.ts';
import type { Workflow } from './workflows.ts';

export interface MapRunPlan {
  readonly source: 'list' | 'CSV' | 'JSON' | 'JSONL' | 'flatten';
  /** Items at the beginning. */
  readonly items: number;
  /** Every so many of them fails; 0: none. */
  readonly badEvery: number;
  /** Its children remove the objects they were given. */
  readonly empties: boolean;
  /** When objects are changed from outside, in milliseconds after the beginning: one is added, or the file is another one. */
  readonly changesAt: readonly number[];
  readonly toleratedCount: number | undefined;
  readonly toleratedPercentage: number | undefined;
  readonly maxConcurrency: number;
  readonly writer: 'none' | 'open' | 'denied';
}

/** What a child is told of one item. */
export interface Item {
  readonly n: string;
  readonly v: string;
  readonly mode: string;
  readonly i: number;
}

const FILES = 3;

export function makeMapRunWorkflow(name: string, random: Random): Workflow {
  const source = random.pick(['list', 'list', 'CSV', 'JSON', 'JSONL', 'flatten'] as const);
  // More than one slice of what is read.
  const large = (source === 'CSV' || source === 'JSONL' || source === 'JSON') && random.chance(0.15);
  const empties = source === 'list' && random.chance(0.8);
  const plan: MapRunPlan = {
    source,
    items: large ? random.int(5_001, 12_000) : random.int(0, 20),
    badEvery: random.pick([0, 0, 3, 7]),
    empties,
    changesAt: random.chance(0.3) ? [random.int(0, 20_000), random.int(0, 60_000)] : [],
    toleratedCount: random.chance(0.4) ? random.int(0, 6) : undefined,
    toleratedPercentage: random.chance(0.3) ? random.int(0, 100) : undefined,
    maxConcurrency: random.int(0, 4),
    writer: random.pick(['none', 'open', 'open', 'denied']),
  };
  const most = plan.maxConcurrency;
  const type = random.pick(['STANDARD', 'EXPRESS']);
  const batch = large ? random.int(1_000, 4_000) : random.chance(0.3) ? random.int(2, 5) : undefined;
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Label: 'each',
        MaxConcurrency: plan.maxConcurrency,
        ItemReader: readerOf(source),
        ItemSelector: selectorOf(source),
        ...(batch !== undefined && { ItemBatcher: { MaxItemsPerBatch: batch } }),
        ...(plan.toleratedCount !== undefined && { ToleratedFailureCount: plan.toleratedCount }),
        ...(plan.toleratedPercentage !== undefined && {
          ToleratedFailurePercentage: plan.toleratedPercentage,
        }),
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
          StartAt: 'Process',
          States: {
            Process: {
              Type: 'Task',
              Resource: 'arn:aws:lambda:us-east-1:123456789012:function:simulated',
              Parameters: { 'items.$': '$', ms: random.pick([0, 10, 900, 5_000]), empties, most },
              End: true,
            },
          },
        },
        ...writerOf(plan.writer, random),
        End: true,
      },
    },
  };
  const text = JSON.stringify(definition);
  return { name, type: 'STANDARD', definition: text, random: true, timed: true, mapRun: plan };
}

function readerOf(source: MapRunPlan['source']): object {
  const prefix = { Bucket: OPEN, 'Prefix.$': "States.Format('{}/in/', $$.Execution.Name)" };
  if (source === 'list') return { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: prefix };
  if (source === 'flatten')
    return {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      ReaderConfig: { InputType: 'JSONL', Transformation: 'LOAD_AND_FLATTEN' },
      Parameters: prefix,
    };
  return {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: source, ...(source === 'CSV' && { CSVHeaderLocation: 'FIRST_ROW' }) },
    Parameters: { Bucket: OPEN, 'Key.$': "States.Format('{}/in/file', $$.Execution.Name)" },
  };
}

function selectorOf(source: MapRunPlan['source']): object {
  const index = { 'i.$': '$$.Map.Item.Index' };
  if (source === 'list') return { 'n.$': '$$.Map.Item.Value.Key', v: '', mode: 'key', ...index };
  return {
    'n.$': "States.Format('{}', $$.Map.Item.Value.n)",
    'v.$': '$$.Map.Item.Value.v',
    'mode.$': '$$.Map.Item.Value.mode',
    ...index,
  };
}

function writerOf(writer: MapRunPlan['writer'], random: Random): object {
  if (writer === 'none') return {};
  return {
    ResultWriter: {
      Resource: 'arn:aws:states:::s3:putObject',
      Parameters: {
        Bucket: writer === 'open' ? OPEN : DENIED,
        'Prefix.$': "States.Format('{}/out', $$.Execution.Name)",
      },
      ...(random.chance(0.5) && { WriterConfig: { OutputType: 'JSONL', Transformation: 'COMPACT' } }),
    },
  };
}

/** Objects that the execution of that name finds. */
export function* objectsOf(plan: MapRunPlan, execution: string): Generator<[key: string, body: string]> {
  const rows = Array.from({ length: plan.items }, (_, n) => rowOf(plan, n, 'first'));
  switch (plan.source) {
    case 'list':
      for (const { n, mode } of rows) yield [keyOf(execution, n, mode), 'x'];
      return;
    case 'flatten': {
      const size = Math.ceil(rows.length / FILES);
      for (let file = 0; file < FILES; file++)
        yield [`${execution}/in/${file}`, linesOf(rows.slice(file * size, (file + 1) * size))];
      return;
    }
    default:
      yield [`${execution}/in/file`, fileOf(plan, 'first')];
  }
}

/** @param change number of the change @returns an object that is new, or another one than before */
export function changeOf(plan: MapRunPlan, execution: string, change: number): [key: string, body: string] {
  if (plan.source === 'list') return [keyOf(execution, plan.items + change, 'good'), 'x'];
  if (plan.source === 'flatten') return [`${execution}/in/${FILES + change}`, ''];
  return [`${execution}/in/file`, fileOf(plan, `change ${change}`)];
}

interface Row {
  readonly n: number;
  readonly v: string;
  readonly mode: string;
}

function rowOf({ badEvery }: MapRunPlan, n: number, v: string): Row {
  return { n, v, mode: badEvery > 0 && n % badEvery === badEvery - 1 ? 'bad' : 'good' };
}

function keyOf(execution: string, n: number, mode: string): string {
  return `${execution}/in/${String(n).padStart(5, '0')}-${mode}`;
}

const linesOf = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

function fileOf(plan: MapRunPlan, v: string): string {
  const rows = Array.from({ length: plan.items }, (_, n) => rowOf(plan, n, v));
  if (plan.source === 'CSV') return `n,v,mode\n${rows.map(({ n, mode }) => `${n},${v},${mode}\n`).join('')}`;
  return plan.source === 'JSON' ? JSON.stringify(rows) : linesOf(rows);
}

export function isBad({ n, mode }: Item): boolean {
  return mode === 'key' ? n.endsWith('-bad') : mode === 'bad';
}
