// S3 on AWS takes the bucket in the host ("virtual hosting"); stand-ins get it in the path, where the model has it.

import type { SdkObject, WireRequest } from './protocol.ts';

/** A name that can be a label of a host and has no dot, which no certificate of AWS covers. */
const LABEL = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const ACCESS_POINT =
  /^arn:[a-z-]+:s3:(?<region>[a-z0-9-]*):(?<account>\d{12}):accesspoint[/:](?<name>[a-z0-9-]+)$/;

export function bucketHost(request: WireRequest, input: SdkObject): WireRequest {
  const bucket = input['Bucket'];
  if (typeof bucket !== 'string') return request;
  const { hostname } = request;
  if (LABEL.test(bucket))
    return { ...request, hostname: `${bucket}.${hostname}`, path: pathWithin(request.path) };
  const point = ACCESS_POINT.exec(bucket)?.groups;
  if (point === undefined) return request;
  const suffix = hostname.replace(/^s3[.-](?:[a-z0-9-]+\.)?(?=amazonaws|c2s|sc2s|cloud|csp)/, '');
  const host = `${point['name']}-${point['account']}.s3-accesspoint.${point['region']}.${suffix}`;
  return { ...request, hostname: host, path: pathWithin(request.path) };
}

/** The path without its first segment, the bucket. */
function pathWithin(path: string): string {
  const slash = path.indexOf('/', 1);
  return slash === -1 ? '/' : path.slice(slash);
}
