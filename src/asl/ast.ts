// The typed tree of a definition, spelled as the Amazon States Language spells it. Made from any text that is a JSON
// object, however wrong: what a definition lacks is undefined here, and what is wrong in it is the business of rules/.
// Every part keeps its nodes, so rules, editor and compiler can point into the text.

import type { ArrayNode, Node, ObjectNode } from '../text/json-text.ts';
import type { QueryLanguage } from './program.ts';

/** A member of an object of the definition. */
export interface Field {
  readonly name: string;
  readonly value: Node;
  /** `/States/X/Parameters` */
  readonly location: string;
  /** Range of the member's name. */
  readonly from: number;
  readonly to: number;
}

/** An object of the definition whose members mean something to the language. */
export interface Part {
  readonly kind: PartKind;
  readonly node: ObjectNode;
  /** `/States/X/Catch[0]`; `/` for the machine. */
  readonly location: string;
  /** By name; of duplicates the last one. */
  readonly fields: ReadonlyMap<string, Field>;
}

export type PartKind =
  | 'Machine'
  | 'Branch'
  | 'Processor'
  | 'State'
  | 'ProcessorConfig'
  | 'Retrier'
  | 'Catcher'
  | 'ChoiceRule'
  | 'NestedRule'
  | 'Credentials'
  | 'ItemReader'
  | 'ReaderConfig'
  | 'ItemBatcher'
  | 'ResultWriter'
  | 'WriterConfig';

/** A name that must be a state of the same workflow: Next, Default, StartAt. */
export interface Target {
  readonly name: string;
  readonly location: string;
  readonly from: number;
  readonly to: number;
}

/** The machine, a Parallel's branch or a Map's processor. */
export interface Workflow extends Part {
  readonly kind: 'Machine' | 'Branch' | 'Processor';
  readonly startAt: Target | undefined;
  /** In the order of the text, duplicates included. */
  readonly states: readonly State[];
}

export interface Definition extends Workflow {
  readonly kind: 'Machine';
  readonly text: string;
  readonly language: QueryLanguage;
}

export type StateType = 'Task' | 'Wait' | 'Pass' | 'Succeed' | 'Fail' | 'Choice' | 'Parallel' | 'Map';

/** In the order in which AWS lists them. */
export const STATE_TYPES: readonly StateType[] = [
  'Task',
  'Wait',
  'Pass',
  'Succeed',
  'Fail',
  'Choice',
  'Parallel',
  'Map',
];

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState
  | UntypedState;

interface Common extends Part {
  readonly kind: 'State';
  readonly name: string;
  /** Range of the name in `States`. */
  readonly nameFrom: number;
  readonly nameTo: number;
  readonly language: QueryLanguage;
  readonly next: Target | undefined;
  /** True only for `End: true`. */
  readonly end: boolean;
}

interface Guarded extends Common {
  readonly retry: readonly Part[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends Common {
  readonly type: 'Pass';
}

export interface TaskState extends Guarded {
  readonly type: 'Task';
  readonly credentials: Part | undefined;
}

export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly choices: readonly ChoiceRule[];
  readonly default: Target | undefined;
}

export interface WaitState extends Common {
  readonly type: 'Wait';
}

export interface SucceedState extends Common {
  readonly type: 'Succeed';
}

export interface FailState extends Common {
  readonly type: 'Fail';
}

export interface ParallelState extends Guarded {
  readonly type: 'Parallel';
  readonly branches: readonly Workflow[];
}

export interface MapState extends Guarded {
  readonly type: 'Map';
  /** `ItemProcessor`, or `Iterator`, its older name. */
  readonly processor: Processor | undefined;
  readonly distributed: boolean;
  readonly itemReader: ItemReader | undefined;
  readonly itemBatcher: Part | undefined;
  readonly resultWriter: ResultWriter | undefined;
}

/** A state whose Type is missing or unknown. */
export interface UntypedState extends Common {
  readonly type: undefined;
}

export interface Processor extends Workflow {
  readonly kind: 'Processor';
  readonly config: Part | undefined;
}

export interface ItemReader extends Part {
  readonly kind: 'ItemReader';
  readonly config: Part | undefined;
}

export interface ResultWriter extends Part {
  readonly kind: 'ResultWriter';
  readonly config: Part | undefined;
}

export interface Catcher extends Part {
  readonly kind: 'Catcher';
  readonly next: Target | undefined;
}

export interface ChoiceRule extends Part {
  readonly kind: 'ChoiceRule' | 'NestedRule';
  readonly next: Target | undefined;
  /** The rules inside And, Or, Not, by the name of the field. */
  readonly nested: ReadonlyMap<'And' | 'Or' | 'Not', readonly ChoiceRule[]>;
}

/** Text of a string field; undefined when the field is absent or of another type. */
export function textOf(part: Part, name: string): string | undefined {
  const value = part.fields.get(name)?.value;
  return value?.kind === 'string' ? value.value : undefined;
}

export function arrayOf(part: Part, name: string): ArrayNode | undefined {
  const value = part.fields.get(name)?.value;
  return value?.kind === 'array' ? value : undefined;
}

/** The workflows directly inside a state. */
export function workflowsOf(state: State): readonly Workflow[] {
  switch (state.type) {
    case 'Parallel':
      return state.branches;
    case 'Map':
      return state.processor === undefined ? [] : [state.processor];
    default:
      return [];
  }
}

/** A workflow and all workflows inside it, outermost first. */
export function* allWorkflows(workflow: Workflow): Generator<Workflow> {
  const waiting: Workflow[] = [workflow];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    const inner = next.states.flatMap(workflowsOf);
    for (let i = inner.length - 1; i >= 0; i--) waiting.push(inner[i]!);
  }
}

/** Every state of the machine, nested ones included. */
export function* allStates(workflow: Workflow): Generator<State> {
  for (const inner of allWorkflows(workflow)) yield* inner.states;
}

/** The parts of a state: itself, then the objects inside that have a table of fields of their own. */
export function* partsOf(state: State): Generator<Part> {
  yield state;
  if (state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map') {
    yield* state.retry;
    yield* state.catch;
  }
  if (state.type === 'Task' && state.credentials !== undefined) yield state.credentials;
  if (state.type === 'Choice') yield* rulesOf(state.choices);
  if (state.type === 'Map') {
    if (state.processor?.config !== undefined) yield state.processor.config;
    for (const part of [state.itemReader, state.resultWriter]) {
      if (part === undefined) continue;
      yield part;
      if (part.config !== undefined) yield part.config;
    }
    if (state.itemBatcher !== undefined) yield state.itemBatcher;
  }
}

/** Choice rules and the rules inside them. */
export function* rulesOf(rules: readonly ChoiceRule[]): Generator<ChoiceRule> {
  const waiting = [...rules].reverse();
  for (let rule = waiting.pop(); rule !== undefined; rule = waiting.pop()) {
    yield rule;
    waiting.push(...[...rule.nested.values()].flat().reverse());
  }
}

/** The transitions of a state, in the order of the text's fields. */
export function targetsOf(state: State): readonly Target[] {
  const targets: (Target | undefined)[] = [state.next];
  if (state.type === 'Choice') targets.push(...state.choices.map((rule) => rule.next), state.default);
  if (state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map') {
    targets.push(...state.catch.map((catcher) => catcher.next));
  }
  return targets.filter((target) => target !== undefined);
}
