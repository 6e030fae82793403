// How data moves through a state: InputPath, Parameters, ResultSelector, ResultPath, OutputPath, Output, Assign.
// Source: ASL specification, "Input and output processing"; AWS, "Processing input and output".

import type {
  Catcher,
  MapState,
  ParallelState,
  PassState,
  PathOrEmpty,
  State,
  TaskState,
} from '../asl/program.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { isJsonObject } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { ALL_VARIABLES_BYTES, VARIABLE_BYTES } from '../base/quotas.ts';
import { StateError } from '../base/state-error.ts';
import { PathMiss } from '../query/json-path/path.ts';
import type { Evaluate, Scope } from '../query/scope.ts';
import { type ContextExtra, type Decision, scopeOf } from './decision.ts';
import { checkOutput } from './leave.ts';
import type { Frame } from './state.ts';

export interface Departure {
  readonly output: Payload;
  readonly assigned: Readonly<Record<string, Payload>> | undefined;
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

/** The state's input after InputPath. */
export function effectiveInput(decision: Decision, frame: Frame, state: State): Payload {
  const raw = frame.open!.input;
  if (state.inputPath === undefined) return raw;
  return Payload.ofValue(
    applyPath(state.inputPath, scopeOf(decision, frame, raw.value, { input: raw.value })),
  );
}

/**
 * Parameters or Arguments on the effective input; without them the input itself.
 * @throws StateError States.DataLimitExceeded when they are over the payload quota.
 */
export function workInput(
  decision: Decision,
  frame: Frame,
  state: PassState | TaskState | ParallelState | MapState,
  extra?: ContextExtra,
): Payload {
  const input = effectiveInput(decision, frame, state);
  if (state.parameters === undefined) return input;
  const scope = scopeOf(decision, frame, input.value, { input: frame.open!.input.value }, extra);
  const made = Payload.ofValue(state.parameters(scope));
  // What a Pass makes is its result, and measured when it leaves.
  if (state.type !== 'Pass') checkOutput(decision, state.name, made);
  return made;
}

/** After the work of a Pass, Task, Parallel or Map: what the state hands on and remembers. */
export function departWithResult(
  decision: Decision,
  frame: Frame,
  state: PassState | TaskState | ParallelState | MapState,
  result: Payload,
): Departure {
  if (state.language === 'JSONata') return departJsonata(decision, frame, state, result);
  const raw = frame.open!.input;
  // Most states carry their input or result on untouched: no expression, no value, no new text.
  let selected = result;
  if (state.resultSelector !== undefined) {
    selected = Payload.ofValue(
      state.resultSelector(scopeOf(decision, frame, result.value, { input: raw.value })),
    );
  }
  const assigned = assign(decision, frame, state.assign, result, { input: null });
  let combined = selected;
  if (state.resultPath === 'discard') combined = raw;
  else if (state.resultPath !== 'replace') {
    combined = Payload.ofValue(state.resultPath.write(raw.value, selected.value));
  }
  return { output: applyOutputPath(decision, frame, state, combined), assigned };
}

function departJsonata(
  decision: Decision,
  frame: Frame,
  state: PassState | TaskState | ParallelState | MapState,
  result: Payload,
): Departure {
  const hasResult = state.type !== 'Pass';
  if (state.output === undefined && state.assign === undefined)
    return { output: result, assigned: undefined };
  const input = frame.open!.input.value;
  const states = hasResult ? { input, result: result.value } : { input };
  return departWith(decision, frame, state.output, state.assign, result, Payload.ofValue(null), states);
}

/** Choice, Wait, Succeed: the effective input goes on, or Output makes something else of it. */
export function departWithInput(
  decision: Decision,
  frame: Frame,
  state: State,
  input: Payload,
  by: { readonly output: Evaluate | undefined; readonly assign: Evaluate | undefined } = state,
): Departure {
  if (state.language === 'JSONata') {
    const raw = frame.open!.input;
    if (by.output === undefined && by.assign === undefined) return { output: raw, assigned: undefined };
    return departWith(decision, frame, by.output, by.assign, raw, raw, { input: raw.value });
  }
  const assigned = assign(decision, frame, by.assign, input, { input: null });
  return { output: applyOutputPath(decision, frame, state, input), assigned };
}

/** A caught error: ResultPath or Output of the catcher, on the state's raw input. */
export function departWithError(
  decision: Decision,
  frame: Frame,
  state: State,
  catcher: Catcher,
  errorOutput: JsonObject,
): Departure {
  const raw = frame.open!.input;
  const output = Payload.ofValue(errorOutput);
  if (state.language === 'JSONata') {
    return departWith(decision, frame, catcher.output, catcher.assign, output, output, {
      input: raw.value,
      errorOutput,
    });
  }
  const assigned = assign(decision, frame, catcher.assign, output, { input: null });
  if (catcher.resultPath === 'discard') return { output: raw, assigned };
  if (catcher.resultPath === 'replace') return { output, assigned };
  return { output: Payload.ofValue(catcher.resultPath.write(raw.value, errorOutput)), assigned };
}

function departWith(
  decision: Decision,
  frame: Frame,
  output: Evaluate | undefined,
  assignment: Evaluate | undefined,
  otherwise: Payload,
  document: Payload,
  states: Scope['states'],
): Departure {
  const assigned = assign(decision, frame, assignment, document, states);
  if (output === undefined) return { output: otherwise, assigned };
  return { output: Payload.ofValue(output(scopeOf(decision, frame, document.value, states))), assigned };
}

function applyOutputPath(decision: Decision, frame: Frame, state: State, output: Payload): Payload {
  if (state.outputPath === undefined) return output;
  const raw = frame.open!.input;
  return Payload.ofValue(
    applyPath(state.outputPath, scopeOf(decision, frame, output.value, { input: raw.value })),
  );
}

/** @throws StateError States.DataLimitExceeded when variables grow too large. */
function assign(
  decision: Decision,
  frame: Frame,
  assignment: Evaluate | undefined,
  document: Payload,
  states: Scope['states'],
): Readonly<Record<string, Payload>> | undefined {
  if (assignment === undefined) return undefined;
  const values = assignment(scopeOf(decision, frame, document.value, states));
  if (!isJsonObject(values)) throw new StateError('States.Runtime', 'Expected Assign to give an object.');
  const assigned: Record<string, Payload> = Object.create(null);
  let bytes = 0;
  for (const name of Object.keys(values)) {
    const value = Payload.ofValue(values[name]!);
    bytes += value.bytes;
    assigned[name] = value;
  }
  if (bytes > VARIABLE_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The size of the variables assigned by the state '${frame.open!.name}' exceeds the limit of ${VARIABLE_BYTES} bytes.`,
    );
  }
  if (bytes > 0 && bytes + variableBytes(decision) > ALL_VARIABLES_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The total size of the variables of the execution exceeds the limit of ${ALL_VARIABLES_BYTES} bytes.`,
    );
  }
  return assigned;
}

/** Bytes of all variables of the execution. */
function variableBytes(decision: Decision): number {
  let bytes = 0;
  for (const frame of decision.state.frames.values()) {
    for (const value of frame.variables.values()) bytes += value.bytes;
  }
  return bytes;
}
