// AST → Program: targets are names already, expressions are compiled, defaults filled, positions dropped. Only for
// definitions without errors: whatever is missing here is a bug of the caller or of a rule.

import { assert, Bug } from '../base/assert.ts';
import { getMember, isJsonObject, type Json, stringifyJson, toNumber } from '../base/json.ts';
import { CHOICE_OPERATORS } from '../query/choice-operators.ts';
import { compilePath } from '../query/json-path/compile.ts';
import type { Path } from '../query/json-path/path.ts';
import { compileResultPath } from '../query/json-path/result-path.ts';
import { compileJsonata } from '../query/jsonata/compile.ts';
import { compileJsonataValue, isJsonataString, jsonataSource } from '../query/jsonata/value.ts';
import type { Evaluate } from '../query/scope.ts';
import { compileStringExpression, compileTemplate } from '../query/template.ts';
import { parseJsonText, toJson } from '../text/json-text.ts';
import * as ast from './ast.ts';
import { parseDefinition } from './parse.ts';
import type * as program from './program.ts';
import { parseResource } from './resources.ts';
import { validateDefinition } from './validate.ts';

type Language = program.QueryLanguage;

/** Fields that a Map takes in both modes and an inline one does not support. */
const DISTRIBUTED_FIELDS = ['ItemReader', 'ItemBatcher', 'ResultWriter'];

/**
 * Compiles a stored definition.
 * @param text JSON that `validateDefinition` found without errors.
 * @throws Bug naming the first error when it has one that stands in the way.
 */
export function compileDefinition(text: string): program.Program {
  const { root } = parseJsonText(text);
  try {
    assert(root?.kind === 'object', 'Expected a definition to be a JSON object');
    return compile(parseDefinition(root, text));
  } catch (error) {
    const { diagnostics } = validateDefinition(text, { type: 'STANDARD' });
    const first = diagnostics.find((diagnostic) => diagnostic.severity === 'ERROR');
    if (first === undefined) throw error;
    throw new Bug(`Expected a valid definition, but ${first.message} at ${first.location ?? '/'}`);
  }
}

/** @param definition one without errors. @throws Bug or a syntax error of an expression otherwise. */
export function compile(definition: ast.Definition): program.Program {
  const states = new Map<string, program.State>();
  const variableReferences = new Map<string, readonly string[]>();
  const root: program.Workflow = { startAt: startOf(definition) };
  const waiting: { from: ast.Workflow; to: program.Workflow }[] = [{ from: definition, to: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const state of next.from.states) {
      const inner = ast.workflowsOf(state).map((from) => ({ from, to: { startAt: startOf(from) } }));
      const compiler = new StateCompiler(definition, state, next.to);
      states.set(state.name, compiler.compile(inner.map(({ to }) => to)));
      if (compiler.variables.size > 0) variableReferences.set(state.name, [...compiler.variables].sort());
      waiting.push(...inner);
    }
  }
  return {
    language: definition.language,
    timeoutSeconds: numberOf(definition, 'TimeoutSeconds'),
    root,
    states,
    variableReferences,
  };
}

function startOf(workflow: ast.Workflow): string {
  assert(workflow.startAt !== undefined, `Expected StartAt at ${workflow.location}`);
  return workflow.startAt.name;
}

/** Compiles one state and gathers the variables that its expressions read. */
class StateCompiler {
  readonly variables = new Set<string>();
  readonly #definition: ast.Definition;
  readonly #state: ast.State;
  readonly #workflow: program.Workflow;
  readonly #language: Language;

  constructor(definition: ast.Definition, state: ast.State, workflow: program.Workflow) {
    this.#definition = definition;
    this.#state = state;
    this.#workflow = workflow;
    this.#language = state.language;
  }

  /** @param inner the state's own workflows. */
  compile(inner: readonly program.Workflow[]): program.State {
    const state = this.#state;
    const common = {
      name: state.name,
      language: this.#language,
      workflow: this.#workflow,
      next: state.end ? undefined : state.next?.name,
      inputPath: this.#pathOrEmpty('InputPath'),
      outputPath: this.#pathOrEmpty('OutputPath'),
      assign: this.#value(state, 'Assign'),
      output: this.#payload(state, 'Output'),
    };
    switch (state.type) {
      case 'Pass':
        return { ...common, ...this.#work(), type: 'Pass', result: jsonOf(state, 'Result') };
      case 'Task':
        return {
          ...common,
          ...this.#guards(state),
          type: 'Task',
          resource: this.#resource(),
          timeoutSeconds: this.#number(state, 'TimeoutSeconds'),
          heartbeatSeconds: this.#number(state, 'HeartbeatSeconds'),
          credentials: this.#credentials(state),
        };
      case 'Choice':
        return {
          ...common,
          type: 'Choice',
          choices: state.choices.map((rule) => this.#choice(rule)),
          default: state.default?.name,
        };
      case 'Wait':
        return { ...common, type: 'Wait', until: this.#until() };
      case 'Succeed':
        return { ...common, type: 'Succeed' };
      case 'Fail':
        return { ...common, type: 'Fail', error: this.#failText('Error'), cause: this.#failText('Cause') };
      case 'Parallel':
        return { ...common, ...this.#guards(state), type: 'Parallel', branches: inner };
      case 'Map': {
        const processor = inner[0];
        assert(processor !== undefined, `Expected an ItemProcessor at ${state.location}`);
        return {
          ...common,
          ...this.#guards(state),
          type: 'Map',
          parameters: undefined,
          processor,
          items: this.#items(),
          itemSelector: this.#value(state, state.fields.has('ItemSelector') ? 'ItemSelector' : 'Parameters'),
          maxConcurrency: this.#number(state, 'MaxConcurrency') ?? { from: 'literal', value: 0 },
          distributed: state.distributed ? this.#distributedMap(state) : undefined,
          inlineMisfit: !state.distributed && DISTRIBUTED_FIELDS.some((name) => state.fields.has(name)),
        };
      }
      case undefined:
        throw new Bug(`Expected a Type at ${state.location}`);
    }
  }

  #work(): Pick<program.PassState, 'parameters' | 'resultSelector' | 'resultPath'> {
    const jsonata = this.#language === 'JSONata';
    return {
      parameters: this.#value(this.#state, jsonata ? 'Arguments' : 'Parameters'),
      resultSelector: jsonata ? undefined : this.#value(this.#state, 'ResultSelector'),
      resultPath: this.#resultPath(this.#state),
    };
  }

  #guards(state: ast.TaskState | ast.ParallelState | ast.MapState) {
    return {
      ...this.#work(),
      retry: state.retry.map(retrierOf),
      catch: state.catch.map((catcher): program.Catcher => {
        assert(catcher.next !== undefined, `Expected Next at ${catcher.location}`);
        return {
          errorEquals: stringsOf(catcher, 'ErrorEquals') ?? [],
          next: catcher.next.name,
          resultPath: this.#resultPath(catcher),
          assign: this.#value(catcher, 'Assign'),
          output: this.#payload(catcher, 'Output'),
        };
      }),
    };
  }

  #resource(): program.TaskResource {
    const text = ast.textOf(this.#state, 'Resource');
    const resource = text === undefined ? undefined : parseResource(text);
    assert(resource !== undefined, `Expected a resource ARN at ${this.#state.location}/Resource`);
    return resource;
  }

  #credentials(state: ast.TaskState): Evaluate | undefined {
    if (state.credentials === undefined) return undefined;
    const all = this.#value(state, 'Credentials');
    return (
      all &&
      ((scope) => {
        const value = all(scope);
        return (isJsonObject(value) ? getMember(value, 'RoleArn') : undefined) ?? null;
      })
    );
  }

  #choice(rule: ast.ChoiceRule): program.ChoiceRule {
    assert(rule.next !== undefined, `Expected Next at ${rule.location}`);
    return {
      condition: this.#condition(rule),
      next: rule.next.name,
      assign: this.#value(rule, 'Assign'),
      output: this.#payload(rule, 'Output'),
    };
  }

  #condition(rule: ast.ChoiceRule): program.Condition {
    if (this.#language === 'JSONata') {
      const condition = this.#field<boolean>(rule, 'Condition');
      assert(condition !== undefined, `Expected a Condition at ${rule.location}`);
      return { kind: 'jsonata', condition };
    }
    for (const [name, rules] of rule.nested) {
      const of = rules.map((inner) => this.#condition(inner));
      if (name === 'Not') return { kind: 'not', of: of[0]! };
      return { kind: name === 'And' ? 'and' : 'or', of };
    }
    const variable = ast.textOf(rule, 'Variable');
    assert(variable !== undefined, `Expected a Variable at ${rule.location}`);
    for (const [name, field] of rule.fields) {
      const operator = operatorOf(name);
      if (operator === undefined) continue;
      const value = toJson(field.value);
      return {
        kind: 'compare',
        variable: this.#path(variable),
        operator,
        operand:
          operator === name
            ? { from: 'literal', value }
            : { from: 'path', path: this.#path(value as string) },
      };
    }
    throw new Bug(`Expected a comparison at ${rule.location}`);
  }

  #until(): program.WaitState['until'] {
    const seconds = this.#number(this.#state, 'Seconds');
    if (seconds !== undefined) return { kind: 'seconds', seconds };
    const timestamp = this.#field<string>(this.#state, 'Timestamp');
    assert(timestamp !== undefined, `Expected Seconds or Timestamp at ${this.#state.location}`);
    return { kind: 'timestamp', timestamp };
  }

  #failText(name: 'Error' | 'Cause'): program.Field<string> | undefined {
    const field = `${name}Path`;
    const source = this.#language === 'JSONPath' ? ast.textOf(this.#state, field) : undefined;
    if (source === undefined) return this.#field<string>(this.#state, name);
    const { evaluate, variables } = compileStringExpression(source, field);
    this.#reads(variables);
    return { from: 'evaluate', field, evaluate };
  }

  #items(): program.Field<Json> | undefined {
    const state = this.#state;
    if (this.#language === 'JSONPath') {
      const source = ast.textOf(state, 'ItemsPath');
      if (source === undefined) return undefined;
      return { from: 'path', field: 'ItemsPath', path: this.#path(source) };
    }
    const value = jsonOf(state, 'Items');
    if (value === undefined || isJsonataString(value)) return this.#field<Json>(state, 'Items');
    const evaluate = this.#value(state, 'Items');
    return evaluate && { from: 'evaluate', field: 'Items', evaluate };
  }

  #distributedMap(state: ast.MapState): program.DistributedMap {
    const { processor } = state;
    assert(processor?.config !== undefined, `Expected a ProcessorConfig at ${state.location}`);
    return {
      executionType: ast.textOf(processor.config, 'ExecutionType') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      label: ast.textOf(state, 'Label'),
      toleratedFailureCount: this.#number(state, 'ToleratedFailureCount'),
      toleratedFailurePercentage: this.#number(state, 'ToleratedFailurePercentage'),
      itemReader: state.itemReader && this.#itemReader(state.itemReader),
      itemBatcher: state.itemBatcher && {
        maxItemsPerBatch: this.#number(state.itemBatcher, 'MaxItemsPerBatch'),
        maxInputBytesPerBatch: this.#number(state.itemBatcher, 'MaxInputBytesPerBatch'),
        batchInput: this.#value(state.itemBatcher, 'BatchInput'),
      },
      resultWriter: state.resultWriter && this.#resultWriter(state.resultWriter),
      definition: childDefinition(this.#definition, processor),
    };
  }

  #itemReader(reader: ast.ItemReader): program.ItemReader {
    const resource = ast.textOf(reader, 'Resource');
    assert(resource !== undefined, `Expected a Resource at ${reader.location}`);
    const config: ast.Part = reader.config ?? { ...reader, fields: new Map() };
    return {
      resource,
      parameters: this.#value(reader, this.#argumentsName()),
      config: {
        inputType: ast.textOf(config, 'InputType'),
        transformation: ast.textOf(config, 'Transformation'),
        manifestType: ast.textOf(config, 'ManifestType'),
        csvHeaderLocation: ast.textOf(config, 'CSVHeaderLocation'),
        csvHeaders: stringsOf(config, 'CSVHeaders'),
        csvDelimiter: ast.textOf(config, 'CSVDelimiter'),
        itemsPointer: this.#field<string>(config, 'ItemsPointer'),
        maxItems: this.#number(config, 'MaxItems'),
      },
    };
  }

  #resultWriter(writer: ast.ResultWriter): program.ResultWriter {
    const resource = ast.textOf(writer, 'Resource');
    const text = (name: string) => writer.config && ast.textOf(writer.config, name);
    return {
      resource,
      parameters: this.#value(writer, this.#argumentsName()),
      outputType: text('OutputType') ?? 'JSON',
      transformation: text('Transformation') ?? (resource === undefined ? 'COMPACT' : 'NONE'),
    };
  }

  #argumentsName(): string {
    return this.#language === 'JSONata' ? 'Arguments' : 'Parameters';
  }

  /** JSONata's Output, which JSONPath does not have. */
  #payload(part: ast.Part, name: string): Evaluate | undefined {
    return this.#language === 'JSONata' ? this.#value(part, name) : undefined;
  }

  /** A payload template or a JSON value with expressions inside, whichever the language has. */
  #value(part: ast.Part, name: string): Evaluate | undefined {
    const field = part.fields.get(name);
    if (field === undefined) return undefined;
    const value = toJson(field.value);
    const compiled =
      this.#language === 'JSONata'
        ? compileJsonataValue(value, this.#relative(field.location))
        : compileTemplate(value);
    this.#reads(compiled.variables);
    return compiled.evaluate;
  }

  #number(part: ast.Part, name: string): program.Field<number> | undefined {
    const field = this.#field<Json>(part, name);
    if (field?.from !== 'literal') return field as program.Field<number> | undefined;
    const value = toNumber(field.value);
    assert(value !== undefined, `Expected a number at ${part.location}/${name}`);
    return { from: 'literal', value };
  }

  /** A field with a literal form, and a Path form or an expression. */
  #field<T extends Json>(part: ast.Part, name: string): program.Field<T> | undefined {
    const literal = part.fields.get(name);
    if (literal !== undefined) {
      const value = toJson(literal.value);
      if (this.#language === 'JSONPath' || !isJsonataString(value)) {
        return { from: 'literal', value: value as T };
      }
      const field = this.#relative(literal.location);
      const expression = compileJsonata(jsonataSource(value as string), field);
      this.#reads(expression.variables);
      return { from: 'jsonata', field, expression };
    }
    const source = this.#language === 'JSONPath' ? ast.textOf(part, `${name}Path`) : undefined;
    return source === undefined
      ? undefined
      : { from: 'path', field: `${name}Path`, path: this.#path(source) };
  }

  #pathOrEmpty(name: 'InputPath' | 'OutputPath'): program.PathOrEmpty | undefined {
    const value = this.#language === 'JSONPath' ? this.#state.fields.get(name)?.value : undefined;
    if (value?.kind === 'null') return 'empty';
    return value?.kind === 'string' && value.value !== '$' ? this.#path(value.value) : undefined;
  }

  #resultPath(part: ast.Part): program.ResultPath {
    const value = this.#language === 'JSONPath' ? part.fields.get('ResultPath')?.value : undefined;
    if (value?.kind === 'null') return 'discard';
    return value?.kind === 'string' && value.value !== '$' ? compileResultPath(value.value) : 'replace';
  }

  #path(source: string): Path {
    const path = compilePath(source);
    if (path.variable !== undefined) this.variables.add(path.variable);
    return path;
  }

  #reads(variables: Iterable<string>): void {
    for (const name of variables) if (name !== 'states') this.variables.add(name);
  }

  /** `/States/X/Output/a` as the state's own errors name it: `Output/a`. */
  #relative(location: string): string {
    return location.slice(this.#state.location.length + 1);
  }
}

function retrierOf(part: ast.Part): program.Retrier {
  return {
    errorEquals: stringsOf(part, 'ErrorEquals') ?? [],
    intervalSeconds: numberOf(part, 'IntervalSeconds') ?? 1,
    maxAttempts: numberOf(part, 'MaxAttempts') ?? 3,
    backoffRate: numberOf(part, 'BackoffRate') ?? 2,
    maxDelaySeconds: numberOf(part, 'MaxDelaySeconds'),
    jitter: ast.textOf(part, 'JitterStrategy') === 'FULL' ? 'FULL' : 'NONE',
  };
}

/** The item processor as a machine of its own; a machine's language goes with it, a state's does not. */
function childDefinition(definition: ast.Definition, processor: ast.Processor): string {
  const members: string[] = [];
  const copy = (part: ast.Part, name: string) => {
    const value = jsonOf(part, name);
    if (value !== undefined) members.push(`${JSON.stringify(name)}:${stringifyJson(value)}`);
  };
  copy(processor, 'Comment');
  copy(definition, 'QueryLanguage');
  copy(processor, 'StartAt');
  copy(processor, 'States');
  return `{${members.join(',')}}`;
}

/** `NumericEquals` of `NumericEquals` and `NumericEqualsPath`; undefined for a field that is no comparison. */
function operatorOf(name: string): string | undefined {
  if (Object.hasOwn(CHOICE_OPERATORS, name)) return name;
  const stem = name.endsWith('Path') ? name.slice(0, -'Path'.length) : undefined;
  return stem !== undefined && Object.hasOwn(CHOICE_OPERATORS, stem) ? stem : undefined;
}

function jsonOf(part: ast.Part, name: string): Json | undefined {
  const field = part.fields.get(name);
  return field === undefined ? undefined : toJson(field.value);
}

function numberOf(part: ast.Part, name: string): number | undefined {
  return toNumber(jsonOf(part, name));
}

function stringsOf(part: ast.Part, name: string): readonly string[] | undefined {
  const items = ast.arrayOf(part, name)?.items;
  return items?.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}
