// A service model in the form the protocol codecs of @aws-sdk/core take: nested arrays ("static schemas"), built shape
// by shape when a codec first asks.

import {
  type Member,
  memberRef,
  memberTraits,
  type Operation,
  type Ref,
  type ServiceModel,
  type Structure,
} from './service-model.ts';

/** An array as the codecs know it, a number for a simple type, or a function that gives one of these. */
export type Schema = number | string | readonly unknown[] | (() => Schema);

export interface OperationSchema {
  readonly namespace: string;
  readonly name: string;
  readonly traits: object;
  readonly input: Schema;
  readonly output: Schema;
}

const SIMPLE: Readonly<Record<string, number>> = {
  s: 0,
  j: 0,
  i: 1,
  l: 1,
  f: 1,
  b: 2,
  t: 4,
  td: 5,
  th: 6,
  te: 7,
  d: 15,
  x: 21,
  // Streams are read and written whole, with a bound.
  xs: 21,
};
const [LIST, MAP, STRUCTURE, UNION] = [1, 2, 3, 4] as const;

export interface Schemas {
  operation(name: string): OperationSchema;
}

/** @param lenient for responses: times in JSON come as they are, because stand-ins write them in ways that AWS does not. */
export function createSchemas(model: ServiceModel, lenient: boolean): Schemas {
  const { protocol } = model;
  const xml = protocol !== 'json' && protocol !== 'rest-json';
  const shapes = new Map<string, Schema>();
  const operations = new Map<string, OperationSchema>();

  function shape(name: string): Schema {
    const known = shapes.get(name);
    if (known !== undefined) return known;
    const made = makeShape(name);
    shapes.set(name, made);
    return made;
  }

  function makeShape(name: string): Schema {
    const of = model.shapes[name]!;
    if ('members' in of) return structure(name, name, {});
    const traits = of.flat === true ? { xmlFlattened: 1 } : 0;
    if ('item' in of) return [LIST, model.prefix, name, traits, member(of.item)];
    return [MAP, model.prefix, name, traits, member(of.key), member(of.value)];
  }

  function structure(of: string, name: string, traits: object): Schema {
    const { members, payload, union, namespace } = model.shapes[of] as Structure;
    const names = Object.keys(members);
    const schemas = names.map((one) => member(members[one]!, one, one === payload));
    const own = namespace === undefined ? traits : { ...traits, xmlNamespace: namespace };
    return [union === true ? UNION : STRUCTURE, model.prefix, name, own, names, schemas];
  }

  function reference(ref: Ref, inBody: boolean): Schema {
    if (ref.startsWith('#')) return () => shape(ref.slice(1));
    return lenient && !xml && inBody && ref.startsWith('t') ? SIMPLE['d']! : SIMPLE[ref]!;
  }

  function member(of: Member, name = '', isPayload = false): Schema {
    const traits = wireTraits(of, name, isPayload);
    const schema = reference(memberRef(of), memberTraits(of).in === undefined);
    return Object.keys(traits).length === 0 ? schema : [schema, traits];
  }

  function wireTraits(of: Member, name: string, isPayload: boolean): Record<string, unknown> {
    const from = memberTraits(of);
    const traits: Record<string, unknown> = {};
    if (isPayload) {
      traits['httpPayload'] = 1;
      // The root element is named after the member, not its shape.
      if (xml) traits['xmlName'] = from.name ?? name;
    }
    if (memberRef(of) === 'j') traits['mediaType'] = 'application/json';
    switch (from.in) {
      case 'header':
        traits['httpHeader'] = from.name ?? name;
        break;
      case 'headers':
        traits['httpPrefixHeaders'] = from.name ?? '';
        break;
      case 'uri':
        traits['httpLabel'] = 1;
        break;
      case 'querystring':
        if (isMap(memberRef(of))) traits['httpQueryParams'] = 1;
        else traits['httpQuery'] = from.name ?? name;
        break;
      case 'statusCode':
        traits['httpResponseCode'] = 1;
        break;
      default:
        if (from.name !== undefined) traits[xml ? 'xmlName' : 'jsonName'] = from.name;
    }
    if (from.queryName !== undefined) traits['ec2QueryName'] = from.queryName;
    if (from.flat === true) traits['xmlFlattened'] = 1;
    if (from.attribute === true) traits['xmlAttribute'] = 1;
    if (from.namespace !== undefined) traits['xmlNamespace'] = from.namespace;
    if (from.hostLabel === true) traits['hostLabel'] = 1;
    return traits;
  }

  function isMap(ref: Ref): boolean {
    return ref.startsWith('#') && 'value' in model.shapes[ref.slice(1)]!;
  }

  /** The path with its labels named as the members, which is how the codecs look for them. */
  function labelled({ uri, input }: Operation): string {
    let path = uri;
    const structure = input === undefined ? undefined : model.shapes[input];
    if (structure === undefined || !('members' in structure)) return path;
    for (const [name, of] of Object.entries(structure.members)) {
      const { in: location, name: wire } = memberTraits(of);
      if (location !== 'uri' || wire === undefined) continue;
      path = path.replace(`{${wire}}`, `{${name}}`).replace(`{${wire}+}`, `{${name}+}`);
    }
    return path;
  }

  function makeOperation(name: string, of: Operation): OperationSchema {
    const traits: Record<string, unknown> = { http: [of.method, labelled(of), 200] };
    if (of.hostPrefix !== undefined) traits['endpoint'] = [of.hostPrefix];
    const root: Record<string, unknown> = {};
    if (of.root !== undefined) root['xmlName'] = of.root;
    if (of.rootNamespace !== undefined) root['xmlNamespace'] = ['', of.rootNamespace];
    const empty: Schema = [STRUCTURE, model.prefix, `${name}Empty`, 0, [], []];
    return {
      namespace: model.prefix,
      name,
      traits,
      input: of.input === undefined ? empty : structure(of.input, of.input, root),
      output: of.output === undefined ? empty : shape(of.output),
    };
  }

  return {
    operation(name) {
      const known = operations.get(name);
      if (known !== undefined) return known;
      const made = makeOperation(name, model.operations[name]!);
      operations.set(name, made);
      return made;
    },
  };
}
