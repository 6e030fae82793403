// Where a service is: at the endpoint of the configuration, or at AWS's own host for the Region, by the model's table. AWS is
// left out unless the configuration asks for it.

import { Refused } from '../net/addresses.ts';
import type { EndpointTable, ServiceModel } from './service-model.ts';

/**
 * Who named the host of a call. `aws`: it is AWS's own, by the service's model; only there and at what the `configuration`
 * names go credentials. `task`: it came with the parameters of a task, which may be anybody's.
 */
export type ChosenBy = 'aws' | 'configuration' | 'task';

/** Where a call goes. */
export interface Target {
  readonly base: URL;
  readonly chosenBy: ChosenBy;
  readonly region: string;
}

export interface GivenEndpoint {
  /** Base URL. */
  readonly url: string;
  readonly chosenBy: 'configuration' | 'task';
  /** True: it goes before what the configuration has for the service. */
  readonly first: boolean;
}

export interface Wish {
  /** Default: the installation's. */
  readonly region?: string | undefined;
  /** For this call. */
  readonly endpoint?: GivenEndpoint | undefined;
}

export interface Endpoints {
  /** The base URL that the configuration gives under this name. */
  named(name: string): string | undefined;
  /** @param service as in a Resource: `sqs`, `eventbridge`. */
  locate(service: string, model: ServiceModel, wish: Wish): Target;
  /** Whether calls of the service have somewhere to go: an endpoint, or AWS. */
  serves(service: string, model: ServiceModel): boolean;
}

/** `aws` of the configuration: whether calls without an endpoint go to AWS itself, and with which profile. */
export type AwsAccess = boolean | { readonly profile: string };

/** What the configuration could have for a call, besides AWS. */
interface Ways {
  readonly ownFunction?: string;
  readonly standIn: string;
}

/** Why a call is not made that nothing is configured for, with what would serve it. @param call `dynamodb:GetItem` */
export function notServed(
  call: string,
  { ownFunction = 'functions.NAME with resources', standIn }: Ways,
): string {
  return (
    `${call} was not called: nothing in the configuration serves it, and AWS is not asked unless the configuration says so. ` +
    `Serve it by a function of your own (${ownFunction}), by a stand-in (${standIn}), or by AWS itself (aws: true)`
  );
}

/** As it would stand in the configuration. */
export function standInFor(service: string): string {
  return `endpoints.${service}: http://127.0.0.1:4566`;
}

/** @throws Refused for a call to AWS itself where the configuration does not ask for AWS. */
export function expectAccess({ chosenBy }: Target, access: AwsAccess, call: string, service: string): void {
  if (chosenBy === 'aws' && access === false) {
    throw new Refused(notServed(call, { standIn: standInFor(service) }));
  }
}

/** Other names under which a configuration may give a service's endpoint. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  sfn: ['states', 'stepfunctions'],
};

/**
 * @param configured name of a service → base URL. @param home the Region of calls that name none.
 * @param access to AWS itself.
 */
export function createEndpoints(
  configured: Readonly<Record<string, string>>,
  home: string,
  access: AwsAccess,
): Endpoints {
  const named = (name: string): string | undefined =>
    Object.hasOwn(configured, name) ? configured[name] : undefined;
  const urls = new Urls();
  const configuredFor = (service: string, model: ServiceModel): string | undefined =>
    [service, model.signingName, model.endpointPrefix, ...(OTHER_NAMES[service] ?? [])]
      .map(named)
      .find((url) => url !== undefined);
  return {
    named,
    serves: (service, model) => access !== false || configuredFor(service, model) !== undefined,
    locate(service, model, { region = home, endpoint }) {
      const found = endpoint?.first === true ? undefined : configuredFor(service, model);
      if (found !== undefined) return { base: urls.of(found), chosenBy: 'configuration', region };
      if (endpoint !== undefined) return { base: urls.of(endpoint.url), chosenBy: endpoint.chosenBy, region };
      const { host, signingRegion } = awsEndpoint(model.endpoint, region);
      return { base: urls.of(`https://${host}`), chosenBy: 'aws', region: signingRegion };
    },
  };
}

const MAX_URLS = 1_000;

/** URLs by their text, parsed once. They are shared, so they must not be changed. */
export class Urls {
  readonly #known = new Map<string, URL>();

  of(text: string): URL {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const url = new URL(text);
    if (this.#known.size >= MAX_URLS) this.#known.clear();
    this.#known.set(text, url);
    return url;
  }
}

/** Suffixes of AWS's own hosts, over all partitions; a test compares them with every service model. */
const AWS_SUFFIXES = [
  'amazonaws\\.(com|com\\.cn|eu)',
  'api\\.aws',
  'on\\.aws',
  '(c2s|csp\\.hci)\\.ic\\.gov',
  'sc2s\\.sgov\\.gov',
  'cloud\\.adc-e\\.uk',
  'api\\.amazonwebservices\\.(com\\.cn|eu)',
  'api\\.(aws\\.ic\\.gov|aws\\.scloud|cloud-aws\\.adc-e\\.uk|aws\\.hci\\.ic\\.gov)',
  'signin\\.(aws\\.amazon\\.com|amazonaws\\.cn|amazonaws-us-gov\\.com)',
];
const AWS_HOST = new RegExp(`\\.(${AWS_SUFFIXES.join('|')})$`);

/** False for what stands in for AWS (LocalStack, moto, …). */
export function isAwsHost(hostname: string): boolean {
  return AWS_HOST.test(hostname);
}

/** AWS's partitions: which Regions, and the suffix of their hosts. */
const PARTITIONS: readonly { readonly id: string; readonly regions: RegExp; readonly suffix: string }[] = [
  { id: 'aws-cn', regions: /^cn-/, suffix: 'amazonaws.com.cn' },
  { id: 'aws-us-gov', regions: /^us-gov-/, suffix: 'amazonaws.com' },
  { id: 'aws-eusc', regions: /^eusc-/, suffix: 'amazonaws.eu' },
  { id: 'aws-iso', regions: /^us-iso-/, suffix: 'c2s.ic.gov' },
  { id: 'aws-iso-b', regions: /^us-isob-/, suffix: 'sc2s.sgov.gov' },
  { id: 'aws-iso-e', regions: /^eu-isoe-/, suffix: 'cloud.adc-e.uk' },
  { id: 'aws-iso-f', regions: /^us-isof-/, suffix: 'csp.hci.ic.gov' },
  { id: 'aws', regions: /^/, suffix: 'amazonaws.com' },
];

export interface AwsEndpoint {
  readonly host: string;
  readonly signingRegion: string;
}

export function awsEndpoint(table: EndpointTable, region: string): AwsEndpoint {
  const partition = PARTITIONS.find(({ regions }) => regions.test(region))!;
  const pattern = ownEntry(table.regions, region) ?? ownEntry(table.partitions, partition.id) ?? table.host;
  return {
    host: pattern.replace('{region}', region).replace('{suffix}', partition.suffix),
    signingRegion:
      ownEntry(table.signingRegions, region) ?? ownEntry(table.signingRegions, partition.id) ?? region,
  };
}

function ownEntry(row: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return row !== undefined && Object.hasOwn(row, name) ? row[name] : undefined;
}
