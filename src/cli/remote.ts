// One call of the AWS API over HTTP: AWS JSON 1.0. For servers that ask for no signature, as Treadle does.

import { request } from 'undici';
import { parseArn, splitResource } from '../base/arn.ts';
import { listenText } from '../config/listen.ts';
import { configuration } from './configuration.ts';
import { CliError, EXIT } from './failure.ts';

const TIMEOUT_MS = 30_000;

/** @throws CliError when nobody answers, or the answer is an error. */
export async function callApi(endpoint: string, operation: string, input: object): Promise<unknown> {
  if (!URL.canParse(endpoint)) {
    throw new CliError(
      `${JSON.stringify(endpoint)} is not a URL`,
      'such as http://127.0.0.1:8083',
      EXIT.invalid,
    );
  }
  let status: number;
  let text: string;
  try {
    const response = await request(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
      },
      body: JSON.stringify(input),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    status = response.statusCode;
    text = await response.body.text();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === 'ECONNREFUSED' ? 'nobody listens there' : message;
    throw new CliError(
      `${endpoint} does not answer: ${what}`,
      'start it with treadle start, or name the server with --endpoint',
    );
  }
  let answer: unknown;
  try {
    // Not `parseJson`, which keeps the digits of what workflows write: here are times, and payloads are texts.
    answer = JSON.parse(text);
  } catch {
    throw new CliError(
      `${endpoint} answers ${status} with something that is not JSON`,
      'is it a Step Functions endpoint?',
    );
  }
  if (status === 200) return answer;
  const { __type = '', message = '', Message = message } = answer as Record<string, string>;
  throw new CliError(`${__type.replace(/^.*#/, '') || status}: ${Message}`, remedyFor(__type));
}

function remedyFor(type: string): string | undefined {
  if (/ExecutionDoesNotExist/.test(type)) return 'check the ARN, and that the server is the one that ran it';
  if (/ExecutionNotRedrivable/.test(type)) return 'treadle history shows how it ended';
  return /Token|Signature|AccessDenied/.test(type)
    ? 'servers that ask for a signature are not supported here'
    : undefined;
}

/** @returns what stands after the account in the ARN. @throws CliError for what is not the ARN of an execution. */
export function executionOf(arn: string): string {
  const resource = parseArn(arn)?.resource;
  if (resource !== undefined && ['execution', 'express'].includes(splitResource(resource).type))
    return resource;
  throw new CliError(
    `${JSON.stringify(arn)} is not the ARN of an execution`,
    'it looks like arn:aws:states:us-east-1:123456789012:execution:NAME:EXECUTION',
    EXIT.invalid,
  );
}

/** The AWS variables win, then the address that `treadle start` would use here. */
export function defaultEndpoint(file: string | undefined): string {
  const { AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL } = process.env;
  const named = AWS_ENDPOINT_URL_SFN || AWS_ENDPOINT_URL;
  if (named) return named;
  const { listen } = configuration({ config: file });
  return `http://${listenText({ ...listen, host: listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host })}`;
}
