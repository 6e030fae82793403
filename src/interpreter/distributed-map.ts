// Distributed Map: the items become the inputs of child executions, which a Map Run of the engine starts and counts.
// Source: AWS, "Using Map state in Distributed mode". Items that an ItemReader names are read by the engine and
// come back to `readInputs`, so that selecting and batching has one place.

import type { DistributedMap, Field, ItemReader, MapState } from '../asl/program.ts';
import { mapRunArn, parseArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import { isJsonObject, type Json, type JsonObject, stringifyJson, toNumber } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import { unexpectedType } from '../query/jsonata/errors.ts';
import type { Evaluate, Scope } from '../query/scope.ts';
import type { TaskOutcome } from './command.ts';
import { checkSize } from './data-flow.ts';
import { type Decision, emit, stateOf } from './decision.ts';
import type { ChildInputs, MapResults, ReadItems, StartMapRun } from './effect.ts';
import { failState, failureFrom } from './fail.ts';
import { errorFields, failureOf } from './failure.ts';
import { concurrency, mapItemsOrMembers, numberOrText, readField, stringField } from './fields.ts';
import { finishWithResult } from './finish.ts';
import { effectiveInput, inputScope } from './scope.ts';
import { type OpenFrame, openFrame } from './state.ts';

/** Items that are looked at in one step. */
const STEP = 1_000;
/** Most bytes of a batch, also without MaxInputBytesPerBatch. */
const BATCH_BYTES = 262_144;

export function enter(decision: Decision, frame: OpenFrame, state: MapState, map: DistributedMap): void {
  const { input, scope } = inputOf(decision, frame, state);
  concurrency(state.maxConcurrency, scope);
  // Items that are still to be read are not counted, as recorded from AWS.
  const length = map.itemReader === undefined ? itemsInState(state, scope, input).length : 0;
  emit(decision, { type: 'MapStateStarted', frame: frame.id, length });
  // What may fail, fails before there is a Map Run.
  const run = mapRun(decision, frame, state, map, newMapRunArn(decision, map));
  emit(decision, { type: 'MapRunStarted', frame: frame.id, mapRunArn: run.mapRunArn });
  decision.effects.push(run);
}

/** The effect of an open Map Run; again after a restart. */
export function mapRun(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  map: DistributedMap,
  arn: string,
): StartMapRun {
  const { input, scope } = inputOf(decision, frame, state);
  const limits = settings(scope, map);
  const reader = map.itemReader && readerOf(map.itemReader, scope);
  const results = resultsOf(map, scope);
  const inputs =
    reader === undefined
      ? atOnce(childInputs(decision, frame, state, map, itemsInState(state, scope, input)))
      : { inputs: [], itemCounts: [] };
  return {
    type: 'StartMapRun',
    frame: frame.id,
    stateName: state.name,
    mapRunArn: arn,
    executionType: map.executionType,
    definition: map.definition,
    ...inputs,
    reader,
    maxConcurrency: concurrency(state.maxConcurrency, scope),
    ...limits,
    results,
  };
}

/** One item of a Map Run. */
export interface MapItem {
  readonly value: Json;
  /** Member name, when the items are the members of an object. */
  readonly key?: string;
  /** `STATE_DATA`, or where it was read: `S3://bucket/key`. */
  readonly source: string;
}

/**
 * The inputs of the child executions of an open Map Run whose items have been read. It yields after every step, so that
 * others can run in between: there may be a million items.
 * @returns undefined when the Map Run is not open any more; a failure when an expression fails on an item.
 */
export function* readInputs(
  decision: Decision,
  frameId: number,
  mapRunArn: string,
  items: readonly MapItem[],
): Generator<void, ChildInputs | Extract<TaskOutcome, { status: 'failed' }> | undefined> {
  const { frames } = decision.state;
  const isOpen = (): boolean => frames.get(frameId)?.open?.mapRunArn === mapRunArn;
  if (!isOpen()) return undefined;
  const frame = openFrame(frames.get(frameId));
  const state = stateOf(decision, frame, 'Map');
  assert(state.distributed, 'Expected a distributed Map');
  try {
    const steps = childInputs(decision, frame, state, state.distributed, items);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      yield;
      if (!isOpen()) return undefined;
    }
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const failure = failureFrom(frame, error);
    return { status: 'failed', error: failure.error, cause: failure.cause };
  }
}

/** The Map Run has ended. */
export function complete(decision: Decision, frame: OpenFrame, state: MapState, outcome: TaskOutcome): void {
  if (outcome.status === 'failed') {
    emit(decision, { type: 'MapRunFailed', frame: frame.id, ...errorFields(outcome) });
    const failure = failureOf(outcome.error, outcome.cause);
    return failState(decision, frame, failure, frame.cursor, undefined);
  }
  const succeeded = emit(decision, { type: 'MapRunSucceeded', frame: frame.id });
  emit(decision, { type: 'MapStateSucceeded', frame: frame.id }, succeeded);
  checkSize(decision, state.name, outcome.output);
  finishWithResult(decision, frame, state, outcome.output);
}

function inputOf(decision: Decision, frame: OpenFrame, state: MapState): { input: Payload; scope: Scope } {
  const input = effectiveInput(decision, frame, state);
  return { input, scope: inputScope(decision, frame, input) };
}

function newMapRunArn(decision: Decision, map: DistributedMap): string {
  const { info } = decision.state;
  const arn = parseArn(info.stateMachineArn);
  assert(arn, `Expected a state machine ARN, but got ${info.stateMachineArn}`);
  return mapRunArn(arn, info.stateMachineName, map.label ?? decision.env.uuid(), decision.env.uuid());
}

/** The items that the state has in its input, or makes. */
function itemsInState(state: MapState, scope: Scope, input: Payload): readonly MapItem[] {
  const items = mapItemsOrMembers(state.items, scope, input.value, state.language === 'JSONata');
  return toItems(items, 'STATE_DATA');
}

/** The elements of an array or the members of an object. */
function toItems(items: Json[] | JsonObject, source: string): readonly MapItem[] {
  if (Array.isArray(items)) return items.map((value: Json) => ({ value, source }));
  return Object.entries(items).map(([key, value]) => ({ key, value, source }));
}

function* childInputs(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  map: DistributedMap,
  items: readonly MapItem[],
): Generator<void, ChildInputs> {
  const { input, scope } = inputOf(decision, frame, state);
  const { itemSelector } = state;
  const select = (item: MapItem, index: number): Json => {
    if (itemSelector === undefined) {
      return item.key === undefined ? item.value : { Key: item.key, Value: item.value };
    }
    return itemSelector(inputScope(decision, frame, input, { item: { index, ...item } }));
  };
  const selected: Json[] = [];
  for (const item of items) {
    selected.push(select(item, selected.length));
    if (selected.length % STEP === 0) yield;
  }
  const batcher = map.itemBatcher;
  if (batcher === undefined) {
    return { inputs: selected.map(Payload.ofValue), itemCounts: selected.map(() => 1) };
  }
  const most = batcher.maxItemsPerBatch && positive(batcher.maxItemsPerBatch, scope);
  const bytes = batcher.maxInputBytesPerBatch && positive(batcher.maxInputBytesPerBatch, scope);
  const batchInput = batcher.batchInput?.(scope);
  const bound = Math.min(bytes ?? BATCH_BYTES, BATCH_BYTES);
  const batches = yield* batch(selected, most ?? selected.length, bound);
  return {
    inputs: batches.map((Items) =>
      Payload.ofValue(batchInput === undefined ? { Items } : { BatchInput: batchInput, Items }),
    ),
    itemCounts: batches.map((Items) => Items.length),
  };
}

/** A batch closes at whichever bound is reached first. */
function* batch(items: readonly Json[], most: number, bytes: number): Generator<void, Json[][]> {
  const batches: Json[][] = [];
  let current: Json[] = [];
  let size = 0;
  for (const [index, item] of items.entries()) {
    if (index % STEP === STEP - 1) yield;
    const itemBytes = Payload.ofValue(item).bytes + 1;
    if (current.length > 0 && (current.length >= most || size + itemBytes > bytes)) {
      batches.push(current);
      current = [];
      size = 0;
    }
    current.push(item);
    size += itemBytes;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}

function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** ItemReader. With one, ItemsPath and Items choose nothing: every item that is read counts, as recorded from AWS. */
function readerOf(reader: ItemReader, scope: Scope): ReadItems {
  const { config } = reader;
  return {
    action: reader.resource.endsWith(':listObjectsV2') ? 'listObjectsV2' : 'getObject',
    parameters: request(reader.parameters, scope),
    inputType: config.inputType,
    transformation: config.transformation,
    manifestType: config.manifestType,
    csv: {
      headerLocation: config.csvHeaderLocation,
      headers: config.csvHeaders,
      delimiter: config.csvDelimiter,
    },
    itemsPointer: config.itemsPointer && stringField(config.itemsPointer, scope),
    maxItems: config.maxItems === undefined ? 0 : wholeNumber(config.maxItems, scope),
  };
}

function resultsOf(map: DistributedMap, scope: Scope): MapResults {
  const writer = map.resultWriter;
  if (writer === undefined) return { transformation: 'COMPACT', destination: undefined };
  return {
    transformation: writer.transformation as MapResults['transformation'],
    destination:
      writer.resource === undefined
        ? undefined
        : {
            parameters: request(writer.parameters, scope),
            outputType: writer.outputType as 'JSON' | 'JSONL',
          },
  };
}

/** Parameters of a reader or writer. */
function request(parameters: Evaluate | undefined, scope: Scope): JsonObject {
  const made = parameters?.(scope) ?? {};
  if (isJsonObject(made)) return made;
  throw new StateError(
    'States.Runtime',
    `The parameters of an S3 request must be an object but were: ${stringifyJson(made)}`,
  );
}

function settings(
  scope: Scope,
  map: DistributedMap,
): { toleratedFailureCount: number | undefined; toleratedFailurePercentage: number | undefined } {
  return {
    toleratedFailureCount: map.toleratedFailureCount && toleratedCount(map.toleratedFailureCount, scope),
    toleratedFailurePercentage:
      map.toleratedFailurePercentage && toleratedPercentage(map.toleratedFailurePercentage, scope),
  };
}

function toleratedCount(field: Field<number>, scope: Scope): number {
  const number = wholeNumber(field, scope);
  if (number < 0) throw outOfRange(field, 'ToleratedFailureCount cannot be negative.');
  return number;
}

function toleratedPercentage(field: Field<number>, scope: Scope): number {
  const value = readField(field, scope);
  const number = numberOrText(field, value);
  if (number === undefined) throw notANumber(field, value, 'float');
  if (number < 0 || number > 100) {
    throw outOfRange(field, 'ToleratedFailurePercentage must be between 0 and 100.');
  }
  return number;
}

/** ItemBatcher's bounds. */
function positive(field: Field<number>, scope: Scope): number {
  const number = wholeNumber(field, scope);
  if (number <= 0) throw notANumber(field, readField(field, scope), 'integer');
  return number;
}

/** ToleratedFailureCount, MaxItems and the bounds of ItemBatcher. */
function wholeNumber(field: Field<number>, scope: Scope): number {
  const value = readField(field, scope);
  const number = numberOrText(field, value);
  if (number === undefined || !Number.isInteger(number)) throw notANumber(field, value, 'integer');
  return number;
}

function notANumber(field: Field<number>, value: Json, kind: 'integer' | 'float'): StateError {
  const shown = typeof value === 'string' ? value : stringifyJson(value);
  if (field.from === 'jsonata') {
    if (toNumber(value) === undefined) {
      return unexpectedType(field.expression.source, field.field, 'number', value);
    }
    return outOfRange(field, `The ${field.field} field must be a valid ${kind} but was: ${shown}`);
  }
  const name = field.from === 'literal' ? 'value' : field.field;
  const source = field.from === 'path' ? field.path.source : '';
  return new StateError(
    'States.Runtime',
    `The ${name} field refers to value "${shown}" which is not a valid ${kind}: ${source}`,
  );
}

/** A number that the field does not take: in JSONata its expression has failed. */
function outOfRange(field: Field<number>, cause: string): StateError {
  return field.from === 'jsonata'
    ? new StateError('States.QueryEvaluationError', cause, field.field)
    : new StateError('States.Runtime', cause);
}
