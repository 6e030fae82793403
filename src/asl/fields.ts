// Which field stands where: field × kind of object × query language, as a table. The rules read it; nothing else decides
// whether a field is allowed, what its value looks like, or whether it holds an expression.

import { MAX_SECONDS } from '../base/quotas.ts';
import type { Part, StateType } from './ast.ts';
import type { QueryLanguage } from './program.ts';

export type Shape =
  | { readonly is: 'any' }
  | { readonly is: 'string' }
  | { readonly is: 'boolean' }
  | { readonly is: 'integer'; readonly min?: number; readonly max?: number }
  | { readonly is: 'number'; readonly min?: number; readonly max?: number }
  | { readonly is: 'choice'; readonly values: readonly string[] }
  | { readonly is: 'strings'; readonly filled?: true }
  | { readonly is: 'object'; readonly filled?: true }
  | { readonly is: 'objects'; readonly filled?: true }
  | { readonly is: 'timestamp' }
  /** JSONPath; `null` where `nullable`; `single`: selects one node. */
  | { readonly is: 'path'; readonly nullable?: true; readonly single?: true }
  /** Where a result is written, or null. */
  | { readonly is: 'resultPath' }
  /** A path or an intrinsic call that gives a string. */
  | { readonly is: 'textPath' }
  /** JSONPath: a payload template. JSONata: any JSON with expressions inside. */
  | { readonly is: 'payload'; readonly object?: true };

export interface FieldRule {
  readonly shape: Shape;
  /** Absent: both languages. */
  readonly language?: QueryLanguage;
  /** In JSONata a `{% … %}` string may stand for the value. */
  readonly expression?: true;
}

export interface Table {
  readonly fields: Readonly<Record<string, FieldRule>>;
  /** In the order in which AWS lists missing ones. */
  readonly required: readonly string[];
  /** Of each group at most one field; exactly one when `required`. */
  readonly groups: readonly Group[];
}

export interface Group {
  readonly names: readonly string[];
  readonly required?: true;
}

const ANY: FieldRule = { shape: { is: 'any' } };
const TEXT: FieldRule = { shape: { is: 'string' } };
const EXPRESSION_TEXT: FieldRule = { shape: { is: 'string' }, expression: true };
const PATH: FieldRule = { shape: { is: 'path' }, language: 'JSONPath' };
const NULLABLE_PATH: FieldRule = { shape: { is: 'path', nullable: true }, language: 'JSONPath' };
const SINGLE_PATH: FieldRule = { shape: { is: 'path', single: true }, language: 'JSONPath' };
const TEXT_PATH: FieldRule = { shape: { is: 'textPath' }, language: 'JSONPath' };
const RESULT_PATH: FieldRule = { shape: { is: 'resultPath' }, language: 'JSONPath' };
const PAYLOAD: FieldRule = { shape: { is: 'payload' } };
const TEMPLATE: FieldRule = { shape: { is: 'payload' }, language: 'JSONPath' };
const JSONATA: FieldRule = { shape: { is: 'payload' }, language: 'JSONata' };
const ASSIGN: FieldRule = { shape: { is: 'payload', object: true } };
const OBJECT: FieldRule = { shape: { is: 'object' } };
const OBJECTS: FieldRule = { shape: { is: 'objects' } };
const FILLED_OBJECTS: FieldRule = { shape: { is: 'objects', filled: true } };
const QUERY_LANGUAGE: FieldRule = { shape: { is: 'choice', values: ['JSONPath', 'JSONata'] } };

function integer(min: number, max?: number): FieldRule {
  return { shape: { is: 'integer', min, ...(max === undefined ? {} : { max }) } };
}

/** An integer that JSONata may compute, with a Path form in JSONPath. */
function withExpression(name: string, rule: FieldRule): Record<string, FieldRule> {
  return { [name]: { ...rule, expression: true }, [`${name}Path`]: SINGLE_PATH };
}

function choice(...values: string[]): FieldRule {
  return { shape: { is: 'choice', values } };
}

function table(
  fields: Record<string, FieldRule>,
  required: readonly string[] = [],
  groups: readonly Group[] = [],
): Table {
  return { fields, required, groups };
}

function either(name: string): Group {
  return { names: [name, `${name}Path`] };
}

const WORKFLOW = { StartAt: TEXT, States: { shape: { is: 'object', filled: true } }, Comment: TEXT } as const;
const WORKFLOW_REQUIRED = ['States', 'StartAt'];

const STATE = {
  Type: { shape: { is: 'any' } },
  Comment: TEXT,
  QueryLanguage: QUERY_LANGUAGE,
} as const satisfies Record<string, FieldRule>;
const FLOW = { Next: TEXT, End: { shape: { is: 'boolean' } } } as const;
const FILTERS = { InputPath: NULLABLE_PATH, OutputPath: NULLABLE_PATH, Output: JSONATA };
const WORK = { Parameters: TEMPLATE, ResultPath: RESULT_PATH };
const GUARDS = { ResultSelector: TEMPLATE, Retry: OBJECTS, Catch: OBJECTS };

/** Next and End are checked by the rule on transitions: `End: false` is as good as no End. */
const STATES: Readonly<Record<StateType, Table>> = {
  Task: table(
    {
      ...STATE,
      ...FLOW,
      ...FILTERS,
      ...WORK,
      ...GUARDS,
      Assign: ASSIGN,
      Arguments: JSONATA,
      Resource: TEXT,
      Credentials: OBJECT,
      ...withExpression('TimeoutSeconds', integer(1, MAX_SECONDS)),
      ...withExpression('HeartbeatSeconds', integer(1, MAX_SECONDS)),
    },
    ['Resource'],
    [either('TimeoutSeconds'), either('HeartbeatSeconds')],
  ),
  Parallel: table(
    {
      ...STATE,
      ...FLOW,
      ...FILTERS,
      ...WORK,
      ...GUARDS,
      Assign: ASSIGN,
      Arguments: JSONATA,
      Branches: FILLED_OBJECTS,
    },
    ['Branches'],
  ),
  Map: table(
    {
      ...STATE,
      ...FLOW,
      ...FILTERS,
      ...WORK,
      ...GUARDS,
      Assign: ASSIGN,
      ItemProcessor: OBJECT,
      Iterator: OBJECT,
      ItemsPath: PATH,
      Items: JSONATA,
      ItemSelector: PAYLOAD,
      ...withExpression('MaxConcurrency', integer(0)),
      ...withExpression('ToleratedFailureCount', integer(0)),
      ...withExpression('ToleratedFailurePercentage', { shape: { is: 'number', min: 0, max: 100 } }),
      ItemReader: OBJECT,
      ItemBatcher: OBJECT,
      ResultWriter: OBJECT,
      Label: TEXT,
    },
    [],
    [
      { names: ['ItemProcessor', 'Iterator'], required: true },
      { names: ['ItemSelector', 'Parameters'] },
      either('MaxConcurrency'),
      either('ToleratedFailureCount'),
      either('ToleratedFailurePercentage'),
    ],
  ),
  Pass: table({
    ...STATE,
    ...FLOW,
    ...FILTERS,
    ...WORK,
    Assign: ASSIGN,
    Result: { ...ANY, language: 'JSONPath' },
  }),
  Wait: table(
    {
      ...STATE,
      ...FLOW,
      ...FILTERS,
      Assign: ASSIGN,
      ...withExpression('Seconds', integer(0, MAX_SECONDS)),
      ...withExpression('Timestamp', { shape: { is: 'timestamp' } }),
    },
    [],
    [{ names: ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'], required: true }],
  ),
  Choice: table({ ...STATE, ...FILTERS, Assign: ASSIGN, Choices: FILLED_OBJECTS, Default: TEXT }, [
    'Choices',
  ]),
  Succeed: table({ ...STATE, ...FILTERS }),
  Fail: table(
    { ...STATE, Error: EXPRESSION_TEXT, Cause: EXPRESSION_TEXT, ErrorPath: TEXT_PATH, CausePath: TEXT_PATH },
    [],
    [either('Error'), either('Cause')],
  ),
};

const PARTS: Readonly<Record<Exclude<Part['kind'], 'State' | 'ChoiceRule' | 'NestedRule'>, Table>> = {
  Machine: table(
    {
      ...WORKFLOW,
      Version: choice('1.0'),
      TimeoutSeconds: integer(1, MAX_SECONDS),
      QueryLanguage: QUERY_LANGUAGE,
    },
    WORKFLOW_REQUIRED,
  ),
  Branch: table(WORKFLOW, WORKFLOW_REQUIRED),
  Processor: table({ ...WORKFLOW, ProcessorConfig: OBJECT }, WORKFLOW_REQUIRED),
  ProcessorConfig: table({
    Mode: choice('INLINE', 'DISTRIBUTED'),
    ExecutionType: choice('STANDARD', 'EXPRESS'),
  }),
  Retrier: table(
    {
      ErrorEquals: { shape: { is: 'strings', filled: true } },
      IntervalSeconds: integer(1, MAX_SECONDS),
      MaxAttempts: integer(0, MAX_SECONDS),
      BackoffRate: { shape: { is: 'number', min: 1 } },
      MaxDelaySeconds: integer(1, 31_622_400),
      JitterStrategy: choice('NONE', 'FULL'),
      Comment: TEXT,
    },
    ['ErrorEquals'],
  ),
  Catcher: table(
    {
      ErrorEquals: { shape: { is: 'strings', filled: true } },
      Next: TEXT,
      ResultPath: RESULT_PATH,
      Output: JSONATA,
      Assign: ASSIGN,
      Comment: TEXT,
    },
    ['ErrorEquals', 'Next'],
  ),
  Credentials: table({ RoleArn: EXPRESSION_TEXT, 'RoleArn.$': { ...ANY, language: 'JSONPath' } }),
  ItemReader: table(
    {
      Resource: TEXT,
      Parameters: TEMPLATE,
      Arguments: JSONATA,
      ReaderConfig: OBJECT,
    },
    ['Resource'],
  ),
  ReaderConfig: table(
    {
      InputType: choice('CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'),
      Transformation: choice('NONE', 'LOAD_AND_FLATTEN'),
      ManifestType: choice('S3_INVENTORY', 'ATHENA_DATA'),
      CSVHeaderLocation: choice('FIRST_ROW', 'GIVEN'),
      CSVHeaders: { shape: { is: 'strings' } },
      CSVDelimiter: choice('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'),
      ItemsPointer: EXPRESSION_TEXT,
      // A path may lead to more, as recorded from AWS: it means as much.
      ...withExpression('MaxItems', integer(0, 100_000_000)),
    },
    [],
    [either('MaxItems')],
  ),
  ItemBatcher: table(
    {
      ...withExpression('MaxItemsPerBatch', integer(1)),
      ...withExpression('MaxInputBytesPerBatch', integer(1, 262_144)),
      BatchInput: PAYLOAD,
    },
    [],
    [either('MaxItemsPerBatch'), either('MaxInputBytesPerBatch')],
  ),
  ResultWriter: table({
    Resource: TEXT,
    Parameters: TEMPLATE,
    Arguments: JSONATA,
    WriterConfig: OBJECT,
  }),
  WriterConfig: table(
    {
      OutputType: choice('JSON', 'JSONL'),
      Transformation: choice('NONE', 'COMPACT', 'FLATTEN'),
    },
    ['OutputType', 'Transformation'],
  ),
};

const JSONATA_RULE: Record<string, FieldRule> = {
  Condition: { shape: { is: 'boolean' }, language: 'JSONata', expression: true },
  Comment: TEXT,
};
const JSONPATH_RULE: Record<string, FieldRule> = {
  Variable: PATH,
  And: { ...FILLED_OBJECTS, language: 'JSONPath' },
  Or: { ...FILLED_OBJECTS, language: 'JSONPath' },
  Not: { ...OBJECT, language: 'JSONPath' },
};

/** A rule of a Choice state without its comparison operators, which query/choice-operators.ts lists. */
const CHOICE_RULE = table(
  { ...JSONATA_RULE, ...JSONPATH_RULE, Next: TEXT, Assign: ASSIGN, Output: JSONATA },
  ['Next'],
);
const NESTED_RULE = table({ ...JSONPATH_RULE, Comment: TEXT });

const UNTYPED = table({});

/** @param type of the state when the part is one; undefined when its Type is unknown: then nothing can be checked. */
export function tableOf(part: Part, type: StateType | undefined): Table {
  switch (part.kind) {
    case 'State':
      return type === undefined ? UNTYPED : STATES[type];
    case 'ChoiceRule':
      return CHOICE_RULE;
    case 'NestedRule':
      return NESTED_RULE;
    default:
      return PARTS[part.kind];
  }
}

/** The rule of one field; undefined when the table does not have it. */
export function fieldRule(table: Table, name: string): FieldRule | undefined {
  return Object.hasOwn(table.fields, name) ? table.fields[name] : undefined;
}
