// Calls any action of any AWS service from its service model. What the adapters build on: parameters and results are
// JSON in Step Functions' form, and whatever the outside does comes back as an answer.

import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../base/json.ts';
import { AWS_LIMITS } from '../base/quotas.ts';
import { checksumHeader } from './checksum.ts';
import { type AwsClient, NoCredentials, ResponseTooLarge, RoleNotAssumed, Unreachable } from './client.ts';
import { awsEndpoint } from './endpoints.ts';
import { readError, requestIdOf } from './error-answer.ts';
import { inputFaults, toSdkInput } from './input.ts';
import { Malformed, type OutputTimestamps, toJsonOutput } from './output.ts';
import { type Codec, codecOf, type WireResponse } from './protocol.ts';
import { adaptInput, adaptResponse, isLateError, serviceHeaders, uploadType } from './quirks.ts';
import { bucketHost } from './s3-host.ts';
import { memberRef, operationName, type ServiceModel, serviceModel } from './service-model.ts';
import { type Spelling, structureNamed } from './spelling.ts';

export interface SdkRequest {
  /** As in an `aws-sdk:` Resource: `sqs`, `eventbridge`. */
  readonly service: string;
  /** With either case of its first letter: `sendMessage`. */
  readonly action: string;
  readonly input: JsonObject;
  readonly region?: string;
  /** Role to assume for the call. */
  readonly roleArn?: string;
  /** Any text; a UUID made of it goes into members that take an idempotency token, when the input has none. */
  readonly idempotencyToken?: string;
  /** Base URL for this call; what the configuration has for the service goes before it. */
  readonly endpoint?: string;
  /** True: `endpoint` goes before the configuration. */
  readonly endpointFirst?: boolean;
  /** Of members, in and out. `api` (default): as the API's reference, capitalised; `sdk`: as SDK integrations. */
  readonly spelling?: Spelling;
  /** Default: ISO 8601 text. */
  readonly outputTimestamps?: OutputTimestamps;
  /** Bound of the response's body; default 16 MiB, for streams four times the payload limit. */
  readonly maxResponseBytes?: number;
  /** Bytes of the request's payload as they are; a payload in `input` is written as state machines write it. */
  readonly payload?: Uint8Array;
  /** True: the bytes of the response are wanted as they are, in `body`; `output` is empty. */
  readonly rawBody?: true;
  readonly signal: AbortSignal;
}

export type SdkAnswer =
  | {
      readonly ok: true;
      readonly output: JsonObject;
      /** With `rawBody`. */
      readonly body?: Uint8Array;
      readonly httpStatus: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly requestId: string;
    }
  | {
      readonly ok: false;
      /**
       * The code on the wire (`QueueDoesNotExist`, `NoSuchKey`). Without an answer of the service: `SdkClientException`,
       * or what is a task's error as it is: `States.Permissions` (role), `States.DataLimitExceeded` (response too large).
       */
      readonly error: string;
      /** The Java SDK's class for the code (`QueueDoesNotExistException`); undefined when the model has no such error. */
      readonly exception: string | undefined;
      readonly message: string;
      /** undefined: the service did not answer. */
      readonly httpStatus: number | undefined;
      readonly requestId: string | undefined;
      readonly extendedRequestId: string | undefined;
      /** As SDK integrations name the service: `DynamoDb`. */
      readonly serviceName: string;
    };

export interface SdkClient {
  /** Never throws for what the outside does. @throws Error for a service or action that `knows` does not know. */
  call(request: SdkRequest): Promise<SdkAnswer>;
  /** Reasons against the input in Step Functions' words; empty when there are none. Pure. */
  checkInput(service: string, action: string, input: Json, spelling?: Spelling): string[];
  knows(service: string, action: string): boolean;
  /** As errors name the service: `DynamoDb` for `dynamodb`. */
  prefix(service: string): string | undefined;
}

/** Answers a request without a network: Treadle's own API. Headers in lower case. */
export type Loopback = (request: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}) => Promise<WireResponse>;

export interface SdkClientOptions {
  readonly aws: AwsClient;
  /** Bytes of a result; default: AWS's limit. */
  readonly payloadBytes?: number;
  /** Takes the calls of services that have no configured endpoint: service → who answers. */
  readonly loopbacks?: Readonly<Record<string, Loopback>>;
}

/** A stream's text is a result of at most the payload limit; in bytes it may be somewhat longer. */
const STREAM_FACTOR = 4;

/** Other names under which a configuration may give a service's endpoint. */
const ENDPOINT_NAMES: Readonly<Record<string, readonly string[]>> = {
  sfn: ['states', 'stepfunctions'],
};

/** What a codec has against a value: a label of the path that is missing, a host that is none. */
class Unwritable extends Error {}

interface Target {
  readonly base: URL;
  readonly standIn: boolean;
  readonly signingRegion: string | undefined;
}

export function createSdkClient({
  aws,
  loopbacks = {},
  payloadBytes = AWS_LIMITS.payloadBytes,
}: SdkClientOptions): SdkClient {
  function configured(service: string, model: ServiceModel): string | undefined {
    const names = [service, model.signingName, model.endpointPrefix, ...(ENDPOINT_NAMES[service] ?? [])];
    return names.map((name) => aws.endpoint(name)).find((url) => url !== undefined);
  }

  function targetOf(request: SdkRequest, model: ServiceModel): Target {
    const named = configured(request.service, model);
    const own = request.endpointFirst === true ? (request.endpoint ?? named) : (named ?? request.endpoint);
    if (own !== undefined) return { base: new URL(own), standIn: true, signingRegion: request.region };
    const { host, signingRegion } = awsEndpoint(model.endpoint, request.region ?? aws.region);
    return { base: new URL(`https://${host}`), standIn: false, signingRegion };
  }

  async function exchange(
    request: SdkRequest,
    model: ServiceModel,
    operation: string,
    codec: Codec,
  ): Promise<WireResponse> {
    const target = targetOf(request, model);
    const { input: inputName, checksum, unsigned } = model.operations[operation]!;
    const spelling = request.spelling ?? 'api';
    const given = toSdkInput(
      model,
      structureNamed(model, inputName),
      request.input,
      spelling,
      request.idempotencyToken === undefined ? undefined : uuidOf(request.idempotencyToken),
    );
    const payload = structureNamed(model, inputName).payload;
    const own = request.payload === undefined || payload === undefined ? {} : { [payload]: request.payload };
    const input = { ...adaptInput(model, given), ...own };
    const encoded = await codec
      .encode(operation, input, target.base, !target.standIn)
      .catch((error: Error) => {
        throw new Unwritable(error.message, { cause: error });
      });
    const loopback = Object.hasOwn(loopbacks, request.service) ? loopbacks[request.service] : undefined;
    if (loopback !== undefined && !target.standIn) {
      return loopback({ headers: encoded.headers, body: textOf(encoded.body), signal: request.signal });
    }
    const wire = model.prefix === 'S3' && !target.standIn ? bucketHost(encoded, input) : encoded;
    const base = new URL(target.base);
    base.hostname = wire.hostname;
    base.pathname = '/';
    const response = await aws.send({
      service: model.signingName,
      method: wire.method,
      path: wire.path,
      query: wire.query,
      headers: {
        ...wire.headers,
        ...serviceHeaders(model),
        ...(payloadRef(model, inputName) === 'xs' && uploadType(wire)),
        ...checksumHeader(checksum, input, wire),
      },
      body: wire.body,
      endpoint: base.href,
      maxResponseBytes:
        request.maxResponseBytes ?? (isStream(model, operation) ? STREAM_FACTOR * payloadBytes : undefined),
      ...(target.signingRegion !== undefined && { region: target.signingRegion }),
      ...(request.roleArn !== undefined && { roleArn: request.roleArn }),
      ...(unsigned === true && { unsigned }),
      signal: request.signal,
    });
    return { statusCode: response.status, headers: response.headers, body: response.body };
  }

  return {
    async call(request) {
      const { model, operation } = find(request.service, request.action);
      const codec = await codecOf(model);
      let response: WireResponse;
      try {
        response = await exchange(request, model, operation, codec);
      } catch (error) {
        return noAnswer(model, error, request.signal);
      }
      if (response.statusCode >= 300 || (!isStream(model, operation) && isLateError(model, response))) {
        return refusal(model, operation, response);
      }
      try {
        return await readAnswer(request, model, operation, codec, response);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        return failure(model, 'SdkClientException', `Unable to unmarshall response (${error.message})`);
      }
    },
    checkInput(service, action, input, spelling = 'api') {
      const { model, operation } = find(service, action);
      return inputFaults(model, structureNamed(model, model.operations[operation]!.input), input, spelling);
    },
    knows(service, action) {
      const model = serviceModel(service);
      return model !== undefined && operationName(model, action) !== undefined;
    },
    prefix: (service) => serviceModel(service)?.prefix,
  };
}

async function readAnswer(
  request: SdkRequest,
  model: ServiceModel,
  operation: string,
  codec: Codec,
  response: WireResponse,
): Promise<SdkAnswer> {
  if (request.rawBody === true) {
    const { statusCode: httpStatus, headers, body } = response;
    return { ok: true, output: {}, body, httpStatus, headers, requestId: requestIdOf(headers) ?? '' };
  }
  const read = adaptResponse(model, operation, response);
  const output = await codec.decode(operation, read).catch((error: Error) => {
    throw new Malformed(error.message, { cause: error });
  });
  const { spelling = 'api', outputTimestamps = 'iso' } = request;
  const structure = structureNamed(model, model.operations[operation]!.output);
  return {
    ok: true,
    output: toJsonOutput(model, structure, output, spelling, outputTimestamps),
    httpStatus: response.statusCode,
    headers: response.headers,
    requestId: requestIdOf(response.headers) ?? '',
  };
}

function find(service: string, action: string): { model: ServiceModel; operation: string } {
  const model = serviceModel(service);
  const operation = model === undefined ? undefined : operationName(model, action);
  if (model === undefined || operation === undefined) {
    throw new Error(`Treadle has no model of the action ${service}:${action}`);
  }
  return { model, operation };
}

function noAnswer(model: ServiceModel, error: unknown, signal: AbortSignal): SdkAnswer {
  if (signal.aborted) return failure(model, 'SdkClientException', 'The call was aborted');
  if (error instanceof ResponseTooLarge) return failure(model, 'States.DataLimitExceeded', error.message);
  if (error instanceof RoleNotAssumed) return failure(model, 'States.Permissions', error.message);
  if (error instanceof Unreachable || error instanceof NoCredentials || error instanceof Unwritable) {
    return failure(model, 'SdkClientException', error.message);
  }
  throw error;
}

function failure(model: ServiceModel, error: string, message: string): SdkAnswer {
  return {
    ok: false,
    error,
    exception: undefined,
    message,
    httpStatus: undefined,
    requestId: undefined,
    extendedRequestId: undefined,
    serviceName: model.prefix,
  };
}

function refusal(model: ServiceModel, operation: string, response: WireResponse): SdkAnswer {
  const { code, ...found } = readError(model, operation, response);
  return { ok: false, error: code, ...found, httpStatus: response.statusCode, serviceName: model.prefix };
}

function payloadRef(model: ServiceModel, structure: string | undefined): string | undefined {
  const { payload, members } = structureNamed(model, structure);
  return payload === undefined ? undefined : memberRef(members[payload]!);
}

function isStream(model: ServiceModel, operation: string): boolean {
  return payloadRef(model, model.operations[operation]!.output) === 'xs';
}

/** The same UUID for the same text: services are strict about length and letters. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return groups.join('-');
}

function textOf(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
