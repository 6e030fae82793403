// Where a service is: at the endpoint of the configuration, or at AWS's own host for the Region, by the model's table.

import type { EndpointTable, ServiceModel } from './service-model.ts';

/** Where a call goes. */
export interface Target {
  readonly base: URL;
  /** An endpoint of the configuration or of the call, in place of AWS's own. */
  readonly configured: boolean;
  readonly region: string;
}

export interface Wish {
  /** Default: the installation's. */
  readonly region?: string | undefined;
  /** Base URL for this call; what the configuration has for the service goes before it. */
  readonly endpoint?: string | undefined;
  /** True: `endpoint` goes before the configuration. */
  readonly endpointFirst?: boolean | undefined;
}

export interface Endpoints {
  /** The base URL that the configuration gives under this name. */
  named(name: string): string | undefined;
  /** @param service as in a Resource: `sqs`, `eventbridge`. */
  locate(service: string, model: ServiceModel, wish: Wish): Target;
}

/** Other names under which a configuration may give a service's endpoint. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  sfn: ['states', 'stepfunctions'],
};

/** @param configured name of a service → base URL. @param home the Region of calls that name none. */
export function createEndpoints(configured: Readonly<Record<string, string>>, home: string): Endpoints {
  const named = (name: string): string | undefined =>
    Object.hasOwn(configured, name) ? configured[name] : undefined;
  const urls = new Urls();
  return {
    named,
    locate(service, model, { region = home, endpoint, endpointFirst = false }) {
      const names = [service, model.signingName, model.endpointPrefix, ...(OTHER_NAMES[service] ?? [])];
      const found = names.map(named).find((url) => url !== undefined);
      const url = endpointFirst ? (endpoint ?? found) : (found ?? endpoint);
      if (url !== undefined) return { base: urls.of(url), configured: true, region };
      const { host, signingRegion } = awsEndpoint(model.endpoint, region);
      return { base: urls.of(`https://${host}`), configured: false, region: signingRegion };
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

/** Suffixes of AWS's own hosts, over all partitions. */
const AWS_HOST =
  /\.(amazonaws\.(com|com\.cn|eu)|api\.aws|on\.aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;

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
