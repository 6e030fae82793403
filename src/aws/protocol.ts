// The wire formats of AWS (JSON, REST-JSON, Query, EC2, REST-XML), which are @aws-sdk/core's: loaded when the first
// service is called. Errors are not read by it but in error-answer.ts, because only codes and messages are wanted.

import { isJsonObject, parseJson, type RawNumber } from '../base/json.ts';
import { createSchemas, type OperationSchema } from './schema.ts';
import type { ServiceModel } from './service-model.ts';

/** Values as the AWS SDKs hold them: Date, Uint8Array, plain data; numbers of JSON may be kept as written. */
export type SdkValue =
  | null
  | undefined
  | boolean
  | number
  | string
  | Date
  | Uint8Array
  | RawNumber
  | readonly SdkValue[]
  | { readonly [name: string]: SdkValue };

export type SdkObject = { readonly [name: string]: SdkValue };

/** A request before signing. */
export interface WireRequest {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Codec {
  /**
   * @param base where the service is. @param hostPrefix whether the operation's host prefix goes before its host.
   * @throws Error when a value can not be written (a label of the path is missing or empty).
   */
  encode(operation: string, input: SdkObject, base: URL, hostPrefix: boolean): Promise<WireRequest>;
  /** @throws Error when the body is not what the protocol says. */
  decode(operation: string, response: WireResponse): Promise<SdkObject>;
}

interface Protocol {
  setSerdeContext(context: object): void;
  serializeRequest(operation: OperationSchema, input: SdkObject, context: object): Promise<unknown>;
  deserializeResponse(operation: OperationSchema, context: object, response: object): Promise<unknown>;
}

const codecs = new WeakMap<ServiceModel, Promise<Codec>>();

export function codecOf(model: ServiceModel): Promise<Codec> {
  const known = codecs.get(model);
  if (known !== undefined) return known;
  const made = createCodec(model);
  codecs.set(model, made);
  return made;
}

async function createCodec(model: ServiceModel): Promise<Codec> {
  // Whether prefixes count is a setting of the protocol object, which calls share.
  const [plain, prefixing] = await Promise.all([createProtocol(model), createProtocol(model)]);
  plain.setSerdeContext({ disableHostPrefix: true });
  prefixing.setSerdeContext({});
  const requests = createSchemas(model, false);
  const responses = createSchemas(model, true);
  return {
    async encode(operation, input, base, hostPrefix) {
      const protocol = hostPrefix ? prefixing : plain;
      const context = { endpoint: async () => ({ url: base }) };
      const schema = requests.operation(operation);
      // A codec keeps what it writes in itself, but only between two awaits: calls at once do not mix.
      const request = (await protocol.serializeRequest(schema, input, context)) as WireRequest & {
        readonly body: Uint8Array | string | undefined;
      };
      return {
        method: request.method,
        hostname: request.hostname,
        path: request.path,
        query: request.query,
        headers: lowerCase(request.headers),
        body: bytesOf(request.body),
      };
    },
    async decode(operation, { statusCode, headers, body }) {
      // All of the answer is the body, and Treadle's parser keeps what the codec would not: long numbers, any key.
      if (model.protocol === 'json') return objectOf(body);
      const response = { statusCode, headers: { ...headers }, body };
      return (await plain.deserializeResponse(responses.operation(operation), {}, response)) as SdkObject;
    },
  };
}

async function createProtocol(model: ServiceModel): Promise<Protocol> {
  const core = await import('@aws-sdk/core/protocols');
  const { prefix, version, xmlNamespace = '', target = '' } = model;
  const options = { defaultNamespace: prefix, xmlNamespace, version };
  const json = { ...options, serviceTarget: target, awsQueryCompatible: model.queryErrors === true };
  const made = (): object => {
    switch (model.protocol) {
      case 'json':
        return model.jsonVersion === '1.1'
          ? new core.AwsJson1_1Protocol(json)
          : new core.AwsJson1_0Protocol(json);
      case 'rest-json':
        return new core.AwsRestJsonProtocol(options);
      case 'query':
        return new core.AwsQueryProtocol(options);
      case 'ec2':
        return new core.AwsEc2QueryProtocol(options);
      case 'rest-xml':
        return new core.AwsRestXmlProtocol(options);
    }
  };
  return made() as Protocol;
}

function objectOf(body: Uint8Array): SdkObject {
  if (body.length === 0) return {};
  const value = parseJson(new TextDecoder().decode(body));
  if (!isJsonObject(value)) throw new Error('expected a JSON object');
  return value;
}

/** What a codec wrote as text or bytes; JSON comes as bytes in a class of its own. */
function bytesOf(body: Uint8Array | string | undefined): Uint8Array | string {
  if (body === undefined || body === null) return '';
  return typeof body === 'string' ? body : new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
