// The objects of S3 as Map Runs read and write them: whole bodies as bytes, listings by page.

import { getMember, isJsonArray, isJsonObject, type Json, type JsonObject, toNumber } from '../base/json.ts';
import type { AwsAnswer, AwsCall, Caller } from './call.ts';

export interface S3 {
  /** @param parameters of GetObject. @throws S3Failure */
  getObject(parameters: JsonObject, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  /** @param parameters of ListObjectsV2. @throws S3Failure */
  listObjectsV2(parameters: JsonObject, signal: AbortSignal): Promise<ListedPage>;
  /** @param parameters of PutObject, without the Body. @throws S3Failure */
  putObject(parameters: JsonObject, body: string, signal: AbortSignal): Promise<void>;
}

export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** ContinuationToken of the next page. */
  readonly next: string | undefined;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  /** With its quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  readonly storageClass: string;
}

/** S3 did not do it; the message is the cause that a state's error gives. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure';
}

export function createS3(aws: Caller): S3 {
  async function call(
    action: string,
    input: JsonObject,
    more: Pick<AwsCall, 'maxResponseBytes' | 'payload' | 'rawBody'>,
    signal: AbortSignal,
  ): Promise<Extract<AwsAnswer, { ok: true }>> {
    const faults = aws.checkInput('s3', action, input);
    if (faults.length > 0) throw new S3Failure(`${action}: ${faults.join(', ')}`);
    const answer = await aws.call({
      service: 's3',
      action,
      input,
      outputTimestamps: 'epochMillis',
      ...more,
      signal,
    });
    if (answer.ok) return answer;
    throw new S3Failure(causeOf(answer, more.maxResponseBytes));
  }

  return {
    async getObject(parameters, maxBytes, signal) {
      const answer = await call(
        'getObject',
        parameters,
        { maxResponseBytes: maxBytes, rawBody: true },
        signal,
      );
      return answer.body ?? new Uint8Array();
    },
    async listObjectsV2(parameters, signal) {
      const { output } = await call('listObjectsV2', parameters, {}, signal);
      const contents = getMember(output, 'Contents');
      const next = getMember(output, 'NextContinuationToken');
      return {
        objects: isJsonArray(contents) ? contents.map(toListedObject) : [],
        next: typeof next === 'string' ? next : undefined,
      };
    },
    async putObject(parameters, body, signal) {
      const input = { ...parameters, ContentType: 'application/json' };
      await call('putObject', input, { payload: new TextEncoder().encode(body) }, signal);
    },
  };
}

function toListedObject(value: Json): ListedObject {
  const object = isJsonObject(value) ? value : {};
  const text = (name: string): string => String(getMember(object, name) ?? '');
  const number = (name: string): number => toNumber(getMember(object, name)) ?? 0;
  return {
    key: text('Key'),
    size: number('Size'),
    etag: text('ETag'),
    lastModifiedMs: number('LastModified'),
    storageClass: text('StorageClass') || 'STANDARD',
  };
}

function causeOf(answer: Extract<AwsAnswer, { ok: false }>, maxBytes: number | undefined): string {
  if (answer.error === 'States.DataLimitExceeded') {
    return `The object is larger than the ${maxBytes} bytes that are read.`;
  }
  if (answer.httpStatus === undefined) return answer.message;
  const facts = [
    'Service: S3',
    `Status Code: ${answer.httpStatus}`,
    `Request ID: ${answer.requestId ?? 'null'}`,
    ...(answer.extendedRequestId === undefined ? [] : [`Extended Request ID: ${answer.extendedRequestId}`]),
  ];
  return `${answer.message} (${facts.join(', ')})`;
}

/** Stands where there is no S3 to reach. */
export const NO_S3: S3 = {
  getObject: refuse,
  listObjectsV2: refuse,
  putObject: refuse,
};

async function refuse(): Promise<never> {
  throw new S3Failure('This engine has no connection to S3.');
}
