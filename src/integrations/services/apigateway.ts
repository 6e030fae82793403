// apigateway:invoke calls a deployed API by HTTPS, or whatever `endpoints.execute-api` names: there the API's host goes
// along in the Host header, by which stand-ins tell APIs apart. Only hosts of API Gateway get a signature.

import type { Aws } from '../../aws/aws.ts';
import { notServed, standInFor } from '../../aws/endpoints.ts';
import { getMember, isJsonObject, type JsonObject, stringifyJson } from '../../base/json.ts';
import { Refused } from '../../net/addresses.ts';
import type { Http, HttpResponse } from '../../net/http-client.ts';
import type { Check, Integration, TaskRequest } from '../integration.ts';
import { checkFields, type Fields, listsOf } from '../parameters.ts';
import { encodePath, outcomeOf, outcomeOfError, withoutNulls } from './http-call.ts';

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];

const FIELDS: Fields = {
  'ApiEndpoint!': 'string',
  'Method!': METHODS,
  AllowNullValues: 'boolean',
  AuthType: ['NO_AUTH', 'IAM_ROLE', 'RESOURCE_POLICY'],
  Headers: 'lists',
  Path: 'string',
  QueryParameters: 'lists',
  RequestBody: 'any',
  Stage: 'string',
};

/** Headers that Step Functions does not let through (Developer Guide, "Call API Gateway with Step Functions"). */
const FORBIDDEN =
  /^(x-forwarded.*|x-amz.*|authorization|connection|content-md5|expect|host|max-forwards|proxy-authenticate|server|te|transfer-encoding|trailer|upgrade|via|www-authenticate)$/i;

const HOST = /^[A-Za-z0-9.-]+(:\d{1,5})?$/;
/** Of API Gateway: `ID.execute-api.REGION.amazonaws.com`. */
const AWS_HOST = /^[a-z0-9-]+\.execute-api\.(?<region>[a-z0-9-]+)\.(amazonaws\.com(\.cn)?|api\.aws)$/i;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

/** @param http for calls without a signature, to hosts that tasks choose. */
export function createApiGateway(aws: Aws, http: Http): Integration {
  return {
    check: checkApiGateway,
    async start(task, signal) {
      try {
        return outcomeOf(await send(task, signal), 'ApiGateway');
      } catch (error) {
        return outcomeOfError(error, 'ApiGateway');
      }
    },
  };

  async function send(task: TaskRequest, signal: AbortSignal): Promise<HttpResponse> {
    const input = task.input as JsonObject;
    const host = input['ApiEndpoint'] as string;
    const method = input['Method'] as string;
    const path = encodePath(textOf(input, 'Stage'), textOf(input, 'Path'));
    const query = listsOf(getMember(input, 'QueryParameters'));
    const body = bodyOf(input);
    const headers: Record<string, string> = {};
    for (const [name, values] of Object.entries(listsOf(getMember(input, 'Headers')))) {
      headers[name.toLowerCase()] = values.join(',');
    }
    if (body !== '') headers['content-type'] ??= 'application/json';
    const standIn = aws.endpoint('execute-api');
    const found = AWS_HOST.exec(host);
    if (standIn === undefined && found !== null && aws.access === false) {
      throw new Refused(notServed('apigateway:invoke', { standIn: standInFor('execute-api') }));
    }
    const authType = getMember(input, 'AuthType') ?? 'NO_AUTH';
    if (authType !== 'NO_AUTH') {
      if (standIn === undefined && found === null) {
        throw new Refused(
          `ApiEndpoint is ${JSON.stringify(host)}, but a call with AuthType ${authType} is signed for hosts of API Gateway only, such as ID.execute-api.${task.region}.amazonaws.com`,
        );
      }
      return aws.send({
        signingName: 'execute-api',
        endpoint: standIn ?? `https://${host}`,
        chosenBy: standIn === undefined ? 'aws' : 'configuration',
        method,
        path,
        query,
        headers: { ...headers, host },
        body,
        region: found?.groups?.['region'] ?? task.region,
        roleArn: task.credentials,
        signal,
      });
    }
    const base = new URL(standIn ?? `https://${host}`);
    const url = new URL(base.pathname.replace(/\/$/, '') + path, base);
    for (const [name, values] of Object.entries(query)) {
      for (const value of values) url.searchParams.append(name, value);
    }
    const sent = standIn === undefined ? headers : { ...headers, host };
    return http.send({
      url,
      method,
      headers: sent,
      body,
      maxBytes: MAX_RESPONSE_BYTES,
      signal,
    });
  }
}

export const checkApiGateway: Check = (_resource, input, template = false) => {
  const reasons = checkFields(input, FIELDS, template);
  if (!isJsonObject(input) || reasons.length > 0) return reasons;
  const host = input['ApiEndpoint'];
  if (typeof host === 'string' && !HOST.test(host)) {
    reasons.push("The value of the field 'ApiEndpoint' has an invalid format");
  }
  for (const name of Object.keys(listsOf(getMember(input, 'Headers')))) {
    if (FORBIDDEN.test(name)) reasons.push(`The header "${name}" is not supported by Step Functions`);
  }
  return reasons;
};

function textOf(input: JsonObject, name: string): string | undefined {
  return getMember(input, name) as string | undefined;
}

/** JSON text, also of a string (recorded); what another content type says is sent as it is. */
function bodyOf(input: JsonObject): string {
  const body = getMember(input, 'RequestBody') ?? null;
  if (body === null || input['Method'] === 'GET' || input['Method'] === 'HEAD') return '';
  const type = Object.entries(listsOf(getMember(input, 'Headers'))).find(([name]) =>
    /^content-type$/i.test(name),
  );
  if (typeof body === 'string' && type !== undefined && !/json/i.test(type[1].join())) return body;
  return stringifyJson(getMember(input, 'AllowNullValues') === true ? body : withoutNulls(body));
}
