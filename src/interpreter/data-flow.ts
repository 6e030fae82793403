// How data moves through a state: Parameters, ResultSelector, ResultPath, OutputPath; Arguments, Output; Assign. (InputPath
// is in scope.ts.) Source: ASL specification, "Input and output processing"; AWS, "Processing input and output".

import type { Catcher, MapState, ParallelState, PassState, State, TaskState } from '../asl/program.ts';
import { isJsonObject, type JsonObject } from '../base/json.ts';
import { Payload } from '../base/payload.ts';
import { ALL_VARIABLES_BYTES, VARIABLE_BYTES } from '../base/quotas.ts';
import { StateError } from '../base/state-error.ts';
import type { Evaluate, Scope } from '../query/scope.ts';
import { type Decision, inspected } from './decision.ts';
import { applyPath, type ContextExtra, effectiveInput, inputScope, scopeOf } from './scope.ts';
import type { OpenFrame } from './state.ts';

/** A state whose work has a result. */
export type WorkingState = PassState | TaskState | ParallelState | MapState;

/** What a state hands on and remembers. */
export interface Departure {
  readonly output: Payload;
  readonly assigned: Readonly<Record<string, Payload>> | undefined;
}

/** @throws StateError States.DataLimitExceeded when what a state hands on, or gives its work, is over the payload quota. */
export function checkSize(decision: Decision, name: string, data: Payload): void {
  if (data.exceeds(decision.env.limits.payloadBytes)) throw tooLarge(name);
}

/** @param source name of the state, service, or ARN that gave too much. */
export function tooLarge(source: string): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/**
 * Parameters or Arguments on the effective input; without them the input itself.
 * @throws StateError States.DataLimitExceeded when they are over the payload quota.
 */
export function workInput(
  decision: Decision,
  frame: OpenFrame,
  state: WorkingState,
  extra?: ContextExtra,
  input: Payload = effectiveInput(decision, frame, state),
): Payload {
  const stage = state.language === 'JSONata' ? 'Arguments' : 'Parameters';
  if (state.parameters === undefined) return inspected(decision, frame, stage, input);
  const made = Payload.ofValue(state.parameters(inputScope(decision, frame, input, extra)));
  inspected(decision, frame, stage, made);
  // What a Pass makes is its result, and measured when it leaves.
  if (state.type !== 'Pass') checkSize(decision, state.name, made);
  return made;
}

/** After the work of a Pass, Task, Parallel or Map. */
export function departWithResult(
  decision: Decision,
  frame: OpenFrame,
  state: WorkingState,
  result: Payload,
): Departure {
  inspected(decision, frame, 'Result', result);
  if (state.language === 'JSONata') return departJsonata(decision, frame, state, result);
  const raw = frame.open.input;
  // Most states carry their input or result on untouched: no expression, no value, no new text.
  let selected = result;
  if (state.resultSelector !== undefined) {
    const scope = scopeOf(decision, frame, result.value, { input: raw.value });
    selected = Payload.ofValue(state.resultSelector(scope));
  }
  inspected(decision, frame, 'ResultSelector', selected);
  const assigned = assign(decision, frame, state.assign, result, { input: null });
  const { resultPath } = state;
  const combined =
    resultPath === 'replace'
      ? selected
      : resultPath === 'discard'
        ? raw
        : Payload.ofValue(resultPath.write(raw.value, selected.value));
  inspected(decision, frame, 'ResultPath', combined);
  return { output: applyOutputPath(decision, frame, state, combined), assigned };
}

function departJsonata(
  decision: Decision,
  frame: OpenFrame,
  state: WorkingState,
  result: Payload,
): Departure {
  if (state.output === undefined && state.assign === undefined)
    return { output: inspected(decision, frame, 'Output', result), assigned: undefined };
  const input = frame.open.input.value;
  // A Pass has no result beside its input.
  const states = state.type === 'Pass' ? { input } : { input, result: result.value };
  return departJsonataWith(decision, frame, state, result, states);
}

/** Choice, Wait, Succeed: the effective input goes on, or Output makes something else of it. */
export function departWithInput(
  decision: Decision,
  frame: OpenFrame,
  state: State,
  input: Payload,
  by: OutputFields = state,
): Departure {
  if (state.language === 'JSONata') {
    const raw = frame.open.input;
    if (by.output === undefined && by.assign === undefined)
      return { output: inspected(decision, frame, 'Output', raw), assigned: undefined };
    return departJsonataWith(decision, frame, by, raw, { input: raw.value });
  }
  const assigned = assign(decision, frame, by.assign, input, { input: null });
  return { output: applyOutputPath(decision, frame, state, input), assigned };
}

/** A caught error: ResultPath or Output of the catcher, on the state's raw input. */
export function departWithError(
  decision: Decision,
  frame: OpenFrame,
  state: State,
  catcher: Catcher,
  errorOutput: JsonObject,
): Departure {
  const raw = frame.open.input;
  const output = Payload.ofValue(errorOutput);
  if (state.language === 'JSONata') {
    return departJsonataWith(decision, frame, catcher, output, { input: raw.value, errorOutput });
  }
  const assigned = assign(decision, frame, catcher.assign, output, { input: null });
  const { resultPath } = catcher;
  const combined =
    resultPath === 'replace'
      ? output
      : resultPath === 'discard'
        ? raw
        : Payload.ofValue(resultPath.write(raw.value, errorOutput));
  return { output: inspected(decision, frame, 'ResultPath', combined), assigned };
}

/** Where Output and Assign come from: the state, or the rule or catcher that leads out of it. */
interface OutputFields {
  readonly output: Evaluate | undefined;
  readonly assign: Evaluate | undefined;
}

/** @param otherwise the output without Output. */
function departJsonataWith(
  decision: Decision,
  frame: OpenFrame,
  by: OutputFields,
  otherwise: Payload,
  states: Scope['states'],
): Departure {
  const assigned = assign(decision, frame, by.assign, otherwise, states);
  if (by.output === undefined) return { output: inspected(decision, frame, 'Output', otherwise), assigned };
  const output = Payload.ofValue(by.output(scopeOf(decision, frame, otherwise.value, states)));
  return { output: inspected(decision, frame, 'Output', output), assigned };
}

function applyOutputPath(decision: Decision, frame: OpenFrame, state: State, output: Payload): Payload {
  if (state.outputPath === undefined) return inspected(decision, frame, 'OutputPath', output);
  const scope = scopeOf(decision, frame, output.value, { input: frame.open.input.value });
  return inspected(decision, frame, 'OutputPath', Payload.ofValue(applyPath(state.outputPath, scope)));
}

/** @throws StateError States.DataLimitExceeded when variables grow too large. */
function assign(
  decision: Decision,
  frame: OpenFrame,
  assignment: Evaluate | undefined,
  document: Payload,
  states: Scope['states'],
): Readonly<Record<string, Payload>> | undefined {
  if (assignment === undefined) return undefined;
  const values = assignment(scopeOf(decision, frame, document.value, states));
  if (!isJsonObject(values)) throw new StateError('States.Runtime', 'Expected Assign to give an object.');
  decision.env.inspect?.(frame, 'Assign', Payload.ofValue(values));
  const assigned: Record<string, Payload> = Object.create(null);
  let bytes = 0;
  for (const [name, member] of Object.entries(values)) {
    const value = Payload.ofValue(member);
    bytes += value.exceeds(VARIABLE_BYTES) ? VARIABLE_BYTES + 1 : value.bytes;
    assigned[name] = value;
    if (bytes > VARIABLE_BYTES) break;
  }
  if (bytes > VARIABLE_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The size of the variables assigned by the state '${frame.open.name}' exceeds the limit of ${VARIABLE_BYTES} bytes.`,
    );
  }
  if (bytes + variableBytes(decision) > ALL_VARIABLES_BYTES) {
    throw new StateError(
      'States.DataLimitExceeded',
      `The total size of the variables of the execution exceeds the limit of ${ALL_VARIABLES_BYTES} bytes.`,
    );
  }
  return assigned;
}

/** Bytes of all variables of the execution. */
function variableBytes({ state }: Decision): number {
  let bytes = 0;
  for (const frame of state.frames.values()) {
    for (const value of frame.variables.values()) bytes += value.bytes;
  }
  return bytes;
}
