// What a refused call says: code, message and request id, wherever the service's protocol puts them.

import { isJsonObject, type JsonObject, parseJson } from '../base/json.ts';
import { exceptionName } from './java-names.ts';
import type { WireResponse } from './protocol.ts';
import type { ServiceModel } from './service-model.ts';

export interface ErrorAnswer {
  /** As on the wire, without namespace: `QueueDoesNotExist`, `NoSuchKey`. */
  readonly code: string;
  /** The AWS SDK for Java's exception; undefined when the service's model does not have the code. */
  readonly exception: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
  readonly extendedRequestId: string | undefined;
}

/** Answers to HEAD have no body; their meaning is in the SDK's code. */
const HEAD_ERRORS: Readonly<Record<string, string>> = { HeadObject: 'NoSuchKey', HeadBucket: 'NoSuchBucket' };

export function readError(model: ServiceModel, operation: string, response: WireResponse): ErrorAnswer {
  const { headers, statusCode } = response;
  const text = new TextDecoder().decode(response.body);
  const json = model.protocol === 'json' || model.protocol === 'rest-json';
  // Stand-ins answer some JSON services in XML, and the other way round.
  const found = json && !/^\s*</.test(text) ? fromJson(text, headers) : fromXml(text);
  const code = found.code ?? codeOfStatus(model, operation, statusCode);
  const shape = Object.hasOwn(model.errors, code) ? model.errors[code] : undefined;
  return {
    code,
    exception: shape === undefined ? undefined : exceptionName(shape),
    // Java's word for a message that is not there.
    message: found.message ?? 'null',
    requestId: requestIdOf(headers) ?? found.requestId,
    extendedRequestId: headers['x-amz-id-2'] ?? found.hostId,
  };
}

export function requestIdOf(headers: WireResponse['headers']): string | undefined {
  return headers['x-amzn-requestid'] ?? headers['x-amz-request-id'] ?? headers['x-amzn-request-id'];
}

interface Found {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly requestId?: string | undefined;
  readonly hostId?: string | undefined;
}

function fromJson(text: string, headers: WireResponse['headers']): Found {
  const body = objectOf(text);
  const named =
    headers['x-amzn-errortype'] ?? textOf(body, '__type') ?? textOf(body, 'code') ?? textOf(body, 'Code');
  return {
    // `Name:http://…` in the header, `namespace#Name` in the body.
    code: named?.split(':')[0]?.split('#').at(-1),
    message: textOf(body, 'message') ?? textOf(body, 'Message') ?? textOf(body, 'errorMessage'),
  };
}

function objectOf(text: string): JsonObject {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : {};
  } catch {
    // Proxies answer in HTML: the status then says all there is to say.
    return {};
  }
}

function textOf(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fromXml(text: string): Found {
  const element = (name: string): string | undefined => {
    const match = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text);
    return match === null ? undefined : unescapeXml(match[1]!);
  };
  return {
    code: element('Code'),
    message: element('Message') ?? element('message'),
    requestId: element('RequestId') ?? element('RequestID'),
    hostId: element('HostId'),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]+));/g, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : all;
  });
}

function codeOfStatus(model: ServiceModel, operation: string, status: number): string {
  if (status === 404 && model.prefix === 'S3' && Object.hasOwn(HEAD_ERRORS, operation)) {
    return HEAD_ERRORS[operation]!;
  }
  return String(status);
}
