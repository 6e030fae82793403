// ResultPath: where a result is written into the raw input. The input is never changed; what is not on the way is shared.

import { getMember, isJsonArray, isJsonObject, type Json, stringifyJson } from '../../base/json.ts';
import { copyObject, withMember } from '../../base/json-object.ts';
import { StateError } from '../../base/state-error.ts';
import { parsePath } from './parse.ts';
import { isReference, PathSyntaxError, type Step } from './syntax.ts';

export interface ResultPathWriter {
  /**
   * @returns the input with the result in its place; missing objects on the way are created.
   * @throws StateError States.ReferencePathConflict where the input cannot take a step.
   */
  readonly write: (input: Json, result: Json) => Json;
}

/**
 * @param source a Reference Path from `$`: no variables, no context object.
 * @throws PathSyntaxError
 */
export function compileResultPath(source: string): ResultPathWriter {
  const { root, steps } = parsePath(source);
  if (root !== 'document' || !isReference(steps)) {
    throw new PathSyntaxError(`Expected a Reference Path such as $.a.b or $.a[0], but got ${source}`, 0);
  }
  return { write: (input, result) => write(steps, 0, input, result, input) };
}

function write(steps: readonly Step[], at: number, node: Json | undefined, result: Json, input: Json): Json {
  const step = steps[at];
  if (step?.kind === 'member') {
    if (node !== undefined && !isJsonObject(node)) throw conflict(step.name, input);
    const old = node && getMember(node, step.name);
    const copy = node === undefined ? {} : copyObject(node);
    return withMember(copy, step.name, write(steps, at + 1, old, result, input));
  }
  if (step?.kind === 'index') {
    const { index } = step;
    if (!isJsonArray(node) || index < 0 || index >= node.length) throw conflict(`[${index}]`, input);
    const copy = [...node];
    copy[index] = write(steps, at + 1, node[index], result, input);
    return copy;
  }
  return result;
}

function conflict(step: string, input: Json): StateError {
  const cause = `Unable to apply step "${step}" to input ${stringifyJson(input)}`;
  return new StateError('States.ReferencePathConflict', cause);
}
