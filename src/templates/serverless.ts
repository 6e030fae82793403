// serverless.yml of the Serverless Framework, read without it: its variables, its functions, and the state machines and
// activities of the plugin serverless-step-functions, as a CloudFormation template. Source: the documentation of both.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { keepPlace, parseTemplate, placeOf, startOf, type TemplateDocument } from './document.ts';
import { type Place, TemplateProblem } from './problem.ts';
import { isMembers, type Members, membersOf, shown, UNKNOWN } from './template.ts';

export interface ServerlessOptions {
  /** `${opt:…}`; `stage` and `region` have defaults. */
  readonly options: Readonly<Record<string, string>>;
  /** `${env:…}` */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly account: string;
  readonly region: string;
}

/** The innermost variable of a text; `${AWS::Region}` and `${Name}` are CloudFormation's. */
const VARIABLE =
  /\$\{((?:self|opt|env|sls|aws|file|cf|ssm|s3|param|strToBool)(?:\([^(){}]*\))?(?::[^{}]*)?(?:,[^{}]*)?)\}/;
const MOST_STEPS = 10_000;

/** Whether a file is the Serverless Framework's: it has a service and a provider. */
export function isServerless({ value }: TemplateDocument): boolean {
  return isMembers(value) && value['service'] !== undefined && isMembers(value['provider']);
}

/** @returns the same as a CloudFormation template. @throws TemplateProblem */
export function toCloudFormation(document: TemplateDocument, options: ServerlessOptions): TemplateDocument {
  const variables = new Variables(document, options);
  const place = startOf(document.file);
  const written = document.value as Members;
  // The rest, such as plugins and packaging, may need what is only there when it is deployed.
  const sections = ['service', 'provider', 'functions', 'stepFunctions', 'resources'];
  const root = Object.fromEntries(
    sections.map((name) => [name, variables.resolve(written[name], place)]),
  ) as Members;
  const service = textOr(isMembers(root['service']) ? root['service']['name'] : root['service'], 'service');
  const provider = membersOf(root['provider'], place, 'provider');
  const stage = textOr(options.options['stage'] ?? provider['stage'], 'dev');
  const resources: Record<string, unknown> = {};
  for (const part of [root['resources']].flat()) {
    if (isMembers(part) && isMembers(part['Resources'])) Object.assign(resources, part['Resources']);
  }
  for (const functions of [root['functions']].flat()) {
    if (!isMembers(functions)) continue;
    for (const [key, declared] of Object.entries(functions)) {
      const made = toFunction(
        membersOf(declared, place, `the function ${key}`),
        provider,
        `${service}-${stage}-${key}`,
      );
      // The plugin lets a definition name a function by its key.
      resources[`${normalized(key)}LambdaFunction`] = made;
      resources[key] ??= made;
    }
  }
  const steps = isMembers(root['stepFunctions']) ? root['stepFunctions'] : {};
  for (const machines of [steps['stateMachines']].flat()) {
    if (!isMembers(machines)) continue;
    for (const [key, declared] of Object.entries(machines)) {
      const machine = membersOf(declared, place, `the state machine ${key}`);
      const id = typeof machine['id'] === 'string' ? machine['id'] : key;
      resources[id] = toMachine(machine);
    }
  }
  for (const name of Array.isArray(steps['activities']) ? steps['activities'] : []) {
    resources[`${normalized(String(name))}StepFunctionsActivity`] = {
      Type: 'AWS::StepFunctions::Activity',
      Properties: { Name: String(name) },
    };
  }
  return { file: document.file, value: keepPlace({ Resources: resources }, document.value) };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function toFunction(declared: Members, provider: Members, name: string): object {
  const own = isMembers(declared['environment']) ? declared['environment'] : {};
  const shared = isMembers(provider['environment']) ? provider['environment'] : {};
  return keepPlace(
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: declared['name'] ?? name,
        Handler: declared['handler'],
        Runtime: declared['runtime'] ?? provider['runtime'],
        Timeout: declared['timeout'] ?? provider['timeout'] ?? 6,
        MemorySize: declared['memorySize'] ?? provider['memorySize'] ?? 1024,
        Environment: { Variables: { ...shared, ...own } },
      },
    },
    declared,
  );
}

function toMachine(declared: Members): object {
  const { name, type, definition, role, loggingConfig, tracingConfig } = declared;
  const capitalised = (value: unknown): unknown =>
    isMembers(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, member]) => [
            `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`,
            member,
          ]),
        )
      : undefined;
  const logging = capitalised(loggingConfig);
  // The plugin has the destinations as ARNs.
  const destinations =
    isMembers(logging) && Array.isArray(logging['Destinations']) ? logging['Destinations'] : undefined;
  return keepPlace(
    {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        ...(name !== undefined && { StateMachineName: name }),
        ...(type !== undefined && { StateMachineType: String(type) }),
        ...(role !== undefined && { RoleArn: role }),
        ...(typeof definition === 'string' ? { DefinitionString: definition } : { Definition: definition }),
        ...(isMembers(logging) && {
          LoggingConfiguration: {
            ...logging,
            ...(destinations && {
              Destinations: destinations.map((arn) => ({ CloudWatchLogsLogGroup: { LogGroupArn: arn } })),
            }),
          },
        }),
        ...(isMembers(tracingConfig) && { TracingConfiguration: capitalised(tracingConfig) }),
      },
    },
    declared,
  );
}

/** As the framework makes logical ids: `my-function_a` is `MyDashfunctionUnderscorea`. */
function normalized(key: string): string {
  const plain = key.replace(/-/g, 'Dash').replace(/_/g, 'Underscore');
  return `${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}`;
}

class NoValue extends TemplateProblem {
  readonly reason: string;
  constructor(place: Place, reason: string) {
    super(place, reason);
    this.reason = reason;
  }
}

/** `${self:a.b}`, `${opt:stage, 'dev'}`, `${env:X}`, `${file(x.yml):key}` and the like, from the inside out. */
class Variables {
  readonly #document: TemplateDocument;
  readonly #options: ServerlessOptions;
  readonly #files = new Map<string, unknown>();
  #steps = 0;
  /** Variables that are being evaluated. */
  readonly #open = new Set<string>();

  constructor(document: TemplateDocument, options: ServerlessOptions) {
    this.#document = document;
    this.#options = options;
  }

  /** What has no value becomes UNKNOWN, which is a problem only where it is needed. */
  resolve(value: unknown, outer: Place): unknown {
    if (typeof value === 'string') {
      try {
        return this.#text(value, outer);
      } catch (error) {
        if (!(error instanceof NoValue)) throw error;
        return { [UNKNOWN]: error.reason };
      }
    }
    if (typeof value !== 'object' || value === null) return value;
    const place = placeOf(value, outer);
    if (Array.isArray(value))
      return keepPlace(
        value.map((item) => this.resolve(item, place)),
        value,
      );
    return keepPlace(
      Object.fromEntries(Object.entries(value).map(([name, member]) => [name, this.resolve(member, place)])),
      value,
    );
  }

  #text(text: string, place: Place): unknown {
    let at = text.replaceAll(/#\{(AWS::[A-Za-z]+)\}/g, (_whole, name: string) => this.#pseudo(name));
    for (;;) {
      const match = VARIABLE.exec(at);
      if (match === null) return at;
      if (++this.#steps > MOST_STEPS)
        throw new TemplateProblem(
          place,
          `expected the variables to end, but after ${MOST_STEPS} steps there are more`,
        );
      const found = this.#variable(match[1]!, place);
      // A variable that is all of a text may stand for an object.
      if (match[0] === at) return this.resolve(found, place);
      if (typeof found === 'object')
        throw new TemplateProblem(place, `expected a text for \${${match[1]}}, but got ${shown(found)}`);
      at = at.replace(match[0], () => String(found));
    }
  }

  #pseudo(name: string): string {
    if (name === 'AWS::Region') return this.#options.region;
    if (name === 'AWS::AccountId') return this.#options.account;
    return `\${${name}}`;
  }

  /** @param inner `source:address, fallback, …` */
  #variable(inner: string, place: Place): unknown {
    if (this.#open.has(inner)) throw new TemplateProblem(place, `the variable \${${inner}} needs itself`);
    this.#open.add(inner);
    try {
      return this.#valueOf(inner, place);
    } finally {
      this.#open.delete(inner);
    }
  }

  #valueOf(inner: string, place: Place): unknown {
    const [wanted, ...fallbacks] = inner.split(',').map((part) => part.trim()) as [string, ...string[]];
    const found = this.#find(wanted, place);
    if (found !== undefined && found !== null) return found;
    for (const fallback of fallbacks) {
      const literal = /^(?:'(.*)'|"(.*)")$/.exec(fallback);
      if (literal !== null) return literal[1] ?? literal[2];
      if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(fallback)) return JSON.parse(fallback);
      const value = this.#find(fallback, place);
      if (value !== undefined && value !== null) return value;
    }
    throw new NoValue(place, `\${${inner}} has no value here: ${remedyFor(wanted)}`);
  }

  #find(variable: string, place: Place): unknown {
    const { options, env, account, region } = this.#options;
    const [, source, argument, address = ''] =
      /^([a-zA-Z]+)(?:\(([^()]*)\))?(?::(.*))?$/.exec(variable) ?? [];
    switch (source) {
      case 'self':
        return this.#member(this.#document.value, address, place);
      case 'opt':
        return options[address];
      case 'env':
        return env[address];
      case 'sls':
        if (address === 'stage')
          return options['stage'] ?? this.#member(this.#document.value, 'provider.stage', place) ?? 'dev';
        return address === 'instanceId' ? 'local' : undefined;
      case 'aws':
        return address === 'accountId' ? account : address === 'region' ? region : undefined;
      case 'param':
        return options[`param.${address}`];
      case 'strToBool':
        return argument === 'true' || argument === '1';
      case 'file':
        return this.#member(this.#file(argument ?? '', place), address, place);
      default:
        return undefined;
    }
  }

  #member(value: unknown, address: string, place: Place): unknown {
    let at = value;
    for (const name of address === '' ? [] : address.split('.')) {
      if (typeof at === 'string') at = this.resolve(at, place);
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined;
    }
    return typeof at === 'string' || address === '' ? this.resolve(at, place) : at;
  }

  #file(path: string, place: Place): unknown {
    const file = resolve(dirname(this.#document.file), path.trim());
    if (this.#files.has(file)) return this.#files.get(file);
    if (!existsSync(file)) return undefined;
    if (!/\.(ya?ml|json)$/i.test(extname(file)))
      throw new TemplateProblem(
        place,
        `expected a YAML or JSON file, but got ${path}: Treadle runs no code to find a value`,
      );
    const value = parseTemplate(readFileSync(file, 'utf8'), file);
    this.#files.set(file, value);
    return value;
  }
}

function remedyFor(variable: string): string {
  const [source, address = ''] = variable.split(/:(.*)/s);
  if (source === 'opt') return `give it with parameters.${address}`;
  if (source === 'env') return `set the variable ${address}`;
  if (source === 'param') return `give it with parameters.param.${address}`;
  return `give it a fallback, as in \${${variable}, 'value'}`;
}
