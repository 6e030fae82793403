// Distributed Map: the items become the inputs of child executions, which a Map Run of the runtime starts and counts.
// Source: AWS, "Using Map state in Distributed mode". Reading items from S3 and writing results there is not there yet.

import type { DistributedMap, Field, MapState } from '../asl/program.ts';
import { mapRunArn, parseArn } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import { isJsonArray, isJsonObject, type Json, stringifyJson, toNumber } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import { unexpectedType } from '../query/jsonata/errors.ts';
import type { Scope } from '../query/scope.ts';
import type { TaskOutcome } from './command.ts';
import { departWithResult, effectiveInput } from './data-flow.ts';
import type { StartMapRun } from './effect.ts';
import { failState } from './fail.ts';
import { failureOf } from './failure.ts';
import { concurrency, mapItems, readField } from './fields.ts';
import { checkOutput, leave } from './leave.ts';
import type { Frame } from './state.ts';
import { type ContextExtra, emit, scopeOf, type Turn } from './turn.ts';

/** Most bytes of a batch, also without MaxInputBytesPerBatch. */
const BATCH_BYTES = 262_144;

export function enter(turn: Turn, frame: Frame, state: MapState, map: DistributedMap): void {
  if (map.itemReader !== undefined) {
    throw new StateError(
      'States.Runtime',
      'Treadle does not support the ItemReader of a distributed Map yet.',
    );
  }
  if (map.resultWriter?.resource !== undefined) {
    throw new StateError(
      'States.Runtime',
      'Treadle does not support writing the results of a distributed Map to S3 yet.',
    );
  }
  const { input, scope } = inputOf(turn, frame, state);
  concurrency(state.maxConcurrency, scope);
  const items = mapItems(state.items, scope, input, state.language === 'JSONata', true);
  emit(turn, { type: 'MapStateStarted', frame: frame.id, length: entriesOf(items).length });
  // What may fail, fails before there is a Map Run.
  settings(turn, frame, state, map);
  const arn = newMapRunArn(turn, map);
  const run = mapRun(turn, frame, state, map, arn);
  emit(turn, { type: 'MapRunStarted', frame: frame.id, mapRunArn: arn });
  turn.effects.push(run);
}

/** The effect of an open Map Run; again after a restart. */
export function mapRun(
  turn: Turn,
  frame: Frame,
  state: MapState,
  map: DistributedMap,
  arn: string,
): StartMapRun {
  const { input, scope } = inputOf(turn, frame, state);
  const items = mapItems(state.items, scope, input, state.language === 'JSONata', true);
  const limits = settings(turn, frame, state, map);
  return {
    type: 'StartMapRun',
    frame: frame.id,
    stateName: state.name,
    mapRunArn: arn,
    executionType: map.executionType,
    definition: map.definition,
    ...childInputs(turn, frame, state, map, input, items),
    maxConcurrency: concurrency(state.maxConcurrency, scope),
    ...limits,
    flatten: map.resultWriter?.transformation === 'FLATTEN',
  };
}

/** The Map Run has ended. */
export function complete(turn: Turn, frame: Frame, state: MapState, outcome: TaskOutcome): void {
  if (outcome.status === 'failed') {
    const { error, cause } = outcome;
    emit(turn, {
      type: 'MapRunFailed',
      frame: frame.id,
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    });
    return failState(turn, frame, failureOf(error, cause), frame.cursor, undefined);
  }
  const succeeded = emit(turn, { type: 'MapRunSucceeded', frame: frame.id });
  emit(turn, { type: 'MapStateSucceeded', frame: frame.id }, succeeded);
  checkOutput(turn, state.name, outcome.output);
  const departure = departWithResult(turn, frame, state, outcome.output);
  checkOutput(turn, state.name, departure.output);
  leave(turn, frame, departure, state.next);
}

function inputOf(turn: Turn, frame: Frame, state: MapState): { input: Json; scope: Scope } {
  const input = effectiveInput(turn, frame, state).value;
  return { input, scope: scopeOf(turn, frame, input, { input: frame.open!.input.value }) };
}

function newMapRunArn(turn: Turn, map: DistributedMap): string {
  const { info } = turn.state;
  const arn = parseArn(info.stateMachineArn);
  assert(arn, `Expected a state machine ARN, but got ${info.stateMachineArn}`);
  return mapRunArn(arn, info.stateMachineName, map.label ?? turn.env.uuid(), turn.env.uuid());
}

interface Entry {
  readonly value: Json;
  readonly key?: string;
}

function entriesOf(items: Json): readonly Entry[] {
  if (isJsonArray(items)) return items.map((value) => ({ value }));
  assert(isJsonObject(items), 'Expected items to be an array or an object');
  return Object.keys(items).map((key) => ({ key, value: items[key]! }));
}

function childInputs(
  turn: Turn,
  frame: Frame,
  state: MapState,
  map: DistributedMap,
  input: Json,
  items: Json,
): { inputs: readonly Payload[]; itemCounts: readonly number[] } {
  const raw = frame.open!.input.value;
  const selected = entriesOf(items).map((entry, index) => {
    if (state.itemSelector === undefined) {
      return entry.key === undefined ? entry.value : { Key: entry.key, Value: entry.value };
    }
    const extra: ContextExtra = { item: { index, source: 'STATE_DATA', ...entry } };
    return state.itemSelector(scopeOf(turn, frame, input, { input: raw }, extra));
  });
  const batcher = map.itemBatcher;
  if (batcher === undefined) {
    return { inputs: selected.map(Payload.ofValue), itemCounts: selected.map(() => 1) };
  }
  const scope = scopeOf(turn, frame, input, { input: raw });
  const most = batcher.maxItemsPerBatch && positive(batcher.maxItemsPerBatch, scope);
  const bytes = batcher.maxInputBytesPerBatch && positive(batcher.maxInputBytesPerBatch, scope);
  const batchInput = batcher.batchInput?.(scope);
  const batches = batch(selected, most ?? selected.length, Math.min(bytes ?? BATCH_BYTES, BATCH_BYTES));
  return {
    inputs: batches.map((Items) =>
      Payload.ofValue(batchInput === undefined ? { Items } : { BatchInput: batchInput, Items }),
    ),
    itemCounts: batches.map((Items) => Items.length),
  };
}

/** A batch closes at whichever bound is reached first. */
function batch(items: readonly Json[], most: number, bytes: number): Json[][] {
  const batches: Json[][] = [];
  let current: Json[] = [];
  let size = 0;
  for (const item of items) {
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

function settings(
  turn: Turn,
  frame: Frame,
  state: MapState,
  map: DistributedMap,
): { toleratedFailureCount: number | undefined; toleratedFailurePercentage: number | undefined } {
  const { scope } = inputOf(turn, frame, state);
  return {
    toleratedFailureCount: map.toleratedFailureCount && toleratedCount(map.toleratedFailureCount, scope),
    toleratedFailurePercentage:
      map.toleratedFailurePercentage && toleratedPercentage(map.toleratedFailurePercentage, scope),
  };
}

function toleratedCount(field: Field<number>, scope: Scope): number {
  const value = readField(field, scope);
  const number = toNumber(value);
  if (number === undefined || !Number.isInteger(number)) throw notANumber(field, value, 'integer');
  if (number < 0) throw outOfRange(field, 'ToleratedFailureCount cannot be negative.');
  return number;
}

function toleratedPercentage(field: Field<number>, scope: Scope): number {
  const value = readField(field, scope);
  const number = toNumber(value);
  if (number === undefined) throw notANumber(field, value, 'float');
  if (number < 0 || number > 100) {
    throw outOfRange(field, 'ToleratedFailurePercentage must be between 0 and 100.');
  }
  return number;
}

/** ItemBatcher's bounds; numeric strings count, as recorded from AWS. */
function positive(field: Field<number>, scope: Scope): number {
  const value = readField(field, scope);
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : toNumber(value);
  if (number === undefined || !Number.isInteger(number) || number <= 0)
    throw notANumber(field, value, 'integer');
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
