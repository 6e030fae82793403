// Well-formed definitions by seed. What a simulated task does is written in its own parameters (`mode`, `ms`, `times`), so
// that it depends on nothing but its input: two runs of one definition end alike, however often one of them was crashed.
//
// In a Parallel or Map at most one thread of control may fail the whole, or else it would depend on speed which error wins.

import type { MapRunPlan } from './map-run-workflows.ts';
import { hashText, type Random } from './random.ts';

export interface Workflow {
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: string;
  /** Draws random numbers: outputs differ from run to run. */
  readonly random: boolean;
  /** How it ends may depend on how long things take. */
  readonly timed: boolean;
  /** It is one Map over objects. */
  readonly mapRun?: MapRunPlan;
  /** Tasks by name that may have an outage, and the error that ends the execution then. */
  readonly weak?: ReadonlyMap<string, string>;
}

type Fields = Record<string, unknown>;
type States = Record<string, Fields>;
interface Chain {
  readonly StartAt: string;
  readonly States: States;
}

interface Making {
  readonly random: Random;
  readonly jsonata: boolean;
  readonly express: boolean;
  states: number;
  draws: boolean;
  timed: boolean;
}

interface Place {
  readonly depth: number;
  /** Whether a state here may fail everything around it. */
  readonly mayFail: boolean;
}

const MOST_STATES = 40;
const ERROR = 'Simulated.Error';

export function makeWorkflow(name: string, random: Random): Workflow {
  const express = random.chance(0.12);
  const making: Making = {
    random,
    jsonata: random.chance(0.4),
    express,
    states: 0,
    draws: false,
    timed: false,
  };
  const chain = makeChain(making, { depth: 0, mayFail: true }, random.int(1, 5));
  const timed = random.chance(0.1);
  const definition = {
    ...(making.jsonata ? { QueryLanguage: 'JSONata' } : {}),
    ...(timed ? { TimeoutSeconds: random.pick([5, 60, 900]) } : {}),
    ...chain,
  };
  return {
    name,
    type: express ? 'EXPRESS' : 'STANDARD',
    definition: JSON.stringify(definition),
    random: making.draws,
    timed: timed || express || making.timed,
    weak: new Map(express ? [] : weakTasks(chain, true, true)),
  };
}

/**
 * A task may fail as it would not undisturbed where that ends the whole execution: nothing retries or catches what it fails with.
 * @param bare nothing around retries or catches. @param direct no child execution is in between: States.Runtime goes to the end
 */
function weakTasks({ States }: Chain, bare: boolean, direct: boolean): [name: string, error: string][] {
  return Object.entries(States).flatMap(([name, state]): [string, string][] => {
    const alone = bare && state['Retry'] === undefined && state['Catch'] === undefined;
    if (state['Type'] === 'Task') {
      if (alone && hashText(name) % 2 === 0) return [[name, 'Simulated.Outage']];
      return direct || bare ? [[name, 'States.Runtime']] : [];
    }
    const branches = (state['Branches'] ?? []) as Chain[];
    const processor = state['ItemProcessor'] as (Chain & { readonly ProcessorConfig?: Fields }) | undefined;
    const found = branches.flatMap((branch) => weakTasks(branch, alone, direct));
    if (processor === undefined) return found;
    // What fails a child of a Map Run fails the Map by another name, which may be caught.
    return weakTasks(processor, alone, direct && processor.ProcessorConfig === undefined);
  });
}

/** Steps one after the other; the last one ends the sub-workflow. */
function makeChain(making: Making, place: Place, length: number): Chain {
  const steps: { first: string; states: States; last: string[] }[] = [];
  for (let i = 0; i < length || steps.length === 0; i++) {
    steps.push(makeStep(making, place));
    if (making.states > MOST_STATES) break;
  }
  if (place.mayFail && making.random.chance(place.depth === 0 ? 0.05 : 0.15)) {
    const name = fresh(making, 'Fail');
    steps.push({ first: name, states: { [name]: failState(making) }, last: [] });
  } else if (making.random.chance(0.2)) {
    const name = fresh(making, 'Done');
    steps.push({ first: name, states: { [name]: { Type: 'Succeed' } }, last: [] });
  }
  const states: States = {};
  steps.forEach((step, i) => {
    const next = steps[i + 1]?.first;
    for (const name of step.last) {
      const state = step.states[name]!;
      if (state['Type'] === 'Choice') state['Default'] = next ?? end(making, states);
      else if (next === undefined) state['End'] = true;
      else state['Next'] = next;
      for (const catcher of (state['Catch'] ?? []) as Fields[])
        catcher['Next'] ??= next ?? end(making, states);
    }
    Object.assign(states, step.states);
  });
  return { StartAt: steps[0]!.first, States: states };
}

/** A state to go to where a chain ends but `End` cannot be said. */
function end(making: Making, states: States): string {
  const name = fresh(making, 'End');
  states[name] = { Type: 'Succeed' };
  return name;
}

function fresh(making: Making, kind: string): string {
  return `${kind}${++making.states}`;
}

function failState(making: Making): Fields {
  return { Type: 'Fail', Error: ERROR, Cause: `number ${making.random.int(1, 9)}` };
}

type Step = { first: string; states: States; last: string[] };

function makeStep(making: Making, place: Place): Step {
  const { random } = making;
  const compound = place.depth < 3 && making.states < MOST_STATES * 0.7;
  const roll = random.next();
  if (roll < 0.35) return taskStep(making, place);
  if (roll < 0.5) return waitStep(making);
  if (compound && roll < 0.6) return loopStep(making, place);
  if (compound && roll < 0.72) return parallelStep(making, place);
  if (compound && roll < 0.84) return mapStep(making, place);
  if (compound && !making.express && place.depth < 2 && roll < 0.88) return distributedStep(making);
  return passStep(making);
}

function single(name: string, state: Fields): Step {
  return { first: name, states: { [name]: state }, last: [name] };
}

/** Keeps the result beside the input, in either language. */
function keep(making: Making, name: string, result = '$states.result'): Fields {
  if (!making.jsonata) return { ResultPath: `$.${name}` };
  return { Output: `{% $merge([$states.input, {"${name}": ${result}}]) %}` };
}

function passStep(making: Making): Step {
  const { random } = making;
  const name = fresh(making, 'Pass');
  const draw = random.chance(0.05);
  making.draws ||= draw;
  if (making.jsonata) {
    const value = draw ? '$uuid()' : `$string($states.input.n) & "-${name}"`;
    return single(name, {
      Type: 'Pass',
      ...(random.chance(0.3) ? { Assign: { [`v${name}`]: `{% ${value} %}` } } : {}),
      ...keep(making, name, value),
    });
  }
  return single(name, {
    Type: 'Pass',
    ...(random.chance(0.3) ? { Assign: { [`v${name}`]: { name, 'state.$': '$$.State.Name' } } } : {}),
    Parameters: draw
      ? { 'id.$': 'States.UUID()' }
      : { name, 'text.$': `States.Format('{}-${name}', $.n)`, list: [1, 2.5, 'drei'] },
    ...keep(making, name),
  });
}

function waitStep(making: Making): Step {
  const { random } = making;
  const name = fresh(making, 'Wait');
  const seconds = random.pick([0, 1, 2, 5, 30, making.express ? 10 : 600]);
  const how = random.next();
  if (how < 0.15) return single(name, { Type: 'Wait', Timestamp: '2026-01-02T04:00:00Z' });
  if (how < 0.4)
    return single(name, {
      Type: 'Wait',
      ...(making.jsonata ? { Seconds: `{% $states.input.n * 0 + ${seconds} %}` } : { SecondsPath: '$.n' }),
    });
  return single(name, { Type: 'Wait', Seconds: seconds });
}

function taskStep(making: Making, place: Place): Step {
  const { random } = making;
  const name = fresh(making, 'Task');
  const kind = making.express
    ? random.pick(['call', 'service'])
    : random.pick(['call', 'call', 'service', 'token', 'job']);
  const mode = random.next();
  const parameters: Fields = {
    mode:
      mode < 0.55 ? 'good' : mode < 0.75 ? 'flaky' : mode < 0.85 ? 'bad' : mode < 0.93 ? 'late' : 'silent',
    ms: random.pick([0, 0, 3, 50, 900, making.express ? 2_000 : 20_000]),
    times: random.int(1, 3),
    salt: name,
  };
  // Its worker sends heartbeats until it has the result.
  const steady = kind === 'token' && parameters['mode'] === 'good' && random.chance(0.3);
  if (steady) Object.assign(parameters, { mode: 'steady', ms: random.int(1_000, 90_000) });
  // An answer at about the deadline.
  const close = kind === 'token' && !steady && random.chance(0.1);
  if (close) Object.assign(parameters, { mode: 'good', ms: random.int(9_000, 11_000) });
  making.timed ||= close;
  const slow = parameters['mode'] === 'late' || parameters['mode'] === 'silent';
  // Nothing but a stop would end a call that stays silent: callbacks alone may, now and then, at the top.
  const forever = slow && kind === 'token' && place.depth === 0 && random.chance(0.15);
  if (forever) parameters['mode'] = 'silent';
  const timeout = forever
    ? {}
    : steady
      ? { HeartbeatSeconds: 30 }
      : close
        ? { TimeoutSeconds: 10 }
        : slow
          ? { TimeoutSeconds: random.pick([1, 10, 60]) }
          : random.chance(0.2)
            ? { TimeoutSeconds: 86_400, ...(kind === 'token' ? { HeartbeatSeconds: 43_200 } : {}) }
            : {};
  return single(name, {
    Type: 'Task',
    Resource: resourceOf(kind),
    ...(making.jsonata
      ? {
          Arguments: {
            ...parameters,
            attempt: '{% $states.context.State.RetryCount %}',
            in: '{% $states.input %}',
            ...(kind === 'token' ? { token: '{% $states.context.Task.Token %}' } : {}),
          },
        }
      : {
          Parameters: {
            ...parameters,
            'attempt.$': '$$.State.RetryCount',
            'in.$': '$',
            ...(kind === 'token' ? { 'token.$': '$$.Task.Token' } : {}),
          },
        }),
    ...timeout,
    ...keep(making, name),
    ...guard(making, place),
  });
}

function resourceOf(kind: string): string {
  switch (kind) {
    case 'service':
      return 'arn:aws:states:::lambda:invoke';
    case 'token':
      return 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
    case 'job':
      return 'arn:aws:states:::ecs:runTask.sync';
    default:
      return 'arn:aws:lambda:us-east-1:123456789012:function:simulated';
  }
}

/** Retry and Catch. Where nothing may fail, everything is caught. */
function guard(making: Making, place: Place): Fields {
  const { random } = making;
  const retry = {
    ErrorEquals: random.pick([['States.ALL'], [ERROR], ['States.Timeout', ERROR], ['States.TaskFailed']]),
    IntervalSeconds: random.pick([1, 2, 10]),
    MaxAttempts: random.int(0, 3),
    BackoffRate: random.pick([1, 1.5, 2]),
    ...(random.chance(0.3) ? { JitterStrategy: 'FULL', MaxDelaySeconds: 20 } : {}),
  };
  const caught = making.jsonata
    ? { Output: '{% $merge([$states.input, {"error": $states.errorOutput}]) %}' }
    : { ResultPath: '$.error' };
  return {
    ...(random.chance(0.6) ? { Retry: [retry] } : {}),
    ...(!place.mayFail || random.chance(0.5) ? { Catch: [{ ErrorEquals: ['States.ALL'], ...caught }] } : {}),
  };
}

/** A counter, a Choice that looks at it, and a body that comes back. */
function loopStep(making: Making, place: Place): Step {
  const { random } = making;
  const [start, choice, more] = [fresh(making, 'Start'), fresh(making, 'Choice'), fresh(making, 'More')];
  const rounds = random.int(1, 4);
  const body = makeChain(making, { ...place, depth: place.depth + 1 }, random.int(1, 2));
  const counter = `c${choice}`;
  const states: States = making.jsonata
    ? {
        [start]: { Type: 'Pass', Assign: { [counter]: 0 }, Next: choice },
        [choice]: {
          Type: 'Choice',
          Choices: [{ Condition: `{% $${counter} < ${rounds} %}`, Next: body.StartAt }],
        },
        [more]: { Type: 'Pass', Assign: { [counter]: `{% $${counter} + 1 %}` }, Next: choice },
      }
    : {
        [start]: { Type: 'Pass', Result: { i: 0 }, ResultPath: `$.${counter}`, Next: choice },
        [choice]: {
          Type: 'Choice',
          Choices: [{ Variable: `$.${counter}.i`, NumericLessThan: rounds, Next: body.StartAt }],
        },
        [more]: {
          Type: 'Pass',
          Parameters: { 'i.$': `States.MathAdd($.${counter}.i, 1)` },
          ResultPath: `$.${counter}`,
          Next: choice,
        },
      };
  // The body comes back instead of ending.
  for (const [name, state] of Object.entries(body.States)) {
    if (state['End'] === true) {
      delete state['End'];
      state['Next'] = more;
    }
    if (state['Type'] === 'Succeed') body.States[name] = { Type: 'Pass', Next: more };
  }
  return { first: start, states: { ...states, ...body.States }, last: [choice] };
}

function parallelStep(making: Making, place: Place): Step {
  const { random } = making;
  const name = fresh(making, 'Parallel');
  const width = random.int(2, 3);
  const culprit = place.mayFail || random.chance(0.4) ? random.int(0, width - 1) : -1;
  const branches = Array.from({ length: width }, (_, i) =>
    makeChain(making, { depth: place.depth + 1, mayFail: i === culprit }, random.int(1, 3)),
  );
  return single(name, {
    Type: 'Parallel',
    Branches: branches,
    ...keep(making, name),
    ...guard(making, place),
  });
}

function mapStep(making: Making, place: Place): Step {
  const { random } = making;
  const name = fresh(making, 'Map');
  const processor = makeChain(making, { depth: place.depth + 1, mayFail: false }, random.int(1, 2));
  const items = Array.from({ length: random.int(0, 4) }, (_, i) => i + 1);
  const common = {
    Type: 'Map',
    MaxConcurrency: random.int(0, 2),
    ItemProcessor: processor,
    ...keep(making, name),
    ...guard(making, place),
  };
  if (making.jsonata)
    return single(name, {
      ...common,
      Items: items,
      ItemSelector: { n: '{% $states.context.Map.Item.Value %}' },
    });
  const list = fresh(making, 'List');
  return {
    first: list,
    states: {
      [list]: { Type: 'Pass', Result: items, ResultPath: `$.${list}`, Next: name },
      [name]: {
        ...common,
        ItemsPath: `$.${list}`,
        ItemSelector: { 'n.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index' },
      },
    },
    last: [name],
  };
}

function distributedStep(making: Making): Step {
  const { random } = making;
  const name = fresh(making, 'Distributed');
  const type = random.pick(['STANDARD', 'STANDARD', 'EXPRESS']);
  const child: Making = { ...making, express: type === 'EXPRESS' };
  const inner = makeChain(child, { depth: 3, mayFail: false }, random.int(1, 2));
  making.states = child.states;
  making.draws ||= child.draws;
  // Five minutes are soon over when the clock is set forward.
  making.timed ||= child.express;
  const items = Array.from({ length: random.int(1, 5) }, (_, i) => ({ n: i + 1 }));
  const common = {
    Type: 'Map',
    Label: name,
    MaxConcurrency: random.int(0, 3),
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
      ...inner,
    },
    ...keep(making, name),
  };
  if (making.jsonata) return single(name, { ...common, Items: items });
  const list = fresh(making, 'List');
  return {
    first: list,
    states: {
      [list]: { Type: 'Pass', Result: items, ResultPath: `$.${list}`, Next: name },
      [name]: { ...common, ItemsPath: `$.${list}` },
    },
    last: [name],
  };
}

/** Texts of errors name event ids, which depend on who was faster: without them. */
export function withoutIds(text: string): string {
  return text.replace(/event id #\d+/g, 'event id');
}

/** A number that follows from a task's parameters. */
export function resultOf(parameters: string): number {
  return hashText(withoutIds(parameters)) % 100_000;
}
