// Asks CloudWatch Logs for a log group, where the configuration names an endpoint for it: AWS itself is not asked about what
// only stands in a configuration.

import type { Aws } from '../aws/aws.ts';
import { parseArn } from '../base/arn.ts';
import { getMember, isJsonArray, isJsonObject } from '../base/json.ts';

const MAX_WAIT_MS = 5_000;

/** @returns undefined when it cannot be told: no endpoint, no log group's ARN, no answer. */
export async function hasLogGroup(aws: Aws, arn: string): Promise<boolean | undefined> {
  const parsed = parseArn(arn);
  const name = /^log-group:([^:]+):\*$/.exec(parsed?.resource ?? '')?.[1];
  if (parsed === undefined || name === undefined) return undefined;
  if (!['cloudwatchlogs', 'logs'].some((service) => aws.endpoint(service) !== undefined)) return undefined;
  const answer = await aws.call({
    service: 'cloudwatchlogs',
    action: 'describeLogGroups',
    input: { LogGroupNamePrefix: name },
    region: parsed.region,
    signal: AbortSignal.timeout(MAX_WAIT_MS),
  });
  if (!answer.ok) return undefined;
  const groups = getMember(answer.output, 'LogGroups');
  // Names in their order: the group with just this name comes first.
  return (
    isJsonArray(groups) &&
    groups.some((group) => isJsonObject(group) && getMember(group, 'LogGroupName') === name)
  );
}
