// Serves what was deployed with API Gateway: REST APIs whose methods call Lambda functions, at
// `<id>.execute-api.<region>.amazonaws.com` in the Host header. The resources are read from whoever keeps them (moto); headers
// and refusals are those that AWS was recorded with.

import { randomUUID } from 'node:crypto';
import { type Answer, type Asked, json, type Running, serve, text } from './http.ts';

interface Resource {
  readonly path: string;
  readonly resourceMethods?: Readonly<Record<string, unknown>>;
}

interface Method {
  readonly methodIntegration?: { readonly type: string; readonly uri: string };
}

/** @param apis URL of the API Gateway API @param lambda URL of the Lambda API */
export function openExecuteApi(apis: string, lambda: string): Promise<Running> {
  async function ask<T>(path: string): Promise<T> {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0';
    const response = await fetch(`${apis}${path}`, { headers: { authorization } });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}`);
    return (await response.json()) as T;
  }

  async function methodOf(api: string, path: string, name: string): Promise<Method | undefined> {
    const { item } = await ask<{ item: readonly (Resource & { readonly id: string })[] }>(
      `/restapis/${api}/resources`,
    );
    const found = item.find((resource) => resource.path === path);
    if (found?.resourceMethods?.[name] === undefined) return undefined;
    return ask<Method>(`/restapis/${api}/resources/${found.id}/methods/${name}`);
  }

  return serve(async ({ headers, url, method, body }: Asked) => {
    const api = String(headers.host).split('.')[0]!;
    const [, , path = '/'] = /^\/([^/?]+)(\/[^?]*)?/.exec(url) ?? [];
    const integration = (await methodOf(api, path, method))?.methodIntegration;
    // AWS's answer to what no API has.
    if (integration === undefined) {
      const missing = json(403, { message: 'Missing Authentication Token' });
      return dressed(missing, ['x-amzn-ErrorType', 'MissingAuthenticationTokenException']);
    }
    const name = /functions\/arn:[^/]*:function:([^/:]+)/.exec(integration.uri)?.[1];
    if (integration.type !== 'AWS' || name === undefined)
      throw new Error(
        `Expected an integration of type AWS with a function, but got ${JSON.stringify(integration)}`,
      );
    const invoked = await fetch(`${lambda}/2015-03-31/functions/${name}/invocations`, {
      method: 'POST',
      body: body.length === 0 ? '{}' : body.toString(),
    });
    return dressed(text(200, await invoked.text(), 'application/json'));
  });
}

/** With the headers of API Gateway behind CloudFront, as AWS answers at edge-optimized endpoints. */
function dressed({ status, headers, body }: Answer, ...more: Answer['headers']): Answer {
  return {
    status,
    headers: [
      ...headers,
      ['Connection', 'keep-alive'],
      ['Date', new Date().toUTCString()],
      ['x-amzn-RequestId', randomUUID()],
      ['x-amz-apigw-id', 'stand-in='],
      ['X-Amzn-Trace-Id', 'Root=1-00000000-000000000000000000000000'],
      ['X-Cache', status < 400 ? 'Miss from cloudfront' : 'Error from cloudfront'],
      ['Via', '1.1 stand-in.cloudfront.net (CloudFront)'],
      ['X-Amz-Cf-Pop', 'STAND-IN'],
      ['X-Amz-Cf-Id', 'stand-in=='],
      ...more,
    ],
    body,
  };
}
