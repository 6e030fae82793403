// Distributed Map: the items become the inputs of child executions, which a Map Run of the engine starts and counts.
// Source: AWS, "Using Map state in Distributed mode". Items that an ItemReader names are read by the engine and
// come back to `readInputs` of map-inputs.ts, so that selecting and batching has one place.

import type { DistributedMap, Field, ItemReader, MapState } from '../asl/program.ts';
import { mapRunArn, parseArn, withoutLabel } from '../base/arn.ts';
import { assert } from '../base/assert.ts';
import { isJsonObject, type Json, type JsonObject, stringifyJson } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import type { Evaluate, Scope } from '../query/scope.ts';
import type { MapRunEnding } from './command.ts';
import { checkSize, tooLarge } from './data-flow.ts';
import { type Decision, emit, stateOf } from './decision.ts';
import type { MadeInputs, MapResults, ReadItems, StartMapRun } from './effect.ts';
import { failState } from './fail.ts';
import { errorFields, failureOf } from './failure.ts';
import { concurrency, mapItemsOrMembers, numberOrText, readField, stringField } from './fields.ts';
import { finishWithResult } from './finish.ts';
import { childInputs, inputOf, type MapItem, NOTHING_MADE } from './map-inputs.ts';
import { notANumber, outOfRange, wholeNumber } from './map-numbers.ts';
import type { Stage } from './stages.ts';
import { type OpenFrame, openFrame } from './state.ts';

/** Redrives of one Map Run. Source: AWS, "Redriving Map Runs", Redrive eligibility. */
const MOST_REDRIVES = 1_000;

export function enter(decision: Decision, frame: OpenFrame, state: MapState, map: DistributedMap): void {
  const { input, scope } = inputOf(decision, frame, state);
  const maxConcurrency = concurrency(state.maxConcurrency, scope);
  const inState = map.itemReader === undefined;
  const found = inState ? itemsOrMembers(state, scope, input) : [];
  const items = toItems(found);
  if (inState) decision.env.inspect?.(frame, itemsStage(state), Payload.ofValue(found));
  decision.env.inspect?.(frame, 'MaxConcurrency', Payload.ofValue(maxConcurrency));
  // Items that are still to be read are not counted, as recorded from AWS.
  emit(decision, { type: 'MapStateStarted', frame: frame.id, length: items.length });
  // What may fail, fails before there is a Map Run.
  const run = mapRun(decision, frame, state, map, newMapRunArn(decision, map), 0);
  const made = inState ? firstInputs(decision, frame, state, map, items) : NOTHING_MADE;
  const complete = inState && made.items === items.length;
  // A path leads to them again; an expression may give others.
  const kept = inState && !complete && state.items !== undefined && state.items.from !== 'path';
  emit(decision, {
    type: 'MapRunStarted',
    frame: frame.id,
    mapRunArn: run.mapRunArn,
    ...(kept && { items: Payload.ofValue(found) }),
  });
  decision.effects.push({ ...run, ...made, complete });
}

/** A redrive of the execution redrives its Map Run. @throws StateError States.Runtime */
export function redrive(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  map: DistributedMap,
  { arn, redrives }: NonNullable<OpenFrame['open']['lastMapRun']>,
): void {
  const redriveCount = redrives + 1;
  if (redriveCount > MOST_REDRIVES) {
    throw new StateError('States.Runtime', `The Map Run has been redriven ${MOST_REDRIVES} times already.`);
  }
  const run = mapRun(decision, frame, state, map, arn, redriveCount);
  emit(decision, { type: 'MapRunRedriven', frame: frame.id, mapRunArn: arn, redriveCount });
  decision.effects.push(run);
}

/** The effect of an open Map Run; again after a restart. What inputs were made is in the store then. */
export function mapRun(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  map: DistributedMap,
  arn: string,
  redriveCount: number,
): StartMapRun {
  const { scope } = inputOf(decision, frame, state);
  const limits = settings(scope, map);
  showLimits(decision, frame, limits);
  return {
    type: 'StartMapRun',
    frame: frame.id,
    stateName: state.name,
    mapRunArn: arn,
    redriveCount,
    executionType: map.executionType,
    definition: map.definition,
    ...NOTHING_MADE,
    complete: false,
    reader: map.itemReader && readerOf(map.itemReader, scope),
    maxConcurrency: concurrency(state.maxConcurrency, scope),
    ...limits,
    results: resultsOf(map, scope),
  };
}

/** As many as can be made before the decision has taken long enough. */
function firstInputs(
  decision: Decision,
  frame: OpenFrame,
  state: MapState,
  map: DistributedMap,
  items: readonly MapItem[],
): MadeInputs {
  const enough = (): boolean => decision.env.overtime?.() === true;
  const steps = childInputs(decision, frame, state, map, NOTHING_MADE, items, true, enough);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The items that a Map without an ItemReader has, for the inputs that could not be made at once.
 * @returns undefined when the Map Run is not open any more.
 */
export function itemsInState(
  decision: Decision,
  frameId: number,
  mapRunArn: string,
): readonly MapItem[] | undefined {
  const { frames } = decision.state;
  if (frames.get(frameId)?.open?.mapRunArn !== mapRunArn) return undefined;
  const frame = openFrame(frames.get(frameId));
  const state = stateOf(decision, frame, 'Map');
  const kept = frame.open.mapItems?.value;
  if (kept !== undefined) return toItems(kept as Json[] | JsonObject);
  const { input, scope } = inputOf(decision, frame, state);
  return toItems(itemsOrMembers(state, scope, input));
}

/** The Map Run has ended. */
export function complete(decision: Decision, frame: OpenFrame, state: MapState, outcome: MapRunEnding): void {
  if (outcome.status === 'failed') {
    emit(decision, { type: 'MapRunFailed', frame: frame.id, ...errorFields(outcome) });
    const failure = failureOf(outcome.error, outcome.cause);
    return failState(decision, frame, failure, frame.cursor, undefined);
  }
  const succeeded = emit(decision, { type: 'MapRunSucceeded', frame: frame.id });
  emit(decision, { type: 'MapStateSucceeded', frame: frame.id }, succeeded);
  if (outcome.status === 'too-large') throw tooLarge(state.name);
  checkSize(decision, state.name, outcome.output);
  finishWithResult(decision, frame, state, outcome.output);
}

function newMapRunArn(decision: Decision, map: DistributedMap): string {
  const { info } = decision.state;
  const arn = parseArn(info.stateMachineArn);
  assert(arn, `Expected a state machine ARN, but got ${info.stateMachineArn}`);
  return mapRunArn(
    arn,
    withoutLabel(info.stateMachineName),
    map.label ?? decision.env.uuid(),
    decision.env.uuid(),
  );
}

function itemsStage({ language }: MapState): Stage {
  return language === 'JSONata' ? 'Items' : 'ItemsPath';
}

function itemsOrMembers(state: MapState, scope: Scope, input: Payload): Json[] | JsonObject {
  return mapItemsOrMembers(state.items, scope, input.value, state.language === 'JSONata');
}

/** The elements of an array or the members of an object. */
function toItems(items: Json[] | JsonObject): readonly MapItem[] {
  const source = 'STATE_DATA';
  if (Array.isArray(items)) return items.map((value: Json) => ({ value, source }));
  return Object.entries(items).map(([key, value]) => ({ key, value, source }));
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

type Tolerance = Pick<StartMapRun, 'toleratedFailureCount' | 'toleratedFailurePercentage'>;

function showLimits({ env }: Decision, frame: OpenFrame, limits: Tolerance): void {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = limits;
  if (count !== undefined) env.inspect?.(frame, 'ToleratedFailureCount', Payload.ofValue(count));
  if (percentage !== undefined)
    env.inspect?.(frame, 'ToleratedFailurePercentage', Payload.ofValue(percentage));
}

function settings(scope: Scope, map: DistributedMap): Tolerance {
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
