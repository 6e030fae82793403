// Nodes → AST. Takes what it can use and leaves the rest out; it reports nothing, because every mistake that it steps
// over is found by the rules, which see the same nodes.

import type { ObjectNode } from '../text/json-text.ts';
import type {
  Catcher,
  ChoiceRule,
  Definition,
  Field,
  ItemReader,
  Part,
  PartKind,
  Processor,
  ResultWriter,
  State,
  StateType,
  Target,
  Workflow,
} from './ast.ts';
import { arrayOf, STATE_TYPES, textOf } from './ast.ts';
import type { QueryLanguage } from './program.ts';

const NO_RULES: ReadonlyMap<'And' | 'Or' | 'Not', readonly ChoiceRule[]> = new Map();

export function parseDefinition(root: ObjectNode, text: string): Definition {
  const part = parsePart('Machine', root, '/');
  const language = languageOf(part, 'JSONPath');
  return { ...part, ...parseStates(part, language), kind: 'Machine', text, language };
}

/** A machine around one state, whose nodes are those of the state's text. */
export function parseSingleState(root: ObjectNode, text: string, name: string): Definition {
  const { from, to } = root;
  const at = { from, to: from };
  const states: ObjectNode = { kind: 'object', members: [{ name, ...at, value: root }], from, to };
  const machine: ObjectNode = {
    kind: 'object',
    members: [
      { name: 'StartAt', ...at, value: { kind: 'string', value: name, ...at } },
      { name: 'States', ...at, value: states },
    ],
    from,
    to,
  };
  return parseDefinition(machine, text);
}

/** Only an exact `JSONPath`, or a missing field, is JSONPath; any other value counts as JSONata and is reported. */
function languageOf(part: Part, inherited: QueryLanguage): QueryLanguage {
  if (!part.fields.has('QueryLanguage')) return inherited;
  return textOf(part, 'QueryLanguage') === 'JSONPath' ? 'JSONPath' : 'JSONata';
}

function parsePart<K extends PartKind>(kind: K, node: ObjectNode, location: string): Part & { kind: K } {
  const fields = new Map<string, Field>();
  const prefix = location === '/' ? '' : location;
  for (const { name, value, from, to } of node.members) {
    fields.set(name, { name, value, location: `${prefix}/${name}`, from, to });
  }
  return { kind, node, location, fields };
}

function parseStates(part: Part, language: QueryLanguage): Pick<Workflow, 'startAt' | 'states'> {
  const states = part.fields.get('States');
  if (states?.value.kind !== 'object') return { startAt: targetOf(part, 'StartAt'), states: [] };
  const parsed: State[] = [];
  for (const { name, value, from, to } of states.value.members) {
    if (value.kind !== 'object') continue;
    const state = parsePart('State', value, `${states.location}/${name}`);
    parsed.push(parseState(state, { name, nameFrom: from, nameTo: to }, language));
  }
  return { startAt: targetOf(part, 'StartAt'), states: parsed };
}

function targetOf(part: Part, name: string): Target | undefined {
  const field = part.fields.get(name);
  if (field?.value.kind !== 'string') return undefined;
  const { value, from, to } = field.value;
  return { name: value, location: field.location, from, to };
}

type StatePart = Part & { kind: 'State' };
type StateName = Pick<State, 'name' | 'nameFrom' | 'nameTo'>;

/** @param machine language of the machine: states inside branches and processors do not inherit from their state. */
function parseState(part: StatePart, name: StateName, machine: QueryLanguage): State {
  const end = part.fields.get('End')?.value;
  const common = {
    ...part,
    ...name,
    language: languageOf(part, machine),
    next: targetOf(part, 'Next'),
    end: end?.kind === 'boolean' && end.value,
  };
  const written = textOf(part, 'Type');
  const type = STATE_TYPES.find((known): known is StateType => known === written);
  switch (type) {
    case 'Pass':
    case 'Wait':
    case 'Succeed':
    case 'Fail':
    case undefined:
      return { ...common, type };
    case 'Choice':
      return {
        ...common,
        type,
        choices: partsIn('ChoiceRule', part, 'Choices').map(parseRule),
        default: targetOf(part, 'Default'),
      };
    case 'Task':
      return { ...common, ...guardsOf(part), type, credentials: partIn('Credentials', part, 'Credentials') };
    case 'Parallel': {
      const branches = partsIn('Branch', part, 'Branches');
      return {
        ...common,
        ...guardsOf(part),
        type,
        branches: branches.map((branch) => ({ ...branch, ...parseStates(branch, machine) })),
      };
    }
    case 'Map': {
      const processor = parseProcessor(part, machine);
      return {
        ...common,
        ...guardsOf(part),
        type,
        processor,
        distributed: processor?.config !== undefined && textOf(processor.config, 'Mode') === 'DISTRIBUTED',
        itemReader: withConfig(partIn('ItemReader', part, 'ItemReader'), 'ReaderConfig'),
        itemBatcher: partIn('ItemBatcher', part, 'ItemBatcher'),
        resultWriter: withConfig(partIn('ResultWriter', part, 'ResultWriter'), 'WriterConfig'),
      };
    }
  }
}

function parseProcessor(part: Part, machine: QueryLanguage): Processor | undefined {
  const processor = partIn('Processor', part, 'ItemProcessor') ?? partIn('Processor', part, 'Iterator');
  if (processor === undefined) return undefined;
  const config = partIn('ProcessorConfig', processor, 'ProcessorConfig');
  return { ...processor, ...parseStates(processor, machine), config };
}

function withConfig(
  part: (Part & { kind: 'ItemReader' }) | undefined,
  config: 'ReaderConfig',
): ItemReader | undefined;
function withConfig(
  part: (Part & { kind: 'ResultWriter' }) | undefined,
  config: 'WriterConfig',
): ResultWriter | undefined;
function withConfig(
  part: (Part & { kind: 'ItemReader' | 'ResultWriter' }) | undefined,
  config: 'ReaderConfig' | 'WriterConfig',
): unknown {
  return part === undefined ? undefined : { ...part, config: partIn(config, part, config) };
}

function guardsOf(part: Part): { retry: Part[]; catch: Catcher[] } {
  return {
    retry: partsIn('Retrier', part, 'Retry'),
    catch: partsIn('Catcher', part, 'Catch').map((catcher) => ({
      ...catcher,
      next: targetOf(catcher, 'Next'),
    })),
  };
}

function parseRule(part: Part & { kind: 'ChoiceRule' | 'NestedRule' }): ChoiceRule {
  const nested = new Map<'And' | 'Or' | 'Not', readonly ChoiceRule[]>();
  for (const name of ['And', 'Or'] as const) {
    if (part.fields.has(name)) nested.set(name, partsIn('NestedRule', part, name).map(parseRule));
  }
  const not = partIn('NestedRule', part, 'Not');
  if (not !== undefined) nested.set('Not', [parseRule(not)]);
  return { ...part, next: targetOf(part, 'Next'), nested: nested.size === 0 ? NO_RULES : nested };
}

function partIn<K extends PartKind>(kind: K, parent: Part, name: string): (Part & { kind: K }) | undefined {
  const field = parent.fields.get(name);
  return field?.value.kind === 'object' ? parsePart(kind, field.value, field.location) : undefined;
}

/** The objects of an array field; other items are left out. */
function partsIn<K extends PartKind>(kind: K, parent: Part, name: string): (Part & { kind: K })[] {
  const items = arrayOf(parent, name)?.items ?? [];
  const location = parent.fields.get(name)?.location;
  return items.flatMap((item, index) =>
    item.kind === 'object' ? [parsePart(kind, item, `${location}[${index}]`)] : [],
  );
}
