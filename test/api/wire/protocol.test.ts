import { describe, expect, it } from 'vitest';
import { apiError } from '../../../src/api/wire/errors.ts';
import { answer } from '../../../src/api/wire/protocol.ts';
import { openLog } from '../../../src/base/log.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';

const LOG = openLog('silent');
const TARGET = { 'x-amz-target': 'AWSStepFunctions.Echo' };
type Handle = Parameters<typeof answer>[0];
const echo: Handle = async (operation, input) => ({ operation, input });

/** @param body text, or bytes. */
async function exchange(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = TARGET,
  handle = echo,
) {
  const { status, body: text } = await answer(handle, headers, Buffer.from(body), 'request-1', LOG);
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

describe('an exchange of AWS JSON 1.0', () => {
  it('hands the operation and the members of the body on', async () => {
    expect(await exchange('{"a":[1]}')).toEqual({
      status: 200,
      body: { operation: 'Echo', input: { a: [1] } },
    });
  });

  it('takes no body for no members', async () => {
    expect((await exchange('')).body['input']).toEqual({});
  });

  it('lets the trace header win over the member', async () => {
    const headers = { ...TARGET, 'x-amzn-trace-id': 'Root=1' };
    expect((await exchange('{"traceHeader":"own"}', headers)).body['input']).toEqual({
      traceHeader: 'Root=1',
    });
  });

  it('leaves members that are undefined out of the answer', async () => {
    expect((await exchange('{}', TARGET, async () => ({ a: undefined, b: null }))).body).toEqual({ b: null });
  });

  it.each([
    ['application/x-amz-json-1.0'],
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['Application/X-Amz-Json-1.0 ;charset=utf-8'],
  ])('takes the content type %s', async (type) => {
    expect((await exchange('{}', { ...TARGET, 'content-type': type })).status).toBe(200);
  });

  it.each([['application/x-amz-json-1.1'], ['text/plain'], ['application/jsonp']])(
    'refuses the content type %s',
    async (type) => {
      expect((await exchange('{}', { ...TARGET, 'content-type': type })).body).toEqual({
        __type: 'SerializationException',
        message: `Expected Content-Type application/x-amz-json-1.0, but got '${type}'`,
      });
    },
  );

  it.each<[string, Record<string, string>, string]>([
    ['is missing', {}, 'it is missing'],
    ["is another service's", { 'x-amz-target': 'Logs.PutEvents' }, "got 'Logs.PutEvents'"],
  ])('refuses a target that %s', async (_, headers, but) => {
    expect(await exchange('{}', headers)).toEqual({
      status: 400,
      body: {
        __type: 'UnknownOperationException',
        message: `Expected the header X-Amz-Target to be AWSStepFunctions.<Operation>, but ${but}`,
      },
    });
  });

  it.each<[string, string | Buffer, string]>([
    [
      'no JSON',
      '{"a" 1}',
      "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value",
    ],
    ['no object', '[]', 'Expected the request body to be a JSON object'],
    ['null', 'null', 'Expected the request body to be a JSON object'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'Expected the request body to be UTF-8'],
  ])('refuses a body that is %s', async (_, body, message) => {
    const refused = await exchange(body);
    expect(refused.status).toBe(400);
    expect(refused.body['__type']).toBe('SerializationException');
    expect(refused.body['message']).toContain(message);
  });
});

describe('a failure', () => {
  const failing = (error: unknown) =>
    exchange('{}', TARGET, async () => {
      throw error;
    });

  it('of a request has its name, its text and further members', async () => {
    expect(await failing(apiError('InvalidName', 'a b'))).toEqual({
      status: 400,
      body: { __type: 'InvalidName', message: "Invalid Name: 'a b'" },
    });
  });

  it('of the store is one that SDKs try again', async () => {
    expect(await failing(new StoreUnavailable('the disk is full'))).toEqual({
      status: 503,
      body: { __type: 'ServiceUnavailable', message: 'the disk is full' },
    });
  });

  it('that is a bug names the request and hides the rest', async () => {
    const { status, body } = await failing(new TypeError('secret'));
    expect([status, body['__type']]).toEqual([500, 'InternalFailure']);
    expect(body['message']).toContain('request-1');
    expect(body['message']).not.toContain('secret');
  });
});
