// Where a service is: the configured stand-in, or AWS's own host for the Region from the model's table.

import type { EndpointTable } from './service-model.ts';

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
  const pattern = own(table.regions, region) ?? own(table.partitions, partition.id) ?? table.host;
  return {
    host: pattern.replace('{region}', region).replace('{suffix}', partition.suffix),
    signingRegion: own(table.signingRegions, region) ?? own(table.signingRegions, partition.id) ?? region,
  };
}

function own(row: Readonly<Record<string, string>> | undefined, name: string): string | undefined {
  return row !== undefined && Object.hasOwn(row, name) ? row[name] : undefined;
}
