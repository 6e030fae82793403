// What the models do not say of single services; the AWS SDKs carry the same in code beside their models.

import type { SdkObject, SdkValue, WireRequest, WireResponse } from './protocol.ts';
import type { ServiceModel } from './service-model.ts';

/** Ids that Route 53 prints with a path before them, and takes without. */
const ROUTE53_IDS = ['Id', 'HostedZoneId', 'ResourceId', 'DelegationSetId', 'ChangeId'];
const ROUTE53_PATH = /^\/(hostedzone|change|delegationset)\//;

/** Members in the form that the service takes. */
export function adaptInput(model: ServiceModel, input: SdkObject): SdkObject {
  if (model.prefix !== 'Route53') return input;
  const adapted: Record<string, SdkValue> = { ...input };
  for (const name of ROUTE53_IDS) {
    const value = adapted[name];
    if (typeof value === 'string') adapted[name] = value.replace(ROUTE53_PATH, '');
  }
  return adapted;
}

/** Headers that a service requires in every request. */
export function serviceHeaders(model: ServiceModel): Record<string, string> {
  switch (model.prefix) {
    case 'ApiGateway':
      // Without it the answers come in another form (HAL).
      return { accept: 'application/json' };
    case 'Glacier':
      return { 'x-amz-glacier-version': model.version };
    default:
      return {};
  }
}

/** What a state machine uploads is text (recorded for S3). */
export function uploadType(wire: WireRequest): Record<string, string> {
  const generic = wire.headers['content-type'] === 'application/octet-stream';
  return generic ? { 'content-type': 'text/plain; charset=UTF-8' } : {};
}

const LOCATION = /<LocationConstraint\b[^>]*>([^<]*)<\/LocationConstraint>/;

/** A response in the form that its model describes. */
export function adaptResponse(model: ServiceModel, operation: string, response: WireResponse): WireResponse {
  if (model.prefix !== 'S3' || operation !== 'GetBucketLocation') return response;
  // The one answer of S3 whose root element is the member itself.
  const found = LOCATION.exec(new TextDecoder().decode(response.body));
  const member = found === null ? '' : `<LocationConstraint>${found[1]}</LocationConstraint>`;
  return { ...response, body: new TextEncoder().encode(`<Output>${member}</Output>`) };
}

/** S3 answers long operations with status 200 at once, and may still fail. */
export function isLateError(model: ServiceModel, response: WireResponse): boolean {
  if (model.prefix !== 'S3' || !/xml/.test(response.headers['content-type'] ?? '')) return false;
  return /^\s*(<\?xml[^>]*\?>)?\s*<Error>/.test(new TextDecoder().decode(response.body.subarray(0, 200)));
}
