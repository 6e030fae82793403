// What Treadle knows of an AWS service: its protocol, operations and shapes, reduced from AWS's own service model by
// scripts/models.ts and kept as one compressed file each in models/. Read when the service is first used.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

export interface ServiceModel {
  /** As errors name the service: `DynamoDb`. */
  readonly prefix: string;
  readonly protocol: 'json' | 'rest-json' | 'query' | 'ec2' | 'rest-xml';
  /** Of the API: `2012-08-10`. */
  readonly version: string;
  /** Protocol `json`: `1.0` or `1.1`. */
  readonly jsonVersion?: string;
  /** Protocol `json`: what `x-amz-target` begins with. */
  readonly target?: string;
  readonly xmlNamespace?: string;
  /** The service used to speak the query protocol and still names errors as it did. */
  readonly queryErrors?: true;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly endpoint: EndpointTable;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Code on the wire → name of the shape; also the shape's own name. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Host patterns with `{region}` and `{suffix}` (the partition's DNS suffix); what is nearest to the region wins. */
export interface EndpointTable {
  readonly host: string;
  readonly partitions?: Readonly<Record<string, string>>;
  readonly regions?: Readonly<Record<string, string>>;
  /** Partition or region → region to sign for, where it is another. */
  readonly signingRegions?: Readonly<Record<string, string>>;
}

export interface Operation {
  readonly method: string;
  readonly uri: string;
  /** Names of structures; absent: none. */
  readonly input?: string;
  readonly output?: string;
  /** Root element of the request body, protocol `rest-xml`. */
  readonly root?: string;
  readonly rootNamespace?: string;
  /** Goes before the host: `api.`, `{AccountId}.`. */
  readonly hostPrefix?: string;
  /** The request carries a checksum of its body; `true`, or the member that chooses which. */
  readonly checksum?: string | true;
  readonly unsigned?: true;
  /** AWS excludes it from SDK integrations: Treadle calls it, a state machine cannot. */
  readonly internal?: true;
}

/**
 * `s` string, `i` integer, `l` long, `f` floating point, `b` boolean, `t` timestamp (`td` date and time, `te` seconds,
 * `th` HTTP date), `x` blob, `xs` streaming blob, `j` string that holds JSON, `d` any document, `#Name` a shape.
 */
export type Ref = string;

export type Member = Ref | readonly [Ref, MemberTraits];

export interface MemberTraits {
  readonly in?: 'header' | 'headers' | 'uri' | 'querystring' | 'statusCode';
  /** On the wire, where it differs from the member's name. */
  readonly name?: string;
  /** Protocol `ec2`. */
  readonly queryName?: string;
  readonly flat?: true;
  readonly attribute?: true;
  readonly namespace?: readonly [prefix: string, uri: string];
  readonly token?: true;
  readonly hostLabel?: true;
}

export type Shape = Structure | List | MapShape;

export interface Structure {
  readonly members: Readonly<Record<string, Member>>;
  readonly required?: readonly string[];
  /** Member that is the whole HTTP body. */
  readonly payload?: string;
  readonly union?: true;
  readonly namespace?: readonly [prefix: string, uri: string];
}

export interface List {
  readonly item: Member;
  readonly flat?: true;
}

export interface MapShape {
  readonly key: Member;
  readonly value: Member;
  readonly flat?: true;
}

/** Beside `src/`, and beside `dist/` when built. */
const FOLDER = join(dirname(dirname(import.meta.dirname)), 'models');
const models = new Map<string, ServiceModel>();

/** @param service as in a Resource: `dynamodb`. @returns undefined when Treadle has no model of it. */
export function serviceModel(service: string): ServiceModel | undefined {
  const known = models.get(service);
  if (known !== undefined) return known;
  if (!/^[a-z][a-z0-9]*$/.test(service)) return undefined;
  const file = join(FOLDER, `${service}.json.br`);
  if (!existsSync(file)) return undefined;
  const text = brotliDecompressSync(readFileSync(file)).toString('utf8');
  const model = JSON.parse(text) as ServiceModel;
  models.set(service, model);
  return model;
}

/** @param action with either case of its first letter, as in a Resource. @returns its name in the model. */
export function operationName(model: ServiceModel, action: string): string | undefined {
  const name = action.charAt(0).toUpperCase() + action.slice(1);
  return Object.hasOwn(model.operations, name) ? name : undefined;
}

export function memberRef(member: Member): Ref {
  return typeof member === 'string' ? member : member[0];
}

const NO_TRAITS: MemberTraits = {};

export function memberTraits(member: Member): MemberTraits {
  return typeof member === 'string' ? NO_TRAITS : member[1];
}

/** The shape behind a reference; undefined for a simple type. */
export function shapeOf(model: ServiceModel, ref: Ref): Shape | undefined {
  return ref.startsWith('#') ? model.shapes[ref.slice(1)] : undefined;
}

export function structureOf(model: ServiceModel, name: string | undefined): Structure | undefined {
  return name === undefined ? undefined : (model.shapes[name] as Structure);
}
