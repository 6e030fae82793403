// Calls any action of any AWS service from its service model: parameters and results are JSON in Step Functions' form, and
// whatever the outside does comes back as an answer.

import type { Json, JsonObject } from '../base/json.ts';
import { AWS_LIMITS } from '../base/quotas.ts';
import { Refused } from '../net/addresses.ts';
import { type ByteStream, collectBytes } from '../net/body-stream.ts';
import { type HttpResponse, type HttpStream, ResponseTooLarge, Unreachable } from '../net/http-client.ts';
import { jacksonMessage } from '../text/jackson.ts';
import { checkInput, findAction, isStateMachineAction } from './actions.ts';
import { checksumHeader } from './checksum.ts';
import { NoCredentials, RoleNotAssumed } from './credentials.ts';
import { type AwsAccess, type Endpoints, expectAccess, type Wish } from './endpoints.ts';
import { readError, requestIdOf } from './error-answer.ts';
import { toSdkInput } from './input.ts';
import { Malformed, type OutputTimestamps, toJsonOutput } from './output.ts';
import { type Codec, codecOf, type SdkObject, type WireResponse } from './protocol.ts';
import { adaptInput, adaptResponse, isLateError, serviceHeaders, uploadType } from './quirks.ts';
import { bucketHost } from './s3-host.ts';
import type { Open, Send } from './send.ts';
import { memberRef, type ServiceModel } from './service-model.ts';
import { type Spelling, structureNamed } from './spelling.ts';
import { uuidOf } from './uuid.ts';

export interface AwsCall extends Wish {
  /** As in an `aws-sdk:` Resource: `sqs`, `eventbridge`. */
  readonly service: string;
  /** With either case of its first letter: `sendMessage`. */
  readonly action: string;
  readonly input: JsonObject;
  /** Role to assume for the call. */
  readonly roleArn?: string | undefined;
  /** Any text; a UUID made of it goes into members that take an idempotency token, when the input has none. */
  readonly idempotencyToken?: string;
  /** Of members, in and out. `api` (default): as the API's reference, capitalised; `sdk`: as SDK integrations. */
  readonly spelling?: Spelling;
  /** Default: ISO 8601 text. */
  readonly outputTimestamps?: OutputTimestamps;
  /** Bound of the response's body; default 16 MiB, for streams four times the payload limit. */
  readonly maxResponseBytes?: number;
  /** Bytes of the request's payload as they are; a payload in `input` is written as state machines write it. */
  readonly payload?: Uint8Array | string;
  /** The whole body, where the service's protocol is JSON and many values need not be looked at: `input` is not written then. */
  readonly jsonBody?: string;
  /** Of the payload, where it is not what the protocol says. */
  readonly contentType?: string;
  /** True: the bytes of the response are wanted as they are, in `body`; `output` is empty. */
  readonly rawBody?: true;
  /** True: they are wanted as they come, in `stream`, without a bound. */
  readonly streamBody?: true;
  readonly signal: AbortSignal;
}

export type AwsAnswer =
  | {
      readonly ok: true;
      readonly output: JsonObject;
      /** With `rawBody`. */
      readonly body?: Uint8Array;
      /** With `streamBody`: to be read to its end, or cancelled. */
      readonly stream?: ByteStream;
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
      /** Why there is no answer of the service; absent when there is one. */
      readonly noAnswer?: NoAnswer;
      /** undefined: the service did not answer. */
      readonly httpStatus: number | undefined;
      readonly requestId: string | undefined;
      readonly extendedRequestId: string | undefined;
      /** As SDK integrations name the service: `DynamoDb`. */
      readonly serviceName: string;
    };

export type NoAnswer =
  | 'unreachable'
  /** The configuration forbids it: the address, or to call AWS at all. */
  | 'refused'
  | 'no credentials'
  | 'role not assumed'
  | 'too large'
  | 'aborted'
  /** The parameters cannot be written: a label of the path is missing, a host would be none. */
  | 'unwritable'
  /** What came is not what the service's model says. */
  | 'malformed';

/** Never throws for what the outside does. @throws Error for a service or action that has no model. */
export type CallAws = (request: AwsCall) => Promise<AwsAnswer>;

export interface Caller {
  readonly call: CallAws;
  /** Reasons against the input in Step Functions' words; empty when there are none. Pure. */
  checkInput(service: string, action: string, input: Json, spelling?: Spelling): string[];
  /** Whether a state machine may call the action. */
  knows(service: string, action: string): boolean;
}

/** Answers a request without a network: Treadle's own API. Headers in lower case. */
export type Loopback = (request: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}) => Promise<WireResponse>;

export interface CallerOptions {
  readonly send: Send;
  /** For calls with `streamBody`. */
  readonly open: Open;
  readonly endpoints: Endpoints;
  /** To AWS itself. */
  readonly access: AwsAccess;
  /** Bytes of a result; default: AWS's limit. */
  readonly payloadBytes?: number | undefined;
  /** Takes the calls of services that have no configured endpoint: service → what answers. */
  readonly loopbacks?: Readonly<Record<string, Loopback>> | undefined;
}

/** A stream's text is a result of at most the payload limit; in bytes it may be somewhat longer. */
const STREAM_FACTOR = 4;

/** What a codec has against a value: a label of the path that is missing, a host that is none. */
class Unwritable extends Error {}

/** What came, its body whole unless the call streams it. */
interface Exchanged extends WireResponse {
  readonly stream?: ByteStream;
}

/** Bytes of an error's document, of which a stream is not wanted. */
const ERROR_BYTES = 256 * 1024;

export function createCaller({
  send,
  open,
  endpoints,
  access,
  loopbacks = {},
  payloadBytes = AWS_LIMITS.payloadBytes,
}: CallerOptions): Caller {
  /** @throws Unwritable, and what `send` throws. */
  async function exchange(
    request: AwsCall,
    model: ServiceModel,
    operation: string,
    codec: Codec,
  ): Promise<Exchanged> {
    const { service, roleArn, signal } = request;
    const target = endpoints.locate(service, model, request);
    const { base, chosenBy, region } = target;
    const isAws = chosenBy === 'aws';
    const { input: inputName, checksum, unsigned } = model.operations[operation]!;
    const input = sdkInputOf(request, model, inputName);
    const encoded = await codec.encode(operation, input, base, isAws).catch((error: Error) => {
      throw new Unwritable(error.message, { cause: error });
    });
    const loopback = Object.hasOwn(loopbacks, service) ? loopbacks[service] : undefined;
    if (loopback !== undefined && isAws) {
      return loopback({ headers: encoded.headers, body: textOf(encoded.body), signal });
    }
    expectAccess(target, access, `${service}:${operation}`, service);
    const wire = model.prefix === 'S3' && isAws ? bucketHost(encoded, input) : encoded;
    const signed = {
      signingName: model.signingName,
      endpoint: originOf(base, wire.hostname),
      chosenBy,
      region,
      method: wire.method,
      path: wire.path,
      query: wire.query,
      headers: {
        ...wire.headers,
        ...serviceHeaders(model),
        ...(payloadRef(model, inputName) === 'xs' && uploadType(wire)),
        ...(request.contentType !== undefined && { 'content-type': request.contentType }),
        ...checksumHeader(checksum, input, wire),
      },
      body: request.jsonBody ?? wire.body,
      maxResponseBytes:
        request.maxResponseBytes ?? (isStream(model, operation) ? STREAM_FACTOR * payloadBytes : undefined),
      roleArn,
      ...(unsigned === true && { unsigned }),
      signal,
    };
    return request.streamBody === true ? streamed(await open(signed)) : whole(await send(signed));
  }

  return {
    async call(request) {
      const { model, operation } = findAction(request.service, request.action);
      const codec = await codecOf(model);
      let response: Exchanged;
      try {
        response = await exchange(request, model, operation, codec);
      } catch (error) {
        return withoutAnswer(model, error, request.signal);
      }
      if (response.statusCode >= 300 || (!isStream(model, operation) && isLateError(model, response))) {
        return refusal(model, operation, response);
      }
      try {
        return await readAnswer(request, model, operation, codec, response);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        return failure(model, 'malformed', `Unable to unmarshall response (${error.message})`);
      }
    },
    checkInput,
    knows: isStateMachineAction,
  };
}

function whole({ status, headers, body }: HttpResponse): Exchanged {
  return { statusCode: status, headers, body };
}

/** The document of an error is no stream. */
async function streamed({ body: stream, ...head }: HttpStream): Promise<Exchanged> {
  if (head.status < 300) return { ...whole({ ...head, body: new Uint8Array() }), stream };
  const body = await collectBytes(stream, ERROR_BYTES).catch((error: Error) => {
    throw error instanceof RangeError ? new ResponseTooLarge(ERROR_BYTES) : error;
  });
  return whole({ ...head, body });
}

/** The request's members as the codec takes them. */
function sdkInputOf(request: AwsCall, model: ServiceModel, inputName: string | undefined): SdkObject {
  const { spelling = 'api', idempotencyToken, payload } = request;
  const structure = structureNamed(model, inputName);
  const token = idempotencyToken === undefined ? undefined : uuidOf(idempotencyToken);
  const input = adaptInput(model, toSdkInput(model, structure, request.input, spelling, token));
  if (payload === undefined || structure.payload === undefined) return input;
  return { ...input, [structure.payload]: typeof payload === 'string' ? Buffer.from(payload) : payload };
}

/** In the words of the parsers that the SDK for Java has, not of ours. */
function faultOf(model: ServiceModel, { body }: WireResponse, error: Error): string {
  const json = model.protocol === 'json' || model.protocol === 'rest-json';
  const fault =
    json && error instanceof SyntaxError ? jacksonMessage(new TextDecoder().decode(body)) : undefined;
  if (fault !== undefined) return fault;
  return error.message.replace('@aws-sdk XML parse error: ', 'ParseError: ');
}

async function readAnswer(
  request: AwsCall,
  model: ServiceModel,
  operation: string,
  codec: Codec,
  response: Exchanged,
): Promise<AwsAnswer> {
  const { stream } = response;
  if (stream !== undefined) {
    const { statusCode: httpStatus, headers } = response;
    return { ok: true, output: {}, stream, httpStatus, headers, requestId: requestIdOf(headers) ?? '' };
  }
  if (request.rawBody === true) {
    const { statusCode: httpStatus, headers, body } = response;
    return { ok: true, output: {}, body, httpStatus, headers, requestId: requestIdOf(headers) ?? '' };
  }
  const read = adaptResponse(model, operation, response);
  const output = await codec.decode(operation, read).catch((error: Error) => {
    throw new Malformed(faultOf(model, read, error), { cause: error });
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

function withoutAnswer(model: ServiceModel, error: unknown, signal: AbortSignal): AwsAnswer {
  if (signal.aborted) return failure(model, 'aborted', 'The call was aborted');
  const found = NO_ANSWERS.find(([type]) => error instanceof type);
  if (found === undefined) throw error;
  return failure(model, found[1], (error as Error).message);
}

/** The first that fits counts: what is too large is a kind of unreachable. */
const NO_ANSWERS: readonly (readonly [abstract new (...args: never[]) => Error, NoAnswer])[] = [
  [ResponseTooLarge, 'too large'],
  [Refused, 'refused'],
  [Unreachable, 'unreachable'],
  [RoleNotAssumed, 'role not assumed'],
  [NoCredentials, 'no credentials'],
  [Unwritable, 'unwritable'],
];

const OWN_ERRORS: Partial<Record<NoAnswer, string>> = {
  'too large': 'States.DataLimitExceeded',
  'role not assumed': 'States.Permissions',
};

function failure(model: ServiceModel, noAnswer: NoAnswer, message: string): AwsAnswer {
  return {
    ok: false,
    error: OWN_ERRORS[noAnswer] ?? 'SdkClientException',
    exception: undefined,
    message,
    noAnswer,
    httpStatus: undefined,
    requestId: undefined,
    extendedRequestId: undefined,
    serviceName: model.prefix,
  };
}

function refusal(model: ServiceModel, operation: string, response: WireResponse): AwsAnswer {
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

/** The base without its path, which the codec has put before the request's; with a bucket's or an operation's own host. */
function originOf(base: URL, hostname: string): string {
  // Changing a URL costs more than signing it.
  if (hostname === base.hostname) return base.origin;
  const url = new URL(base.origin);
  url.hostname = hostname;
  return url.origin;
}

function textOf(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
