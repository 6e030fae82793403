// What the expressions of a state see: the document, `$states`, variables, and the context object (`$$` in JSONPath,
// `$states.context` in JSONata). InputPath is applied here too, because the context of a Map's iteration holds its item,
// which is found again in the Map's input.

import type { PathOrEmpty, State } from '../asl/program.ts';
import { assert } from '../base/assert.ts';
import { isoTime } from '../base/iso-time.ts';
import { isJsonArray, type Json, type JsonObject } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { StateError } from '../base/state-error.ts';
import { PathMiss } from '../query/json-path/path.ts';
import type { Scope } from '../query/scope.ts';
import { type ContextObject, type Decision, inspected, stateOf } from './decision.ts';
import { type Frame, hasChildren, type OpenFrame, type ParentFrame } from './state.ts';

export interface ContextExtra {
  /** Task token of the attempt being prepared. */
  readonly token?: string;
  /** Map item whose input is being selected. */
  readonly item?: {
    readonly index: number;
    readonly value: Json;
    /** Member name, when the items are the members of an object. */
    readonly key?: string;
    /** Distributed Map: where the items come from. */
    readonly source?: string;
  };
}

/** @param document what `$` is; @param states what `$states` holds beside the context. */
export function scopeOf(
  decision: Decision,
  frame: OpenFrame,
  document: Json,
  states: Scope['states'],
  extra?: ContextExtra,
): Scope {
  const { env, meter } = decision;
  meter.begin();
  return {
    document,
    states,
    context: () => contextObject(decision, frame, extra),
    variable: (name) => lookUp(frame, name),
    now: env.now,
    random: env.random,
    uuid: env.uuid,
    meter,
  };
}

/** What fields see that are evaluated on the effective input: `$` is that, `$states.input` the raw input. */
export function inputScope(
  decision: Decision,
  frame: OpenFrame,
  input: Payload,
  extra?: ContextExtra,
): Scope {
  return scopeOf(decision, frame, input.value, { input: frame.open.input.value }, extra);
}

function lookUp(frame: Frame, name: string): Json | undefined {
  for (let f: Frame | undefined = frame; f !== undefined; f = f.parent) {
    const value = f.variables.get(name);
    if (value !== undefined) return value.value;
  }
  return undefined;
}

/** The state's input after InputPath. */
export function effectiveInput(decision: Decision, frame: OpenFrame, state: State): Payload {
  const raw = frame.open.input;
  if (state.language === 'JSONata') return raw;
  if (state.inputPath === undefined) return inspected(decision, frame, 'InputPath', raw);
  const input = Payload.ofValue(applyPath(state.inputPath, inputScope(decision, frame, raw)));
  return inspected(decision, frame, 'InputPath', input);
}

/** Applies InputPath or OutputPath. @throws StateError States.Runtime when it leads nowhere. */
export function applyPath(path: PathOrEmpty, scope: Scope): Json {
  if (path === 'empty') return {};
  try {
    return path.read(scope);
  } catch (miss) {
    if (!(miss instanceof PathMiss)) throw miss;
    throw new StateError('States.Runtime', `Invalid path '${path.source}' : ${miss.reason}`);
  }
}

/** Member order as AWS prints it. Source: AWS, "Accessing the context object"; order from recorded executions. */
function contextObject(decision: Decision, frame: OpenFrame, extra: ContextExtra | undefined): JsonObject {
  const { info } = decision.state;
  const { open } = frame;
  const execution: ContextObject['Execution'] = {
    Id: info.arn,
    Input: decision.state.input?.value ?? null,
    StartTime: isoTime(info.startedAt),
    Name: info.name,
    RoleArn: info.roleArn,
  };
  if (info.showRedriveCount) execution.RedriveCount = decision.state.redriveCount;
  const { redrivenAt } = decision.state;
  if (redrivenAt !== undefined) execution.RedriveTime = isoTime(redrivenAt);
  const state: JsonObject = { Name: open.name, EnteredTime: isoTime(open.enteredAt) };
  if (open.type === 'Task') state['RetryCount'] = open.retryCount;
  const context: ContextObject = {
    Execution: execution,
    StateMachine: { Id: info.stateMachineArn, Name: info.stateMachineName },
    State: state,
  };
  const token = extra?.token ?? open.task?.token;
  if (token !== undefined) context.Task = { Token: token };
  const item = extra?.item ?? enclosingItem(decision, frame);
  if (item !== undefined) {
    const entry: JsonObject = { Index: item.index, Value: item.value };
    if (item.key !== undefined) entry['Key'] = item.key;
    if (item.source !== undefined) entry['Source'] = item.source;
    context.Map = { Item: entry };
  }
  return decision.env.alone === undefined ? context : decision.env.alone.context(context);
}

/** The item of the nearest inline Map iteration that the frame runs in. */
function enclosingItem(decision: Decision, frame: Frame): ContextExtra['item'] {
  for (let f: Frame | undefined = frame; f !== undefined; f = f.parent) {
    const map = f.parent;
    if (hasChildren(map) && map.open.type === 'Map') {
      return { index: f.index, value: itemsOf(decision, map)[f.index] ?? null };
    }
  }
  return undefined;
}

/**
 * The items of an open inline Map. Those that are not in the journal are the input itself or a path leads to them:
 * after a restart they are found again.
 */
export function itemsOf(decision: Decision, frame: ParentFrame): readonly Json[] {
  const { children } = frame.open;
  if (children.items === undefined) {
    const state = stateOf(decision, frame, 'Map');
    const input = effectiveInput(decision, frame, state);
    const items =
      state.items?.from === 'path' ? state.items.path.read(inputScope(decision, frame, input)) : input.value;
    assert(isJsonArray(items), `Expected the items of ${state.name} in its input`);
    children.items = items;
  }
  return children.items;
}
