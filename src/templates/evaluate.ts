// The intrinsic functions of CloudFormation, evaluated without AWS: what a value of a template is on this machine.
// Source: CloudFormation's reference of intrinsic functions and pseudo parameters.

import type { Account } from '../base/arn.ts';
import { placeOf } from './document.ts';
import { type Place, TemplateProblem } from './problem.ts';
import { arnOf, queueUrl, resourceTypeNamed } from './resource-types.ts';
import {
  isIntrinsic,
  isMembers,
  type Members,
  type Resource,
  shown,
  type Template,
  UNKNOWN,
} from './template.ts';

export interface Scope {
  readonly account: Account;
  readonly stackName: string;
  /** Values of parameters, over their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Values of `Resource` and `Resource.Attribute`, over what is made up for them. */
  readonly values: Readonly<Record<string, string>>;
  /** Name of a resource, by logical id, in place of the one that the template gives. */
  readonly names: Readonly<Record<string, string>>;
  /** Value of an export; undefined: nobody exports it. */
  readonly importValue: (name: string) => string | undefined;
}

/** What `AWS::NoValue` gives: the member that has it is left out. */
const NO_VALUE = Symbol('AWS::NoValue');
const MOST_DEPTH = 200;

export class Evaluator {
  readonly #template: Template;
  readonly #scope: Scope;
  /** Conditions and parameters that are being evaluated: one that needs itself is a mistake. */
  readonly #open = new Set<string>();

  constructor(template: Template, scope: Scope) {
    this.#template = template;
    this.#scope = scope;
  }

  /** @param place where to point when the value has no place of its own @throws TemplateProblem */
  evaluate(value: unknown, place: Place): unknown {
    const found = this.#evaluate(value, place, 0);
    return found === NO_VALUE ? undefined : found;
  }

  /** @returns undefined when the value is absent. @throws TemplateProblem when it is no text, number or truth value */
  text(value: unknown, place: Place, what: string): string | undefined {
    if (value === undefined) return undefined;
    const found = this.evaluate(value, place);
    if (found === undefined) return undefined;
    if (typeof found === 'object')
      throw new TemplateProblem(
        placeOf(value, place),
        `expected ${what} to be a text, but got ${shown(found)}`,
      );
    return String(found);
  }

  /** Whether the resource is made at all. @throws TemplateProblem */
  exists(resource: Resource): boolean {
    return resource.condition === undefined || this.condition(resource.condition, resource.place);
  }

  nameOf(resource: Resource): string {
    const given = this.#scope.names[resource.id];
    if (given !== undefined) return given;
    const type = resourceTypeNamed(resource.type);
    const named = this.text(resource.properties[type.name], resource.place, type.name);
    if (named !== undefined) return named;
    return resource.type === 'AWS::S3::Bucket' ? resource.id.toLowerCase() : resource.id;
  }

  condition(name: string, place: Place): boolean {
    const declared = this.#template.conditions[name];
    if (declared === undefined)
      throw new TemplateProblem(place, `expected a condition ${name}, but there is none`);
    return this.#once(`condition ${name}`, place, () => this.#truth(declared, placeOf(declared, place), 0));
  }

  #once<T>(what: string, place: Place, evaluate: () => T): T {
    if (this.#open.has(what)) throw new TemplateProblem(place, `the ${what} needs itself`);
    this.#open.add(what);
    try {
      return evaluate();
    } finally {
      this.#open.delete(what);
    }
  }

  #evaluate(value: unknown, outer: Place, depth: number): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const place = placeOf(value, outer);
    if (depth > MOST_DEPTH)
      throw new TemplateProblem(place, `expected at most ${MOST_DEPTH} levels of nesting`);
    if (Array.isArray(value)) {
      return value.map((item) => this.#evaluate(item, place, depth + 1)).filter((item) => item !== NO_VALUE);
    }
    const members = value as Members;
    if (isIntrinsic(members)) {
      const [[name, argument]] = Object.entries(members) as [[string, unknown]];
      return this.#call(name, argument, place, depth + 1);
    }
    const made: [string, unknown][] = [];
    for (const [name, member] of Object.entries(members)) {
      const found = this.#evaluate(member, place, depth + 1);
      if (found !== NO_VALUE) made.push([name, found]);
    }
    return Object.fromEntries(made);
  }

  #call(name: string, argument: unknown, place: Place, depth: number): unknown {
    const evaluated = () => this.#evaluate(argument, place, depth);
    const list = (least: number, most = least): unknown[] =>
      this.#list(name, argument, place, depth, least, most);
    switch (name) {
      case 'Ref':
        return this.#ref(this.#literal(name, argument, place), place);
      case 'Condition':
        return this.condition(this.#literal(name, argument, place), place);
      case 'Fn::GetAtt': {
        const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s).slice(0, 2) : list(2);
        return this.#attribute(String(parts[0]), String(parts[1] ?? ''), place);
      }
      case 'Fn::Sub':
        return this.#sub(argument, place, depth);
      case 'Fn::Join': {
        const [separator, items] = list(2) as [unknown, unknown];
        if (!Array.isArray(items)) throw wrong(name, 'a list of texts', items, place);
        return items.map((item) => textOf(name, item, place)).join(textOf(name, separator, place));
      }
      case 'Fn::Split': {
        const [separator, text] = list(2) as [unknown, unknown];
        return textOf(name, text, place).split(textOf(name, separator, place));
      }
      case 'Fn::Select': {
        const [index, items] = list(2) as [unknown, unknown];
        const found = Array.isArray(items) ? items[Number(index)] : undefined;
        if (found === undefined) throw wrong(name, `an element ${String(index)}`, items, place);
        return found;
      }
      case 'Fn::FindInMap':
        return this.#findInMap(list(3, 4), place);
      case 'Fn::If': {
        if (!Array.isArray(argument) || argument.length !== 3)
          throw wrong(name, 'a condition and two values', argument, place);
        const [condition, yes, no] = argument as [unknown, unknown, unknown];
        const chosen = this.condition(this.#literal(name, condition, place), place) ? yes : no;
        return this.#evaluate(chosen, place, depth);
      }
      case 'Fn::Equals': {
        const [a, b] = list(2);
        return JSON.stringify(asText(a)) === JSON.stringify(asText(b));
      }
      case 'Fn::And':
        return this.#conditions(argument, place, depth).every(Boolean);
      case 'Fn::Or':
        return this.#conditions(argument, place, depth).some(Boolean);
      case 'Fn::Not':
        return !this.#conditions(argument, place, depth)[0];
      case 'Fn::ImportValue': {
        const wanted = textOf(name, evaluated(), place);
        const found = this.#scope.importValue(wanted);
        if (found !== undefined) return found;
        throw new TemplateProblem(place, `nothing here exports '${wanted}': give it with exports.${wanted}`);
      }
      case 'Fn::Base64':
        return Buffer.from(textOf(name, evaluated(), place)).toString('base64');
      case 'Fn::ToJsonString':
        return JSON.stringify(evaluated());
      case 'Fn::Length': {
        const items = evaluated();
        if (!Array.isArray(items)) throw wrong(name, 'a list', items, place);
        return items.length;
      }
      case 'Fn::GetAZs':
        return ['a', 'b', 'c'].map((zone) => `${this.#scope.account.region}${zone}`);
      case UNKNOWN:
        throw new TemplateProblem(place, String(argument));
      default:
        throw new TemplateProblem(
          place,
          `the function ${name} cannot be evaluated here: write its value out`,
        );
    }
  }

  #ref(name: string, place: Place): unknown {
    const { account, stackName, values } = this.#scope;
    const override = values[name];
    if (override !== undefined) return override;
    switch (name) {
      case 'AWS::AccountId':
        return account.account;
      case 'AWS::Region':
        return account.region;
      case 'AWS::Partition':
        return account.partition;
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:${account.partition}:cloudformation:${account.region}:${account.account}:stack/${stackName}/local`;
      case 'AWS::URLSuffix':
        return account.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return NO_VALUE;
    }
    const parameter = this.#template.parameters[name];
    if (parameter !== undefined) return this.#parameter(name, parameter, place);
    const resource = this.#template.resources.get(name);
    if (resource !== undefined) return this.#resourceRef(resource);
    // SAM makes `Function.Alias` and `Function.Version` of AutoPublishAlias.
    const [owner, made] = name.split('.', 2) as [string, string | undefined];
    const published = made === undefined ? undefined : this.#template.resources.get(owner);
    if (published !== undefined && (made === 'Alias' || made === 'Version'))
      return this.#published(published, made);
    throw new TemplateProblem(place, `expected a parameter or a resource ${name}, but the template has none`);
  }

  #published(resource: Resource, made: 'Alias' | 'Version'): string {
    const { properties, place } = resource;
    const alias = this.text(properties['AutoPublishAlias'], place, 'AutoPublishAlias') ?? 'live';
    return `${this.#arn(resource)}:${made === 'Alias' ? alias : '1'}`;
  }

  #parameter(name: string, declared: unknown, place: Place): unknown {
    const { parameters } = this.#scope;
    const given = Object.hasOwn(parameters, name)
      ? parameters[name]
      : isMembers(declared)
        ? declared['Default']
        : undefined;
    if (given === undefined) {
      throw new TemplateProblem(
        place,
        `the parameter ${name} has no default: give it with parameters.${name}, or --parameter-overrides ${name}=VALUE`,
      );
    }
    const type = isMembers(declared) ? String(declared['Type']) : 'String';
    if (!/^(CommaDelimitedList|List<.*>)$/.test(type))
      return typeof given === 'object' ? given : String(given);
    return Array.isArray(given)
      ? given
      : String(given)
          .split(',')
          .map((item) => item.trim());
  }

  #resourceRef(resource: Resource): string {
    const type = resourceTypeNamed(resource.type);
    const name = this.nameOf(resource);
    if (type.ref === 'url') return queueUrl(this.#scope.account, name);
    if (type.ref === 'arn') return this.#arn(resource) ?? name;
    return name;
  }

  #arn(resource: Resource): string | undefined {
    return arnOf(resourceTypeNamed(resource.type), this.#scope.account, this.nameOf(resource));
  }

  #attribute(id: string, attribute: string, place: Place): string {
    const override = this.#scope.values[`${id}.${attribute}`];
    if (override !== undefined) return override;
    const resource = this.#template.resources.get(id);
    if (resource === undefined)
      throw new TemplateProblem(place, `expected a resource ${id}, but the template has none`);
    const type = resourceTypeNamed(resource.type);
    const name = this.nameOf(resource);
    if (attribute === 'Arn' || attribute === type.arnAttribute) {
      const arn = this.#arn(resource);
      if (arn !== undefined) return arn;
    }
    if (attribute === type.name || attribute === 'Name') return name;
    if (attribute === 'QueueUrl') return queueUrl(this.#scope.account, name);
    throw new TemplateProblem(
      place,
      `what ${attribute} of ${id} (${resource.type}) will be is not known here: give it with values.${id}.${attribute}`,
    );
  }

  /** Text with `${Name}`, `${Resource.Attribute}`, `${!literal}`; or that and a mapping of further names. */
  #sub(argument: unknown, place: Place, depth: number): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    if (typeof text !== 'string' || !isMembers(variables))
      throw wrong('Fn::Sub', 'a text, or a list of a text and a mapping', argument, place);
    return text.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
      if (inner.startsWith('!')) return `\${${inner.slice(1)}}`;
      const name = inner.trim();
      if (Object.hasOwn(variables, name))
        return textOf('Fn::Sub', this.#evaluate(variables[name], place, depth), place);
      const dot = name.indexOf('.');
      const isAttribute =
        dot > 0 && this.#template.resources.has(name.slice(0, dot)) && !/\.(Alias|Version)$/.test(name);
      const found = isAttribute
        ? this.#attribute(name.slice(0, dot), name.slice(dot + 1), place)
        : this.#ref(name, place);
      return found === NO_VALUE ? '' : textOf(`\${${whole}}`, found, place);
    });
  }

  #findInMap(parts: readonly unknown[], place: Place): unknown {
    const [map, first, second, options] = parts;
    const table = this.#template.mappings[String(map)];
    const row = isMembers(table) ? table[String(first)] : undefined;
    const found = isMembers(row) ? row[String(second)] : undefined;
    if (found !== undefined) return found;
    if (isMembers(options) && options['DefaultValue'] !== undefined) return options['DefaultValue'];
    throw new TemplateProblem(
      place,
      `the mapping ${String(map)} has no ${String(first)} with ${String(second)}${first === this.#scope.account.region ? ': choose another region in treadle.yaml' : ''}`,
    );
  }

  #conditions(argument: unknown, place: Place, depth: number): boolean[] {
    if (!Array.isArray(argument)) throw wrong('conditions', 'a list', argument, place);
    return argument.map((item) => this.#truth(item, place, depth));
  }

  #truth(value: unknown, place: Place, depth: number): boolean {
    const found = this.#evaluate(value, place, depth);
    if (found === true || found === 'true') return true;
    if (found === false || found === 'false') return false;
    throw wrong('a condition', 'true or false', found, place);
  }

  #list(
    name: string,
    argument: unknown,
    place: Place,
    depth: number,
    least: number,
    most: number,
  ): unknown[] {
    const found = this.#evaluate(argument, place, depth);
    if (Array.isArray(found) && found.length >= least && found.length <= most) return found;
    throw wrong(name, `a list of ${least}`, found, place);
  }

  #literal(name: string, argument: unknown, place: Place): string {
    if (typeof argument === 'string') return argument;
    throw wrong(name, 'a name', argument, place);
  }
}

function textOf(name: string, value: unknown, place: Place): string {
  if (typeof value === 'object' || value === undefined) throw wrong(name, 'a text', value, place);
  return String(value);
}

/** Numbers and truth values are texts in a template. */
function asText(value: unknown): unknown {
  return typeof value === 'object' ? value : String(value);
}

function wrong(name: string, expected: string, got: unknown, place: Place): TemplateProblem {
  return new TemplateProblem(
    place,
    `expected ${expected} in ${name}, but got ${shown(got === NO_VALUE ? undefined : got)}`,
  );
}
