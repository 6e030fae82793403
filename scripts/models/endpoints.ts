// Reduces the endpoint rules of an AWS service to a table of host patterns, by asking the rules for every region of
// every partition. Not a rule engine at run time: what rules decide by request (buckets, accounts) is the client's.

import '@aws-sdk/core/client';
import { resolveEndpoint } from '@smithy/core/endpoints';
import type { EndpointTable } from '../../src/aws/service-model.ts';

export interface Partition {
  readonly id: string;
  readonly outputs: { readonly dnsSuffix: string };
  readonly regions: Readonly<Record<string, unknown>>;
}

export type RuleSet = Parameters<typeof resolveEndpoint>[0];

interface Found {
  readonly region: string;
  readonly host: string;
  readonly signing: string;
}

/** @param rules undefined for a service without; @param prefix the host's first label then. */
export function endpointTable(
  rules: RuleSet | undefined,
  prefix: string,
  partitions: readonly Partition[],
): EndpointTable {
  const plain = `${prefix}.{region}.{suffix}`;
  const byPartition = new Map<string, Found[]>();
  for (const { id, outputs, regions } of partitions) {
    const names = Object.keys(regions).filter((region) => !region.endsWith('-global'));
    byPartition.set(
      id,
      names.map(
        (region) => ask(rules, region, outputs.dnsSuffix) ?? { region, host: plain, signing: region },
      ),
    );
  }
  const host = mostCommon(byPartition.get('aws')!.map((found) => found.host));
  const table = { partitions: {}, regions: {}, signingRegions: {} } satisfies Record<
    string,
    Record<string, string>
  >;
  for (const [id, found] of byPartition) {
    const common = mostCommon(found.map((one) => one.host));
    if (common !== host) Object.assign(table.partitions, { [id]: common });
    for (const one of found)
      if (one.host !== common) Object.assign(table.regions, { [one.region]: one.host });
    const signing = mostCommon(found.map((one) => (one.signing === one.region ? '{region}' : one.signing)));
    if (signing !== '{region}') Object.assign(table.signingRegions, { [id]: signing });
    for (const one of found) {
      if (one.signing !== signing.replace('{region}', one.region)) {
        Object.assign(table.signingRegions, { [one.region]: one.signing });
      }
    }
  }
  return {
    host,
    ...Object.fromEntries(Object.entries(table).filter(([, row]) => Object.keys(row).length > 0)),
  };
}

function ask(rules: RuleSet | undefined, region: string, suffix: string): Found | undefined {
  if (rules === undefined) return undefined;
  const endpointParams = { Region: region, UseFIPS: false, UseDualStack: false };
  let endpoint: ReturnType<typeof resolveEndpoint>;
  try {
    endpoint = resolveEndpoint(rules, { endpointParams });
  } catch {
    // Rules that need more than a region (an account, a bucket) say so; the usual pattern holds then.
    return undefined;
  }
  const schemes = endpoint.properties?.['authSchemes'] as { signingRegion?: string }[] | undefined;
  const host = endpoint.url.host
    .replace(new RegExp(`\\b${region}\\b`), '{region}')
    .replace(new RegExp(`\\.${suffix.replaceAll('.', '\\.')}$`), '.{suffix}');
  return { region, host, signing: schemes?.[0]?.signingRegion ?? region };
}

function mostCommon(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}
