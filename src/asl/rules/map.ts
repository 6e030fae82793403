// Map: what a distributed Map needs, what its reader, batcher and writer need, and labels.

import { isJsonataString } from '../../query/jsonata/value.ts';
import { allStates, type ItemReader, type MapState, type Part, type ResultWriter, textOf } from '../ast.ts';
import { type Context, type Rule, SCHEMA } from './rule.ts';

const READERS = ['arn:aws:states:::s3:getObject', 'arn:aws:states:::s3:listObjectsV2'];
const WRITER = 'arn:aws:states:::s3:putObject';
const MAX_LABEL = 40;
/** Whitespace, wildcards, brackets, control and special characters. */
const NOT_IN_LABEL = /[\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f-\u009f]/;

export const map: Rule = (context) => {
  const labels = new Set<string>();
  for (const state of allStates(context.definition)) {
    if (state.type !== 'Map') continue;
    checkProcessor(context, state);
    checkItems(context, state);
    if (state.itemReader !== undefined) checkReader(context, state.itemReader);
    if (state.itemBatcher !== undefined) checkBatcher(context, state.itemBatcher);
    if (state.resultWriter !== undefined) checkWriter(context, state.resultWriter, state.language);
    checkLabel(context, state, labels);
  }
};

function checkProcessor(context: Context, { processor, distributed }: MapState): void {
  const config = processor?.config;
  if (config === undefined || !distributed || config.fields.has('ExecutionType')) return;
  requireFields(context, config, ['ExecutionType']);
}

/** JSONata's Items: an array, an expression, and in a distributed Map an object too. */
function checkItems(context: Context, state: MapState): void {
  const items = state.fields.get('Items');
  if (items === undefined || state.language !== 'JSONata') return;
  const { value } = items;
  if (value.kind === 'array' || (value.kind === 'object' && state.distributed)) return;
  if (value.kind === 'string' && isJsonataString(value.value)) return;
  const types = state.distributed ? 'ARRAY, OBJECT' : 'ARRAY';
  context.error(SCHEMA, `Expected value of type [${types}]`, items.location, value);
}

/** Members of a reader's or writer's request that are text, unless they are computed. */
function checkRequest(context: Context, part: Part): void {
  for (const name of ['Parameters', 'Arguments']) {
    const field = part.fields.get(name);
    if (field?.value.kind !== 'object') continue;
    for (const member of field.value.members) {
      if (!['Bucket', 'Key', 'Prefix'].includes(member.name) || member.value.kind === 'string') continue;
      const location = `${field.location}/${member.name}`;
      context.error(SCHEMA, 'Expected value of type [STRING]', location, member.value);
    }
  }
}

function checkReader(context: Context, reader: ItemReader): void {
  checkRequest(context, reader);
  const resource = textOf(reader, 'Resource');
  if (resource !== undefined && !READERS.includes(stripPartition(resource))) {
    reportUnknownResource(context, reader, resource);
  }
  const { config } = reader;
  const listing = resource?.endsWith(':listObjectsV2') === true;
  const inputType = config && textOf(config, 'InputType');
  const manifest = config && textOf(config, 'ManifestType');
  const flattens = config !== undefined && textOf(config, 'Transformation') === 'LOAD_AND_FLATTEN';
  if (config === undefined) {
    if (!listing) requireFields(context, reader, ['ReaderConfig']);
    return;
  }
  const needsType = (!listing || flattens) && manifest !== 'S3_INVENTORY';
  if (needsType && !config.fields.has('InputType')) requireFields(context, config, ['InputType']);
  if (manifest === 'S3_INVENTORY' && inputType !== undefined && inputType !== 'MANIFEST') {
    refuseField(context, config, 'InputType', "with ManifestType 'S3_INVENTORY'");
  }
  checkCsv(context, config, inputType);
  if (inputType !== undefined && inputType !== 'JSON' && config.fields.has('ItemsPointer')) {
    refuseField(context, config, 'ItemsPointer', `with InputType '${inputType}'`);
  }
}

function checkCsv(context: Context, config: Part, inputType: string | undefined): void {
  const header = textOf(config, 'CSVHeaderLocation');
  if (inputType === 'CSV' && !config.fields.has('CSVHeaderLocation') && !config.fields.has('ManifestType')) {
    requireFields(context, config, ['CSVHeaderLocation']);
  }
  if (header === 'GIVEN' && !config.fields.has('CSVHeaders')) requireFields(context, config, ['CSVHeaders']);
  if (header === 'FIRST_ROW' && config.fields.has('CSVHeaders')) {
    refuseField(context, config, 'CSVHeaders', "with CSVHeaderLocation 'FIRST_ROW'");
  }
  if (inputType === undefined || inputType === 'CSV' || inputType === 'MANIFEST') return;
  for (const name of ['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter']) {
    if (config.fields.has(name)) refuseField(context, config, name, `with InputType '${inputType}'`);
  }
}

function checkBatcher(context: Context, batcher: Part): void {
  const limits = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'];
  if (limits.some((name) => batcher.fields.has(name) || batcher.fields.has(`${name}Path`))) return;
  const message = `One of these fields is required: [${limits.join(', ')}]`;
  context.error(SCHEMA, message, batcher.location, batcher.node);
}

function checkWriter(context: Context, writer: ResultWriter, language: string): void {
  if (writer.fields.size === 0) {
    context.error(SCHEMA, 'Value cannot be empty', writer.location, writer.node);
    return;
  }
  checkRequest(context, writer);
  const resource = textOf(writer, 'Resource');
  if (resource !== undefined && stripPartition(resource) !== WRITER)
    reportUnknownResource(context, writer, resource);
  const parameters = language === 'JSONata' ? 'Arguments' : 'Parameters';
  const pair = ['Resource', parameters];
  const missing = pair.filter((name) => !writer.fields.has(name));
  if (missing.length === 1) requireFields(context, writer, missing);
}

function stripPartition(arn: string): string {
  return arn.replace(/^arn:aws[a-z-]*:/, 'arn:aws:');
}

function checkLabel(context: Context, state: MapState, seen: Set<string>): void {
  const field = state.fields.get('Label');
  if (field?.value.kind !== 'string') return;
  const label = field.value.value;
  const length = [...label].length;
  if (length === 0 || length > MAX_LABEL || NOT_IN_LABEL.test(label)) {
    const message = `Expected a label of 1 to ${MAX_LABEL} characters without whitespace, wildcards, brackets, control and special characters, but got '${label}'`;
    context.error('INVALID_LABEL_NAME', message, field.location, field.value);
  } else if (seen.has(label)) {
    context.error('DUPLICATE_LABEL_NAME', `Duplicate Label name: ${label}`, field.location, field.value);
  }
  seen.add(label);
}

function requireFields(context: Context, part: Part, names: readonly string[]): void {
  context.error(SCHEMA, `These fields are required: [${names.join(', ')}]`, part.location, part.node);
}

function refuseField(context: Context, part: Part, name: string, why: string): void {
  const field = part.fields.get(name)!;
  context.error(SCHEMA, `Field '${name}' is not supported ${why}`, part.location, field);
}

function reportUnknownResource(context: Context, part: Part, arn: string): void {
  const field = part.fields.get('Resource')!;
  const message = `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
  context.error(SCHEMA, message, field.location, field.value);
}
