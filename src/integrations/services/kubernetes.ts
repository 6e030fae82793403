// eks:call and eks:runJob call a cluster's own Kubernetes API: its address and certificate authority are in the
// parameters, and the caller is identified by a presigned URL of STS, as with every client of EKS. Whoever has that URL acts
// as the caller at the cluster it names: one that is worth something goes to hosts of EKS only.

import type { Aws } from '../../aws/aws.ts';
import { notServed } from '../../aws/endpoints.ts';
import {
  getMember,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  stringifyJson,
} from '../../base/json.ts';
import { Refused } from '../../net/addresses.ts';
import { createHttp, type Http, type HttpResponse, Unreachable } from '../../net/http-client.ts';
import type { Check, Integration, TaskOutcome, TaskRequest } from '../integration.ts';
import { failure, success } from '../outcome.ts';
import { checkFields, type Fields, listsOf } from '../parameters.ts';
import { encodePath, jsonOrText, outcomeOf, outcomeOfError } from './http-call.ts';
import { at, textAt } from './json-members.ts';

const CLUSTER: Fields = {
  'CertificateAuthority!': 'string',
  'ClusterName!': 'string',
  'Endpoint!': 'string',
};
const CALL_FIELDS: Fields = {
  ...CLUSTER,
  'Method!': ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'],
  'Path!': 'string',
  QueryParameters: 'lists',
  RequestBody: 'any',
};
const JOB_FIELDS: Fields = {
  ...CLUSTER,
  'Job!': 'object',
  LogOptions: 'object',
  Namespace: 'string',
};
const LOG_FIELDS: Fields = {
  LogParameters: 'lists',
  RawLogs: 'boolean',
  RetrieveLogs: 'boolean',
};

/** Where EKS serves the API of clusters: `ID.gr7.REGION.eks.amazonaws.com`, with IPv6 `ID.eks-cluster.REGION.api.aws`. */
const EKS_HOST =
  /^[a-z0-9-]+\.([a-z0-9-]+\.[a-z0-9-]+\.eks\.amazonaws\.com(\.cn)?|eks-cluster\.[a-z0-9-]+\.api\.(aws|amazonwebservices\.com\.cn))$/i;
const TOKEN_SECONDS = 60;
const CONNECTIONS = 16;
const MAX_CLUSTERS = 32;
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

export interface Kubernetes {
  readonly call: Integration;
  readonly runJob: Integration;
  close(): Promise<void>;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly body?: Json;
}

export function createKubernetes(aws: Aws): Kubernetes {
  const clusters = new Map<string, Http>();

  function connection(certificateAuthority: string): Http {
    const known = clusters.get(certificateAuthority);
    if (known !== undefined) return known;
    const pem = Buffer.from(certificateAuthority, 'base64').toString('utf8');
    const http = createHttp({
      connections: CONNECTIONS,
      guard: aws.unasked,
      ca: pem.includes('BEGIN CERTIFICATE') ? pem : undefined,
    });
    for (const [oldest, unused] of clusters) {
      if (clusters.size < MAX_CLUSTERS) break;
      clusters.delete(oldest);
      void unused.close();
    }
    clusters.set(certificateAuthority, http);
    return http;
  }

  /** Identifies the caller. None without TLS: an address such as that of `kubectl proxy` adds its own. */
  async function authorization(
    task: TaskRequest,
    endpoint: URL,
    signal: AbortSignal,
  ): Promise<Record<string, string>> {
    const isEks = EKS_HOST.test(endpoint.hostname);
    if (isEks && aws.access === false) {
      const standIn = 'Endpoint: the address of a cluster of your own';
      throw new Refused(notServed(task.resource.arn.split(':::')[1]!, { standIn }));
    }
    if (endpoint.protocol === 'http:') return {};
    const cluster = (task.input as JsonObject)['ClusterName'] as string;
    const url = await aws.presign(
      {
        service: 'sts',
        method: 'GET',
        path: '/',
        query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
        headers: { 'x-k8s-aws-id': cluster },
        region: task.region,
        roleArn: task.credentials,
        bearer: isEks ? 'aws' : 'foreign',
        signal,
      },
      TOKEN_SECONDS,
    );
    return { authorization: `Bearer k8s-aws-v1.${Buffer.from(url).toString('base64url')}` };
  }

  async function send(task: TaskRequest, request: Request, signal: AbortSignal): Promise<HttpResponse> {
    const { Endpoint, CertificateAuthority } = task.input as Record<string, string>;
    const base = new URL(Endpoint!);
    const url = new URL(base.pathname.replace(/\/$/, '') + request.path, base);
    for (const [name, values] of Object.entries(request.query ?? {})) {
      for (const value of values) url.searchParams.append(name, value);
    }
    const body = request.body === undefined || request.body === null ? '' : stringifyJson(request.body);
    return connection(CertificateAuthority!).send({
      url,
      method: request.method,
      headers: {
        ...(await authorization(task, base, signal)),
        accept: 'application/json',
        ...(body === '' ? {} : { 'content-type': contentType(request.method) }),
      },
      body,
      maxBytes: MAX_RESPONSE_BYTES,
      signal,
    });
  }

  async function attempt(made: () => Promise<TaskOutcome>): Promise<TaskOutcome> {
    try {
      return await made();
    } catch (error) {
      return outcomeOfError(error, 'EKS');
    }
  }

  /** The job with what its containers wrote, as `LogOptions` wishes. */
  async function withLogs(task: TaskRequest, job: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    const options = (getMember(task.input as JsonObject, 'LogOptions') ?? {}) as JsonObject;
    if (getMember(options, 'RetrieveLogs') !== true) return job;
    const pods = `/api/v1/namespaces/${namespaceOf(task)}/pods`;
    const query = { labelSelector: [`job-name=${textAt(job, 'metadata.name')}`] };
    const listed = jsonOrText(textOf(await send(task, { method: 'GET', path: pods, query }, signal)));
    const items = at(listed, 'items');
    const found: Record<string, JsonObject> = {};
    for (const pod of isJsonArray(items) ? items : []) {
      const name = textAt(pod, 'metadata.name') ?? '';
      const containers = at(pod, 'spec.containers');
      const logs: JsonObject = {};
      for (const container of isJsonArray(containers) ? containers : []) {
        const of = textAt(container, 'name') ?? '';
        const wanted = { ...listsOf(getMember(options, 'LogParameters')), container: [of] };
        const response = await send(
          task,
          { method: 'GET', path: `${pods}/${name}/log`, query: wanted },
          signal,
        );
        logs[of] = logOf(response, getMember(options, 'RawLogs') === true);
      }
      found[name] = { containers: logs };
    }
    return { ...job, logs: { pods: found } };
  }

  const call: Integration = {
    check: checkKubernetesCall,
    start: (task, signal) => {
      const input = task.input as JsonObject;
      const request: Request = {
        method: input['Method'] as string,
        path: encodePath(input['Path'] as string),
        query: listsOf(getMember(input, 'QueryParameters')),
        body: getMember(input, 'RequestBody') ?? null,
      };
      return attempt(async () => outcomeOf(await send(task, request, signal), 'EKS'));
    },
  };

  const runJob: Integration = {
    check: checkKubernetesJob,
    start: (task, signal) => {
      const body = (task.input as JsonObject)['Job']!;
      const request = { method: 'POST', path: jobsPath(task), body };
      return attempt(async () => outcomeOf(await send(task, request, signal), 'EKS'));
    },
    async poll(task, submitted, signal) {
      const path = jobPath(task, submitted);
      let response: HttpResponse;
      try {
        response = await send(task, { method: 'GET', path }, signal);
      } catch (error) {
        // The cluster may be away for a while; the job is its business, not the connection's.
        if (error instanceof Unreachable) return { status: 'running' };
        return outcomeOfError(error, 'EKS');
      }
      if (response.status >= 500 || response.status === 429) return { status: 'running' };
      if (response.status !== 200) return failure(`EKS.${response.status}`, textOf(response));
      const job = jsonOrText(textOf(response)) as JsonObject;
      const conditions = at(job, 'status.conditions');
      const holds = (type: string): boolean =>
        isJsonArray(conditions) &&
        conditions.some((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True');
      if (holds('Failed')) {
        return attempt(async () =>
          failure('States.TaskFailed', stringifyJson(await withLogs(task, job, signal))),
        );
      }
      if (!holds('Complete')) return { status: 'running' };
      return attempt(async () => success(await withLogs(task, job, signal)));
    },
    async cancel(task, submitted, signal) {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
      const response = await send(task, { method: 'DELETE', path: jobPath(task, submitted), body }, signal);
      if (response.status >= 300)
        throw new Error(`Deleting the job answered ${response.status}: ${textOf(response)}`);
    },
  };

  return {
    call,
    runJob,
    async close() {
      await Promise.all([...clusters.values()].map((http) => http.close()));
    },
  };
}

export const checkKubernetesCall: Check = (_resource, input, template) =>
  checkCluster(input, checkFields(input, CALL_FIELDS, template));

export const checkKubernetesJob: Check = (_resource, input, template) => {
  const reasons = checkCluster(input, checkFields(input, JOB_FIELDS, template));
  const options = isJsonObject(input) ? getMember(input, 'LogOptions') : undefined;
  return isJsonObject(options) ? [...reasons, ...checkFields(options, LOG_FIELDS, template)] : reasons;
};

function checkCluster(input: Json, reasons: string[]): string[] {
  const endpoint = isJsonObject(input) ? getMember(input, 'Endpoint') : undefined;
  if (
    typeof endpoint === 'string' &&
    !(URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol))
  ) {
    return [...reasons, "The value of the field 'Endpoint' has an invalid format"];
  }
  return reasons;
}

function namespaceOf(task: TaskRequest): string {
  return encodeURIComponent((getMember(task.input as JsonObject, 'Namespace') ?? 'default') as string);
}

function jobsPath(task: TaskRequest): string {
  return `/apis/batch/v1/namespaces/${namespaceOf(task)}/jobs`;
}

function jobPath(task: TaskRequest, submitted: Json): string {
  return `${jobsPath(task)}/${encodeURIComponent(textAt(submitted, 'ResponseBody.metadata.name') ?? '')}`;
}

function contentType(method: string): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
}

function logOf(response: HttpResponse, raw: boolean): JsonObject {
  const text = textOf(response);
  if (response.status === 200) return { log: raw ? text : jsonOrText(text) };
  return { cause: text, error: `EKS.${response.status}` };
}

function textOf(response: HttpResponse): string {
  return new TextDecoder().decode(response.body);
}
