// Reduces AWS's published service models, as botocore and the AWS CLI carry them in their data folder, to models/*.json.br
// and src/asl/sdk-names.ts. Only facts are taken: names, types, wire locations, endpoints; no documentation text.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { servicePrefix } from '../../src/aws/java-names.ts';
import type { Member, MemberTraits, Operation, ServiceModel, Shape } from '../../src/aws/service-model.ts';
import { endpointTable, type Partition, type RuleSet } from './endpoints.ts';
import { type OutputBounds, outputBounds } from './output-bounds.ts';

export interface SourceMember {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: string | { readonly uri: string; readonly prefix?: string };
  readonly idempotencyToken?: boolean;
  readonly hostLabel?: boolean;
  readonly jsonvalue?: boolean;
  readonly streaming?: boolean;
}

export interface SourceShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, SourceMember>>;
  readonly required?: readonly string[];
  readonly payload?: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly streaming?: boolean;
  readonly flattened?: boolean;
  readonly xmlNamespace?: SourceMember['xmlNamespace'];
  readonly member?: SourceMember;
  readonly key?: SourceMember;
  readonly value?: SourceMember;
  readonly timestampFormat?: string;
  readonly exception?: boolean;
  readonly error?: { readonly code?: string };
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
}

interface SourceOperation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input?: SourceMember;
  readonly output?: SourceMember & { readonly resultWrapper?: string };
  readonly errors?: readonly { readonly shape: string }[];
  readonly endpoint?: { readonly hostPrefix?: string };
  readonly httpChecksumRequired?: boolean;
  readonly httpChecksum?: {
    readonly requestAlgorithmMember?: string;
    readonly requestChecksumRequired?: boolean;
  };
  readonly authtype?: string;
}

export interface Source {
  readonly metadata: {
    readonly apiVersion: string;
    readonly endpointPrefix: string;
    readonly signingName?: string;
    readonly protocol: string;
    readonly protocols?: readonly string[];
    readonly jsonVersion?: string;
    readonly targetPrefix?: string;
    readonly xmlNamespace?: string;
    readonly serviceId: string;
    readonly awsQueryCompatible?: unknown;
  };
  readonly operations: Readonly<Record<string, SourceOperation>>;
  readonly shapes: Readonly<Record<string, SourceShape>>;
}

/** Actions that AWS excludes from SDK integrations ("Unsupported API actions"). Event streams are left out by their type. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  applicationdiscovery: ['DescribeExportConfigurations', 'ExportConfigurations'],
  bedrockagentcore: ['InvokeCodeInterpreter', 'InvokeAgentRuntimeCommand', 'InvokeHarness'],
  cloudwatchlogs: ['StartLiveTail', 'GetLogObject'],
  codedeploy: [
    'BatchGetDeploymentInstances',
    'GetDeploymentInstance',
    'ListDeploymentInstances',
    'SkipWaitTimeForInstanceTermination',
  ],
  comprehendmedical: ['DetectEntities'],
  dataexchange: ['SendApiAsset'],
  devopsagent: ['SendMessage'],
  directconnect: [
    'AllocateConnectionOnInterconnect',
    'DescribeConnectionLoa',
    'DescribeConnectionsOnInterconnect',
    'DescribeInterconnectLoa',
  ],
  dsql: ['CreateMultiRegionClusters', 'DeleteMultiRegionClusters'],
  efs: ['CreateTags'],
  emr: ['DescribeJobFlows'],
  iot: ['AttachPrincipalPolicy', 'ListPrincipalPolicies', 'DetachPrincipalPolicy', 'ListPolicyPrincipals'],
  iotdeviceadvisor: ['ListTestCases'],
  iotsitewise: ['InvokeAssistant'],
  lambda: ['InvokeAsync', 'InvokeWithResponseStream'],
  mediapackage: ['RotateChannelCredentials'],
  qbusiness: ['Chat'],
  rdsdata: ['ExecuteSql'],
  securityhub: ['ConnectorRegistrationsV2'],
  shield: ['DeleteSubscription'],
  sts: ['AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'],
};

/** Of the unsupported ones those that Treadle itself calls. */
const INTERNAL: Readonly<Record<string, readonly string[]>> = { sts: ['AssumeRole'] };

/** Services of AWS's list that its published models no longer, or not yet, have: any action passes a definition's check. */
const UNMODELLED = [
  'elasticinference',
  'iotanalytics',
  'lambdacore',
  'lambdamicrovms',
  'lookoutvision',
  'opsworkscm',
  'partnercentralrevenuemeasurement',
  'privatenetworks',
  'resiliencehubv2',
  'sagemakerjobruntime',
  'sms',
  'supportauthz',
];

/** Folders that hold a service a second time. */
const ALIASES = ['sms-voice'];

const PROTOCOLS = ['json', 'rest-json', 'query', 'ec2', 'rest-xml'] as const;
const LOCATIONS: Readonly<Record<string, MemberTraits['in']>> = {
  header: 'header',
  headers: 'headers',
  uri: 'uri',
  querystring: 'querystring',
  statusCode: 'statusCode',
};
const SIMPLE: Readonly<Record<string, string>> = {
  string: 's',
  character: 's',
  integer: 'i',
  short: 'i',
  byte: 'i',
  long: 'l',
  bigInteger: 'l',
  float: 'f',
  double: 'f',
  bigDecimal: 'f',
  boolean: 'b',
};
const TIMES: Readonly<Record<string, string>> = {
  iso8601: 'td',
  unixTimestamp: 'te',
  unixTimestampInSeconds: 'te',
  rfc822: 'th',
};

function reduce(source: Source, service: string, endpoint: ServiceModel['endpoint']): ServiceModel {
  const { metadata, shapes: sourceShapes } = source;
  const protocol = PROTOCOLS.find((name) => (metadata.protocols ?? [metadata.protocol]).includes(name));
  if (protocol === undefined) throw new Error(`${metadata.serviceId} speaks ${metadata.protocol}`);
  const shapes: Record<string, Shape> = {};
  const errors: Record<string, string> = {};

  function refOf(member: SourceMember): string {
    // Text in the model of S3, because of what old objects have there; a time in every SDK.
    if (metadata.serviceId === 'S3' && member.shape === 'Expires') return 'th';
    const shape = sourceShapes[member.shape]!;
    if (member.jsonvalue === true) return 'j';
    if (shape.document === true) return 'd';
    if (shape.type === 'timestamp')
      return shape.timestampFormat === undefined ? 't' : TIMES[shape.timestampFormat]!;
    if (shape.type === 'blob') return shape.streaming === true || member.streaming === true ? 'xs' : 'x';
    const simple = SIMPLE[shape.type];
    if (simple !== undefined) return simple;
    visit(member.shape);
    return `#${member.shape}`;
  }

  function memberOf(member: SourceMember, name: string): Member {
    const traits: Record<string, unknown> = {};
    if (member.location !== undefined) traits['in'] = LOCATIONS[member.location];
    const wire = flatName(member) ?? member.locationName;
    if (wire !== undefined && wire !== name) traits['name'] = wire;
    if (member.queryName !== undefined) traits['queryName'] = member.queryName;
    if (member.flattened === true) traits['flat'] = true;
    if (member.xmlAttribute === true) traits['attribute'] = true;
    if (member.xmlNamespace !== undefined) traits['namespace'] = namespaceOf(member.xmlNamespace);
    if (member.idempotencyToken === true) traits['token'] = true;
    if (member.hostLabel === true) traits['hostLabel'] = true;
    const ref = refOf(member);
    return Object.keys(traits).length === 0 ? ref : [ref, traits as MemberTraits];
  }

  /** The items of a flattened list bear the item's name instead of the list's. */
  function flatName(member: SourceMember): string | undefined {
    const shape = sourceShapes[member.shape]!;
    const flat = shape.flattened === true || member.flattened === true;
    return shape.type === 'list' && flat ? shape.member!.locationName : undefined;
  }

  function visit(name: string): void {
    if (Object.hasOwn(shapes, name)) return;
    const shape = sourceShapes[name]!;
    switch (shape.type) {
      case 'list': {
        shapes[name] = { item: 's' };
        const item = memberOf(shape.member!, 'member');
        shapes[name] = shape.flattened === true ? { item, flat: true } : { item };
        return;
      }
      case 'map': {
        shapes[name] = { key: 's', value: 's' };
        const [key, value] = [memberOf(shape.key!, 'key'), memberOf(shape.value!, 'value')];
        shapes[name] = shape.flattened === true ? { key, value, flat: true } : { key, value };
        return;
      }
      case 'structure': {
        const members: Record<string, Member> = {};
        const { required = [], payload, union, xmlNamespace } = shape;
        shapes[name] = {
          members,
          ...(required.length > 0 && { required }),
          ...(payload !== undefined && { payload }),
          ...(union === true && { union }),
          ...(xmlNamespace !== undefined && { namespace: namespaceOf(xmlNamespace) }),
        };
        for (const [member, of] of Object.entries(shape.members ?? {}))
          members[member] = memberOf(of, member);
        return;
      }
      default:
        throw new Error(`${metadata.serviceId}: the shape ${name} has the type ${shape.type}`);
    }
  }

  function hasEvents(member: SourceMember | undefined): boolean {
    const shape = member === undefined ? undefined : sourceShapes[member.shape];
    return Object.values(shape?.members ?? {}).some((one) => sourceShapes[one.shape]!.eventstream === true);
  }

  function operationOf(operation: SourceOperation): Operation {
    const { input, output, http } = operation;
    if (output?.resultWrapper !== undefined && output.resultWrapper !== `${operation.name}Result`) {
      throw new Error(`${operation.name} wraps its result in ${output.resultWrapper}`);
    }
    for (const { shape } of operation.errors ?? []) {
      errors[shape] = shape;
      const code = sourceShapes[shape]?.error?.code;
      if (code !== undefined) errors[code] = shape;
    }
    if (input !== undefined) visit(input.shape);
    if (output !== undefined) visit(output.shape);
    const checksum =
      operation.httpChecksum?.requestAlgorithmMember ??
      (operation.httpChecksumRequired || operation.httpChecksum?.requestChecksumRequired ? true : undefined);
    const namespace = input?.xmlNamespace === undefined ? undefined : namespaceOf(input.xmlNamespace)[1];
    return {
      method: http.method,
      uri: http.requestUri,
      ...(input !== undefined && { input: input.shape }),
      ...(output !== undefined && { output: output.shape }),
      ...(input?.locationName !== undefined && { root: input.locationName }),
      ...(namespace !== undefined && { rootNamespace: namespace }),
      ...(operation.endpoint?.hostPrefix !== undefined && { hostPrefix: operation.endpoint.hostPrefix }),
      ...(checksum !== undefined && { checksum }),
      ...(operation.authtype === 'none' && { unsigned: true }),
    };
  }

  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(source.operations)) {
    if (hasEvents(operation.input) || hasEvents(operation.output)) continue;
    const internal = INTERNAL[service]?.includes(name) ?? false;
    if (UNSUPPORTED[service]?.includes(name) && !internal) continue;
    operations[name] = { ...operationOf(operation), ...(internal && { internal }) };
  }
  return {
    prefix: servicePrefix(metadata.serviceId),
    protocol,
    version: metadata.apiVersion,
    ...(protocol === 'json' && {
      jsonVersion: metadata.jsonVersion ?? '1.0',
      target: metadata.targetPrefix!,
    }),
    ...(metadata.xmlNamespace !== undefined && { xmlNamespace: metadata.xmlNamespace }),
    ...(metadata.awsQueryCompatible !== undefined && { queryErrors: true }),
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    endpointPrefix: metadata.endpointPrefix,
    endpoint,
    operations,
    shapes,
    errors,
  };
}

function namespaceOf(value: string | { readonly uri: string; readonly prefix?: string }): [string, string] {
  return typeof value === 'string' ? ['', value] : [value.prefix ?? '', value.uri];
}

export function readGzip(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'));
}

/** Operation names of a service, each without what it shares with the one before: see the module that is written. */
export function namesModule(services: ReadonlyMap<string, readonly string[]>, source: string): string {
  const lines = [...services]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, actions]) => {
      if (actions[0] === '*') return `${service} *`;
      let before = '';
      const parts = [...actions].sort().map((action) => {
        let shared = 0;
        while (shared < 35 && shared < action.length && action[shared] === before[shared]) shared++;
        before = action;
        return shared.toString(36) + action.slice(shared);
      });
      return `${service} ${parts.join(',')}`;
    });
  return `// Every service and action of \`aws-sdk:\` resources: "service action,action,…" a line, an action without the letters that it
// shares with the one before it (their number, in base 36, comes first). \`*\`: any action.
// Written by \`npm run models\` from ${source}; do not edit by hand.

export const SDK_NAMES = \`
${lines.join('\n')}
\`;
`;
}

export interface ServiceModels {
  /** Service as in a Resource → its model. */
  readonly models: ReadonlyMap<string, ServiceModel>;
  /** Service → what its model says of values in answers. */
  readonly bounds: ReadonlyMap<string, OutputBounds>;
  /** Service → the actions that state machines may call; `*`: any. */
  readonly actions: ReadonlyMap<string, readonly string[]>;
}

/** @param folder botocore's `data`. */
export function readServiceModels(folder: string): ServiceModels {
  const { partitions } = JSON.parse(readFileSync(join(folder, 'partitions.json'), 'utf8')) as {
    partitions: readonly Partition[];
  };
  const models = new Map<string, ServiceModel>();
  const bounds = new Map<string, OutputBounds>();
  const actions = new Map<string, readonly string[]>(UNMODELLED.map((service) => [service, ['*']]));
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || ALIASES.includes(entry.name)) continue;
    const version = readdirSync(join(folder, entry.name)).sort().at(-1)!;
    const at = join(folder, entry.name, version);
    const source = readGzip(join(at, 'service-2.json.gz')) as Source;
    const rules = join(at, 'endpoint-rule-set-1.json.gz');
    const endpoint = endpointTable(
      existsSync(rules) ? (readGzip(rules) as RuleSet) : undefined,
      source.metadata.endpointPrefix,
      partitions,
    );
    const service = servicePrefix(source.metadata.serviceId).toLowerCase();
    if (actions.has(service)) throw new Error(`Two services have the name ${service}`);
    const model = reduce(source, service, endpoint);
    models.set(service, model);
    bounds.set(service, outputBounds(model, source.shapes));
    actions.set(
      service,
      Object.entries(model.operations)
        .filter(([, { internal }]) => internal !== true)
        .map(([name]) => name.charAt(0).toLowerCase() + name.slice(1)),
    );
  }
  return { models, bounds, actions };
}
